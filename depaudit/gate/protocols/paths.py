"""URLs as a registry's host would read them, refusing what two hosts could read in two ways. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from depaudit.indexes.urls import IndexUrl, try_parse

MAX_URL_LENGTH = 8192
"""Letters. Signed download links reach some 2,000."""

# RFC 3986's characters of a path segment, less those that hosts give meanings of their own: ";" begins parameters
# that Java servers cut off, ":" names a stream on NTFS. A "%" must begin a triplet.
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,=@-]|%[0-9A-Fa-f]{2})*")
# Nobody encodes these; who does wants one reader to see them and another not to.
_NEEDLESSLY_ENCODED = re.compile(r"%(?:2[dDeE]|3[0-9]|4[1-9A-Fa-f]|5[0-9Aa]|5[fF]|6[1-9A-Fa-f]|7[0-9Aa])")
# What must not stand behind an encoding: controls, % (a second encoding), / \ ? # ; : and all but ASCII.
_HIDDEN = re.compile(r"%(?:[01][0-9A-Fa-f]|2[35fF]|3[AaBbFf]|5[cC]|7[fF]|[89A-Fa-f][0-9A-Fa-f])")
_ENCODED_SCOPE = re.compile(r"/((?:@|%40)[A-Za-z0-9~'!()*._-]+)%2[fF]", re.IGNORECASE)
_SAFE = "!$&'()*+,=@~"
_PLAIN = re.compile(r"[A-Za-z0-9._~/-]+")
"""Paths that need no encoding, as nearly all are: decoding and encoding them again changes nothing."""


class Place(NamedTuple):
    """A URL taken apart.

    ``segments``  of the path, decoded; none is empty, ``.`` or ``..``
    ``folder``    the path ends with a slash
    ``query``     as written, without ``?``
    """

    origin: tuple[str, str, int]
    segments: tuple[str, ...]
    folder: bool
    query: str


class Below(NamedTuple):
    """What of a path stands below an index. ``segments`` is None where the URL lies elsewhere."""

    segments: tuple[str, ...] | None
    doubtful: bool = False


def place_of(url: str, *, scopes: bool = False) -> Place | None:
    """``url`` taken apart; None where its host could read it in another way than we do.

    That is: user or password, a fragment, empty, ``.`` or ``..`` segments, needless, double or broken
    percent-encoding, encoded slashes, backslashes, controls, ``;`` and ``:``, letters beyond ASCII, a segment that
    begins with a space or ends with a space or dot (Windows drops those).

    ``scopes``: npm's ``@scope%2fname`` is allowed, and read as two segments.
    """
    if len(url) > MAX_URL_LENGTH or not url.isascii() or any(c <= " " or c in "\x7f\\#" for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    origin = None if "@" in parts.netloc else _origin(parts.scheme, parts.netloc)
    if origin is None:
        return None
    path = _ENCODED_SCOPE.sub(r"/\1/", parts.path) if scopes else parts.path
    segments = path.split("/")
    folder = segments[-1] == ""
    read = [_segment(one) for one in segments[1 : -1 if folder else None]]
    if segments[0] or (len(segments) == 1 and parts.query) or None in read:
        return None
    return Place(origin, tuple(one for one in read if one is not None), folder, parts.query)


def below(place: Place, index_url: str) -> Below:
    """What of ``place`` stands below the index; ``doubtful`` where it does so only on hosts that overlook case."""
    if not on_host_of(place, index_url):
        return Below(None)
    prefix = prefix_of(index_url)
    head = place.segments[: len(prefix)]
    if head == prefix:
        return Below(place.segments[len(prefix) :])
    alike = tuple(map(str.casefold, head)) == tuple(map(str.casefold, prefix))
    return Below(None, doubtful=alike)


def on_host_of(place: Place, index_url: str) -> bool:
    """Whether ``place`` has the scheme, host and port of the index."""
    index = _index(index_url)
    return index is not None and place.origin == index.origin


@lru_cache(maxsize=256)
def prefix_of(index_url: str) -> tuple[str, ...]:
    """The segments of an index's path, decoded."""
    index = _index(index_url)
    return () if index is None else tuple(unquote(one) for one in index.path.split("/") if one)


def url_key(url: str) -> str:
    """``url`` in one spelling, for telling whether a file asked for is one that was listed.

    Clients encode paths in their own ways (pip asks ``%2B`` where the page says ``+``), so each segment is decoded and
    encoded again; host and scheme are in lower case, default port and fragment are gone, the query stays. Two URLs
    with the same key are the same to every host that follows RFC 3986. What can't be read is returned as it is.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    origin = _origin(parts.scheme, parts.netloc.rpartition("@")[2])
    if origin is None:
        return url
    path = parts.path or "/"
    if _PLAIN.fullmatch(path) is None:
        path = "/".join(map(_requoted, path.split("/")))
    scheme, host, port = origin
    return f"{scheme}://{host}:{port}{path}" + (f"?{parts.query}" if parts.query else "")


@lru_cache(maxsize=1024)
def _origin(scheme: str, netloc: str) -> tuple[str, str, int] | None:
    if scheme.lower() not in ("http", "https"):
        return None
    parsed = try_parse(f"{scheme}://{netloc}/")
    return None if parsed is None else parsed.origin


@lru_cache(maxsize=256)
def _index(index_url: str) -> IndexUrl | None:
    return try_parse(index_url)


def _requoted(segment: str) -> str:
    return quote(unquote(segment, errors="surrogateescape"), safe=_SAFE, errors="surrogateescape")


def _segment(raw: str) -> str | None:
    if not raw or _SEGMENT.fullmatch(raw) is None or _NEEDLESSLY_ENCODED.search(raw) or _HIDDEN.search(raw):
        return None
    text = unquote(raw)
    return None if text[0] == " " or text[-1] in " ." or text in (".", "..") else text
