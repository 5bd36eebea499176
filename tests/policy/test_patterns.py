"""Name patterns: which packages an exception speaks of, whatever its spelling, in bounded time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.requirement import Package, SourceKind
from depaudit.policy.patterns import NamePattern, glob_matches, parse_pattern

PYPI, NPM = Ecosystem.PYPI, Ecosystem.NPM
LETTERS = "a pattern has letters, digits, . _ -, * for any letters and ? for one"


def package(ecosystem: Ecosystem, name: str, version: str | None = None) -> Package:
    return Package(
        ecosystem=ecosystem, name=NormalizedName(name), version=version, source=SourceKind.REGISTRY, requirements=()
    )


@pytest.mark.parametrize(
    ("text", "ecosystem", "glob", "version"),
    [
        ("flask", PYPI, "flask", None),
        ("  Zope.Interface ", PYPI, "zope-interface", None),
        ("acme_*", PYPI, "acme-*", None),
        ("*", PYPI, "*", None),
        ("pypi:flask==3.0.0", PYPI, "flask", "3.0.0"),
        ("PyPI:flask", PYPI, "flask", None),
        ("npm:react", NPM, "react", None),
        ("npm:JSONStream", NPM, "JSONStream", None),
        ("npm:react@18.2.0", NPM, "react", "18.2.0"),
        ("npm:@types/node@20.1.0", NPM, "@types/node", "20.1.0"),
        ("npm:@acme/*", NPM, "@acme/*", None),
        ("npm:@acme*", NPM, "@acme*", None),
        ("@acme/*", NPM, "@acme/*", None),
        ("npm:*", NPM, "*", None),
        ("pkg:pypi/flask@3.0.0", PYPI, "flask", "3.0.0"),
        ("pkg:npm/%40types/node@20.1.0?arch=x#sub", NPM, "@types/node", "20.1.0"),
        ("pkg:npm/react", NPM, "react", None),
    ],
)
def test_what_a_pattern_means(text: str, ecosystem: Ecosystem, glob: str, version: str | None) -> None:
    assert parse_pattern(text) == NamePattern(text=text.strip(), ecosystem=ecosystem, glob=glob, version=version)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a name pattern has 1 to 300 letters"),
        ("a" * 301, "a name pattern has 1 to 300 letters"),
        ("cargo:serde", "'cargo:serde' names the ecosystem 'cargo'; known are pypi: and npm:"),
        ("pkg:cargo/serde", "'pkg:cargo/serde' names the ecosystem 'cargo'; known are pypi: and npm:"),
        ("pkg:pypi", "'pkg:pypi' is no package URL; one looks like pkg:pypi/flask@3.0.0"),
        ("flask==3.*", "'flask==3.*' ends in something that is no single version"),
        ("npm:react@^18", "'npm:react@^18' ends in something that is no single version"),
        ("npm:react@", "'npm:react@' ends in something that is no single version"),
        (
            "fl[ab]sk",
            f"'fl[ab]sk' matches no name that PyPI could hold; {LETTERS}",
        ),
        (
            "npm:a/b/c",
            f"'npm:a/b/c' matches no name that npm could hold; {LETTERS}",
        ),
        (
            "rеquests",  # the second letter is Cyrillic
            f"'r\\u0435quests' matches no name that PyPI could hold; {LETTERS}",
        ),
    ],
)
def test_what_is_no_pattern(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_pattern(text)


@pytest.mark.parametrize(
    ("pattern", "subject", "matches"),
    [
        ("pypi:flask", package(PYPI, "flask", "3.0"), True),
        ("pypi:flask", package(NPM, "flask"), False),
        ("Fla_sk", package(PYPI, "fla-sk"), True),
        ("npm:React", package(NPM, "react"), False),
        ("npm:@acme/*", package(NPM, "@acme/tool"), True),
        ("npm:@acme/*", package(NPM, "@acme-evil/tool"), False),
        ("npm:*", package(NPM, "@acme/tool"), True),
        ("npm:acme-*", package(NPM, "@x/acme-tool"), False),
        ("flask==3.0", package(PYPI, "flask", "3.0.0"), True),
        ("flask==3.0", package(PYPI, "flask", "3.0.1"), False),
        ("flask==3.0", package(PYPI, "flask"), False),
        ("flask==weird_", package(PYPI, "flask", "3.0"), False),
        ("npm:x@1.0.0", package(NPM, "x", "1.0.0"), True),
        ("npm:x@1.0", package(NPM, "x", "1.0.0"), False),
    ],
)
def test_which_packages_are_meant(pattern: str, subject: Package, matches: bool) -> None:
    assert parse_pattern(pattern).matches(subject) is matches


ALPHABET = "ab-/"


@settings(deadline=None, max_examples=300)
@given(glob=st.text(ALPHABET + "*?", max_size=8), name=st.text(ALPHABET, max_size=10))
def test_globs_mean_what_the_plain_definition_says(glob: str, name: str) -> None:
    expression = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in glob)
    assert glob_matches(glob, name) is (re.fullmatch(expression, name) is not None)


def test_a_hostile_glob_ends_soon() -> None:
    # exponential in a backtracking matcher
    assert glob_matches("*a" * 100 + "b", "a" * 214) is False
