"""The simple API's JSON listings, read and edited."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.gate.base import Fetched, Treatment
from depaudit.gate.protocols.listing import Format, Listing
from depaudit.gate.protocols.paths import url_key
from depaudit.gate.protocols.simple import edit_listing, read_listing
from depaudit.model.names import NormalizedName
from depaudit.model.project import Release
from tests.gate.protocols.pages import HOLD, PASS, REFUSE, all_pass, answer, listed, refused_path, versions_of

INDEX = "https://pypi.org/simple/"
PAGE = "https://pypi.org/simple/six/"
FILES = "https://files.pythonhosted.org/packages/"
SIX = NormalizedName("six")
JSON = "application/vnd.pypi.simple.v1+json"
NO_STORE = (("content-type", JSON), ("cache-control", "no-store"))


def row(filename: str, url: str | None = None, **more: Any) -> dict[str, Any]:
    digest = filename.encode().hex()
    return {
        "filename": filename,
        "url": FILES + filename if url is None else url,
        "hashes": {"sha256": digest},
        "requires-python": ">=3.6",
        "size": 7,
        "upload-time": "2020-01-02T03:04:05.000000Z",
        "yanked": False,
        "core-metadata": {"sha256": "of-the-metadata"},
        "data-dist-info-metadata": {"sha256": "of-the-metadata"},
        "provenance": f"https://pypi.org/integrity/{digest}",
        "gpg-sig": True,
    } | more


def page(*files: dict[str, Any], versions: list[str] | None = None, **more: Any) -> dict[str, Any]:
    head = {"meta": {"api-version": "1.4", "_last-serial": 5}, "name": "six", "files": list(files)}
    return head | ({} if versions is None else {"versions": versions}) | more


def fetched(body: Any, content_type: str = JSON) -> Fetched:
    return answer(body, content_type, PAGE)


def read(answered: Fetched) -> Listing:
    listing = read_listing(answered, SIX, INDEX)
    assert isinstance(listing, Listing)
    return listing


OLD, NEW, BETA = row("six-1.0.tar.gz"), row("six-1.1-py3-none-any.whl", yanked="why"), row("six-2.0b1.zip")
THREE = page(OLD, NEW, BETA, versions=["1.0", "1.1", "2.0b1"], **{"project-status": {"status": "active"}})


def test_reading() -> None:
    listing = read(fetched(THREE))
    assert listing.format is Format.SIMPLE_JSON
    assert [release.version for release in listing.project.releases] == ["1.0", "1.1", "2.0b1"]
    assert listed(listing) == [
        ("1.0", FILES + "six-1.0.tar.gz", "six-1.0.tar.gz", 7),
        ("1.1", FILES + "six-1.1-py3-none-any.whl", "six-1.1-py3-none-any.whl", 7),
        ("2.0b1", FILES + "six-2.0b1.zip", "six-2.0b1.zip", 7),
    ]


def test_nothing_to_do() -> None:
    answered = fetched(json.dumps(THREE, indent=3).encode())
    listing = read(answered)
    assert edit_listing(answered, listing, all_pass(listing), refused_path) == (answered.body, NO_STORE)


def test_a_refused_version_stays_listed_without_its_bytes() -> None:
    answered = fetched(THREE)
    body, headers = edit_listing(answered, read(answered), {"1.0": PASS, "1.1": REFUSE, "2.0b1": PASS}, refused_path)
    refused = {
        "filename": "six-1.1-py3-none-any.whl",
        "url": "https://files.pythonhosted.org/-run-/six-1.1-py3-none-any.whl",
        "hashes": {},
        "requires-python": ">=3.6",
        "size": 7,
        "upload-time": "2020-01-02T03:04:05.000000Z",
        "yanked": "why",
        "core-metadata": {"sha256": "of-the-metadata"},
        "data-dist-info-metadata": {"sha256": "of-the-metadata"},
    }
    assert json.loads(body) == THREE | {"files": [OLD, refused, BETA]}
    assert headers == NO_STORE


def test_a_held_version_is_left_out() -> None:
    answered = fetched(THREE)
    body, _ = edit_listing(answered, read(answered), {"1.0": PASS, "1.1": PASS, "2.0b1": HOLD}, refused_path)
    assert json.loads(body) == THREE | {"files": [OLD, NEW], "versions": ["1.0", "1.1"]}


def test_a_held_version_without_a_file_is_left_out() -> None:
    answered = fetched(page(OLD, versions=["1.0", "3.0"]))
    body, _ = edit_listing(answered, read(answered), {"1.0": PASS, "3.0": HOLD}, refused_path)
    assert json.loads(body) == page(OLD, versions=["1.0"])


def test_what_nobody_judged_is_refused() -> None:
    answered = fetched(THREE)
    body, _ = edit_listing(answered, read(answered), {"1.0": PASS, "1.1": PASS}, refused_path)
    assert [file["url"] for file in json.loads(body)["files"]] == [
        OLD["url"],
        NEW["url"],
        "https://files.pythonhosted.org/-run-/six-2.0b1.zip",
    ]


@pytest.mark.parametrize(
    ("unnamed", "left"),
    [
        (REFUSE, [FILES + "six-1.0.tar.gz", "https://files.pythonhosted.org/-run-/other-1.0.zip"]),
        (HOLD, [FILES + "six-1.0.tar.gz"]),
        (PASS, [FILES + "six-1.0.tar.gz", FILES + "other-1.0.zip"]),
    ],
)
def test_files_whose_version_cannot_be_told(unnamed: Treatment, left: list[str]) -> None:
    answered = fetched(page(OLD, row("other-1.0.zip"), versions=["1.0"]))
    body, _ = edit_listing(answered, read(answered), {"1.0": PASS}, refused_path, unnamed=unnamed)
    assert [file["url"] for file in json.loads(body)["files"]] == left


@pytest.mark.parametrize(
    ("entry", "version"),
    [
        (row("six-1.0.zip", "../../files/six-1.0.zip"), "1.0"),
        (row("six-1.0.zip", "/f/six-1.0.zip#sha256=ab"), "1.0"),
        (row("six-1.0.zip", "https://f.example/six-1.0.zip?token=x"), "1.0"),
        (row("six-1.0+a.zip", "https://f.example/six-1.0%2Ba.zip"), "1.0+a"),
        (row("six-1.0.zip", "https://f.example/six-1.0.tar.gz"), "1.0"),
        (row("six-1.0.zip", "https://f.example/six-2.0.zip"), ""),
        (row("six-1.0.zip", "https://f.example/download"), ""),
        (row("six-1.0.txt", "https://f.example/six-1.0.zip"), ""),
        (row("six-1.0.zip", "https://f.example/six-1.0.zip#egg=six-2.0"), ""),
        (row("six-1.0.zip", "https://f.example/x%2Fsix-1.0.zip"), ""),
        (row("six-1.0.zip", "https://f.example\\@g.example/six-1.0.zip"), ""),
        (row("six-1.0-py3.6.egg"), "1.0"),
        (row("six-9.0-py3.6.egg"), ""),
    ],
)
def test_the_name_the_place_and_the_fragment_must_agree(entry: dict[str, Any], version: str) -> None:
    answered = fetched(page(row("six-1.0-py3-none-any.whl"), entry, versions=["1.0", "1.0+a", "2.0"]))
    assert [file.version for file in read(answered).files] == ["1.0", version]


def test_relative_urls_start_from_the_page() -> None:
    answered = fetched(page(row("six-1.0.zip", "../../f/six-1.0.zip"), versions=["1.0"]))
    assert [file.url for file in read(answered).files] == ["https://pypi.org/f/six-1.0.zip"]


def test_what_is_no_archive_stays() -> None:
    odd = [row("six-1.0.exe"), row("six-1.0.zip.asc"), row("six-1.0.zip", "https://[::1/six-1.0.zip")]
    answered = fetched(page(OLD, *odd, versions=["1.0"]))
    listing = read(answered)
    assert [file.filename for file in listing.files] == ["six-1.0.tar.gz"]
    body, _ = edit_listing(answered, listing, {"1.0": REFUSE}, refused_path)
    assert json.loads(body)["files"][1:] == odd


@pytest.mark.parametrize("url", ["file:///x/six-1.0.zip", "git+https://x.example/six-1.0.zip", "ftp://x/six-1.0.zip"])
def test_what_clients_would_fetch_past_the_gate_is_left_out(url: str) -> None:
    answered = fetched(page(row("six-1.0.zip", url), OLD, versions=["1.0"]))
    listing = read(answered)
    body, _ = edit_listing(answered, listing, all_pass(listing), refused_path)
    assert json.loads(body) == page(OLD, versions=["1.0"])


def test_a_refused_place_is_refused_in_every_spelling_and_under_every_version() -> None:
    answered = fetched(
        page(
            row("six-1.0+a.zip", "https://f.example/six-1.0%2Ba.zip"),
            row("six-1.0+a.tar.gz", "https://F.example:443/six-1.0+a.zip"),
            row("six-2.0.zip", "https://f.example/six-2.0.zip"),
            versions=["1.0+a", "2.0"],
        )
    )
    listing = read(answered)
    body, _ = edit_listing(
        answered, listing, all_pass(listing), refused_path, refused_files=["https://f.example/six-1.0+a.zip"]
    )
    assert [file["hashes"] != {} for file in json.loads(body)["files"]] == [False, False, True]
    untouched = edit_listing(answered, listing, all_pass(listing), refused_path, refused_files=["https://x/y.zip"])
    assert untouched[0] == answered.body


def test_held_outweighs_refused_by_place() -> None:
    answered = fetched(page(OLD, NEW, versions=["1.0", "1.1"]))
    body, _ = edit_listing(
        answered, read(answered), {"1.0": PASS, "1.1": HOLD}, refused_path, refused_files=[NEW["url"]]
    )
    assert json.loads(body) == page(OLD, versions=["1.0"])


ONCE = (
    b'{"meta":{"api-version":"1.0"},"name":"six","files":[{"filename":"six-1.0.zip","hashes":{},'
    b'"url":"https://f.example/six-1.0.zip"}]}'
)
TWICE = ONCE.replace(b'"url":', b'"url":"https://f.example/six-9.zip","url":')


@pytest.mark.parametrize("body", [TWICE, b"\xef\xbb\xbf" + ONCE], ids=["a key twice", "a byte order mark"])
def test_what_clients_read_differently_is_written_anew(body: bytes) -> None:
    answered = fetched(body)
    listing = read(answered)
    edited, _ = edit_listing(answered, listing, all_pass(listing), refused_path)
    assert edited == ONCE


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "the answer is not JSON, or too deep to be read"),
        (b"[" * 100_000, "the answer is not JSON, or too deep to be read"),
        (b'{"size": NaN}', "the answer is not JSON, or too deep to be read"),
        (b'{"size": 1e999}', "the answer is not JSON, or too deep to be read"),
        (b"\xff\xfe{", "the answer is not JSON, or too deep to be read"),
        (b"[]", "answered nonsense: JSON that is no index page"),
        (page() | {"name": "seven"}, "answered nonsense: a page of another project"),
        (page() | {"meta": {"api-version": "2.0"}},
         "answered nonsense: a version of the simple API that depaudit does not know"),
        (page({"filename": "six-1.0.zip"}), "answered nonsense: a file without a URL"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(body: Any, why: str) -> None:
    assert read_listing(fetched(body), SIX, INDEX) == why


def test_other_answers() -> None:
    gone = Fetched(status=404, reason="Not Found", headers=(), body=b"", url=PAGE)
    assert read_listing(gone, SIX, INDEX) == "HTTP 404"
    assert read_listing(fetched(b"hello", "text/plain"), SIX, INDEX) == "the answer is no index page"
    assert isinstance(read_listing(fetched(THREE, "application/octet-stream"), SIX, INDEX), Listing)
    assert isinstance(read_listing(fetched(THREE, "Application/JSON; charset=utf-8"), SIX, INDEX), Listing)


@pytest.mark.parametrize("depth", [100, 900, 950, 980])
def test_however_deep_a_page_is_the_answer_is_json_that_offers_nothing_refused(depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    answered = fetched(json.dumps(page(OLD)).encode()[:-1] + b', "x": ' + deep + b"}")
    listing = read_listing(answered, SIX, INDEX)
    if isinstance(listing, Listing):
        body, _ = edit_listing(answered, listing, {"1.0": REFUSE}, refused_path)
        assert OLD["url"].encode() not in body
        assert body.startswith(b'{"meta":')


def test_a_page_without_a_list_of_versions() -> None:
    answered = fetched(page(OLD, NEW))
    listing = read(answered)
    assert listing.project.releases[0] == Release(
        version="1.0", published_at=listing.project.first_published, runs_code=True, files=1
    )
    body, _ = edit_listing(answered, listing, {"1.0": HOLD, "1.1": PASS}, refused_path)
    assert json.loads(body) == page(NEW)


_ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(
            ["six-1.0.zip", "six-1.0.tar.gz", "six-1.1-py3-none-any.whl", "Six-2.0.zip", "six.exe", "x.zip"]
        ),
        st.sampled_from(
            [None, "https://f.example/six-1.0.zip", "../six-1.1.zip#egg=x", "six-1.0%2Fx.zip", "//h/x.zip"]
        ),
        yanked=st.sampled_from([True, False, "", "bad"]),
        unknown=st.none() | st.text(max_size=5),
    ),
    max_size=6,
)
_JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(_ROWS, st.data())
def test_nothing_of_what_is_refused_survives(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    answered = fetched(page(*rows))
    listing = read(answered)
    treatment = {version: data.draw(st.sampled_from(Treatment)) for version in versions_of(listing)}
    same, _ = edit_listing(answered, listing, all_pass(listing), refused_path, unnamed=PASS)
    assert same is answered.body
    body, _ = edit_listing(answered, listing, treatment, refused_path)
    after = read(fetched(body))
    gone = {url_key(file.url) for file in listing.files if treatment.get(file.version, REFUSE) is REFUSE}
    assert not gone & {url_key(file.url) for file in after.files}
    held = {version for version, what in treatment.items() if what is HOLD}
    assert not held & {file.version for file in after.files if "-run-" not in file.url}
    for file in json.loads(body)["files"]:
        assert ("-run-" in file["url"]) == (file["hashes"] == {})


@settings(deadline=None)
@given(
    st.binary(max_size=60)
    | _JSON_VALUES.map(lambda value: json.dumps(value).encode())
    | _JSON_VALUES.map(lambda value: json.dumps(page() | {"files": value}).encode())
    | _JSON_VALUES.map(lambda value: json.dumps(page() | {"files": [row("six-1.0.zip") | {"size": value}]}).encode())
    | _JSON_VALUES.map(lambda value: json.dumps(page() | {"files": [row("six-1.0.zip") | {"url": value}]}).encode()),
    st.sampled_from([JSON, "text/html", "", "text/plain"]),
)
def test_reading_never_fails(body: bytes, kind: str) -> None:
    answered = fetched(body, kind)
    listing = read_listing(answered, SIX, INDEX)
    if isinstance(listing, Listing):
        edit_listing(answered, listing, {}, refused_path)
    else:
        assert listing
