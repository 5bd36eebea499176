"""Dependency files that depaudit knows and does not read: seen, counted and named, never waved through."""

from __future__ import annotations

from fnmatch import fnmatchcase

UNREAD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("yarn-lock", ("yarn.lock",)),
    ("pnpm-lock", ("pnpm-lock.yaml",)),
    ("pnpm-workspace", ("pnpm-workspace.yaml",)),
    ("bun-lock", ("bun.lock", "bun.lockb")),
    ("pipfile", ("Pipfile",)),
    ("pipfile-lock", ("Pipfile.lock",)),
    ("pdm-lock", ("pdm.lock",)),
    ("setup-py", ("setup.py",)),
    ("setup-cfg", ("setup.cfg",)),
    ("conda", ("environment.yml", "environment.yaml", "environment[-_.]*.yml", "environment[-_.]*.yaml")),
    ("conda", ("conda-lock.yml", "pixi.toml", "pixi.lock")),
    ("deno", ("deno.json", "deno.jsonc", "deno.lock", "jsr.json")),
    ("bower", ("bower.json",)),
    ("cargo", ("Cargo.toml", "Cargo.lock")),
    ("go", ("go.mod", "go.sum", "go.work")),
    ("rubygems", ("Gemfile", "Gemfile.lock", "gems.rb", "gems.locked", "*.gemspec")),
    ("composer", ("composer.json", "composer.lock")),
    ("maven", ("pom.xml",)),
    ("gradle", ("build.gradle", "build.gradle.kts", "gradle.lockfile", "libs.versions.toml")),
    (
        "nuget",
        ("*.csproj", "*.fsproj", "*.vbproj", "packages.config", "packages.lock.json", "Directory.Packages.props"),
    ),
    ("pub", ("pubspec.yaml", "pubspec.lock")),
    ("swift", ("Package.swift", "Package.resolved")),
    ("cocoapods", ("Podfile", "Podfile.lock")),
    ("hex", ("mix.exs", "mix.lock")),
    ("conan", ("conanfile.py", "conanfile.txt", "conan.lock")),
    ("vcpkg", ("vcpkg.json",)),
)
"""(ecosystem or format, patterns of file names)."""

_EXACT = {pattern: kind for kind, patterns in UNREAD for pattern in patterns if "*" not in pattern}
_GLOBS = tuple((p.rpartition("*")[2], p, kind) for kind, patterns in UNREAD for p in patterns if "*" in p)


def unread_kind(file_name: str) -> str | None:
    """What the file is, where depaudit knows it and has no parser for it; else None."""
    if file_name in _EXACT:
        return _EXACT[file_name]
    return next((kind for ending, p, kind in _GLOBS if file_name.endswith(ending) and fnmatchcase(file_name, p)), None)
