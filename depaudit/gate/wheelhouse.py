"""Folders of archives on this machine (``--find-links``): what lies there needs no registry to know its name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from depaudit.model.evidence import Found
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import Requirement
from depaudit.model.route import Index
from depaudit.model.versions import admitted
from depaudit.registries import file_index

MAX_PAGE = 16 * 1024 * 1024
"""Bytes of an index.html in such a folder."""


def local_folders(links: Iterable[str], places: Iterable[Path]) -> tuple[Path, ...]:
    """Those of ``links`` that are folders here; relative ones below the first of ``places`` that has them."""
    places = tuple(places)
    found: dict[Path, None] = {}
    for link in links:
        path = _path(link)
        if path is not None:
            folder = next((place / path for place in places if (place / path).is_dir()), None)
            if folder is not None:
                found[folder] = None
    return tuple(found)


def folder_with(wish: Requirement, folders: Iterable[Path]) -> Path | None:
    """The first folder in which an archive lies that the requirement admits; None without one."""
    if wish.ecosystem is not Ecosystem.PYPI:
        return None
    for folder in folders:
        index = Index(ecosystem=Ecosystem.PYPI, url=f"{folder.absolute().as_uri()}/", public=False)
        answer = file_index.project(index, wish.name, MAX_PAGE)
        if isinstance(answer, Found) and answer.value.releases and admitted(answer.value, wish) != ():
            return folder
    return None


def _path(link: str) -> Path | None:
    if "\0" in link:
        return None
    parts = urlsplit(link) if link.startswith("file:") else None
    if parts is not None:
        return Path(url2pathname(parts.path)) if parts.netloc in ("", "localhost") else None
    return None if "://" in link else Path(link).expanduser()
