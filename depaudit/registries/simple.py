"""Pages of the simple API, JSON (PEP 691, 700, 792) and HTML (PEP 503, 592): text in, project or failure out. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Project, Status
from depaudit.registries.archives import MAX_REASON, File, Gathered, gather
from depaudit.registries.errors import Failure, nonsense
from depaudit.registries.html_tags import Tag, start_tags

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"

NOT_JSON = nonsense("not JSON")
NOT_AN_INDEX = nonsense("not an index page")
OTHER_NAME = nonsense("a page of another project")
_MISSHAPEN = nonsense("JSON that is no index page")
_NEWER = nonsense("a version of the simple API that depaudit does not know")

_API_DIGITS = 4

_SEPARATORS = re.compile(r"[-_.]+")
_LINKS_FOR = re.compile(r"\blinks for\s+(\S+)", re.IGNORECASE)
_WANTED = frozenset({"a", "meta", "title", "h1"})
_MARKERS = {
    "archived": Status.ARCHIVED,
    "deprecated": Status.DEPRECATED,
    "quarantined": Status.QUARANTINED,
}


class Page(NamedTuple):
    """A page read: the project, and of each file it lists, in order, the release that the file belongs to."""

    project: Project
    versions: tuple[str | None, ...]


def read_page(name: NormalizedName, index: str, content_type: str, body: bytes) -> Project | Failure:
    """The project that a page for ``name`` describes.

    A server that says nothing useful of the type is believed by what the page begins with.
    """
    if content_type.endswith(("+json", "/json")):
        return read_json(name, index, body)
    if content_type.endswith("html"):
        return read_html(name, index, body)
    begin = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if begin == b"{":
        return read_json(name, index, body)
    return read_html(name, index, body) if begin == b"<" else NOT_AN_INDEX


def read_json(name: NormalizedName, index: str, body: bytes) -> Project | Failure:
    """The project of a JSON page."""
    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        return NOT_JSON
    read = read_json_page(name, index, page)
    return read if isinstance(read, Failure) else read.project


def read_json_page(name: NormalizedName, index: str, page: Any) -> Page | Failure:
    """``read_json`` of a page that is parsed already."""
    try:
        return _page_of_json(name, index, page)
    except (KeyError, TypeError, AttributeError):
        return _MISSHAPEN  # some value is of a type that the simple API does not have there


def _page_of_json(name: NormalizedName, index: str, page: Any) -> Page | Failure:
    meta = page.get("meta", {})
    api = _text(meta.get("api-version", "1.0")).split(".")
    if api[0] != "1" or not (api[-1].isascii() and api[-1].isdecimal() and len(api[-1]) <= _API_DIGITS):
        return _NEWER
    if not _is_name(_text(page["name"]), name):
        return OTHER_NAME
    # PEP 700 (API 1.1) brought "versions" and upload times together
    versions = [_text(v) for v in _list(page.get("versions", []))]
    files = [_file(one) for one in _list(page["files"])]
    gathered = gather(
        name, versions, files, dates=(len(api) > 1 and int(api[1]) >= 1) or any(f.uploaded for f in files)
    )
    marker = page.get("project-status") or {}
    reason = marker.get("reason") or ""
    project = _project(name, index, gathered, _text(marker.get("status", "active")), _text(reason))
    return Page(project, gathered.versions)


def _file(one: Any) -> File:
    uploaded = one.get("upload-time")
    yanked = one.get("yanked", False)
    if yanked is False:
        yanked = None
    elif yanked is True:
        yanked = ""
    return File(
        _text(one["filename"]),
        None if uploaded is None else _zulu(_text(uploaded)),
        None if yanked is None else _text(yanked),
    )


def read_html(name: NormalizedName, index: str, body: bytes) -> Project | Failure:
    """The project of an HTML page. A page without a link is one only if it says so: a log-in page also has none."""
    read = read_tags(name, index, start_tags(body.decode("utf-8", "replace"), _WANTED))
    return read if isinstance(read, Failure) else read.project


def read_tags(name: NormalizedName, index: str, tags: Iterable[Tag]) -> Page | Failure:
    """``read_html`` of a page's tags; the files are its ``a`` tags, in order."""
    said = _Page()
    files = list(said.read(tags))
    if said.title is not None and not _is_name(said.title, name):
        return OTHER_NAME
    gathered = gather(name, (), files, dates=False)
    if not gathered.ours and said.title is None and said.version is None:
        return NOT_AN_INDEX
    if (said.version or "1").split(".")[0] != "1":
        return _NEWER
    return Page(_project(name, index, gathered, said.status, said.reason), gathered.versions)


class _Page:
    """What an HTML page says beside its links."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.version: str | None = None
        self.status = "active"
        self.reason = ""

    def read(self, tags: Iterable[Tag]) -> Iterator[File]:
        """The files linked, while the rest is noted."""
        for tag in tags:
            if tag.name == "a":
                link = tag.attributes.get("href", "").partition("#")[0].partition("?")[0]
                yield File(unquote(link.rpartition("/")[2]), None, tag.attributes.get("data-yanked"))
            elif tag.name == "meta":
                self._note(tag.attributes.get("name", "").lower(), tag.attributes.get("content", ""))
            elif self.title is None and (match := _LINKS_FOR.search(tag.text)) is not None:
                self.title = match[1]

    def _note(self, name: str, content: str) -> None:
        if name == "pypi:repository-version":
            self.version = content
        elif name == "pypi:project-status":
            self.status = content
        elif name == "pypi:project-status-reason":
            self.reason = content


def _project(name: NormalizedName, index: str, gathered: Gathered, status: str, reason: str) -> Project:
    return Project(
        ecosystem=Ecosystem.PYPI,
        name=name,
        index=index,
        releases=gathered.releases,
        first_published=gathered.first_published,
        status=_MARKERS.get(status, Status.ACTIVE),
        status_reason=reason[:MAX_REASON],
        dates_known=gathered.dates_known,
    )


def _is_name(spelled: str, name: NormalizedName) -> bool:
    return _SEPARATORS.sub("-", spelled).lower() == name


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError
    return value


def _zulu(moment: str) -> str:
    """A time that compares as text; PyPI's own is one already."""
    if moment.endswith("Z"):
        return moment
    from depaudit.registries.times import parse_time

    read = parse_time(moment)
    if read is None:
        raise TypeError
    return read.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
