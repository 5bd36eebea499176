"""The simple API's pages, JSON and HTML."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Project, Release, Status
from depaudit.registries.errors import Failure
from depaudit.registries.html_tags import start_tags
from depaudit.registries.simple import NOT_AN_INDEX, NOT_JSON, OTHER_NAME, read_html, read_json, read_page
from depaudit.registries.times import parse_time

INDEX = "https://pypi.org/simple/"
FLASK = NormalizedName("flask")
JSON = "application/vnd.pypi.simple.v1+json"


def page(**over: Any) -> bytes:
    return json.dumps({"meta": {"api-version": "1.4"}, "name": "Flask", "versions": [], "files": []} | over).encode()


def file(filename: str, uploaded: str | None = "2020-01-02T03:04:05.678901Z", **more: Any) -> dict[str, Any]:
    return {"filename": filename, "url": "https://f.example/" + filename, "hashes": {}, "upload-time": uploaded} | more


def project(**fields: Any) -> Project:
    return Project(ecosystem=Ecosystem.PYPI, name=FLASK, index=INDEX, **fields)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def test_a_project() -> None:
    body = page(
        versions=["0.1", "1.0", "2.0b1", "3.0"],
        files=[
            file("Flask-0.1.tar.gz", "2010-04-16T14:29:22.000000Z"),
            file("flask-1.0-py3-none-any.whl", "2018-04-26T20:00:01.5Z", yanked=True),
            file("Flask-1.0.tar.gz", "2018-04-26T20:00:00.000000Z", yanked="broken"),
            file("flask-2.0b1-1-cp311-cp311-linux_x86_64.whl", "2021-05-11T00:00:00Z", yanked=True),
            file("flask-2.0b1.zip", "2021-05-12T00:00:00Z", yanked=False),
            file("Flask-0.1-py2.5.egg", "2009-01-01T00:00:00Z"),
            file("flask-3.0.win-amd64.exe"),
            file("flask_sqlalchemy-9.9-py3-none-any.whl"),
            file("flask-sqlalchemy-9.9.tar.gz"),
        ],
    )
    assert read_json(FLASK, INDEX, body) == project(
        releases=(
            Release(version="0.1", published_at=at("2010-04-16T14:29:22"), runs_code=True, files=1),
            Release(version="1.0", published_at=at("2018-04-26T20:00:00"), yanked="broken", runs_code=False, files=2),
            Release(version="2.0b1", published_at=at("2021-05-11T00:00:00"), runs_code=False, files=2),
            Release(version="3.0", files=0),
        ),
        first_published=at("2010-04-16T14:29:22"),
    )


def test_versions_are_matched_in_any_spelling() -> None:
    body = page(
        name="a.B",
        versions=["1.0.post1", "2.0+cu118", "3.0-beta"],
        files=[
            file("a_b-1.0_1-py3-none-any.whl"),
            file("A.b-1.0-1.tar.gz"),
            file("a-b-3.0b0.tar.gz"),
            file("a_b-2.0+cu118-py3-none-any.whl"),
            file("a_b-junk-py3-none-any.whl"),
            file("a_b-9-py3-none-any.whl"),
        ],
    )
    read = read_json(NormalizedName("a-b"), INDEX, body)
    assert isinstance(read, Project)
    assert [(r.version, r.files) for r in read.releases] == [("1.0.post1", 2), ("2.0+cu118", 1), ("3.0-beta", 1)]


def test_a_registered_name_with_nothing() -> None:
    assert read_json(FLASK, INDEX, page()) == project(dates_known=True)


def test_an_api_without_versions_and_times() -> None:
    body = page(meta={"api-version": "1.0"}, files=[{"filename": "flask-1.0.tar.gz", "url": "x", "hashes": {}}])
    body = body.replace(b'"versions": [], ', b"")
    assert read_json(FLASK, INDEX, body) == project(
        releases=(Release(version="1.0", runs_code=True, files=1),), dates_known=False
    )


def test_one_file_without_a_time_leaves_no_age() -> None:
    """The oldest may be the one whose time is missing: a mirror must not make an old project look young."""
    body = page(versions=["1.0", "2.0"], files=[file("flask-1.0.tar.gz", None), file("flask-2.0.tar.gz")])
    read = read_json(FLASK, INDEX, body)
    assert isinstance(read, Project)
    assert (read.dates_known, read.first_published) == (False, None)


@pytest.mark.parametrize(
    ("marker", "status", "reason"),
    [
        ({"status": "active"}, Status.ACTIVE, ""),
        ({"status": "archived", "reason": "done"}, Status.ARCHIVED, "done"),
        ({"status": "deprecated", "reason": None}, Status.DEPRECATED, ""),
        ({"status": "quarantined", "reason": "malware" * 500}, Status.QUARANTINED, ("malware" * 500)[:500]),
        ({"status": "of the future"}, Status.ACTIVE, ""),
        (None, Status.ACTIVE, ""),
    ],
)
def test_project_status(marker: object, status: Status, reason: str) -> None:
    body = page(**{"project-status": marker})
    assert read_json(FLASK, INDEX, body) == project(status=status, status_reason=reason)


@pytest.mark.parametrize(
    "over",
    [
        {"name": 7},
        {"name": None},
        {"files": {}},
        {"files": ["x"]},
        {"files": [{"url": "x"}]},
        {"files": [{"filename": 7}]},
        {"files": [{"filename": "flask-1.tar.gz", "upload-time": 7}]},
        {"files": [{"filename": "flask-1.tar.gz", "upload-time": "yesterday"}]},
        {"files": [{"filename": "flask-1.tar.gz", "yanked": 1}]},
        {"versions": "1.0"},
        {"versions": [1.0]},
        {"meta": []},
        {"meta": {"api-version": 1}},
        {"project-status": "archived"},
        {"project-status": {"status": 1}},
    ],
)
def test_wrong_types_are_nonsense(over: dict[str, Any]) -> None:
    assert read_json(FLASK, INDEX, page(**over)) == Failure("answered nonsense: JSON that is no index page")


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", NOT_JSON),
        (b"{", NOT_JSON),
        (b"\xff\xfe", NOT_JSON),
        (b"[" * 100_000, NOT_JSON),
        (b"9" * 10_000, NOT_JSON),
        (b"[]", Failure("answered nonsense: JSON that is no index page")),
        (b"null", Failure("answered nonsense: JSON that is no index page")),
        (b'{"message": "log in"}', Failure("answered nonsense: JSON that is no index page")),
        (page(name="flask-admin"), OTHER_NAME),
        (
            page(meta={"api-version": "2.0"}),
            Failure("answered nonsense: a version of the simple API that depaudit does not know"),
        ),
    ],
)
def test_what_is_no_page(body: bytes, failure: Failure) -> None:
    assert read_json(FLASK, INDEX, body) == failure


# --- HTML

LEGACY = b"""<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.4">
<meta name="pypi:project-status" content="archived"><meta name="pypi:project-status-reason" content="a &amp; b">
<title>Links for flask</title></head><body><h1>Links for flask</h1>
<!-- <a href="flask-9.9.tar.gz">no</a> -->
<a href="https://f.example/a/Flask-0.1.tar.gz?x=1#sha256=00" data-requires-python="&gt;=3.8">Flask-0.1.tar.gz</a><br/>
<A HREF='../../flask-1.0-py3-none-any.whl' data-requires-python=">=3.8" DATA-YANKED="it &quot;broke&quot;">x</A>
<a data-yanked href=flask-2.0%2Blocal-py3-none-any.whl>x</a>
<a href="https://example.org/">elsewhere</a>
</body></html>"""


def test_a_legacy_page() -> None:
    assert read_html(FLASK, INDEX, LEGACY) == project(
        releases=(
            Release(version="0.1", runs_code=True, files=1),
            Release(version="1.0", yanked='it "broke"', runs_code=False, files=1),
            Release(version="2.0+local", yanked="", runs_code=False, files=1),
        ),
        status=Status.ARCHIVED,
        status_reason="a & b",
        dates_known=False,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"<html><head><title>Links for Flask</title></head><body></body></html>",
        b"<h1>Links for flask</h1>",
        b'<meta name="pypi:repository-version" content="1.0">',
    ],
)
def test_an_empty_page_that_says_what_it_is(body: bytes) -> None:
    assert read_html(FLASK, INDEX, body) == project(dates_known=False)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", NOT_AN_INDEX),
        (b"<html><title>Log in</title><form><a href='/forgot'>Forgot?</a></form></html>", NOT_AN_INDEX),
        (b"<a href='flask-admin-1.0.tar.gz'>x</a>", NOT_AN_INDEX),
        (b"<title>Links for flask-admin</title><a href='flask-1.0.tar.gz'>x</a>", OTHER_NAME),
        (
            b'<meta name="pypi:repository-version" content="2.0"><h1>Links for flask</h1>',
            Failure("answered nonsense: a version of the simple API that depaudit does not know"),
        ),
    ],
)
def test_html_that_is_no_page(body: bytes, failure: Failure) -> None:
    assert read_html(FLASK, INDEX, body) == failure


@pytest.mark.parametrize(
    ("content_type", "body", "ok"),
    [
        (JSON, page(), True),
        ("application/json", page(), True),
        ("", page(), True),
        ("text/plain", b"\xef\xbb\xbf \n<h1>Links for flask</h1>", True),
        ("text/html", LEGACY, True),
        ("application/vnd.pypi.simple.v1+html", LEGACY, True),
        ("text/html", page(), False),
        (JSON, LEGACY, False),
        ("text/plain", b"OK", False),
        ("", b"", False),
    ],
)
def test_the_type_decides_how_a_page_is_read(content_type: str, body: bytes, ok: bool) -> None:
    assert isinstance(read_page(FLASK, INDEX, content_type, body), Project) is ok


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="<a hre f='\"=>/!-&;#x.tgz\n\0é", max_size=200))
def test_any_html_is_read_to_its_end(text: str) -> None:
    list(start_tags(text, frozenset({"a", "h1"})))


@pytest.mark.parametrize("piece", ["<a ", "<", "<!--", "<a href='", '<a x="', "<a x=", "&", "<a " + "x" * 200, "<a '"])
def test_hostile_html_ends_soon(piece: str) -> None:
    """Quadratic reading of a megabyte would take minutes here, and the whole run with it."""
    tags = list(start_tags(piece * (1_000_000 // len(piece)), frozenset({"a"})))
    assert len(tags) <= 1_000_000 // len(piece)


@settings(deadline=None, max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["meta", "api-version", "name", "versions", "files", "filename", "yanked", "project-status"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_gives_a_project_or_a_failure(value: object) -> None:
    assert isinstance(read_json(FLASK, INDEX, json.dumps(value).encode()), (Project, Failure))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-01-02T03:04:05.678901Z", "2020-01-02T03:04:05.678901+00:00"),
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05+00:00"),
        ("2020-01-02T03:04:05.6Z", "2020-01-02T03:04:05.600000+00:00"),
        ("2020-01-02T03:04:05.123456789Z", "2020-01-02T03:04:05.123456+00:00"),
        ("2020-01-02T03:04:05", "2020-01-02T03:04:05+00:00"),
        ("2020-01-02 03:04:05+02:00", "2020-01-02T01:04:05+00:00"),
        ("2020-01-02T03:04:05-0530", "2020-01-02T08:34:05+00:00"),
        ("2020-13-02T03:04:05Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("2020-01-02", None),
        ("", None),
        (None, None),
        (1577934245, None),
        ("٢٠٢٠-01-02T03:04:05Z", None),
    ],
)
def test_parse_time(text: object, expected: str | None) -> None:
    parsed = parse_time(text)
    assert (None if parsed is None else parsed.isoformat()) == expected
