"""Names as written on a command line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.errors import DepauditError, InvalidNameError, ParseError
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import Location, Requirement, SourceKind
from depaudit.parsers.written import parse_written

HERE = Location(path="<command line>", line=1, column=2)


@pytest.mark.parametrize(
    ("text", "ecosystem", "name", "specifier", "pinned"),
    [
        ("requests", "pypi", "requests", "", None),
        ("  requests ", "pypi", "requests", "", None),
        ("Zope.Interface", "pypi", "zope-interface", "", None),
        ("flask==3.0.0", "pypi", "flask", "==3.0.0", "3.0.0"),
        ("flask===3.0.0", "pypi", "flask", "===3.0.0", "3.0.0"),
        ("flask==3.0.*", "pypi", "flask", "==3.0.*", None),
        ("flask>=2,<4", "pypi", "flask", "<4,>=2", None),
        ("flask ~= 3.0", "pypi", "flask", "~=3.0", None),
        ("flask[async]==3.0.0", "pypi", "flask", "==3.0.0", "3.0.0"),
        ("flask[async,dotenv]", "pypi", "flask", "", None),
        ("pypi:numpy", "pypi", "numpy", "", None),
        ("npm:react", "npm", "react", "", None),
        ("npm:JSONStream", "npm", "JSONStream", "", None),
        ("npm:@types/node", "npm", "@types/node", "", None),
        ("npm:@types/node@20", "npm", "@types/node", "20", None),
        ("npm:left-pad@1.3.0", "npm", "left-pad", "1.3.0", "1.3.0"),
        ("npm:left-pad@=1.3.0", "npm", "left-pad", "=1.3.0", "1.3.0"),
        ("npm:react@^18 || ^19", "npm", "react", "^18 || ^19", None),
        ("npm:react@next", "npm", "react", "next", None),
        ("pkg:pypi/flask@3.0.0", "pypi", "flask", "==3.0.0", "3.0.0"),
        ("pkg:pypi/flask", "pypi", "flask", "", None),
        ("pkg:npm/%40types/node@20.1.0", "npm", "@types/node", "20.1.0", "20.1.0"),
        ("pkg:npm/react@18.2.0?vcs_url=x#sub", "npm", "react", "18.2.0", "18.2.0"),
    ],
)
def test_reads(text: str, ecosystem: str, name: str, specifier: str, pinned: str | None) -> None:
    got = parse_written(text, HERE)
    assert (str(got.ecosystem), got.name, got.specifier, got.pinned_version) == (ecosystem, name, specifier, pinned)
    assert got.location is HERE
    assert got.source.kind is SourceKind.REGISTRY


def test_keeps_what_was_written() -> None:
    got = parse_written("Flask[async]>=3 ; python_version > '3.8'", HERE)
    assert got.raw_name == "Flask"
    assert got.requested == "Flask[async]>=3 ; python_version > '3.8'"
    assert got.marker == 'python_version > "3.8"'


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("", "is empty"),
        ("flask@3.0.0", "write flask==3.0.0"),
        ("@types/node", "write npm:@types/node"),
        ("flask @ https://evil.example/x.whl", "names a URL"),
        ("flask==", "is no requirement"),
        ("two words", "is no requirement"),
        ("npm:x@git+ssh://git@host/x", "names a source that is no registry"),
        ("npm:x@user/repo", "names a source that is no registry"),
        ("pkg:cargo/serde", "a registry that depaudit does not audit"),
        ("a" * 2000, "no requirement is that long"),
    ],
)
def test_refuses_with_a_mend(text: str, fragment: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_written(text, HERE)
    assert fragment in caught.value.message
    assert (caught.value.path, caught.value.line, caught.value.column) == ("<command line>", 1, 2)


@pytest.mark.parametrize(
    "text",
    ["../etc/passwd", "a" * 300, "npm:../x", "npm:@a/..", "npm:a b", "r\u0435quests", "a\x1b[31m", "npm:@a"],
)
def test_names_that_no_registry_could_hold(text: str) -> None:
    with pytest.raises(InvalidNameError):
        parse_written(text, HERE)


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_requirement_or_an_error_of_ours(text: str) -> None:
    try:
        got = parse_written(text, HERE)
    except DepauditError:
        return
    assert isinstance(got, Requirement)
    assert got.ecosystem in Ecosystem
