"""Places in JSON, and the refusal of what is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.errors import ParseError
from depaudit.parsers.json_positions import Entries, described, encodable, read_json, repeated_key

TEXT = """{
  "a": 1,
  "b" : { "c":"x", "d": {"e": [1, {"f": null}]} },
\t"b": {}
}
"""


def refusal(text: str) -> tuple[int | None, int | None, str]:
    with pytest.raises(ParseError) as caught:
        read_json(text, "p.json")
    assert caught.value.path == "p.json"
    assert caught.value.mend
    return caught.value.line, caught.value.column, caught.value.message


def test_walks_what_the_shape_names_and_decodes_the_rest() -> None:
    document = read_json(TEXT, "p.json")
    root = document.walk({"b": {"*": {}}})
    assert [(m.key, document.position(m.at), document.position(m.value_at)) for m in root.members] == [
        ("a", (2, 3), (2, 8)),
        ("b", (3, 3), (3, 9)),
        ("b", (4, 2), (4, 7)),
    ]
    first = root.members[1].value
    assert isinstance(first, Entries)
    assert [(m.key, m.value, document.position(m.at)) for m in first.members] == [
        ("c", "x", (3, 11)),
        ("d", {"e": [1, {"f": None}]}, (3, 20)),
    ]
    assert document.value == {"a": 1, "b": {}}


def test_says_which_keys_stand_twice() -> None:
    document = read_json(TEXT, "p.json")
    root = document.walk({})
    assert [(m.key, document.position(m.at)) for m in root.repeated()] == [("b", (4, 2))]
    assert repeated_key(root.members[2]) == (
        "The key 'b' stands here for the second time; tools differ on which one counts."
    )
    assert root.get("b") == {}
    assert root.member("z") is None


def test_places_can_be_asked_for_in_any_order() -> None:
    document = read_json(TEXT, "p.json")
    offsets = [TEXT.index(word) for word in ('"f"', '"a"', '"e"', '"c"')]
    assert [document.position(offset) for offset in offsets] == [(3, 36), (2, 3), (3, 26), (3, 11)]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    document = read_json('\ufeff{"a": 1}', "p.json")
    assert document.location(document.walk({}).members[0].at, "a").column == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, 1, "The file is empty.")),
        (" \n\n", (1, 1, "The file is empty.")),
        ("null", (1, 1, "The file holds null where an object was expected.")),
        ("\n [1]", (2, 2, "The file holds a list where an object was expected.")),
        ('"a"', (1, 1, "The file holds text where an object was expected.")),
        ("false", (1, 1, "The file holds false where an object was expected.")),
        ("1.5", (1, 1, "The file holds a number where an object was expected.")),
        ("{}\n{}", (2, 1, "Something stands after the end of the JSON.")),
        ('{"a": 1\n "b": 2}', (2, 2, "This is not JSON: expecting ',' delimiter.")),
        ("{\n'a': 1}", (2, 1, "This is not JSON: expecting property name enclosed in double quotes.")),
        ('{"a": "b\nc"}', (1, 9, "This is not JSON: invalid control character at.")),
        ('{"NaN": 1,\n "a": NaN}', (2, 7, "NaN is no JSON.")),
        ('{"a": -Infinity}', (1, 7, "-Infinity is no JSON.")),
        ('{\n<<<<<<< HEAD\n"a": 1\n=======\n"a": 2\n>>>>>>> x\n}', (2, 1, "A merge conflict marker stands here.")),
        ("{}\n>>>>>>> x\n", (2, 1, "A merge conflict marker stands here.")),
    ],
)
def test_refuses_what_npm_would_not_read(text: str, expected: tuple[int, int, str]) -> None:
    assert refusal(text) == expected


def test_refuses_a_comma_after_the_last_entry() -> None:
    line, _, message = refusal('{\n"a": 1,\n}')
    assert line in (2, 3)  # Python 3.13 points at the comma, those before at the brace
    assert message.startswith("This is not JSON: ")


@pytest.mark.parametrize("text", ['{"a":' * 100_000, "[" * 100_000, '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"])
def test_refuses_deep_nesting(text: str) -> None:
    assert refusal(text)[0] == 1


def test_refuses_to_walk_deeply() -> None:
    shape: dict[str, object] = {}
    shape["*"] = shape
    document = read_json('{"a":' * 150 + "1" + "}" * 150, "p.json")
    with pytest.raises(ParseError, match="nested more than 100 deep") as caught:
        document.walk(shape)  # type: ignore[arg-type]  # a recursive mapping
    assert caught.value.column == 506


def test_refuses_to_walk_a_heap_of_keys() -> None:
    document = read_json("{\n" + '"a":1,' * 300_000 + '"b":1}', "p.json")
    with pytest.raises(ParseError, match="More than 300000 keys") as caught:
        document.walk({})
    assert caught.value.line == 2


def test_very_long_numbers_cost_nothing() -> None:
    document = read_json('{"a": ' + "9" * 100_000 + "}", "p.json")
    assert document.value == {"a": float("inf")}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "null"), (True, "true"), ({}, "an object"), (Entries(()), "an object"), ([], "a list"), (2, "a number")],
)
def test_describes_values(value: object, expected: str) -> None:
    assert described(value) == expected


def test_halves_of_surrogate_pairs_become_writable() -> None:
    assert encodable("a\ud800é") == "a?é"


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


def plain(value: object) -> object:
    return {m.key: plain(m.value) for m in value.members} if isinstance(value, Entries) else value


@given(value=st.dictionaries(st.text(max_size=3), _values, max_size=4), indent=st.sampled_from([None, 1, "\t"]))
@settings(max_examples=100, deadline=None)
def test_walking_finds_what_decoding_finds_where_it_stands(value: dict[str, object], indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    shape: dict[str, object] = {}
    shape["*"] = shape
    document = read_json(text, "p.json")
    root = document.walk(shape)  # type: ignore[arg-type]  # a recursive mapping
    assert plain(root) == value
    waiting = [root]
    while waiting:
        for member in waiting.pop().members:
            assert json.JSONDecoder().raw_decode(text, member.at)[0] == member.key
            assert json.JSONDecoder().raw_decode(text, member.value_at)[0] == plain(member.value)
            line, column = document.position(member.at)
            assert text.split("\n")[line - 1][column - 1] == '"'
            if isinstance(member.value, Entries):
                waiting.append(member.value)
