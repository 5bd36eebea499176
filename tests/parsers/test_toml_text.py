from __future__ import annotations

import pytest
from hypothesis import given, settings

from depaudit.errors import ParseError
from depaudit.parsers.toml_text import load_toml
from tests.parsers.python_cases import texts_of


def test_reads() -> None:
    assert load_toml("\ufeffa = 1\r\n[b]\r\nc = 'x'\r\n", "f.toml") == {"a": 1, "b": {"c": "x"}}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a = 1\na = 2", 2, "This is not valid TOML: Cannot overwrite a value."),
        ("a = 1\na = 2\nb = 3\n", 2, "This is not valid TOML: Cannot overwrite a value."),
        ("[a]\nb = 1\n[a]\nc = 1\n", 3, "This is not valid TOML: Cannot declare ('a',) twice."),
        ("x\n", 1, "This is not valid TOML: Expected '=' after a key in a key/value pair."),
        ("a = [1,\n  2", 2, "This is not valid TOML: Unclosed array where the text ends."),
        ('a = """x\ny', 2, "This is not valid TOML: Unterminated string where the text ends."),
        ("a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> x\n", 2, "There is a merge conflict marker here."),
        ("a = 1\n>>>>>>> x\n", 2, "There is a merge conflict marker here."),
        (
            "a = 1\nb = " + "[" * 5000,
            2,
            "Arrays or tables are nested hundreds of levels deep here; no tool writes such a file.",
        ),
        ("a = 1\nb = " + "9" * 5000, 2, None),
        ("\x00", 1, None),
    ],
)
def test_refuses_with_a_place(text: str, line: int, message: str | None) -> None:
    with pytest.raises(ParseError) as caught:
        load_toml(text, "f.toml")
    assert (caught.value.path, caught.value.line) == ("f.toml", line)
    assert caught.value.mend
    if message is not None:
        assert caught.value.message == message


@given(texts_of("a", "=", "[", "]", "{", "}", '"', "'", "\n", ".", ",", "1", "#", '"""', "<<<<<<< x\n", "\\", "\r\n"))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        table = load_toml(text, "f.toml")
    except ParseError:
        return
    assert isinstance(table, dict)
