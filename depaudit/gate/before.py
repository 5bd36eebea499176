"""Before the client starts: what the command line and the files it names ask for, and what of it is certain."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile
from pathlib import Path

from depaudit.commands.base import FileUse, Install, ProjectUse
from depaudit.gate.locks import read_pins
from depaudit.inputs import read_inputs
from depaudit.installed.files import read_bytes
from depaudit.model.names import Ecosystem
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import Requirement, SourceKind
from depaudit.parsers import format_for
from depaudit.workspaces import covers

MAX_MEMBERS = 2_000
MAX_FOLDERS = 20_000
MAX_ENTRIES = 100_000
MAX_DEPTH = 12
MAX_BYTES = 4 * 1024 * 1024
_JS_MANIFEST = "package.json"
_GIT_HOSTS = frozenset({"github.com", "codeload.github.com", "gitlab.com", "bitbucket.org"})
_GLOB = re.compile(r"[*?\[{]")
_URL = re.compile(r"https?://([A-Za-z0-9.-]{1,253})(?::\d{1,5})?(/[^\s\"'<>#?]*)")  # each letter is read once
_ARCHIVES = (".tgz", ".tar.gz", ".whl", ".zip")


@record
class Layout:
    """The files of one client's project. ``lockfiles`` in the client's order: the first that exists counts."""

    manifests: tuple[str, ...]
    lockfiles: tuple[str, ...]


LAYOUTS: Mapping[str, Layout] = {
    "uv": Layout(manifests=("pyproject.toml",), lockfiles=("uv.lock",)),
    "poetry": Layout(manifests=("pyproject.toml",), lockfiles=("poetry.lock",)),
    "pdm": Layout(manifests=("pyproject.toml",), lockfiles=("pdm.lock", "pylock.toml")),
    "pipenv": Layout(manifests=("Pipfile",), lockfiles=("Pipfile.lock",)),
    "npm": Layout(manifests=(_JS_MANIFEST,), lockfiles=("npm-shrinkwrap.json", "package-lock.json")),
    "pnpm": Layout(manifests=(_JS_MANIFEST,), lockfiles=("pnpm-lock.yaml",)),
    "yarn": Layout(manifests=(_JS_MANIFEST,), lockfiles=("yarn.lock",)),
    "bun": Layout(manifests=(_JS_MANIFEST,), lockfiles=("bun.lock",)),
    "deno": Layout(manifests=("deno.json", "deno.jsonc", _JS_MANIFEST), lockfiles=("deno.lock",)),
}


@record
class Asked:
    """What the command asks for.

    ``certain``   requirements that the client would fetch without doubt
    ``others``    requirements that it may fetch, or only bounds the choice by (constraints, optional ones)
    ``hosts``     hosts of archives that lockfiles name which depaudit cannot read yet
    ``root``      the folder of the project, or where the client works
    """

    certain: tuple[Requirement, ...]
    others: tuple[Requirement, ...]
    problems: tuple[Problem, ...]
    files: tuple[Path, ...]
    hosts: tuple[str, ...]
    root: Path


def read_asked(install: Install, *, cwd: Path) -> Asked:
    """Read the files that the command names, and the project around its folder where it uses one."""
    folder = _joined(cwd, install.folder)
    root = project_root(install.client, folder) if install.project is not ProjectUse.NONE else None
    files = project_files(install, root) if root is not None else ()
    named: list[Path] = []
    constraints: list[Path] = []
    for file in install.files:
        path = _joined(folder, file.path)
        if file.use is FileUse.PROJECT and path.is_dir():
            named += [path / name for name in ("pyproject.toml", "setup.cfg") if (path / name).is_file()]
        elif path.is_file():
            (constraints if file.use is FileUse.CONSTRAINTS else named).append(path)
    known = tuple(path for path in files if format_for(path.as_posix()) is not None)
    inputs = read_inputs([*known, *named], cwd=folder)
    bounds = read_inputs(constraints, cwd=folder)
    certain: list[Requirement] = []
    others = list(bounds.requirements)
    for wish in inputs.requirements:
        (certain if _is_certain(wish, install, root) else others).append(wish)
    for path in files:
        if path not in known:
            certain += read_pins(path.name, _text(path), os.path.relpath(path, folder))
    typed_certain: list[Requirement] = []
    typed_others: list[Requirement] = []
    for wish in install.requirements:
        answered = install.local_first and _has_program(wish, folder, root)
        (typed_others if answered or _marker_is_false(wish) else typed_certain).append(wish)
    return Asked(
        certain=(*typed_certain, *certain),
        others=(*typed_others, *others),
        problems=(*inputs.problems, *bounds.problems),
        files=(*files, *named, *constraints),
        hosts=tuple(sorted({host for path in files if path not in known for host in _hosts(path)})),
        root=root or folder,
    )


def project_root(client: str, folder: Path) -> Path | None:
    """The nearest folder, upward, that holds the client's manifest; for workspaces, the one that holds the lockfile."""
    layout = LAYOUTS.get(client)
    if layout is None:
        return None
    found: Path | None = None
    for above in islice((folder, *folder.parents), 40):
        has_lock = any((above / name).is_file() for name in layout.lockfiles)
        if found is None and (has_lock or any((above / name).is_file() for name in layout.manifests)):
            found = above
            if has_lock:
                return above
        elif found is not None and has_lock and _declares_members(above):
            return above
    return found


def project_files(install: Install, root: Path) -> tuple[Path, ...]:
    """The manifests and the lockfile that the client reads in ``root``."""
    layout = LAYOUTS[install.client]
    manifests = [root / name for name in layout.manifests if (root / name).is_file()]
    lock = next((root / name for name in layout.lockfiles if (root / name).is_file()), None)
    if install.project is ProjectUse.FROZEN and lock is not None:
        # what is taken is the lockfile, word for word; its manifest may say anything
        return (lock, *_members(root, manifests)) if lock.suffix == ".json" else (lock,)
    files = [*manifests, *_members(root, manifests)]
    return (*dict.fromkeys(files), *((lock,) if lock is not None else ()))


