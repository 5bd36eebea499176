"""The option scanner, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands.options import ARGPARSE, CLAP, CLICK, OPTPARSE, Given, Grammar, Word, place, scan, table, without
from depaudit.model.requirement import Location

OPTIONS = table(
    nothing="-q/--quiet -U/--upgrade --no-deps",
    value="-r/--requirement --require-hashes-from -i/--index-url/--pypi-url --proxy",
    attached="--color",
    optional="-s/--sign",
    many="--with",
)
NPM = Grammar(
    abbreviations=True, negations=True, flag_words=frozenset({"true", "false", "null"}), unknown_takes_word=True
)


@pytest.mark.parametrize(
    ("line", "grammar", "options", "words"),
    [
        ("a -q b", CLICK, [("--quiet", ())], ["a", "b"]),
        ("-r f --requirement=g -rh a", CLICK, [("--requirement", (v,)) for v in "fgh"], ["a"]),
        ("-qUr f a", CLICK, [("--quiet", ()), ("--upgrade", ()), ("--requirement", ("f",))], ["a"]),
        ("-i=x", CLICK, [("--index-url", ("=x",))], []),
        ("-i=x", CLAP, [("--index-url", ("x",))], []),
        ("--pypi-url x", CLAP, [("--index-url", ("x",))], []),
        ("--prox x --ind=y", OPTPARSE, [("--proxy", ("x",)), ("--index-url", ("y",))], []),
        ("--prox x", CLAP, [("--prox", ())], ["x"]),
        ("--color always --color=never", CLAP, [("--color", ()), ("--color", ("never",))], ["always"]),
        ("-s --sign k -q", ARGPARSE, [("--sign", ()), ("--sign", ("k",)), ("--quiet", ())], []),
        ("--with a b -q c", ARGPARSE, [("--with", ("a", "b")), ("--quiet", ())], ["c"]),
        ("-q -- -r f", OPTPARSE, [("--quiet", ())], ["-r", "f"]),
        ("a - b", OPTPARSE, [], ["a", "-", "b"]),
        ("-r -- a", OPTPARSE, [("--requirement", ("--",))], ["a"]),
        ("-r", OPTPARSE, [("--requirement", ())], []),
        ("--quiet false a", NPM, [("--quiet", ("false",))], ["a"]),
        ("--no-quiet a", NPM, [("--quiet", ())], ["a"]),
        ("--no-proxy a", NPM, [("--proxy", ())], ["a"]),
        ("--no-deps a", NPM, [("--no-deps", ())], ["a"]),
        ("--strange a b --odd", NPM, [("--strange", ("a",)), ("--odd", ())], ["b"]),
        ("-qx=1 a", OPTPARSE, [("--quiet", ()), ("-x=1", ())], ["a"]),
        ("", OPTPARSE, [], []),
    ],
)
def test_what_a_line_gives(
    line: str, grammar: Grammar, options: list[tuple[str, tuple[str, ...]]], words: list[str]
) -> None:
    found = scan(line.split(), 0, OPTIONS, grammar)
    assert [(one.name, one.values) for one in found.options] == options
    assert [word.text for word in found.words] == words


def test_an_ambiguous_abbreviation_is_unknown_and_says_what_it_fits() -> None:
    found = scan(["--req", "f"], 0, OPTIONS, OPTPARSE)
    assert found.unknown == (
        Given(name="--req", index=0, stop=1, known=False, fits=("--require-hashes-from", "--requirement")),
    )
    assert found.words == (Word(text="f", index=1),)


def test_a_denied_option_is_not_had() -> None:
    found = scan(["--no-quiet", "--upgrade"], 0, OPTIONS, NPM)
    assert (found.has("--quiet"), found.has("--upgrade")) == (False, True)


def test_the_scan_ends_before_the_first_word() -> None:
    line = ["pip", "--proxy", "p", "-q", "install", "-r", "f"]
    first = scan(line, 1, OPTIONS, OPTPARSE, until_word=True)
    assert (first.stop, [one.name for one in first.options]) == (4, ["--proxy", "--quiet"])
    whole = first.and_then(scan(line, first.stop + 1, OPTIONS, OPTPARSE))
    assert whole.all("--proxy", "--requirement") == ("p", "f")
    assert whole.last("--proxy") == "p"


@pytest.mark.parametrize(
    ("line", "gone", "left"),
    [
        ("a --proxy p b", "--proxy", "a b"),
        ("a --proxy=p b", "--proxy", "a b"),
        ("-qU a", "--quiet", "-U a"),
        ("-qU a", "--upgrade", "-q a"),
        ("-qi x a", "--index-url", "-q a"),
        ("-qix a", "--index-url", "-q a"),
        ("-q -i x a", "--index-url", "-q a"),
        ("-q a", "--quiet", "a"),
        ("--with a b -q", "--with", "-q"),
    ],
)
def test_options_are_taken_out_whole(line: str, gone: str, left: str) -> None:
    words = line.split()
    assert without(words, scan(words, 0, OPTIONS, CLAP).given(gone)) == tuple(left.split())


def test_the_program_is_the_first_word() -> None:
    assert place(2) == Location(path="<command line>", line=1, column=3)


@given(
    st.lists(
        st.one_of(st.text(max_size=6), st.sampled_from(["--", "-", "-q", "-r", "--with", "--no-", "--=x", "-qr"]))
    ),
    st.sampled_from([OPTPARSE, ARGPARSE, CLAP, CLICK, NPM]),
)
def test_any_words_are_scanned_and_none_is_lost(words: list[str], grammar: Grammar) -> None:
    found = scan(words, 0, OPTIONS, grammar)
    covered = {index for one in found.options for index in range(one.index, one.stop)}
    covered |= {word.index for word in found.words} | ({found.dashes} if found.dashes is not None else set())
    assert covered == set(range(len(words)))
    assert found.stop == len(words)
    assert without(words, ()) == tuple(words)
