from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.parsers.toml_positions import MAX_DEPTH, Path, entry_places, pointer, toml_positions

TEXT = '''\
# [not.a.table]
a.b = 1
"x y".'z' = """ [[package]]
foo = 3 \\""" """
list = [ 1, [2, 3], {k = "v", l.m = [ 1.5 ]}, # com ] ment
  1979-05-27 07:32:00, "s]", ]
[[package]]
name = 'a'
[package.dependencies]
foo = "1"
[[package]] # second
  name = "b"
[[package.files]]
x = 1
[[ package . files ]]
x = 2
[tool."q.r"]
"\\u0061b" = {}
'''

PLACES: list[tuple[Path, tuple[int, int]]] = [
    (("a", "b"), (2, 1)),
    (("x y", "z"), (3, 1)),
    (("list",), (5, 1)),
    (("list", 0), (5, 10)),
    (("list", 1, 1), (5, 17)),
    (("list", 2, "k"), (5, 22)),
    (("list", 2, "l", "m", 0), (5, 39)),
    (("list", 3), (6, 3)),
    (("list", 4), (6, 24)),
    (("package", 0), (7, 1)),
    (("package", 0, "name"), (8, 1)),
    (("package", 0, "dependencies", "foo"), (10, 1)),
    (("package", 1, "name"), (12, 3)),
    (("package", 1, "files", 1), (15, 1)),
    (("package", 1, "files", 1, "x"), (16, 1)),
    (("tool", "q.r"), (17, 1)),
    (("tool", "q.r", "ab"), (18, 1)),
]


@pytest.mark.parametrize(("path", "place"), PLACES)
@pytest.mark.parametrize(("before", "newline"), [("", "\n"), ("\ufeff", "\n"), ("", "\r\n")])
def test_places(path: Path, place: tuple[int, int], before: str, newline: str) -> None:
    assert toml_positions(before + TEXT.replace("\n", newline)).place(*path) == place


def test_what_is_not_there_has_the_place_of_what_is_around_it() -> None:
    positions = toml_positions(TEXT)
    assert positions.place("package", 1, "version") == (11, 1)
    assert positions.place("nothing", "here") == (1, 1)


def test_depth_and_number_of_places_are_bounded() -> None:
    positions = toml_positions("a = " + "[" * 300 + "]" * 300)
    assert positions.place("a", *([0] * 299)) == positions.place("a", *([0] * (MAX_DEPTH - 1)))
    assert toml_positions(".".join(["a"] * 20_000) + " = 1").place("a", "a") == (1, 1)


LOCK = """\
version = 1
# [[package]]

[[package]]
name = "a"
text = "[[package]] name = 1"

[[package]]
version = "1"
name = "b"
[package.dependencies]
name = "1"

[[package.files]]
x = 1
[[package]]
version = "2"
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_entries(newline: str) -> None:
    assert entry_places(LOCK.replace("\n", newline), "package", "name", 3) == [(5, 1), (10, 1), (16, 1)]


@pytest.mark.parametrize(
    "text",
    [
        '[[package]]\nname = """\n[[package]]\n"""\n[[package]]\nname = "b"\n',
        "[[package]]\nname = '''\n[[package]]'''\n\n[[package]]\nname = 'b'\n",
        '[["package"]]\nname = "a"\n\n\n[[\'package\']]\nname = "b"\n',
        'x = [\n[["package"]]\n]\n[[package]] \nname = 1\n[["package"]]\nname = 2\n',
    ],
)
def test_entries_that_a_search_for_headers_would_miss(text: str) -> None:
    entries = tomli.loads(text)["package"]
    lines = text.split("\n")
    places = entry_places(text, "package", "name", len(entries))
    assert len(places) == 2
    assert all(lines[line - 1][column - 1 :].startswith("name") for line, column in places)
    assert places[0] < places[1]


def test_entries_in_an_inline_array() -> None:
    text = 'package = [\n  {name = "a"},\n  {version = "1", name = "b"},\n]\n'
    assert entry_places(text, "package", "name", 2) == [(2, 4), (3, 19)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("project", "dependencies", 3), "project.dependencies[3]"),
        (("package", 12), "package[12]"),
        (("tool", "a.b", "c d"), 'tool."a.b"."c d"'),
        (("a\x1b\u202e",), '"a\\x1b\\u202e"'),
        ((), ""),
    ],
)
def test_pointer(path: Path, text: str) -> None:
    assert pointer(*path) == text


def _paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*path, index))


_KEYS = st.sampled_from(["a", "b-c", '"d.e"', "'f'", "1", "a . b", '"g\\"#]"', "a.b.c"])
_SCALARS = st.sampled_from(
    ["1", "1.5", "true", "1979-05-27 07:32:00", '"x"', "'#]'", '"""m\n"" l"""', "'''k\n'' '''", '"\\""']
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ", # c ]\n ".join(items) + "\n]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{n} = {item}" for n, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)
_LINES = st.one_of(
    st.tuples(_KEYS, _VALUES).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    _KEYS.map(lambda key: f"[{key}] # t"),
    _KEYS.map(lambda key: f"[[ {key} ]]"),
    st.just("# [c]"),
)


@given(st.lists(_LINES, max_size=8).map("\n".join))
@settings(max_examples=400, deadline=None)
def test_every_path_of_a_valid_text_has_its_own_place(text: str) -> None:
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError:
        return
    positions = toml_positions(text)
    lines = text.split("\n")
    for path, value in _paths(data):
        line, column = positions.place(*path)
        rest = lines[line - 1][column - 1 :]
        if isinstance(path[-1], int) and not rest.startswith("[["):
            begin = {str: "\"'", list: "[", dict: "{", bool: "t", int: "1", float: "1"}.get(type(value), "1")
            assert rest[0] in begin, (path, rest)
        elif isinstance(path[-1], str):
            assert rest[0] == "[" or rest[0] in "abdfgk1'\"", (path, rest)
