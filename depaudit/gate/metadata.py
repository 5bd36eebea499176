"""A project's page: asked of the registry as the client asked it, read, and edited for the client."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from depaudit.gate.base import Asked, Fetched, ListedFile, RefusedPath, Reply, Treatment, Unreachable, Upstream
from depaudit.gate.hosts import ALIASES
from depaudit.gate.judge import Judge
from depaudit.gate.protocols import npm, pypi_json, simple
from depaudit.gate.protocols.base import Document, Meaning
from depaudit.gate.protocols.listing import Headers, Listing
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Project
from depaudit.model.record import record
from depaudit.model.route import Index
from depaudit.registries.npm import escaped

MAX_PAGE = 128 * 1024 * 1024
"""Bytes; the largest packuments met in public have some 60 MB."""
MAX_COMPANION = 4 * 1024 * 1024
MAX_REQUIRED = 2_000

SECONDS = 8.0
"""For one try; what a client waits has to do for the judging too."""
TRIES = 2
_BUSY = frozenset({429, 500, 502, 503, 504})

_OWN = frozenset(
    {"accept", "accept-encoding", "host", "if-modified-since", "if-none-match", "if-range", "range", "connection"}
)
_ABBREVIATED = "application/vnd.npm.install-v1+json"
_SIMPLE = "application/vnd.pypi.simple.v1+json"
_REQUIRES = re.compile(rb"^Requires-Dist:[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)", re.IGNORECASE | re.MULTILINE)


@record
class Page:
    """A page that was read.

    ``evidence``  the project, where the page tells enough to judge by; None: the index is to be asked for it
    ``body``      the page as the registry gave it
    """

    name: NormalizedName
    index: Index
    files: tuple[ListedFile, ...]
    evidence: Project | None
    body: bytes
    edit: Callable[[Mapping[str, Treatment], RefusedPath, Collection[str], Treatment], tuple[bytes, Headers]]


async def fetch(
    asked: Asked, meaning: Meaning, index: Index, *, upstream: Upstream, judge: Judge
) -> Page | Reply | str:
    """Ask the registry for the page that ``asked`` wants.

    Gives the page; the registry's own answer where that is no page (a 404, a redirect); or why nothing can be had.
    """
    assert meaning.name is not None
    if meaning.document is Document.PACKUMENT:
        return await _packument(asked, meaning.name, index, upstream, judge)
    accept = asked.header("accept") or "*/*"
    fetched = await _ask(asked, asked.url, accept, upstream)
    if not isinstance(fetched, Fetched):
        return fetched
    protocol = {Document.SIMPLE: simple, Document.PYPI_JSON: pypi_json, Document.VERSION: npm}[
        meaning.document or Document.SIMPLE
    ]
    return _page(fetched, meaning.name, index, protocol, whole=meaning.document is Document.SIMPLE)


async def fetch_for(
    name: NormalizedName, index: Index, asked: Asked, *, upstream: Upstream, judge: Judge
) -> Page | Reply | str:
    """The page of ``name`` on ``index``, with the credentials of ``asked`` (which is for a file of that index)."""
    if index.ecosystem is Ecosystem.NPM:
        return await _packument(asked, name, index, upstream, judge)
    fetched = await _ask(asked, f"{index.url}{name}/", f"{_SIMPLE}, text/html;q=0.1", upstream)
    return _page(fetched, name, index, simple, whole=True) if isinstance(fetched, Fetched) else fetched


async def fetch_companion(asked: Asked, upstream: Upstream) -> Reply | None:
    """A wheel's core metadata (PEP 658), whole; None where it cannot be had this way."""
    headers = {key: value for key, value in asked.headers if key not in _OWN}
    fetched = await upstream.fetch("GET", asked.url, headers=headers, limit=MAX_COMPANION, seconds=SECONDS)
    if isinstance(fetched, Unreachable) or fetched.status != 200:
        return None
    return Reply(
        status=200,
        reason="OK",
        headers=(("content-type", fetched.header("content-type") or "application/octet-stream"),),
        body=fetched.body,
    )


def required_names(core_metadata: bytes) -> tuple[str, ...]:
    """The names in a core metadata file's ``Requires-Dist`` fields, normalised."""
    head = core_metadata.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    names = (match.group(1).decode("ascii") for match in _REQUIRES.finditer(head))
    return tuple(dict.fromkeys(re.sub(r"[-_.]+", "-", name).lower() for name in names))[:MAX_REQUIRED]


