"""``[tool.uv]``: where names come from, and what is asked for beside the project's own lists.

https://docs.astral.sh/uv/reference/settings/
"""

from __future__ import annotations

import re
from typing import Any

from depaudit.errors import DepauditError
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.requirement import REGISTRY, IndexRef, Source, SourceKind
from depaudit.parsers.pyproject_reader import WORKSPACE, NamedSource, Reader
from depaudit.parsers.toml_positions import pointer
from depaudit.parsers.toml_text import Table
from depaudit.parsers.toml_values import as_list, as_text

_HERE = ("tool", "uv")
_LIMITS = ("constraint-dependencies", "override-dependencies", "build-constraint-dependencies")


def read_uv_sources(reader: Reader, uv: Table) -> None:
    """Note the indexes, and the sources that apply to names in the project's lists."""
    indexes = _read_indexes(reader, uv)
    sources: dict[NormalizedName, tuple[NamedSource, ...]] = {}
    for raw_name, value in reader.table(uv.get("sources"), *_HERE, "sources").items():
        name = reader.normalized(raw_name, *_HERE, "sources", raw_name)
        entries = value if isinstance(value, list) else [value]
        found = [_source(reader, entry, indexes, raw_name) for entry in entries]
        if name is not None:
            sources[name] = tuple(source for source in found if source is not None)
    reader.sources = sources


def read_uv_requirements(reader: Reader, uv: Table) -> None:
    """Read the lists that uv adds: development dependencies, constraints, what builds need."""
    reader.specifiers(uv.get("dev-dependencies"), ("dev",), *_HERE, "dev-dependencies")
    for key in _LIMITS:
        for index, item in enumerate(reader.array(uv.get(key), *_HERE, key)):
            text = item.get("requirement") if isinstance(item, dict) else item
            reader.specifier(text, ("constraints",), *_HERE, key, index)
    extra_build = reader.table(uv.get("extra-build-dependencies"), *_HERE, "extra-build-dependencies")
    for package, items in extra_build.items():
        path = (*_HERE, "extra-build-dependencies", package)
        for index, item in enumerate(reader.array(items, *path)):
            text = item.get("requirement") if isinstance(item, dict) else item
            reader.specifier(text, ("build",), *path, index)


def _read_indexes(reader: Reader, uv: Table) -> dict[str, IndexRef]:
    """Note the index options; return the indexes by name."""
    named: dict[str, IndexRef] = {}
    for number, entry in enumerate(reader.array(uv.get("index"), *_HERE, "index")):
        table = reader.table(entry, *_HERE, "index", number)
        url, name = as_text(table.get("url")), as_text(table.get("name"))
        if url is None:
            if table:
                reader.problem("This index has no url.", 'Add url = "https://…".', *_HERE, "index", number)
            continue
        ref = IndexRef(url=url, location=reader.location(*_HERE, "index", number), name=name)
        if name is not None:
            named.setdefault(name, ref)
        if table.get("explicit") is True:
            continue
        if table.get("default") is True:
            reader.index_url = reader.index_url or ref
        elif table.get("format") == "flat":
            reader.find_links.append(ref)
        else:
            reader.extra_indexes.append(ref)
    for table, here in ((uv, _HERE), (reader.table(uv.get("pip"), *_HERE, "pip"), (*_HERE, "pip"))):
        url = as_text(table.get("index-url"))
        if url is not None and reader.index_url is None:
            reader.index_url = IndexRef(url=url, location=reader.location(*here, "index-url"))
        for key, refs in (("extra-index-url", reader.extra_indexes), ("find-links", reader.find_links)):
            refs += [
                IndexRef(url=url, location=reader.location(*here, key, number))
                for number, url in enumerate(as_list(table.get(key)))
                if as_text(url)
            ]
        reader.no_index = reader.no_index or table.get("no-index") is True
    return named


def _source(reader: Reader, entry: Any, indexes: dict[str, IndexRef], raw_name: str) -> NamedSource | None:
    """One source table of a name."""
    path = (*_HERE, "sources", raw_name)
    table = reader.table(entry, *path)
    only_in = as_text(table.get("extra")) or as_text(table.get("group"))
    source = _kind(table)
    index = as_text(table.get("index"))
    if source is None and index is not None:
        ref = indexes.get(index)
        if ref is None:
            # it may stand in the workspace's root or in uv.toml, which this text does not show
            reader.undetermined.append((reader.location(*path), f"the index that {pointer(*path)} names"))
            source = REGISTRY
        else:
            source = Source(kind=SourceKind.REGISTRY, index=ref)
    if source is None:
        if table:
            reader.problem(
                f"{pointer(*path)} names no source.",
                "Give one of git, url, path, workspace or index.",
                *path,
            )
        return None
    return NamedSource(
        source=source,
        only_in=_plain(only_in) if only_in else None,
        conditional=as_text(table.get("marker")) is not None,
    )


def _kind(table: Table) -> Source | None:
    for key, kind in (("git", SourceKind.GIT), ("url", SourceKind.URL), ("path", SourceKind.PATH)):
        target = as_text(table.get(key))
        if target is not None:
            return Source(kind=kind, url=target)
    return WORKSPACE if table.get("workspace") is True else None


def _plain(name: str) -> str:
    try:
        return normalize(Ecosystem.PYPI, name)
    except DepauditError:
        return re.sub(r"[-_.]+", "-", name).lower()
