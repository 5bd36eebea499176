from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.errors import ParseError
from depaudit.installed.core_metadata import CoreMetadata, read_core_metadata


def test_name_version_and_what_it_requires() -> None:
    text = (
        "Metadata-Version: 2.1\r\nname: Flask-Login\r\nVersion:  0.6.3 \r\nSummary: a\r\n  folded one\r\n"
        "Requires-Dist: flask>=1.0\r\nRequires-Dist: werkzeug ;\r\n  extra == 'all'\r\n\r\nName: in-the-description\r\n"
    )
    assert read_core_metadata(text.encode(), "METADATA") == CoreMetadata(
        name="Flask-Login", version="0.6.3", line=3, requires=("flask>=1.0", "werkzeug ; extra == 'all'")
    )


def test_headers_end_where_pip_lets_them_end() -> None:
    text = "Name: a\nVersion: 1\nSummary: two\nlines, unfolded\nRequires-Dist: hidden\n"
    assert read_core_metadata(text.encode(), "METADATA").requires == ()


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "The file says no Name.", 1),
        ("Name: a\n\nVersion: 1\n", "The file says no Version.", 1),
        ("Name:\nVersion: 1\n", "The file says no Name.", 1),
        ("Name: a\nName: b\nVersion: 1\n", "Name stands 2 times; tools differ on which one counts.", 2),
        ("Name: a\nVersion: 1; rm -rf\n", "'1; rm -rf' is no version.", 2),
    ],
)
def test_what_is_no_metadata(text: str, message: str, line: int) -> None:
    with pytest.raises(ParseError) as caught:
        read_core_metadata(text.encode(), "x/METADATA")
    assert (caught.value.message, caught.value.line, caught.value.path) == (message, line, "x/METADATA")
    assert caught.value.mend


@given(st.binary(max_size=300))
def test_any_bytes_give_metadata_or_a_parse_error(data: bytes) -> None:
    with contextlib.suppress(ParseError):
        assert read_core_metadata(b"Name: a\nVersion: 1\n" + data, "METADATA").name == "a"