def npm_requirers(body: bytes, wanted: Collection[str]) -> dict[str, dict[str, None]]:
    """version → those of ``wanted`` that it depends on, by a packument's own word."""
    import json

    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    versions = page.get("versions") if isinstance(page, dict) else None
    found: dict[str, dict[str, None]] = {}
    for version, manifest in versions.items() if isinstance(versions, dict) else ():
        if not isinstance(manifest, dict):
            continue
        for key in ("dependencies", "optionalDependencies", "peerDependencies"):
            needs = manifest.get(key)
            if isinstance(needs, dict):
                found.setdefault(version, {}).update(dict.fromkeys(name for name in wanted if name in needs))
    return found


async def _packument(
    asked: Asked, name: NormalizedName, index: Index, upstream: Upstream, judge: Judge
) -> Page | Reply | str:
    """The packument. Its short form tells no dates: it does for names that are settled and did not change lately."""
    url = f"{index.url}{escaped(name)}"
    wants_short = _ABBREVIATED in asked.header("accept")
    if wants_short and judge.is_settled(Ecosystem.NPM, name):
        fetched = await _ask(asked, url, asked.header("accept"), upstream)
        if not isinstance(fetched, Fetched):
            return fetched
        if fetched.status != 200 or not judge.is_fresh(_modified(fetched.body)):
            return _page(fetched, name, index, npm, whole=True, dates=False)
    fetched = await _ask(asked, url, "application/json", upstream)
    if not isinstance(fetched, Fetched):
        return fetched
    return _page(fetched, name, index, npm, whole=True, dates=False, short=wants_short)


async def _ask(asked: Asked, url: str, accept: str, upstream: Upstream) -> Fetched | Reply | str:
    """One answer of the registry; a try more where it was busy. Its own word on anything but a page is passed on."""
    headers = _headers(asked, url) | {"accept": accept}
    why = "no answer"
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(0.5)
        fetched = await upstream.fetch("GET", url, headers=headers, limit=MAX_PAGE, seconds=SECONDS)
        if isinstance(fetched, Unreachable):
            why = fetched.reason
            if why == "timed out":
                break
            continue
        if fetched.status in _BUSY:
            why = f"HTTP {fetched.status}"
            continue
        if fetched.status == 200:
            return fetched
        if fetched.status >= 500:
            return f"HTTP {fetched.status}"
        return _passed_on(fetched)
    return why


def _headers(asked: Asked, url: str) -> dict[str, str]:
    """The client's headers; to another host than the one they were meant for, none that could hold a credential."""
    theirs, ours = urlsplit(asked.url), urlsplit(url)
    alias = any(asked.url.startswith(name) and url.startswith(real) for name, real in ALIASES.items())
    if alias or (theirs.scheme, theirs.netloc.lower()) == (ours.scheme, ours.netloc.lower()):
        return {key: value for key, value in asked.headers if key not in _OWN}
    return {key: value for key, value in asked.headers if key == "user-agent"}


def _passed_on(fetched: Fetched) -> Reply:
    """What is no page (not found, moved, log in first) reaches the client as the registry said it."""
    dropped = {"etag", "last-modified", "expires", "age", "cache-control", "content-length", "content-encoding"}
    headers = tuple(pair for pair in fetched.headers if pair[0] not in dropped)
    return Reply(
        status=fetched.status,
        reason=fetched.reason,
        headers=(*headers, ("cache-control", "no-store")),
        body=fetched.body,
    )


def _page(
    fetched: Fetched,
    name: NormalizedName,
    index: Index,
    protocol: Any,
    *,
    whole: bool,
    dates: bool = True,
    short: bool = False,
) -> Page | Reply | str:
    """``whole``: the page tells of all releases. ``dates``: without dates it is nothing to judge by."""
    if fetched.status != 200:
        return _passed_on(fetched)
    listing: Listing | str = protocol.read_listing(fetched, name, index.url)
    if isinstance(listing, str):
        return listing

    def edit(
        treatments: Mapping[str, Treatment], refused_path: RefusedPath, outside: Collection[str], unnamed: Treatment
    ) -> tuple[bytes, Headers]:
        more = {"abbreviated": True} if short else {}
        return protocol.edit_listing(  # type: ignore[no-any-return]  # the protocols are modules of one shape
            fetched, listing, treatments, refused_path, refused_files=outside, unnamed=unnamed, **more
        )

    enough = whole and (listing.project.dates_known or not dates or not index.public)
    return Page(
        name=name,
        index=index,
        files=listing.files,
        evidence=listing.project if enough else None,
        body=fetched.body,
        edit=edit,
    )


def _modified(body: bytes) -> datetime | None:
    """When the project last changed, by the short packument's ``modified``."""
    match = re.search(rb'"modified"\s*:\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)[^"]{0,10}"', body)
    if match is None:
        return None
    return datetime.fromisoformat(f"{match.group(1).decode('ascii')}+00:00")
