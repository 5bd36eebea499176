"""What every listing has in common: how it is read strictly, planned, and answered. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Any, NoReturn

from depaudit.gate.base import Fetched, ListedFile, Treatment
from depaudit.gate.protocols.paths import url_key
from depaudit.model.project import Project
from depaudit.model.record import record

Headers = tuple[tuple[str, str], ...]

NOT_JSON = "the answer is not JSON, or too deep to be read"

_KEPT = ("content-type", "npm-notice")
"""What passes of a listing's headers: nothing by which a client could keep it or ask for what it had before."""


class Format(str, Enum):
    """The formats that listings come in."""

    SIMPLE_JSON = "simple-json"
    SIMPLE_HTML = "simple-html"
    PACKUMENT = "packument"
    VERSION = "version"
    PYPI_JSON = "pypi-json"


@record
class Listing:
    """One listing, read.

    ``files``    the archives it offers; ``version`` is spelled as in ``project.releases``, or ``""`` where the file
                 name does not tell it
    ``entries``  the editor's own: of each entry of the page, in order, its archive; None for what is no archive
    ``page``     the editor's own: the page as it was parsed. Large: drop the listing when it is answered
    ``exact``    False where some client could read the page in another way than we did: it is then always written anew
    """

    project: Project
    files: tuple[ListedFile, ...]
    format: Format
    entries: tuple[ListedFile | None, ...] = ()
    page: Any = None
    exact: bool = True


class Plan:
    """What happens to each file of one listing. ``changes``: whether it must be written anew at all."""

    def __init__(
        self,
        listing: Listing,
        treatment: Mapping[str, Treatment],
        *,
        unnamed: Treatment = Treatment.REFUSE,
        refused_files: Collection[str] = (),
    ) -> None:
        self._treatment = treatment
        self._unnamed = unnamed
        self._refused = frozenset(map(url_key, refused_files))
        # One archive under two versions' names is as bad as the worse of them.
        self._refused |= {url_key(f.url) for f in listing.files if self._said(f.version) is Treatment.REFUSE}
        self.changes = (
            not listing.exact
            or any(self.holds(release.version) for release in listing.project.releases)
            or any(self.of(file) is not Treatment.PASS for file in listing.files)
        )

    def holds(self, version: str) -> bool:
        """Whether the version is left out of the listing."""
        return bool(version) and self._said(version) is Treatment.HOLD

    def of(self, file: ListedFile) -> Treatment:
        """A version that is held is left out whole; else a refused URL is refused whatever version it is listed for."""
        said = self._said(file.version)
        if said is Treatment.PASS and self._refused and url_key(file.url) in self._refused:
            return Treatment.REFUSE
        return said

    def _said(self, version: str) -> Treatment:
        """A version that nobody judged is treated as one that can't be told."""
        return self._treatment.get(version, self._unnamed) if version else self._unnamed


def media_type(fetched: Fetched) -> str:
    """The content type without parameters, in lower case."""
    return fetched.header("content-type").partition(";")[0].strip().lower()


def answer_headers(fetched: Fetched, content_type: str | None = None) -> Headers:
    """The headers to answer a listing with; ``content_type`` replaces upstream's."""
    kept = tuple((key, value) for key, value in fetched.headers if key in _KEPT)
    if content_type is not None:
        kept = (("content-type", content_type), *(pair for pair in kept if pair[0] != "content-type"))
    return (*kept, ("cache-control", "no-store"))


def load(body: bytes) -> tuple[Any, bool] | None:
    """(the JSON value, whether every client reads it as we do); None for what is no JSON.

    Of a key that stands twice the last one counts here and in JavaScript; bun takes the first, serde neither.
    """
    exact = True

    def keep_last(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal exact
        made = dict(pairs)
        if len(made) != len(pairs):
            exact = False
        return made

    try:
        text = body.decode("utf-8")
        if text.startswith("\ufeff"):
            text, exact = text[1:], False
        return json.loads(text, object_pairs_hook=keep_last, parse_constant=_no_number, parse_float=_float), exact
    except (ValueError, RecursionError):
        return None


def dump(page: Any, closed: Any) -> bytes:
    """``page`` as JSON, all ASCII; ``closed``, which offers nothing, where it is too deep to be written."""
    try:
        return json.dumps(page, separators=(",", ":")).encode()
    except RecursionError:
        return json.dumps(closed).encode()


def only_files(entries: Iterable[ListedFile | None]) -> tuple[ListedFile, ...]:
    """The archives among the entries of a page."""
    return tuple(entry for entry in entries if entry is not None)


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)  # NaN and Infinity are Python's own


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number
