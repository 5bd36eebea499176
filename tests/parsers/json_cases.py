"""What the tests of the JSON parsers share: a requirement in one short line, hostile documents, the shared corpus."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import strategies as st

from depaudit.errors import ParseError
from depaudit.model.requirement import Requirement
from depaudit.parsers.base import Parsed, Parser


def row(requirement: Requirement) -> tuple[str, str | None, str, tuple[str, ...], int, int]:
    """Name, pinned version, kind of source, groups, line and column."""
    return (
        requirement.name,
        requirement.pinned_version,
        requirement.source.kind.value,
        requirement.groups,
        requirement.location.line,
        requirement.location.column,
    )


def rows(parsed: Parsed) -> list[tuple[str, str | None, str, tuple[str, ...], int, int]]:
    return [row(requirement) for requirement in parsed.requirements]


def problems(parsed: Parsed) -> list[tuple[int | None, int | None, str]]:
    """Line, column and message of each problem."""
    return [(problem.line, problem.column, problem.message) for problem in parsed.problems]


def refused(parser: Parser, text: str, path: str) -> ParseError:
    """The error that a text is refused with, which has a place, a cause and a way to mend it."""
    with pytest.raises(ParseError) as caught:
        parser.parse(text, path)
    error = caught.value
    assert error.path == path
    assert error.line is not None
    assert error.column is not None
    assert error.message
    assert error.mend
    return error


def parse_any(parser: Parser, text: str, path: str) -> None:
    """Nothing but a ``Parsed`` or a ``ParseError`` with a place may come of any text."""
    parsed: Parsed | None = None
    failure: ParseError | None = None
    try:
        parsed = parser.parse(text, path)
    except ParseError as error:
        failure = error
    if failure is not None:
        assert failure.line is not None
        assert failure.column is not None
    if parsed is None:
        return
    end = text.count("\n") + 1
    for requirement in parsed.requirements:
        assert requirement.location.path == path
        assert 1 <= requirement.location.line <= end
        assert requirement.location.column >= 1
        requirement.requested.encode("utf-8")
        requirement.location.pointer.encode("utf-8")
    assert all(problem.line is not None for problem in parsed.problems)


def words(keys: list[str]) -> st.SearchStrategy[str]:
    """Keys and values as files of the format have them, and some that they should not have."""
    known = st.sampled_from([
        *keys, "", ".", "1.2.3", "^1", "npm:a@1", "npm:", "workspace:*", "file:../a", "git+ssh://h/a.git", "user/repo",
        "https://h/a.tgz", "http://[", "patch:a@npm%3A1#p", "catalog:", "jsr:@a/b@1", "$a", "-", "latest", "x:y", "a>b",
        "@s/a", "\ud800", "é", "a\nb", "${REGISTRY}/a", "../a", "node_modules/a", "node_modules/a/node_modules/@s/b",
    ])  # fmt: skip
    return known | st.text(max_size=8)


def documents(keys: list[str]) -> st.SearchStrategy[str]:
    """JSON texts made of the keys of a format, right and wrong types alike."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words(keys)
    values = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words(keys), inner, max_size=4),
        max_leaves=30,
    )
    return st.builds(
        json.dumps,
        st.dictionaries(words(keys), values, max_size=6),
        indent=st.sampled_from([None, 2]),
        ensure_ascii=st.booleans(),
    )


def corpus(*formats: str) -> list[Path]:
    """The folders of the shared corpus; an empty list, so that the test skips visibly, where it is not there."""
    default = Path(__file__).resolve().parents[2].parent / "shared"
    shared = Path(os.environ.get("DEPAUDIT_SHARED", default)) / "corpus"
    return sorted(path.parent for format_ in formats for path in (shared / format_).glob("*/expected.json"))


def check_against_corpus(parser: Parser, folder: Path) -> None:
    """Compare what the parser finds in one real file with what the ecosystem's own reader found."""
    want = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    text = (folder / want["file"]).read_text(encoding="utf-8")
    if want.get("error"):
        refused(parser, text, want["as"])
        return
    parsed = parser.parse(text, want["as"])
    found = {
        ("npm", r.name, r.pinned_version)
        for r in parsed.requirements
        if r.source.kind.value not in ("path", "workspace")
    }
    # npm-package-arg, which made the list, leaves the sign of "=1.2.3" on: the registry's versions have none
    expected = {(e, n, v.lstrip("=") if v else v) for e, n, v in want["packages"]}
    assert {x[:2] for x in found} == {x[:2] for x in expected}
    # arborist finds no version for a key that npm never writes (a folder in a lockfile of version 1)
    assert {x for x in expected if x[2] is not None} <= found
    assert sorted({(r.alias, r.name) for r in parsed.requirements if r.alias}) == sorted(
        (alias, name) for alias, name in want.get("aliases", [])
    )
    assert parsed.problems == ()
