"""The simple API (PEP 503, 592, 691, 700, 714, 740, 792): its listings read and edited; here the JSON form. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from depaudit.gate.base import Fetched, ListedFile, RefusedPath, Treatment
from depaudit.gate.protocols import simple_html
from depaudit.gate.protocols.listing import (
    NOT_JSON,
    Format,
    Headers,
    Listing,
    Plan,
    answer_headers,
    dump,
    load,
    media_type,
    only_files,
)
from depaudit.gate.protocols.python_files import Files, Outside
from depaudit.model.names import NormalizedName
from depaudit.registries.errors import Failure
from depaudit.registries.simple import read_json_page

_KEPT = (
    "requires-python",
    "size",
    "upload-time",
    "yanked",
    "core-metadata",
    "dist-info-metadata",
    "data-dist-info-metadata",
)
"""What stays of a refused file beside its name: no hash, signature or provenance, and no key that we don't know."""


def read_listing(fetched: Fetched, name: NormalizedName, index_url: str) -> Listing | str:
    """The listing in an answer for ``name``; a few words on why it can't be read."""
    if fetched.status != 200:
        return f"HTTP {fetched.status}"
    kind = media_type(fetched)
    begin = fetched.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if kind.endswith(("+json", "/json")) or (not kind.endswith("html") and begin == b"{"):
        return _read_json(fetched, name, index_url)
    if kind.endswith("html") or begin == b"<":
        return simple_html.read(fetched, name, index_url)
    return "the answer is no index page"


def edit_listing(
    fetched: Fetched,
    listing: Listing,
    treatment: Mapping[str, Treatment],
    refused_path: RefusedPath,
    *,
    unnamed: Treatment = Treatment.REFUSE,
    refused_files: Collection[str] = (),
) -> tuple[bytes, Headers]:
    """The body and headers to answer with.

    ``treatment``      by version, as ``listing.project.releases`` spells it; one that is missing counts as ``unnamed``
    ``unnamed``        what befalls files whose version can't be told
    ``refused_files``  URLs to be refused whatever their version (a host that is not the index's)

    Refused files keep their place under ``refused_path``, without anything by which a client could find or accept the
    bytes elsewhere. Held versions are left out. Where neither occurs, the body is returned byte for byte.
    """
    plan = Plan(listing, treatment, unnamed=unnamed, refused_files=refused_files)
    if not plan.changes:
        return fetched.body, answer_headers(fetched)
    if listing.format is Format.SIMPLE_HTML:
        return simple_html.edit(fetched, listing, plan, refused_path)
    page = listing.page
    files = [
        edited
        for row, file in zip(page["files"], listing.entries, strict=True)
        if (edited := _edited(row, file, plan, refused_path)) is not None
    ]
    page = {**page, "files": files}
    if "versions" in page:
        page["versions"] = [version for version in page["versions"] if not plan.holds(version)]
    closed = {"meta": {"api-version": "1.0"}, "name": listing.project.name, "files": []}
    return dump(page, closed), answer_headers(fetched)


def _read_json(fetched: Fetched, name: NormalizedName, index_url: str) -> Listing | str:
    loaded = load(fetched.body)
    if loaded is None:
        return NOT_JSON
    page, exact = loaded
    read = read_json_page(name, index_url, page)
    if isinstance(read, Failure):
        return read.reason
    files = Files(name, fetched.url, {release.version for release in read.project.releases})
    entries: list[ListedFile | None] = []
    rows: list[Any] = []
    for row, version in zip(page["files"], read.versions, strict=True):
        url, size = row.get("url"), row.get("size")
        if type(url) is not str:
            return "answered nonsense: a file without a URL"
        entry = files.read(url, row["filename"], version, size if type(size) is int else None)
        if isinstance(entry, Outside):
            exact = False
            continue
        rows.append(row)
        entries.append(entry)
    if len(rows) != len(page["files"]):
        page["files"] = rows
    return Listing(
        project=read.project,
        files=only_files(entries),
        format=Format.SIMPLE_JSON,
        entries=tuple(entries),
        page=page,
        exact=exact,
    )


def _edited(row: dict[str, Any], file: ListedFile | None, plan: Plan, refused_path: RefusedPath) -> Any:
    """The row of one file as it is answered; None to leave it out."""
    what = Treatment.PASS if file is None else plan.of(file)
    if file is None or what is Treatment.PASS:
        return row
    if what is Treatment.HOLD:
        return None
    kept = {key: row[key] for key in _KEPT if key in row}
    return {"filename": row["filename"], "url": refused_path(file), "hashes": {}, **kept}
