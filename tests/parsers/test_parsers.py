"""The list of parsers: explicit, true, and cheap to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from depaudit.errors import UsageError
from depaudit.parsers import PARSERS, Format, format_for, parser_for, parser_named


@pytest.mark.parametrize("entry", PARSERS, ids=lambda entry: entry.name)
def test_the_list_says_what_each_parser_says_of_itself(entry: Format) -> None:
    parser = entry.load()
    assert (entry.name, entry.what, entry.patterns, entry.lockfile) == (
        parser.name,
        parser.what,
        parser.patterns,
        parser.lockfile,
    )
    assert parser_named(entry.name) is parser


@pytest.mark.parametrize("entry", PARSERS, ids=lambda entry: entry.name)
def test_each_parser_knows_its_own_patterns(entry: Format) -> None:
    for pattern in entry.patterns:
        path = "some/folder/" + pattern.replace("[-_.]", "-").replace("[0-9]", "3").replace("*", "x")
        assert entry.load().matches(path), path
        assert parser_for(path) is entry.load()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("requirements.txt", "requirements-txt"),
        ("a/dev-requirements.in", "requirements-txt"),
        ("requirements/dev.txt", "requirements-txt"),
        ("a/pyproject.toml", "pyproject"),
        ("uv.lock", "uv-lock"),
        ("tool.py.lock", "uv-lock"),
        ("poetry.lock", "poetry-lock"),
        ("pylock.toml", "pylock"),
        ("pylock.dev.toml", "pylock"),
        ("package.json", "package-json"),
        ("package-lock.json", "package-lock"),
        ("a/npm-shrinkwrap.json", "package-lock"),
        ("yarn.lock", None),
        ("notes.txt", None),
        ("Package.json", None),
        ("package.json/x", None),
        ("", None),
    ],
)
def test_files_are_known_by_their_names(path: str, name: str | None) -> None:
    found = format_for(path)
    assert (found.name if found is not None else None) == name
    assert (parser_for(path) is None) == (name is None)


def test_an_unknown_format_is_refused_with_what_there_is() -> None:
    with pytest.raises(UsageError, match="'package-jsn' is no format") as caught:
        parser_named("package-jsn")
    assert caught.value.mend == "Did you mean package-json?"
    with pytest.raises(UsageError) as caught:
        parser_named("xyz")
    assert caught.value.mend == f"The formats are {', '.join(entry.name for entry in PARSERS)}."


def test_listing_parsers_loads_none_of_them() -> None:
    code = (
        "import sys, depaudit.parsers as p; p.format_for('a/package.json'); p.format_for('b/pyproject.toml');"
        "print(sorted(m for m in sys.modules if m.startswith('depaudit.parsers.') or m in ('packaging', 'tomli')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['depaudit.parsers.base']"
