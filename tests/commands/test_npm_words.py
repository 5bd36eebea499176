"""npm's words as nopt reads them. The expected readings are those of nopt 10 with npm 11.21's own definitions."""

from __future__ import annotations

import shlex

import pytest

from depaudit.commands.npm_words import npx_pieces, pieces_of, scan_npm, truth


@pytest.mark.parametrize(
    ("line", "words", "options"),
    [
        ("a --global b", "a b", {"global": True}),
        ("a -gD b", "a b", {"global": True, "save-dev": True}),
        ("-registry=u a", "a", {"registry": "u"}),
        ("--registry u a", "a", {"registry": "u"}),
        ("--regi u a", "a", {"registry": "u"}),
        ("--prefix --cache a", "a", {"prefix": "--cache"}),
        ("--tag --cache a", "", {"tag": None, "cache": "a"}),
        ("--tag a b", "b", {"tag": "a"}),
        ("--prefix -- a", "a", {"prefix": None}),
        ("--global=1 a", "1 a", {"global": True}),
        ("--global false a", "a", {"global": False}),
        ("--no-global false a", "a", {"global": True}),
        ("--no-no-global a", "a", {"global": True}),
        ("--no-registry u a", "u a", {"registry": None}),
        ("--no-noproxy u a", "a", {"noproxy": "u"}),
        ("--color always a", "a", {"color": "always"}),
        ("--color red a", "red a", {"color": True}),
        ("--browser lynx a", "a", {"browser": "lynx"}),
        ("--unheard a", "a", {"unheard": None}),
        ("--unheard=b a", "a", {"unheard": "b"}),
        ("--tmp a", "a", {"tmp": None}),
        ("-cag", "", {"call": None, "all": True, "global": True}),
        ("-C a b", "b", {"prefix": "a"}),
        ("-d a", "a", {"loglevel": "info"}),
        ("-- --global", "--global", {}),
        ("--- --global", "--global", {}),
        ("-=a", "a", {}),
        ("- a", "- a", {}),
    ],
)
def test_options_and_words(line: str, words: str, options: dict[str, str | bool | None]) -> None:
    found = scan_npm(pieces_of(shlex.split(line), 0))
    assert [word.text for word in found.words] == words.split()
    assert [one.name[2:] for one in found.options] == list(options)
    for name, value in options.items():
        given = next(one for one in found.options if one.name == "--" + name)
        assert (truth(found, name) if isinstance(value, bool) else given.value) == value


def test_null_says_nothing() -> None:
    found = scan_npm(pieces_of(("--yes", "null", "a"), 0))
    assert truth(found, "yes") is None
    assert [word.text for word in found.words] == ["a"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("npx tsc -p .", "-- tsc -p ."),
        ("npx -p a b", "--package a -- b"),
        ("npx -p=a b --c", "--package=a -- b --c"),
        ("npx --no-install a", "--yes=false -- a"),
        ("npx -q a", "--loglevel warn -- a"),
        ("npx --shell sh a", "--script-shell sh -- a"),
        ("npx --ignore-existing a", "-- a"),
        ("npx -n --inspect a", "-- a"),
        ("npx --weird a b", "--weird a -- b"),
        ("npx --yes a", "--yes -- a"),
        ("npx -- a", "-- a"),
        ("npx", ""),
    ],
)
def test_what_npx_tells_npm(line: str, told: str) -> None:
    assert [text for text, _ in npx_pieces(line.split())] == told.split()


def test_pieces_keep_their_places() -> None:
    assert npx_pieces(("npx", "-p", "a", "b")) == (("--package", 1), ("a", 2), ("--", 3), ("b", 3))
