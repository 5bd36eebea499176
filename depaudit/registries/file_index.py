"""A Python index that is a folder: ``name/index.html``, ``name/`` full of archives, or archives side by side."""

from __future__ import annotations

import os
import re
import stat
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from depaudit.model.evidence import Absent, Found, Lookup, Unknown
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Project
from depaudit.model.route import Index
from depaudit.registries.archives import File, gather
from depaudit.registries.ask import source_of
from depaudit.registries.errors import Failure
from depaudit.registries.simple import read_html

_MAX_ENTRIES = 200_000
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar", ".egg")
_SEPARATORS = re.compile(r"[-_.]+")


def project(index: Index, name: NormalizedName, max_body: int) -> Lookup[Project]:
    """What the folder ``index.url`` holds of ``name``. Blocks; no page is read beyond ``max_body`` bytes."""
    if index.ecosystem is not Ecosystem.PYPI:
        return Unknown("a folder is no npm registry")
    parts = urlsplit(index.url)
    if parts.netloc not in ("", "localhost"):
        return Unknown("a folder of another machine")
    root = Path(url2pathname(parts.path))
    try:
        if not root.is_dir():
            return Unknown("no such folder")
        return _in_folder(root, index, name, max_body)
    except (OSError, ValueError):
        return Unknown("the folder could not be read")


def _in_folder(root: Path, index: Index, name: NormalizedName, max_body: int) -> Lookup[Project]:
    own = root / name
    if not own.is_dir():
        return _of_archives(root, index, name, flat=True)
    page = own / "index.html"
    if not page.exists():
        return _of_archives(own, index, name, flat=False)
    body = _read(page, max_body)
    if body is None:
        return Unknown("the folder's index.html is no plain file, or too large")
    read = read_html(name, index.url, body)
    return Unknown(read.reason) if isinstance(read, Failure) else Found(read, source_of(index))


def _of_archives(folder: Path, index: Index, name: NormalizedName, *, flat: bool) -> Lookup[Project]:
    names = _beginning_with(f"{name}-", _listing(str(folder), folder.stat().st_mtime_ns)) if flat else _names(folder)
    gathered = gather(name, (), (File(one) for one in names), dates=False)
    if flat and not gathered.ours:
        return Absent(source_of(index))
    found = Project(
        ecosystem=index.ecosystem, name=name, index=index.url, releases=gathered.releases, dates_known=False
    )
    return Found(found, source_of(index))


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in islice(entries, _MAX_ENTRIES)]


@lru_cache(maxsize=16)
def _listing(folder: str, _changed: int) -> tuple[tuple[str, str], ...]:
    """(name in PEP 503's spelling, name) of every archive in ``folder``, sorted: read once, not once a question."""
    names = (one for one in _names(Path(folder)) if one.endswith(_ARCHIVES))
    return tuple(sorted((_SEPARATORS.sub("-", one).lower(), one) for one in names))


def _beginning_with(start: str, listing: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for spelled, one in islice(listing, bisect_left(listing, (start, "")), None):
        if not spelled.startswith(start):
            return
        yield one


def _read(path: Path, limit: int) -> bytes | None:
    """The bytes of a plain file of at most ``limit`` bytes, else None. Does not wait for a pipe's other end."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        body = file.read(limit + 1)
    return body if len(body) <= limit else None
