"""What a request to a registry means, told by its URL alone. Pure."""

from __future__ import annotations

import re
from enum import Enum
from urllib.parse import unquote

from depaudit.errors import InvalidNameError
from depaudit.gate.protocols.identity import Identity, companion_of, identity_of, is_archive, mentions_archive
from depaudit.gate.protocols.paths import Place, below, on_host_of, place_of, prefix_of, url_key
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.record import record

__all__ = ["Document", "Identity", "Kind", "Meaning", "identity_of", "read_npm_url", "read_simple_url", "url_key"]

_PYTHON_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]{0,255}")
_NPM_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,255}")
_GITHUB = "download"


class Kind(str, Enum):
    """What a request is for."""

    METADATA = "metadata"  # what a project offers: its answer is read and edited
    ARCHIVE_CANDIDATE = "archive-candidate"  # may be unpacked: passes only once its version is judged
    COMPANION = "companion"  # goes with an archive, and runs nothing: PEP 658 metadata, a signature, provenance
    SEARCH_OR_OTHER = "search-or-other"  # no package: passes
    AMBIGUOUS = "ambiguous"  # two hosts could read it in two ways: refused


class Document(str, Enum):
    """Which metadata is asked for."""

    SIMPLE = "simple"  # a project's page of the simple API
    PYPI_JSON = "pypi-json"  # /pypi/{name}/json and /pypi/{name}/{version}/json
    PACKUMENT = "packument"  # npm's, full or abbreviated
    VERSION = "version"  # one version's manifest, by version or dist-tag: /{name}/{version}


@record
class Meaning:
    """What one request means.

    ``name``      METADATA: the project; others: where the URL tells it
    ``version``   METADATA: of a document for one version (npm: or a dist-tag); archives: as the file name spells it
    ``filename``  ARCHIVE_CANDIDATE: the file's name, decoded; COMPANION: the archive's that it goes with
    ``document``  METADATA alone
    """

    kind: Kind
    ecosystem: Ecosystem
    name: NormalizedName | None = None
    version: str | None = None
    filename: str | None = None
    document: Document | None = None


def read_simple_url(url: str, index_url: str) -> Meaning:
    """What a request for ``url`` means on a host where ``index_url`` is a Python index (PEP 503).

    Also for URLs that do not lie below the index, on its host or another: those can be files, companions or others.
    A URL that this run's own metadata listed is better looked up by ``url_key`` first: a private index may serve files
    under paths that are odd here.
    """
    place = place_of(url)
    if place is None:
        return _is(Kind.AMBIGUOUS, Ecosystem.PYPI)
    under = below(place, index_url)
    if under.doubtful:
        return _is(Kind.AMBIGUOUS, Ecosystem.PYPI)
    if under.segments is None:
        return _json_api(place, index_url) or _file(place, Ecosystem.PYPI) or _other(place, Ecosystem.PYPI)
    if not under.segments:
        return _other(place, Ecosystem.PYPI)
    page, rest = under.segments[0], under.segments[1:]
    if (not rest and not is_archive(page) and (place.folder or companion_of(page) is None)) or (
        rest == ("index.html",) and not place.folder and not is_archive(page)
    ):
        return _metadata(place, Ecosystem.PYPI, page, Document.SIMPLE)
    return _file(place, Ecosystem.PYPI) or _is(Kind.AMBIGUOUS, Ecosystem.PYPI)


def read_npm_url(url: str, index_url: str) -> Meaning:
    """What a request for ``url`` means on a host where ``index_url`` is an npm registry; else as ``read_simple_url``.

    Paths beginning with ``-`` belong to the registry itself (search, audits, dist-tags, logging in).
    """
    place = place_of(url, scopes=True)
    if place is None:
        return _is(Kind.AMBIGUOUS, Ecosystem.NPM)
    under = below(place, index_url)
    if under.doubtful:
        return _is(Kind.AMBIGUOUS, Ecosystem.NPM)
    segments = under.segments
    if segments is None or not segments or segments[0] == "-":
        return _file(place, Ecosystem.NPM) or _other(place, Ecosystem.NPM)
    if segments[0] == _GITHUB and len(segments) >= 4 and segments[1] != "-":
        return _github(place, segments[1:])
    width = 2 if segments[0].startswith("@") else 1
    raw, rest = "/".join(segments[:width]), segments[width:]
    name = _name(Ecosystem.NPM, raw)
    if name is None or len(segments) < width:
        return _file(place, Ecosystem.NPM) or _is(Kind.AMBIGUOUS, Ecosystem.NPM)
    if not rest:
        if raw.lower().endswith((".tgz", ".tar.gz", ".tar")):
            return _is(Kind.AMBIGUOUS, Ecosystem.NPM)  # a name that a package may have, too
        return _metadata(place, Ecosystem.NPM, raw, Document.PACKUMENT)
    if len(rest) == 1 and not is_archive(rest[0]) and _NPM_VERSION.fullmatch(rest[0]) and not place.folder:
        return _metadata(place, Ecosystem.NPM, raw, Document.VERSION, rest[0])
    return _file(place, Ecosystem.NPM, name) or _is(Kind.AMBIGUOUS, Ecosystem.NPM)


