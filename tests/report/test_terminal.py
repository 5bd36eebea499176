"""Foreign text is harmless on a terminal, and lines wrap without breaking what is copied."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.report.terminal import Style, count, listed, safe, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain/path-1.0.txt", "plain/path-1.0.txt"),
        ("größe/データ/файл", "größe/データ/файл"),
        ("\x1b[2J\x1b]8;;http://x\x07", "\\x1b[2J\\x1b]8;;http://x\\x07"),
        ("a\r\nb\tc\x00", "a\\r\\nb\\tc\\x00"),
        ("\x9b31m", "\\x9b31m"),
        ("txt.\u202egpj", "txt.\\u202egpj"),
        ("\u2066\u2069\u200f", "\\u2066\\u2069\\u200f"),
        ("re\u200bquests\ufeff\u00ad", "re\\u200bquests\\ufeff\\xad"),
        ("a\u2028b\u2029c\x85d\u00a0e", "a\\u2028b\\u2029c\\x85d\\xa0e"),
        ("\u3164\u115f\u2800\ufe0f\U000e0101", "\\u3164\\u115f\\u2800\\ufe0f\\U000e0101"),
        ("\U000e0041\ud800", "\\U000e0041\\ud800"),
        ("::error::x a ::set-output name=x::y", "\\x3a:error::x a \\x3a:set-output name=x::y"),
        ("\n::error::x\u200b::debug::", "\\n::error::x\\u200b::debug::"),
        ("x##[add-mask]a ##vso[task.x]y ##teamcity[z", "x\\x23#[add-mask]a \\x23#vso[task.x]y \\x23#teamcity[z"),
        ("a::b ::1 ::", "a::b ::1 ::"),
        ("## title # [x] ##", "## title # [x] ##"),
    ],
)
def test_what_would_act_on_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_long_text_is_cut() -> None:
    assert safe("a" * 20, 10) == "aaaaaaa..."
    assert safe("a" * 10, 10) == "a" * 10


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=50))
def test_nothing_invisible_is_left(text: str) -> None:
    for letter in safe(text):
        assert unicodedata.category(letter)[0] != "C"
        assert letter == " " or unicodedata.category(letter)[0] != "Z"


def test_wrapping_breaks_at_spaces_only() -> None:
    assert wrap("one two three four", 12, first="* ") == ["* one two", "  three four"]
    assert wrap("one two", 9, first="label: ", rest="") == ["label: one", "two"]
    assert wrap("a-very-long/path/that-is-wider", 10) == ["a-very-long/path/that-is-wider"]
    assert wrap("", 10, first="  ") == [""]


@settings(deadline=None, max_examples=100)
@given(st.text("ab cd-/.", max_size=80), st.integers(5, 40))
def test_wrapping_keeps_every_word(text: str, width: int) -> None:
    lines = wrap(text, width, first="- ")
    assert " ".join(lines).split() == ["-", *text.split()]
    assert all(len(line) <= width or len(line.split()) <= 2 for line in lines)


def test_colour_only_on_request() -> None:
    assert Style(color=False).paint("x", "1") == "x"
    assert Style(color=True).paint("x", "1", "31") == "\x1b[1;31mx\x1b[0m"
    assert Style(color=True).paint("", "1") == ""


def test_words() -> None:
    assert (count(1, "file"), count(1234, "file"), count(0, "entry", "entries")) == (
        "1 file",
        "1,234 files",
        "0 entries",
    )
    assert (listed(["a"]), listed(["a", "b", "c"], "or")) == ("a", "a, b or c")
    assert re.fullmatch(r"a and b", listed(iter("ab")))
