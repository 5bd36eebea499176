"""PyPI's JSON documents, read and edited."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.gate.base import Fetched
from depaudit.gate.protocols.listing import Format, Listing
from depaudit.gate.protocols.pypi_json import edit_listing, read_listing
from depaudit.model.names import NormalizedName
from tests.gate.protocols.pages import HOLD, PASS, REFUSE, all_pass, answer, listed, refused_path

INDEX = "https://pypi.org/simple/"
FILES = "https://files.pythonhosted.org/packages/"
SIX = NormalizedName("six")
NO_STORE = (("content-type", "application/json"), ("cache-control", "no-store"))


def row(filename: str, **more: Any) -> dict[str, Any]:
    return {
        "filename": filename,
        "url": FILES + filename,
        "digests": {"sha256": f"sha256-of-{filename}", "md5": "m"},
        "md5_digest": "m",
        "packagetype": "sdist",
        "size": 7,
        "upload_time_iso_8601": "2020-01-02T03:04:05.000000Z",
        "yanked": False,
        "yanked_reason": None,
        "has_sig": True,
    } | more


OLD, NEW = row("six-1.0.tar.gz"), row("six-1.1.zip")
INFO = {
    "name": "Six",
    "version": "1.1",
    "summary": "s",
    "requires_dist": ["a"],
    "requires_python": ">=3",
    "yanked": False,
}
WHOLE = {"info": INFO, "last_serial": 1, "releases": {"1.0": [OLD], "1.1": [NEW], "1.2": []}, "urls": [NEW]}
ONE = {"info": INFO, "last_serial": 1, "urls": [NEW], "vulnerabilities": []}
REFUSED = {
    "url": "https://files.pythonhosted.org/-run-/six-1.1.zip",
    "digests": {"sha256": ""},
    "filename": "six-1.1.zip",
    "packagetype": "sdist",
    "size": 7,
    "upload_time_iso_8601": "2020-01-02T03:04:05.000000Z",
    "yanked": False,
    "yanked_reason": None,
}


def fetched(body: Any) -> Fetched:
    return answer(body, "application/json", "https://pypi.org/pypi/six/json")


def read(answered: Fetched) -> Listing:
    listing = read_listing(answered, SIX, INDEX)
    assert isinstance(listing, Listing), listing
    return listing


def test_reading() -> None:
    listing = read(fetched(WHOLE))
    assert listing.format is Format.PYPI_JSON
    assert [(release.version, release.files) for release in listing.project.releases] == [
        ("1.0", 1),
        ("1.1", 1),
        ("1.2", 0),
    ]
    new = ("1.1", FILES + "six-1.1.zip", "six-1.1.zip", 7)
    assert listed(listing) == [new, ("1.0", FILES + "six-1.0.tar.gz", "six-1.0.tar.gz", 7), new]
    assert listed(read(fetched(ONE))) == [new]


@pytest.mark.parametrize("page", [WHOLE, ONE])
def test_nothing_to_do(page: Any) -> None:
    answered = fetched(page)
    listing = read(answered)
    assert edit_listing(answered, listing, all_pass(listing), refused_path) == (answered.body, NO_STORE)


def test_a_refused_version_stays_listed_without_its_bytes() -> None:
    answered = fetched(WHOLE)
    body, headers = edit_listing(answered, read(answered), {"1.0": PASS, "1.1": REFUSE, "1.2": PASS}, refused_path)
    assert json.loads(body) == WHOLE | {"releases": {"1.0": [OLD], "1.1": [REFUSED], "1.2": []}, "urls": [REFUSED]}
    assert headers == NO_STORE


def test_a_held_version_is_left_out() -> None:
    answered = fetched(WHOLE)
    body, _ = edit_listing(answered, read(answered), {"1.0": PASS, "1.1": HOLD, "1.2": PASS}, refused_path)
    assert json.loads(body) == WHOLE | {
        "info": {"name": "Six", "version": "1.0", "summary": "s"},
        "releases": {"1.0": [OLD], "1.2": []},
        "urls": [OLD],
    }


def test_nothing_is_left() -> None:
    answered = fetched(WHOLE)
    body, _ = edit_listing(answered, read(answered), dict.fromkeys(("1.0", "1.1", "1.2"), HOLD), refused_path)
    assert json.loads(body) == WHOLE | {
        "info": {"name": "Six", "version": "", "summary": "s"},
        "releases": {},
        "urls": [],
    }


@pytest.mark.parametrize("what", [REFUSE, HOLD])
def test_a_document_of_one_version(what: Any) -> None:
    answered = fetched(ONE)
    body, _ = edit_listing(answered, read(answered), {"1.1": what}, refused_path)
    assert json.loads(body) == ONE | {"urls": [REFUSED]}


def test_a_file_under_another_version_than_its_own_is_told_by_neither() -> None:
    answered = fetched(WHOLE | {"releases": {"1.0": [row("six-6.6.zip")], "1.1": [], "1.2": [row("six-1.2.0.zip")]}})
    assert [file.version for file in read(answered).files] == ["1.1", "", "1.2"]


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (b"{", "the answer is not JSON, or too deep to be read"),
        ([], "answered nonsense: JSON that describes no project"),
        ({"info": {"name": "six"}}, "answered nonsense: JSON that describes no project"),
        (ONE | {"urls": [{}]}, "answered nonsense: JSON that describes no project"),
        (ONE | {"info": INFO | {"name": "seven"}}, "answered nonsense: a page of another project"),
        (ONE | {"info": INFO | {"name": "é"}}, "answered nonsense: a page of another project"),
        (ONE | {"urls": [row("six-1.1.zip", url="file:///six-1.1.zip")]},
         "answered nonsense: a file that is not on the web"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(page: Any, why: str) -> None:
    assert read_listing(fetched(page), SIX, INDEX) == why


def test_another_status() -> None:
    assert read_listing(Fetched(status=404, reason="", headers=(), body=b"", url=INDEX), SIX, INDEX) == "HTTP 404"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    st.builds(lambda key, value: WHOLE | {key: value}, st.sampled_from(["info", "urls", "releases"]), _VALUES)
    | st.builds(lambda key, value: ONE | {"urls": [NEW | {key: value}]}, st.sampled_from(sorted(NEW)), _VALUES)
    | st.builds(lambda key, value: ONE | {"info": INFO | {key: value}}, st.sampled_from(sorted(INFO)), _VALUES)
)
def test_reading_never_fails_and_nothing_of_what_is_refused_survives(page: Any) -> None:
    answered = fetched(page)
    listing = read_listing(answered, SIX, INDEX)
    if isinstance(listing, Listing):
        body, _ = edit_listing(answered, listing, {}, lambda file: f"https://f.example/-run-/{file.filename}")
        for file in listing.files:
            assert json.dumps(file.url).encode() not in body
        assert not listing.files or b"sha256-of" not in body
    else:
        assert listing
