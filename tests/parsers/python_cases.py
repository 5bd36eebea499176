"""What the tests of the Python parsers share: a requirement in one short line, hostile texts, the shared corpus."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import strategies as st

from depaudit.errors import ParseError
from depaudit.model.requirement import Requirement
from depaudit.parsers.base import Parsed, Parser


def row(requirement: Requirement) -> tuple[str, str | None, str, tuple[str, ...], int]:
    """Name, pinned version, kind of source, groups and line."""
    return (
        requirement.name,
        requirement.pinned_version,
        requirement.source.kind.value,
        requirement.groups,
        requirement.location.line,
    )


def rows(parsed: Parsed) -> list[tuple[str, str | None, str, tuple[str, ...], int]]:
    return [row(requirement) for requirement in parsed.requirements]


def problems(parsed: Parsed) -> list[tuple[int | None, str]]:
    """Line and message of each problem."""
    return [(problem.line, problem.message) for problem in parsed.problems]


def parse_any(parser: Parser, text: str, path: str) -> None:
    """Nothing but a ``Parsed`` or a ``ParseError`` with a line may come of any text."""
    parsed: Parsed | None = None
    failure: ParseError | None = None
    try:
        parsed = parser.parse(text, path)
    except ParseError as error:
        failure = error
    lines = text.count("\n") + text.count("\r") + 1
    if parsed is None:
        assert failure is not None
        assert failure.path == path
        assert failure.line is not None
        assert 1 <= failure.line <= lines + 1
        return
    for requirement in parsed.requirements:
        assert requirement.location.path == path
        assert 1 <= requirement.location.line <= lines
        assert requirement.location.column >= 1
    for problem in parsed.problems:
        assert problem.message
        assert problem.message.isprintable()
        assert problem.path == path
        assert problem.line is not None


def texts_of(*pieces: str) -> st.SearchStrategy[str]:
    """Texts joined from pieces that mean something to a format, and some that mean nothing."""
    return st.lists(st.one_of(st.sampled_from(pieces), st.text(max_size=6)), max_size=25).map("".join)


def corpus_cases(form: str) -> list[Path]:
    """The folders of the shared corpus for ``form``; empty without it."""
    shared = Path(os.environ.get("DEPAUDIT_SHARED", Path(__file__).parents[2].parent / "shared"))
    folder = shared / "corpus" / form
    return sorted(case for case in folder.iterdir() if (case / "expected.json").is_file()) if folder.is_dir() else []


def corpus_params(form: str) -> list[object]:
    """The cases as parameters, or one that is visibly skipped."""
    cases = corpus_cases(form)
    if not cases:
        return [pytest.param(None, marks=pytest.mark.skip(reason="the shared corpus is not here"))]
    return [pytest.param(case, id=f"{form}/{case.name}") for case in cases]
