"""``pyproject.toml``: the project's own lists (PEP 621, 735, 518), and those of Poetry, uv, PDM, Hatch and others.

https://packaging.python.org/specifications/pyproject-toml/,
https://packaging.python.org/specifications/dependency-groups/
"""

from __future__ import annotations

import re
from typing import Any

from depaudit.errors import DepauditError, ParseError
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.parsers.base import Parsed
from depaudit.parsers.pyproject_poetry import note_poetry_indexes, poetry_sources, read_poetry
from depaudit.parsers.pyproject_reader import Reader
from depaudit.parsers.pyproject_tools import read_flit, read_hatch, read_pdm, read_rye, read_setuptools
from depaudit.parsers.pyproject_uv import read_uv_requirements, read_uv_sources
from depaudit.parsers.toml_positions import pointer, toml_positions
from depaudit.parsers.toml_text import Table, load_toml
from depaudit.parsers.toml_values import as_group, as_list, as_table, as_text

MAX_LENGTH = 8 * 1024 * 1024
"""Letters of one file; the largest met in public have some hundred thousand."""
MAX_GROUPS = 500
"""Dependency groups of one file that are joined with the groups including them."""
DYNAMIC = "dynamic dependency list"
"""The kind, in ``Parsed.not_audited``, of lists that a build backend makes by means that the file does not show."""

_ELSEWHERE = ("setuptools", "poetry")  # their dynamic lists stand in files and tables that are read by themselves


class PyprojectParser:
    """``pyproject.toml``."""

    name = "pyproject"
    what = "pyproject.toml: PEP 621 and 735, Poetry, uv, PDM, Hatch"
    patterns: tuple[str, ...] = ("pyproject.toml",)
    lockfile = False

    def matches(self, path: str) -> bool:
        """Whether ``path`` is called ``pyproject.toml``."""
        return path.rpartition("/")[2] == "pyproject.toml"

    def parse(self, text: str, path: str) -> Parsed:
        """Read a file. An entry that cannot be read is a problem; the others are kept."""
        if len(text) > MAX_LENGTH:
            raise ParseError(
                f"The file has {len(text)} letters; a pyproject.toml of more than {MAX_LENGTH} is not read.",
                mend="Leave it out with --exclude.",
                path=path,
                line=1,
            )
        data = load_toml(text, path)
        reader = Reader(path=path, positions=toml_positions(text))
        tool = reader.table(data.get("tool"), "tool")
        _read(reader, data, tool)
        return reader.parsed()


PARSER = PyprojectParser()


def _read(reader: Reader, data: Table, tool: Table) -> None:
    project = reader.table(data.get("project"), "project")
    uv, poetry = (reader.table(tool.get(key), "tool", key) for key in ("uv", "poetry"))
    own_name = as_text(project.get("name")) or as_text(poetry.get("name"))
    if own_name is not None:
        try:
            reader.own_name = normalize(Ecosystem.PYPI, own_name)
        except DepauditError:
            reader.own_name = None  # the name of the project itself is asked nowhere
    note_poetry_indexes(reader, poetry)
    read_uv_sources(reader, uv)
    listed: frozenset[NormalizedName] = frozenset()
    if "dependencies" in project or "optional-dependencies" in project:
        reader.sources = {**poetry_sources(reader, poetry), **reader.sources}
    _read_project(reader, project)
    listed = frozenset(requirement.name for requirement in reader.requirements)
    _read_groups(reader, data.get("dependency-groups"))
    build = reader.table(data.get("build-system"), "build-system")
    reader.specifiers(build.get("requires"), ("build",), "build-system", "requires")
    read_poetry(reader, poetry, listed=listed)
    read_uv_requirements(reader, uv)
    read_pdm(reader, reader.table(tool.get("pdm"), "tool", "pdm"))
    read_hatch(reader, reader.table(tool.get("hatch"), "tool", "hatch"))
    read_rye(reader, reader.table(tool.get("rye"), "tool", "rye"))
    read_flit(reader, reader.table(tool.get("flit"), "tool", "flit"))
    read_setuptools(reader, reader.table(tool.get("setuptools"), "tool", "setuptools"))
    _note_dynamic(reader, project, as_text(build.get("build-backend")) or "setuptools")


