from __future__ import annotations

import pytest
from hypothesis import given, settings

from depaudit.parsers.requirement_lines import logical_lines
from tests.parsers.python_cases import texts_of


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a\n\n  b\n", [(1, 1, "a"), (3, 3, "b")]),
        ("a\r\nb\r\n", [(1, 1, "a"), (2, 1, "b")]),
        ("\ufeffa\nb", [(1, 1, "a"), (2, 1, "b")]),
        ("# c\na # c\na#c\n#c", [(2, 1, "a"), (3, 1, "a#c")]),
        ("a \\\n  --hash=x \\\n  --hash=y\nb", [(1, 1, "a   --hash=x   --hash=y"), (4, 1, "b")]),
        ("a\\\n==1", [(1, 1, "a==1")]),
        ("a \\\n# comment ends it\nb", [(1, 1, "a"), (3, 1, "b")]),
        ("a \\", [(1, 1, "a")]),
        ("a # c \\\nb\nc", [(1, 1, "a"), (3, 1, "c")]),
        ("# c \\\nb", [(2, 1, "b")]),
        ("\\\n\\\n", []),
        ("a\x0cb\u2028c\nd", [(1, 1, "a"), (1, 1, "b"), (1, 1, "c"), (2, 1, "d")]),
        ("a\rb", [(1, 1, "a"), (2, 1, "b")]),
    ],
)
def test_lines_as_pip_joins_them(text: str, lines: list[tuple[int, int, str]]) -> None:
    assert list(logical_lines(text)) == lines


def test_white_space_before_a_comment_costs_no_more_than_its_length() -> None:
    text = " " * 500_000 + "x" + " " * 500_000 + "#" * 500_000
    assert list(logical_lines(text)) == [(1, 500_001, "x")]


@given(texts_of("a", "\\\n", "\\", "\n", "#", " #", " ", "\r\n", "\x0b", "\u2029"))
@settings(max_examples=300, deadline=None)
def test_every_line_has_a_place_in_the_text(text: str) -> None:
    physical = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    last = 0
    for line, column, logical in logical_lines(text):
        assert logical == logical.strip() != ""
        assert 1 <= line <= len(physical)
        assert column >= 1
        assert line >= last
        last = line
