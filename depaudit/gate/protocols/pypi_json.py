"""PyPI's JSON API, ``/pypi/{name}/json`` and ``/pypi/{name}/{version}/json``: read and edited. Pure.

Poetry takes what it downloads from PyPI from here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from depaudit.errors import InvalidNameError
from depaudit.gate.base import Fetched, ListedFile, RefusedPath, Treatment
from depaudit.gate.protocols.listing import (
    NOT_JSON,
    Format,
    Headers,
    Listing,
    Plan,
    answer_headers,
    dump,
    load,
    only_files,
)
from depaudit.gate.protocols.python_files import Files, Outside
from depaudit.model import pep440
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.project import Project
from depaudit.registries.archives import File, FileNames, gather

_MISSHAPEN = "answered nonsense: JSON that describes no project"

_KEPT = frozenset(
    {
        "comment_text", "filename", "packagetype", "python_version", "requires_python", "size", "upload_time",
        "upload_time_iso_8601", "yanked", "yanked_reason",
    }
)  # fmt: skip
# Poetry 2.5 fails on a file without digests.sha256 (KeyError). An empty one makes it fetch the archive to compute it.
_NO_DIGEST = {"sha256": ""}
# What ``info`` says of its one version rather than of the project.
_OF_VERSION = frozenset({"release_url", "requires_dist", "requires_python", "yanked", "yanked_reason"})


def read_listing(fetched: Fetched, name: NormalizedName, index_url: str) -> Listing | str:
    """The listing in an answer for ``name``; a few words on why it can't be read."""
    if fetched.status != 200:
        return f"HTTP {fetched.status}"
    loaded = load(fetched.body)
    if loaded is None:
        return NOT_JSON
    page, exact = loaded
    if not _is_shaped(page):
        return _MISSHAPEN
    if not _is_name(page["info"]["name"], name):
        return "answered nonsense: a page of another project"
    latest: str = page["info"]["version"]
    rows = list(_rows(page))
    versions = tuple(dict.fromkeys((*page.get("releases", ()), latest)))
    gathered = gather(name, versions, (_file(row) for _, row in _listed_once(page)), dates=True)
    reader, names = Files(name, fetched.url), FileNames(name)
    entries: list[ListedFile | None] = []
    for version, row in rows:
        told = names.version_of(row["filename"])
        size = row.get("size")
        entry = reader.read(
            row["url"],
            row["filename"],
            version if told is not None and _same_version(told[0], version) else None,
            size if type(size) is int else None,
        )
        if isinstance(entry, Outside):
            return "answered nonsense: a file that is not on the web"
        entries.append(entry)
    return Listing(
        project=Project(
            ecosystem=Ecosystem.PYPI,
            name=name,
            index=index_url,
            releases=gathered.releases,
            first_published=gathered.first_published,
            dates_known=gathered.dates_known,
        ),
        files=only_files(entries),
        format=Format.PYPI_JSON,
        entries=tuple(entries),
        page=page,
        exact=exact,
    )


def edit_listing(
    fetched: Fetched,
    listing: Listing,
    treatment: Mapping[str, Treatment],
    refused_path: RefusedPath,
    *,
    unnamed: Treatment = Treatment.REFUSE,
    refused_files: Collection[str] = (),
) -> tuple[bytes, Headers]:
    """The body and headers to answer with; the parameters are those of ``simple.edit_listing``.

    Refused files keep their place under ``refused_path``. Held versions are left out of ``releases``, and where the
    document tells of one as the latest, the newest that is left takes its place. A document for one version that is
    held has nothing to put there: its files are refused.
    """
    plan = Plan(listing, treatment, unnamed=unnamed, refused_files=refused_files)
    if not plan.changes:
        return fetched.body, answer_headers(fetched)
    old: dict[str, Any] = listing.page
    rows = [
        row if file is None or plan.of(file) is Treatment.PASS else _refused(row, refused_path(file))
        for (_, row), file in zip(_rows(old), listing.entries, strict=True)
    ]
    page, done = dict(old), len(old.get("urls", ()))
    page["urls"] = rows[:done]
    if "releases" in old:
        page["releases"] = {}
        for version, files in old["releases"].items():
            if not plan.holds(version):
                page["releases"][version] = rows[done : done + len(files)]
            done += len(files)
        if plan.holds(old["info"]["version"]):
            _move_latest(page)
    closed = {"info": {"name": listing.project.name, "version": "0"}, "releases": {}, "urls": []}
    return dump(page, closed), answer_headers(fetched)


def _move_latest(page: dict[str, Any]) -> None:
    """Let the newest release that has files be the one that the document tells of."""
    newest = pep440.newest(version for version, files in page["releases"].items() if files)
    info = {key: value for key, value in page["info"].items() if key not in _OF_VERSION}
    page["info"] = {**info, "version": newest or ""}
    page["urls"] = page["releases"][newest] if newest is not None else []


def _refused(row: dict[str, Any], url: str) -> dict[str, Any]:
    return {"url": url, "digests": _NO_DIGEST, **{key: value for key, value in row.items() if key in _KEPT}}


def _rows(page: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(version, file) of every row, in one order: ``urls`` first, then ``releases``."""
    for row in page.get("urls", ()):
        yield page["info"]["version"], row
    for version, rows in page.get("releases", {}).items():
        for row in rows:
            yield version, row


def _listed_once(page: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """``releases`` holds the files of ``urls`` again."""
    return _rows(page if "releases" not in page else {**page, "urls": ()})


def _file(row: dict[str, Any]) -> File:
    uploaded, reason = row.get("upload_time_iso_8601"), row.get("yanked_reason")
    yanked = (reason if isinstance(reason, str) else "") if row.get("yanked") is True else None
    return File(row["filename"], uploaded if isinstance(uploaded, str) else None, yanked)


def _is_shaped(page: Any) -> bool:
    if not isinstance(page, dict) or not isinstance(page.get("info"), dict):
        return False
    info, urls, releases = page["info"], page.get("urls", []), page.get("releases", {})
    if not isinstance(info.get("name"), str) or not isinstance(info.get("version"), str):
        return False
    if not isinstance(releases, dict) or not all(isinstance(rows, list) for rows in (urls, *releases.values())):
        return False
    return all(
        isinstance(row, dict) and isinstance(row.get("filename"), str) and isinstance(row.get("url"), str)
        for rows in (urls, *releases.values())
        for row in rows
    )


def _is_name(spelled: str, name: NormalizedName) -> bool:
    try:
        return normalize(Ecosystem.PYPI, spelled) == name
    except InvalidNameError:
        return False


def _same_version(one: str, other: str) -> bool:
    if one == other:
        return True
    left, right = pep440.parse_version(one), pep440.parse_version(other)
    return left is not None and left == right
