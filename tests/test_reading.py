"""Bytes to text."""

from __future__ import annotations

import codecs
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.parsers.base import MAX_INPUT_BYTES
from depaudit.reading import SourceText, decode, read_file


def told(source: SourceText) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.column, problem.message) for problem in source.problems]


@pytest.mark.parametrize(
    "data",
    [
        "a é".encode(),
        "a é".encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + "a é".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "a é".encode("utf-16-be"),
        codecs.BOM_UTF32_LE + "a é".encode("utf-32-le"),
        codecs.BOM_UTF32_BE + "a é".encode("utf-32-be"),
    ],
)
def test_reads_utf_8_and_what_a_mark_says(data: bytes) -> None:
    assert decode(data, "f") == SourceText(text="a é")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"# -*- coding: latin-1 -*-\n# \xe9\na", "# -*- coding: latin-1 -*-\n# é\na"),
        (b"a\n# vim: set fileencoding=cp1252 :\n# \x80", "a\n# vim: set fileencoding=cp1252 :\n# €"),
        (b"a\n\n# coding: latin-1", "a\n\n# coding: latin-1"),
    ],
)
def test_reads_a_coding_line_where_pip_does(data: bytes, text: str) -> None:
    assert decode(data, "f", coding_line=True) == SourceText(text=text)


@pytest.mark.parametrize(
    "encoding", ["zip", "rot13", "idna", "unicode_escape", "utf-99", "cp9999", "nonsense", "latin-99"]
)
def test_refuses_an_encoding_that_is_no_texts(encoding: str) -> None:
    source = decode(f"# coding: {encoding}\na".encode(), "f", coding_line=True)
    assert source.text is None
    assert told(source) == [(None, None, f"Its first lines name the encoding '{encoding}', which is unknown.")]


def test_tells_which_byte_is_no_utf_8_and_reads_the_rest() -> None:
    source = decode("requests\nna\xefve==1\n# caf\xe9\n".encode("latin-1"), "f")
    assert source.text == "requests\nna\ufffdve==1\n# caf\ufffd\n"
    assert told(source) == [
        (2, 3, "The byte 0xef here is no UTF-8; tools may read this file in different ways."),
    ]


def test_half_a_letter_of_utf_16_is_told() -> None:
    source = decode(codecs.BOM_UTF16_LE + "a\nb".encode("utf-16-le") + b"c", "f")
    assert source.text == "a\nb\ufffd"
    assert told(source) == [(2, 2, "The byte 0x63 here is no UTF-16-LE; tools may read this file in different ways.")]


def test_utf_16_without_a_mark_is_refused() -> None:
    source = decode("requests".encode("utf-16-le"), "f")
    assert source.text is None
    assert told(source) == [(None, None, "The file looks like UTF-16 without a byte order mark.")]


@given(st.binary(max_size=200), st.booleans())
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_text_that_can_be_written_or_a_problem(data: bytes, coding_line: bool) -> None:
    source = decode(data, "f", coding_line=coding_line)
    assert source.text is not None or source.problems
    (source.text or "").encode("utf-8")


def test_reads_a_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"a\r\nb")
    assert read_file(tmp_path / "f", "f") == SourceText(text="a\r\nb")


def test_a_file_beyond_the_bound_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "f").open("wb") as file:
        file.truncate(MAX_INPUT_BYTES + 1)  # sparse: it takes no room
    source = read_file(tmp_path / "f", "f")
    assert source.text is None
    assert told(source) == [(None, None, "The file has more than 48 MB, which no dependency file has.")]
    assert decode(b"a" * (MAX_INPUT_BYTES + 1), "-").problems[0].message == source.problems[0].message


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    message = "This is no regular file (a pipe, a socket or a device)."
    assert told(read_file(tmp_path / "pipe", "pipe")) == [(None, None, message)]
    assert told(read_file(Path("/dev/zero"), "/dev/zero")) == [(None, None, message)]
    assert told(read_file(tmp_path, "d")) == [(None, None, "This is a folder where a file was expected.")]
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert read_file(tmp_path / "s", "s").text is None


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert told(read_file(tmp_path / "gone", "gone")) == [
        (None, None, "The file cannot be read: No such file or directory.")
    ]
    assert told(read_file(tmp_path / "loop", "loop"))[0][2].startswith("The file cannot be read: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "f").touch(0)
    assert told(read_file(tmp_path / "f", "f")) == [(None, None, "The file cannot be read: Permission denied.")]
