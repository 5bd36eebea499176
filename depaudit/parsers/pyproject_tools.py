"""What PDM, Hatch, Rye, Flit and setuptools keep in ``pyproject.toml`` beside the standard's lists."""

from __future__ import annotations

from typing import Any

from depaudit.model.requirement import IndexRef
from depaudit.parsers.pyproject_reader import Reader
from depaudit.parsers.requirements import parse_requirement_lines
from depaudit.parsers.toml_positions import Step
from depaudit.parsers.toml_text import Table
from depaudit.parsers.toml_values import as_group, as_list, as_table, as_text


def read_pdm(reader: Reader, pdm: Table) -> None:
    """PDM's development groups, overrides and sources. https://pdm-project.org/latest/reference/pep621/"""
    here = ("tool", "pdm")
    reader.specifiers(pdm.get("plugins"), ("plugins",), *here, "plugins")
    for group, items in reader.table(pdm.get("dev-dependencies"), *here, "dev-dependencies").items():
        path = (*here, "dev-dependencies", group)
        for index, item in enumerate(reader.array(items, *path)):
            if isinstance(item, str) and item.lstrip().startswith("-"):
                _line(reader, item, (as_group(group),), *path, index)
            else:
                reader.specifier(item, (as_group(group),), *path, index)
    place = (*here, "resolution", "overrides")
    for override, version in reader.table(as_table(pdm.get("resolution")).get("overrides"), *place).items():
        if isinstance(version, str):
            joined = f"{override} @ {version}" if "://" in version else f"{override}{_pep440(version)}"
            reader.specifier(joined, ("constraints",), *place, override)
    for number, entry in enumerate(reader.array(pdm.get("source"), *here, "source")):
        table = as_table(entry)
        url, name = as_text(table.get("url")), as_text(table.get("name"))
        if url is None:
            continue
        ref = IndexRef(url=url, location=reader.location(*here, "source", number), name=name)
        if table.get("type") == "find_links":
            reader.find_links.append(ref)
        elif name == "pypi":  # PDM: a source of this name replaces PyPI
            reader.index_url = reader.index_url or ref
        else:
            reader.extra_indexes.append(ref)


def read_hatch(reader: Reader, hatch: Table) -> None:
    """Hatch's environments and build hooks. https://hatch.pypa.io/latest/config/environment/overview/"""
    here = ("tool", "hatch")
    for name, value in reader.table(hatch.get("envs"), *here, "envs").items():
        path = (*here, "envs", name)
        environment = reader.table(value, *path)
        for key in ("dependencies", "extra-dependencies"):
            reader.specifiers(environment.get(key), (as_group(name),), *path, key)
        _hatch_overrides(reader, as_table(environment.get("overrides")), (as_group(name),), *path, "overrides")
    build = as_table(hatch.get("build"))
    _build_dependencies(reader, build, *here, "build")
    for kind in ("targets", "hooks"):
        for name, value in as_table(build.get(kind)).items():
            table = as_table(value)
            _build_dependencies(reader, table, *here, "build", kind, name)
            for hook, settings in as_table(table.get("hooks")).items():
                _build_dependencies(reader, as_table(settings), *here, "build", kind, name, "hooks", hook)
    hook_path = (*here, "metadata", "hooks", "requirements_txt")
    hooks = as_table(as_table(hatch.get("metadata")).get("hooks"))
    _files(reader, as_table(hooks.get("requirements_txt")).get("files"), *hook_path, "files")
    extras = as_table(as_table(hooks.get("requirements_txt")).get("optional-dependencies"))
    for extra, files in extras.items():
        _files(reader, files, *hook_path, "optional-dependencies", extra)


def read_setuptools(reader: Reader, setuptools: Table) -> None:
    """The files that hold setuptools' dynamic lists.

    https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata
    """
    here = ("tool", "setuptools", "dynamic")
    dynamic = as_table(setuptools.get("dynamic"))
    _files(reader, as_table(dynamic.get("dependencies")).get("file"), *here, "dependencies", "file")
    for extra, value in as_table(dynamic.get("optional-dependencies")).items():
        _files(reader, as_table(value).get("file"), *here, "optional-dependencies", extra, "file")


def read_rye(reader: Reader, rye: Table) -> None:
    """Rye's development dependencies. https://rye.astral.sh/guide/pyproject/"""
    reader.specifiers(rye.get("dev-dependencies"), ("dev",), "tool", "rye", "dev-dependencies")


def read_flit(reader: Reader, flit: Table) -> None:
    """Flit's old metadata table. https://flit.pypa.io/en/stable/pyproject_toml.html#old-style-metadata"""
    here = ("tool", "flit", "metadata")
    metadata = as_table(flit.get("metadata"))
    reader.specifiers(metadata.get("requires"), ("main",), *here, "requires")
    reader.specifiers(metadata.get("dev-requires"), ("dev",), *here, "dev-requires")
    for extra, items in reader.table(metadata.get("requires-extra"), *here, "requires-extra").items():
        reader.specifiers(items, (as_group(extra),), *here, "requires-extra", extra)


def _hatch_overrides(reader: Reader, overrides: Table, groups: tuple[str, ...], *path: Step) -> None:
    """What an environment adds by matrix variable, platform, environment variable or name."""
    for kind in ("matrix", "platform", "env", "name"):
        for which, value in as_table(overrides.get(kind)).items():
            for key, items in as_table(value).items():
                if key.removeprefix("set-") not in ("dependencies", "extra-dependencies"):
                    continue
                for index, item in enumerate(as_list(items)):
                    text = item.get("value") if isinstance(item, dict) else item
                    reader.specifier(text, groups, *path, kind, which, key, index)


def _build_dependencies(reader: Reader, table: Table, *path: Step) -> None:
    reader.specifiers(table.get("dependencies"), ("build",), *path, "dependencies")


def _files(reader: Reader, value: Any, *path: Step) -> None:
    if isinstance(value, str):
        reader.include(value, *path)
    for index, target in enumerate(as_list(value)):
        reader.include(target, *path, index)


def _line(reader: Reader, text: str, groups: tuple[str, ...], *path: Step) -> None:
    """A line of a requirements file in place of a PEP 508 text: ``-e file:///${PROJECT_ROOT}/part#egg=part``."""
    line, column = reader.positions.place(*path)
    parsed = parse_requirement_lines([(line, column, text.strip())], reader.path, groups)
    reader.requirements += parsed.requirements
    reader.problems += parsed.problems
    reader.undetermined += parsed.undetermined
    reader.not_audited.update(dict(parsed.not_audited))


def _pep440(version: str) -> str:
    version = version.strip()
    if version == "*":
        return ""
    return version if version.startswith(("=", "<", ">", "!", "~")) else f"=={version}"
