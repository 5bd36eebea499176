"""``[tool.poetry]``, of Poetry 1 and 2.

Versions are in Poetry's own grammar (``^1.2``, ``~1.2``, ``*``, a bare ``1.2.3`` is exact) and kept as written.
https://python-poetry.org/docs/pyproject/, https://python-poetry.org/docs/dependency-specification/
"""

from __future__ import annotations

import re
from typing import Any

from depaudit.model.names import NormalizedName
from depaudit.model.requirement import REGISTRY, IndexRef, Source, SourceKind
from depaudit.parsers.pep508 import Dependency
from depaudit.parsers.pyproject_reader import WORKSPACE, NamedSource, Reader
from depaudit.parsers.toml_positions import Step, pointer
from depaudit.parsers.toml_text import Table
from depaudit.parsers.toml_values import as_group, as_list, as_table, as_text

_HERE = ("tool", "poetry")
_EXACT = re.compile(r"={0,3}\s*v?(\d[0-9A-Za-z.!+_-]*)")
_PYPI = "https://pypi.org/simple/"


def read_poetry(reader: Reader, poetry: Table, *, listed: frozenset[NormalizedName]) -> None:
    """Read all of Poetry's tables.

    ``listed`` are the names that ``[project]`` states itself: there ``[tool.poetry.dependencies]`` only says where
    they come from (``poetry_sources``) and asks for nothing more.
    """
    indexes = _indexes(reader, poetry)
    extras: dict[str, list[str]] = {}
    for extra, names in as_table(poetry.get("extras")).items():
        for name in as_list(names):
            if isinstance(name, str):
                extras.setdefault(name, []).append(as_group(extra))
    _table(reader, poetry.get("dependencies"), ("main",), indexes, extras, listed, *_HERE, "dependencies")
    _table(reader, poetry.get("dev-dependencies"), ("dev",), indexes, {}, frozenset(), *_HERE, "dev-dependencies")
    _table(reader, poetry.get("requires-plugins"), ("plugins",), indexes, {}, frozenset(), *_HERE, "requires-plugins")
    for name, value in reader.table(poetry.get("group"), *_HERE, "group").items():
        path = (*_HERE, "group", name)
        group = reader.table(value, *path)
        _table(reader, group.get("dependencies"), (as_group(name),), indexes, {}, frozenset(), *path, "dependencies")


def note_poetry_indexes(reader: Reader, poetry: Table) -> None:
    """Note ``[[tool.poetry.source]]``: primary ones replace PyPI, supplemental ones add, explicit ones wait."""
    refs = [(ref, priority) for ref, priority in _sources(reader, poetry)]
    primary = [ref for ref, priority in refs if priority in ("primary", "default")]
    if primary:
        reader.index_url = reader.index_url or primary[0]
    reader.extra_indexes += primary[1:]
    reader.extra_indexes += [ref for ref, priority in refs if priority in ("supplemental", "secondary")]


def poetry_sources(reader: Reader, poetry: Table) -> dict[NormalizedName, tuple[NamedSource, ...]]:
    """The sources that ``[tool.poetry.dependencies]`` gives to names of ``[project]``'s own list."""
    indexes = _indexes(reader, poetry)
    found: dict[NormalizedName, tuple[NamedSource, ...]] = {}
    for raw_name, value in as_table(poetry.get("dependencies")).items():
        entries = [as_table(entry) for entry in (value if isinstance(value, list) else [value])]
        path = (*_HERE, "dependencies", raw_name)
        sources = [NamedSource(source=_source(reader, entry, indexes, *path)) for entry in entries]
        name = reader.normalized(raw_name, *path)
        if name is not None and any(s.source is not REGISTRY for s in sources):
            found[name] = tuple(sources)
    return found


def _sources(reader: Reader, poetry: Table) -> list[tuple[IndexRef, str]]:
    found = []
    for number, entry in enumerate(reader.array(poetry.get("source"), *_HERE, "source")):
        table = as_table(entry)
        name, url = as_text(table.get("name")), as_text(table.get("url"))
        if url is None and name is not None and name.lower() == "pypi":
            url = _PYPI
        if url is None:
            reader.problem("This source has no url.", 'Add url = "https://…".', *_HERE, "source", number)
            continue
        priority = as_text(table.get("priority")) or "primary"
        if table.get("secondary") is True:  # before Poetry 1.5
            priority = "secondary"
        ref = IndexRef(url=url, location=reader.location(*_HERE, "source", number), name=name)
        found.append((ref, priority))
    return found


def _indexes(reader: Reader, poetry: Table) -> dict[str, IndexRef]:
    """The sources by name, in lower case; problems with them are noted elsewhere, once."""
    quiet = Reader(path=reader.path, positions=reader.positions)
    return {ref.name.lower(): ref for ref, _ in _sources(quiet, poetry) if ref.name is not None}


def _table(
    reader: Reader,
    value: Any,
    groups: tuple[str, ...],
    indexes: dict[str, IndexRef],
    extras: dict[str, list[str]],
    listed: frozenset[NormalizedName],
    *path: Step,
) -> None:
    """Read one table of name = version, table or array of tables."""
    for raw_name, wanted in reader.table(value, *path).items():
        if raw_name.lower() == "python":
            continue
        name = reader.normalized(raw_name, *path, raw_name)
        if name is None or name in listed:
            continue
        several = isinstance(wanted, list)
        for index, entry in enumerate(wanted if several else [wanted]):
            place: tuple[Step, ...] = (*path, raw_name, index) if several else (*path, raw_name)
            if isinstance(entry, str):
                entry = {"version": entry}
            if not isinstance(entry, dict):
                reader.problem(
                    f"{pointer(*place)} is neither a version nor a table.", 'Write a version such as "^1.2".', *place
                )
                continue
            version = entry.get("version", "")
            if not isinstance(version, str):
                reader.problem(f"The version of {name} is no text.", 'Write it as "^1.2".', *place)
                continue
            version = version.strip()
            exact = _EXACT.fullmatch(version)
            dependency = Dependency(
                name=name,
                raw_name=raw_name,
                specifier="" if version == "*" else f"=={exact.group(1)}" if exact and version[0] != "=" else version,
                pinned=exact.group(1) if exact is not None else None,
                marker=as_text(entry.get("markers")),
            )
            own = name == reader.own_name
            reader.add(
                dependency,
                f'{raw_name} = "{version}"' if version else raw_name,
                reader.location(*place),
                tuple(extras.get(raw_name, ["optional"])) if entry.get("optional") is True else groups,
                WORKSPACE if own else _source(reader, entry, indexes, *place),
            )


def _source(reader: Reader, entry: Table, indexes: dict[str, IndexRef], *path: Step) -> Source:
    kinds = (("git", SourceKind.GIT), ("url", SourceKind.URL), ("path", SourceKind.PATH), ("file", SourceKind.PATH))
    for key, kind in kinds:
        target = as_text(entry.get(key))
        if target is not None:
            return Source(kind=kind, url=target)
    wanted = as_text(entry.get("source"))
    if wanted is None or (wanted.lower() == "pypi" and "pypi" not in indexes):
        return REGISTRY
    ref = indexes.get(wanted.lower())
    if ref is None:
        reader.problem(
            f"{pointer(*path)} names a source that is not in [[tool.poetry.source]].",
            "Add the source with that name, or take the key out.",
            *path,
        )
        return REGISTRY
    return Source(kind=SourceKind.REGISTRY, index=ref)
