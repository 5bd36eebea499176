from __future__ import annotations

import pytest
from hypothesis import given, settings

from depaudit.errors import ParseError
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import IndexRef, Location, Requirement, Source, SourceKind
from depaudit.parsers.base import Parsed
from depaudit.parsers.pylock import PARSER
from tests.parsers.python_cases import parse_any, problems, rows, texts_of

FILES = "https://files.pythonhosted.org/packages/aa/bb/"
HEAD = 'lock-version = "1.0"\ncreated-by = "test"\n'
LOCK = f"""\
lock-version = "1.0"
created-by = "test"
dependency-groups = ["default", "dev"]
default-groups = ["default"]
extras = ["fast"]

[[packages]]
name = "Attrs.Too"
version = "25.1.0"
marker = "'dev' in dependency_groups or \\"fast\\" in extras and 'default' in dependency_groups"
index = "https://pypi.org/simple"
sdist = {{name = "attrs_too-25.1.0.tar.gz", url = "{FILES}attrs_too-25.1.0.tar.gz", hashes = {{sha256 = "00"}}}}

[[packages.wheels]]
url = "{FILES}attrs_too-25.1.0-py3-none-any.whl"
hashes = {{sha256 = "11"}}

[[packages]]
name = "cattrs"
version = "24.1.2"
dependencies = [{{name = "attrs_too"}}]

[[packages]]
name = "gitted"
vcs = {{type = "git", url = "https://h/gitted.git", commit-id = "abc"}}

[[packages]]
name = "app"
dependencies = [{{name = "cattrs"}}]
directory = {{path = ".", editable = true}}

[[packages]]
name = "beside"
directory = {{path = "../beside"}}

[[packages]]
name = "zipped"
version = "1.0"
archive = {{url = "https://h/zipped.zip", hashes = {{sha256 = "00"}}}}

[[packages]]
name = "near"
archive = {{path = "near.zip"}}
"""


def parse(text: str) -> Parsed:
    return PARSER.parse(text, "pylock.toml")


def test_a_lockfile() -> None:
    parsed = parse(LOCK)
    assert parsed.problems == ()
    assert rows(parsed) == [
        ("attrs-too", "25.1.0", "registry", ("dev", "fast", "main"), 8),
        ("cattrs", "24.1.2", "registry", ("main",), 19),
        ("gitted", None, "git", ("main",), 24),
        ("app", None, "workspace", ("main",), 28),
        ("beside", None, "path", ("main",), 33),
        ("zipped", "1.0", "url", ("main",), 37),
        ("near", None, "path", ("main",), 42),
    ]
    assert [(r.direct, r.required_by) for r in parsed.requirements] == [
        (False, ("cattrs",)),
        (True, ("app",)),
        (False, ()),
        (True, ()),
        (True, ()),
        (False, ()),
        (False, ()),
    ]
    assert [r.source.url for r in parsed.requirements[1:]] == [
        None,
        "https://h/gitted.git",
        None,
        "../beside",
        "https://h/zipped.zip",
        "near.zip",
    ]


def test_one_entry_whole() -> None:
    place = Location(path="pylock.toml", line=8, column=1, pointer="packages[0]")
    assert parse(LOCK).requirements[0] == Requirement(
        ecosystem=Ecosystem.PYPI,
        name="attrs-too",  # type: ignore[arg-type]  # a test's plain text
        raw_name="Attrs.Too",
        requested="Attrs.Too==25.1.0",
        location=place,
        specifier="==25.1.0",
        pinned_version="25.1.0",
        marker="'dev' in dependency_groups or \"fast\" in extras and 'default' in dependency_groups",
        source=Source(
            kind=SourceKind.REGISTRY,
            url=FILES + "attrs_too-25.1.0.tar.gz",
            index=IndexRef(url="https://pypi.org/simple", location=place),
        ),
        groups=("dev", "fast", "main"),
        direct=False,
        required_by=("cattrs",),
        hashes=True,
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", [(1, "The key lock-version is missing or no text."), (1, "The key created-by is missing or no text.")]),
        ('created-by = "x"\n', [(1, "The key lock-version is missing or no text.")]),
        ('created-by = "x"\nlock-version = "2.0"\n', [(2, "The lock-version is '2.0'; version 1 is known.")]),
        ('created-by = "x"\nlock-version = 1\n', [(2, "The key lock-version is missing or no text.")]),
        ('lock-version = "1.1"\n', [(1, "The key created-by is missing or no text.")]),
    ],
)
def test_a_head_that_readers_refuse_is_said_and_the_rest_is_read(text: str, told: list[tuple[int, str]]) -> None:
    parsed = parse(text + '[[packages]]\nname = "a"\nversion = "1"\n')
    assert problems(parsed) == told
    assert [r.name for r in parsed.requirements] == ["a"]


@pytest.mark.parametrize(
    ("entry", "line", "message"),
    [
        ('version = "1"', 3, "This package has no name."),
        ('name = "a"\nversion = 1.0', 4, "The version of a is no text."),
        ('name = "-"', 4, "'-' is not a name that PyPI could hold."),
    ],
)
def test_an_entry_that_cannot_be_read_is_a_problem(entry: str, line: int, message: str) -> None:
    parsed = parse(f'{HEAD}[[packages]]\n{entry}\n[[packages]]\nname = "good"\nversion = "1"\n')
    assert problems(parsed) == [(line, message)]
    assert [r.name for r in parsed.requirements] == ["good"]


def test_something_else_than_packages_is_refused() -> None:
    with pytest.raises(ParseError, match="packages is no array of tables here") as caught:
        parse(HEAD + "[packages]\n")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("path", "matches"),
    [
        ("pylock.toml", True),
        ("a/pylock.dev.toml", True),
        ("pylock.a.b.toml", False),
        ("pylock..toml", False),
        ("my-pylock.toml", False),
        ("pylock.txt", False),
    ],
)
def test_matches(path: str, matches: bool) -> None:
    assert PARSER.matches(path) is matches


@given(
    texts_of(
        HEAD,
        "[[packages]]\n",
        "name = ",
        '"a"',
        "version = ",
        '"1"',
        "\n",
        "vcs = ",
        "{ url = ",
        "directory = ",
        " }",
        "{ path = ",
        "marker = ",
        "\"'x' in extras\"",
        "wheels = ",
        "[",
        "]",
        "archive = ",
        "index = ",
        "1",
        "lock-version",
    )
)
@settings(max_examples=300, deadline=None)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    parse_any(PARSER, text, "pylock.toml")