def _read_project(reader: Reader, project: Table) -> None:
    reader.specifiers(project.get("dependencies"), ("main",), "project", "dependencies")
    extras = reader.table(project.get("optional-dependencies"), "project", "optional-dependencies")
    for extra, items in extras.items():
        reader.specifiers(items, (as_group(extra),), "project", "optional-dependencies", extra)


def _note_dynamic(reader: Reader, project: Table, backend: str) -> None:
    """Say that a list is made elsewhere, unless that place is read by itself."""
    if backend.startswith(_ELSEWHERE) or reader.includes:
        return
    dynamic = [key for key in as_list(project.get("dynamic")) if key in ("dependencies", "optional-dependencies")]
    if dynamic:
        reader.not_audited[DYNAMIC] += len(dynamic)


def _read_groups(reader: Reader, value: Any) -> None:
    """``[dependency-groups]``: each requirement is in its own group and in all that include that one."""
    here = "dependency-groups"
    groups: dict[str, tuple[str, list[Any]]] = {}
    for written, items in reader.table(value, here).items():
        name = _plain(written)
        if name in groups:
            reader.problem(f"{pointer(here, written)} is there twice.", "Give each group one name.", here, written)
            continue
        groups[name] = (written, reader.array(items, here, written))
    includers: dict[str, list[str]] = {}
    for name, (written, items) in groups.items():
        for index, item in enumerate(items):
            if isinstance(item, dict):
                target = _included(reader, item, groups, written, index)
                if target is not None:
                    includers.setdefault(target, []).append(name)
    _refuse_loops(reader, groups)
    for name, (written, items) in groups.items():
        labels = _with_includers(name, includers) if len(groups) <= MAX_GROUPS else [name]
        shown = tuple(dict.fromkeys(as_group(groups[label][0]) for label in labels))
        for index, item in enumerate(items):
            if not isinstance(item, dict):
                reader.specifier(item, shown, here, written, index)


def _included(
    reader: Reader, item: Table, groups: dict[str, tuple[str, list[Any]]], written: str, index: int
) -> str | None:
    """The group that ``{include-group = …}`` names; else None, and the problem is noted."""
    place = ("dependency-groups", written, index)
    target = as_text(item.get("include-group"))
    if target is None or len(item) != 1:
        reader.problem(
            f"{pointer(*place)} is neither a requirement nor an include.", 'Write {include-group = "name"}.', *place
        )
        return None
    if _plain(target) not in groups:
        reader.problem(
            f"{pointer(*place)} includes a group that is not there.", "Add the group, or take the include out.", *place
        )
        return None
    return _plain(target)


def _refuse_loops(reader: Reader, groups: dict[str, tuple[str, list[Any]]]) -> None:
    """Note each include that closes a loop."""
    done: set[str] = set()
    for start in groups:
        if start in done:
            continue
        on_path = {start}
        stack = [(start, _includes(groups, start))]
        while stack:
            name, waiting = stack[-1]
            if not waiting:
                stack.pop()
                on_path.discard(name)
                done.add(name)
                continue
            index, target = waiting.pop()
            if target in on_path:
                place = ("dependency-groups", groups[name][0], index)
                reader.problem(
                    f"{pointer(*place)} closes a loop: the group includes itself.", "Take one include out.", *place
                )
            elif target not in done:
                on_path.add(target)
                stack.append((target, _includes(groups, target)))


def _includes(groups: dict[str, tuple[str, list[Any]]], name: str) -> list[tuple[int, str]]:
    return [
        (index, target)
        for index, item in enumerate(groups[name][1])
        if (target := _plain(as_text(as_table(item).get("include-group")) or "")) in groups
    ]


def _with_includers(name: str, includers: dict[str, list[str]]) -> list[str]:
    found = {name: None}
    waiting = [name]
    while waiting:
        for group in includers.get(waiting.pop(), ()):
            if group not in found:
                found[group] = None
                waiting.append(group)
    return list(found)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