def written_files(client: str, root: Path) -> tuple[Path, ...]:
    """The files that a run of the client may write in ``root``: their state before it is kept."""
    layout = LAYOUTS.get(client)
    if layout is None:
        return ()
    manifests = [root / name for name in layout.manifests]
    members = _members(root, manifests)
    return tuple(dict.fromkeys((*manifests, *(root / name for name in layout.lockfiles), *members)))


def _is_certain(wish: Requirement, install: Install, root: Path | None) -> bool:
    if wish.source.kind is SourceKind.WORKSPACE or _marker_is_false(wish):
        return False
    left_out = set(install.left_out)
    taken = ({"main", "dev"} if root is not None else {"main"}) - left_out
    if wish.ecosystem is Ecosystem.NPM:
        # a peer or optional dependency may be skipped; a development dependency of a dependency is never fetched
        return bool(taken & set(wish.groups))
    return bool(taken & set(wish.groups)) or (not wish.direct and not left_out & set(wish.groups))


def _marker_is_false(wish: Requirement) -> bool:
    """Whether the marker excludes this machine, as far as that does not hang on the client's own Python version."""
    if not wish.marker:
        return False
    from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

    if "extra" in wish.marker:
        return True  # whether the extra is wanted, only the client knows
    try:
        return not Marker(wish.marker).evaluate()
    except (InvalidMarker, UndefinedEnvironmentName):
        return False


def _has_program(wish: Requirement, folder: Path, root: Path | None) -> bool:
    """Whether a program of the name lies in the project, so that the client runs it and fetches nothing."""
    name = wish.raw_name.rpartition("/")[2]
    places = dict.fromkeys([folder, *folder.parents[:20], *([root] if root else [])])
    return any(_exists(place / "node_modules" / ".bin" / name) for place in places)


def _exists(path: Path) -> bool:
    try:
        return path.exists() or path.with_name(f"{path.name}.cmd").exists()
    except OSError:
        return False


def _members(root: Path, manifests: Sequence[Path]) -> list[Path]:
    """The package.json files of the workspace's members: their names are nobody's on the registry."""
    if root / _JS_MANIFEST not in manifests:
        return []
    globs = tuple(islice(_member_patterns(root), MAX_MEMBERS))
    folders = _Folders()
    found: dict[Path, None] = {}
    for glob in globs:
        parts = [part for part in glob.split("/") if part not in ("", ".")]
        if not parts or glob.startswith(("/", "!")) or ".." in parts:
            continue
        plain = list(takewhile(lambda part: not _GLOB.search(part), parts))
        depth = MAX_DEPTH if "**" in glob else len(parts) - len(plain)
        for folder in folders.below(root.joinpath(*plain), depth):
            if (folder / _JS_MANIFEST).is_file() and folder != root and covers(globs, root, folder):
                found[folder / _JS_MANIFEST] = None
    return list(found)[:MAX_MEMBERS]


class _Folders:
    """Walks folders, altogether so many; never into what package managers or others keep for themselves."""

    def __init__(self) -> None:
        self._left = MAX_FOLDERS

    def below(self, top: Path, depth: int) -> Iterator[Path]:
        """``top`` and the folders in it, ``depth`` levels down."""
        level = [top]
        for _ in range(depth + 1):
            yield from level
            level = [inside for folder in level for inside in self._in(folder)]

    def _in(self, folder: Path) -> list[Path]:
        self._left -= 1
        if self._left < 0:
            return []
        try:
            with os.scandir(folder) as entries:
                names = sorted(e.name for e in islice(entries, MAX_ENTRIES) if e.is_dir(follow_symlinks=False))
        except OSError:
            return []
        return [folder / name for name in names if name != "node_modules" and not name.startswith(".")]


def _member_patterns(root: Path) -> Iterator[str]:
    text = _text(root / _JS_MANIFEST)
    try:
        manifest = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        manifest = {}
    workspaces = manifest.get("workspaces") if isinstance(manifest, dict) else None
    if isinstance(workspaces, dict):
        workspaces = workspaces.get("packages")
    if isinstance(workspaces, list):
        yield from (word for word in workspaces if isinstance(word, str))
    yield from _pnpm_patterns(_text(root / "pnpm-workspace.yaml"))


def _pnpm_patterns(text: str) -> Iterator[str]:
    """The ``packages`` list of a pnpm-workspace.yaml, as it is always written: one quoted or bare glob a line."""
    inside = False
    for line in text.splitlines()[:10_000]:
        if re.match(r"packages\s*:", line):
            inside = True
        elif inside and (entry := re.match(r"\s*-\s*(['\"]?)([^'\"#]+)\1\s*(?:#.*)?$", line)):
            yield entry.group(2).strip()
        elif line.strip() and not line[0].isspace() and not line.startswith(("-", "#")):
            inside = False


def _declares_members(folder: Path) -> bool:
    if any(True for _ in _member_patterns(folder)):
        return True
    return "tool.uv.workspace" in _text(folder / "pyproject.toml")


def _hosts(path: Path) -> Iterable[str]:
    urls = _URL.finditer(_text(path))
    return {found[1].lower() for found in urls if any(end in found[2] for end in _ARCHIVES)} - _GIT_HOSTS


def _text(path: Path) -> str:
    try:
        return read_bytes(str(path), MAX_BYTES * 8)[0].decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _joined(base: Path, word: str) -> Path:
    return Path(os.path.abspath(base / word))  # noqa: PTH100  places follow the text of paths, not symbolic links