def _is(
    kind: Kind,
    ecosystem: Ecosystem,
    *,
    identity: Identity | None = None,
    filename: str | None = None,
) -> Meaning:
    name, version = identity or (None, None)
    return Meaning(kind=kind, ecosystem=ecosystem, name=name, version=version, filename=filename)


def _metadata(place: Place, ecosystem: Ecosystem, raw: str, document: Document, version: str | None = None) -> Meaning:
    name = _name(ecosystem, raw)
    # npm itself asks "?write=true" before it changes a package; nobody else puts a question there.
    if name is None or (place.query and (ecosystem is Ecosystem.PYPI or place.query != "write=true")):
        return _is(Kind.AMBIGUOUS, ecosystem)
    return Meaning(kind=Kind.METADATA, ecosystem=ecosystem, name=name, version=version, document=document)


def _json_api(place: Place, index_url: str) -> Meaning | None:
    """PyPI's JSON API stands beside the simple API: ``/pypi/`` where that has ``/simple/``."""
    prefix = prefix_of(index_url)
    if prefix[-1:] != ("simple",) or not on_host_of(place, index_url):
        return None
    root, head, rest = (*prefix[:-1], "pypi"), place.segments[: len(prefix)], place.segments[len(prefix) :]
    alike = tuple(map(str.casefold, head)) == tuple(map(str.casefold, root))
    if not alike or len(rest) not in (2, 3) or rest[-1].lower() != "json":
        return None
    odd_version = len(rest) == 3 and _PYTHON_VERSION.fullmatch(rest[1]) is None
    if head != root or rest[-1] != "json" or place.folder or odd_version:
        return _is(Kind.AMBIGUOUS, Ecosystem.PYPI)
    return _metadata(place, Ecosystem.PYPI, rest[0], Document.PYPI_JSON, rest[1] if len(rest) == 3 else None)


def _file(place: Place, ecosystem: Ecosystem, name: NormalizedName | None = None) -> Meaning | None:
    """The archive or companion that ``place`` is by its ending; None when it is neither."""
    *folders, last = place.segments or ("",)
    if len(folders) >= 1 and last == "provenance" and is_archive(folders[-1]) and not place.folder:
        last = f"{folders.pop()}.provenance"  # PyPI's /integrity/{name}/{version}/{file}/provenance
    of = companion_of(last)
    filename = of or (last if is_archive(last) else None)
    if filename is None:
        return None
    told = mentions_archive(_decoded(place.query)) and filename not in _decoded(place.query)
    if place.folder or told or any(is_archive(one) for one in folders):
        return _is(Kind.AMBIGUOUS, ecosystem)
    kind = Kind.ARCHIVE_CANDIDATE if of is None else Kind.COMPANION
    return _is(kind, ecosystem, identity=identity_of(filename, ecosystem, name), filename=filename)


def _other(place: Place, ecosystem: Ecosystem) -> Meaning:
    """No package at all, unless an archive's name hides in a folder's or in the query."""
    hidden = any(is_archive(one) for one in place.segments) or mentions_archive(_decoded(place.query))
    return _is(Kind.AMBIGUOUS if hidden else Kind.SEARCH_OR_OTHER, ecosystem)


def _github(place: Place, segments: tuple[str, ...]) -> Meaning:
    """GitHub Packages serves npm archives as ``/download/@scope/name/version/digest``, without any ending."""
    width = 2 if segments[0].startswith("@") else 1
    name = _name(Ecosystem.NPM, "/".join(segments[:width]))
    rest = segments[width:]
    if name is None or len(rest) != 2 or place.folder or _NPM_VERSION.fullmatch(rest[0]) is None:
        return _file(place, Ecosystem.NPM) or _is(Kind.AMBIGUOUS, Ecosystem.NPM)
    return _is(Kind.ARCHIVE_CANDIDATE, Ecosystem.NPM, identity=Identity(name, rest[0]), filename=rest[1])


def _name(ecosystem: Ecosystem, raw: str) -> NormalizedName | None:
    try:
        return normalize(ecosystem, raw)
    except InvalidNameError:
        return None


def _decoded(query: str) -> str:
    return unquote(unquote(query.replace("+", " ")))
