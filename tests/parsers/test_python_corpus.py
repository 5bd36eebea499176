"""The Python parsers against real files of public projects, as their own tools read them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from depaudit.errors import ParseError
from depaudit.model.requirement import Requirement
from depaudit.parsers import poetry_lock, pylock, pyproject, requirements, uv_lock
from depaudit.parsers.base import Parser
from tests.parsers.python_cases import corpus_params

PARSERS: dict[str, Parser] = {
    "requirements": requirements.PARSER,
    "constraints": requirements.PARSER,
    "pyproject": pyproject.PARSER,
    "uv.lock": uv_lock.PARSER,
    "poetry.lock": poetry_lock.PARSER,
    "pylock": pylock.PARSER,
}
# pip reads the variable from the environment, which no file shows: said as undetermined, not as an error
UNDETERMINED = {"google__osv-scalibr__2"}


def decoded(path: Path) -> str:
    data = path.read_bytes()
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read(parser: Parser, case: Path, want: dict[str, Any]) -> tuple[list[Requirement], bool, bool]:
    """All requirements of a case with the files that it includes, whether something was refused, or undetermined."""
    found: list[Requirement] = []
    refused = undetermined = False
    waiting, seen = [(want["file"], want["as"])], set()
    while waiting:
        file, name = waiting.pop()
        if file in seen or not (case / file).is_file():
            continue
        seen.add(file)
        try:
            parsed = parser.parse(decoded(case / file), name)
        except ParseError:
            refused = True
            continue
        found += parsed.requirements
        refused = refused or bool(parsed.problems)
        undetermined = undetermined or bool(parsed.undetermined)
        waiting += [(include.target, include.target) for include in parsed.includes if parser is requirements.PARSER]
    return found, refused, undetermined


@pytest.mark.parametrize(
    ("form", "case"),
    [
        pytest.param(form, *param.values, marks=param.marks, id=param.id or form)  # type: ignore[attr-defined]  # pytest's own
        for form in PARSERS
        for param in corpus_params(form)
    ],
)
def test_names_versions_and_lines(form: str, case: Path) -> None:
    want = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    parser = PARSERS[form]
    assert parser.matches(want["as"])
    found, refused, undetermined = read(parser, case, want)
    if want.get("error"):
        assert refused or (undetermined and case.name in UNDETERMINED)
        return
    own = plain(want.get("self") or "")
    maybe = {entry[0] or "" for entry in want.get("local", [])}
    expected = {(plain(name), version) for _, name, version in want["packages"] if plain(name) != own}
    got = {(r.name, r.pinned_version) for r in found if r.source.kind.value not in ("path", "workspace")}
    assert {pair for pair in got if pair[0] != own and pair[0] not in map(plain, maybe)} == expected
    lines = decoded(case / want["file"]).split("\n")
    for requirement in found:
        if requirement.location.path == want["as"]:
            place = requirement.location
            context = (
                lines[max(0, place.line - 2) : place.line] if "[" in place.pointer[-3:] else [lines[place.line - 1]]
            )
            around = plain("\n".join(context))
            assert requirement.name in around or place.pointer.startswith("tool.poetry"), (requirement.name, place.line)
