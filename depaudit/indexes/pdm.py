"""PDM's sources: ``[[tool.pdm.source]]`` of a project, and where the operator lets PDM look for PyPI."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from depaudit.indexes.files import SettingsFiles, line_of
from depaudit.indexes.settings import PypiClient
from depaudit.model.requirement import IndexRef, Location, Origin
from depaudit.model.route import Choice

MAX_SOURCES = 200


def read_pdm(environment: Mapping[str, str]) -> PypiClient:
    """PDM's own settings outside any project: ``PDM_PYPI_URL``."""
    url = environment.get("PDM_PYPI_URL", "").strip()
    place = Location(path="$PDM_PYPI_URL", line=1)
    return PypiClient(default=IndexRef(url=url, origin=Origin.OPERATOR, location=place) if url else None)


def pdm_sources(table: Mapping[str, Any], text: str, path: Path, files: SettingsFiles) -> PypiClient | None:
    """The sources in a ``[tool.pdm]`` table of the audited tree; None where it names none.

    A source called ``pypi`` stands in PyPI's place; the others are asked beside it, and the newest version wins
    unless ``respect-source-order`` is set.
    """
    sources = table.get("source")
    default: IndexRef | None = None
    extra: list[IndexRef] = []
    links: list[IndexRef] = []
    for source in (sources if isinstance(sources, list) else [])[:MAX_SOURCES]:
        if not isinstance(source, dict) or not isinstance(source.get("url"), str):
            continue
        url, name = source["url"], source.get("name")
        label = name if isinstance(name, str) else None
        ref = files.ref(url, path, line_of(text, url), name=label, origin=Origin.TREE)
        if source.get("type") == "find_links":
            links.append(ref)
        elif label == "pypi":
            default = ref
        else:
            extra.append(ref)
    if default is None and not extra and not links:
        return None
    resolution = table.get("resolution")
    ordered = isinstance(resolution, dict) and resolution.get("respect-source-order") is True
    return PypiClient(
        default=default,
        extra=tuple(extra),
        find_links=tuple(links),
        choice=Choice.FIRST_INDEX if ordered else Choice.BEST_VERSION,
    )
