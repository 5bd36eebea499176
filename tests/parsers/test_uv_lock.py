from __future__ import annotations

import pytest
from hypothesis import given, settings

from depaudit.errors import ParseError
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import IndexRef, Location, Requirement, Source, SourceKind
from depaudit.parsers.base import Parsed
from depaudit.parsers.toml_values import MAX_ENTRIES
from depaudit.parsers.uv_lock import PARSER
from tests.parsers.python_cases import parse_any, problems, rows, texts_of

FILES = "https://files.pythonhosted.org/packages/aa/bb/"
LOCK = f"""\
version = 1
revision = 3
requires-python = ">=3.10"

[manifest]
members = ["app", "part"]

[[package]]
name = "anyio"
version = "4.0.0"
source = {{ registry = "https://pypi.org/simple" }}
dependencies = [
    {{ name = "idna" }},
]
sdist = {{ url = "{FILES}anyio-4.0.0.tar.gz", hash = "sha256:00", size = 1 }}
wheels = [
    {{ url = "{FILES}anyio-4.0.0-py3-none-any.whl", hash = "sha256:11", size = 1 }},
]

[[package]]
name = "app"
version = "0.1"
source = {{ editable = "." }}
dependencies = [
    {{ name = "anyio" }},
    {{ name = "part" }},
    {{ name = "torch", version = "2.0", source = {{ registry = "https://t/cpu" }}, marker = "x" }},
]

[package.optional-dependencies]
fast = [
    {{ name = "gitted" }},
]

[package.dev-dependencies]
dev = [
    {{ name = "archived" }},
]

[[package]]
name = "archived"
version = "1.0"
source = {{ url = "https://h/archived-1.0.zip" }}
dependencies = [{{ name = "idna" }}]

[[package]]
name = "gitted"
version = "1.0"
source = {{ git = "https://h/gitted?rev=v1#abc" }}

[[package]]
name = "idna"
version = "3.0"
source = {{ registry = "https://pypi.org/simple" }}

[[package]]
name = "outside"
version = "3.0"
source = {{ directory = "../outside" }}

[[package]]
name = "part"
version = "0.1"
source = {{ virtual = "part" }}

[[package]]
name = "torch"
version = "1.0"
source = {{ registry = "https://pypi.org/simple" }}

[[package]]
name = "torch"
version = "2.0"
source = {{ registry = "https://t/cpu" }}
"""


def parse(text: str) -> Parsed:
    return PARSER.parse(text, "uv.lock")


def test_a_lockfile() -> None:
    parsed = parse(LOCK)
    assert parsed.problems == ()
    assert rows(parsed) == [
        ("anyio", "4.0.0", "registry", ("main",), 9),
        ("app", "0.1", "workspace", ("main",), 21),
        ("archived", "1.0", "url", ("dev",), 41),
        ("gitted", "1.0", "git", ("fast",), 47),
        ("idna", "3.0", "registry", ("main", "dev"), 52),
        ("outside", "3.0", "path", ("main",), 57),
        ("part", "0.1", "workspace", ("main",), 62),
        ("torch", "1.0", "registry", ("main",), 67),
        ("torch", "2.0", "registry", ("main",), 72),
    ]
    assert [(r.name, r.direct, r.required_by) for r in parsed.requirements] == [
        ("anyio", True, ("app",)),
        ("app", True, ()),
        ("archived", True, ("app",)),
        ("gitted", True, ("app",)),
        ("idna", False, ("anyio", "archived")),
        ("outside", True, ()),
        ("part", True, ("app",)),
        ("torch", False, ()),
        ("torch", True, ("app",)),
    ]


def test_one_entry_whole() -> None:
    place = Location(path="uv.lock", line=9, column=1, pointer="package[0]")
    assert parse(LOCK).requirements[0] == Requirement(
        ecosystem=Ecosystem.PYPI,
        name="anyio",  # type: ignore[arg-type]  # a test's plain text
        raw_name="anyio",
        requested="anyio==4.0.0",
        location=place,
        specifier="==4.0.0",
        pinned_version="4.0.0",
        source=Source(
            kind=SourceKind.REGISTRY,
            url=FILES + "anyio-4.0.0.tar.gz",
            index=IndexRef(url="https://pypi.org/simple", location=place),
        ),
        direct=True,
        required_by=("app",),
        hashes=True,
    )


def test_a_wheel_of_another_host_does_not_hide() -> None:
    changed = LOCK.replace(FILES + "anyio-4.0.0-py3", "https://evil.example/anyio-4.0.0-py3")
    assert parse(changed).requirements[0].source.url == "https://evil.example/anyio-4.0.0-py3-none-any.whl"


def test_an_archive_without_hash_is_not_pinned() -> None:
    assert not parse(LOCK.replace(', hash = "sha256:11"', "")).requirements[0].hashes


def test_a_script_s_lockfile_tells_what_the_script_asks_for() -> None:
    parsed = PARSER.parse(
        'version = 1\n[manifest]\nrequirements = [{ name = "a" }]\n'
        '[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "https://pypi.org/simple" }\n'
        'dependencies = [{ name = "b" }]\n'
        '[[package]]\nname = "b"\nversion = "1"\nsource = { registry = "https://pypi.org/simple" }\n',
        "tool.py.lock",
    )
    assert [(r.name, r.direct, r.required_by) for r in parsed.requirements] == [("a", True, ()), ("b", False, ("a",))]


def test_lockfiles_of_before_uv_0_3() -> None:
    parsed = parse(
        'version = 1\n[[distribution]]\nname = "a"\nversion = "1"\nsource = "registry+https://pypi.org/simple"\n'
    )
    assert rows(parsed) == [("a", "1", "registry", ("main",), 3)]
    assert parsed.requirements[0].location.pointer == "distribution[0]"


@pytest.mark.parametrize(
    ("entry", "line", "message"),
    [
        ('version = "1"', 2, "This package has no name."),
        ('name = ""', 3, "This package has no name."),
        ("name = 1", 3, "This package has no name."),
        ('name = "a b"', 3, "'a b' is not a name that PyPI could hold."),
        ('name = "fоо"', 3, "'f\\u043e\\u043e' is not a name that PyPI could hold."),
        ('name = "a"\nversion = 1', 3, "The version of a is no text."),
        ('name = "a"\nsource = { moon = "x" }', 3, "The source of a is of a kind that is not known."),
        ('name = "a"\nsource = []', 3, "The source of a is of a kind that is not known."),
    ],
)
def test_an_entry_that_cannot_be_read_is_a_problem(entry: str, line: int, message: str) -> None:
    parsed = parse(f'version = 1\n[[package]]\n{entry}\n[[package]]\nname = "good"\nversion = "1"\n')
    assert problems(parsed) == [(line, message)]
    assert [r.name for r in parsed.requirements] == ["good"]
    assert parsed.problems[0].mend


def test_an_unknown_version_is_said() -> None:
    parsed = parse('# c\nversion = 2\n[[package]]\nname = "a"\n')
    assert problems(parsed) == [(2, "This lockfile is of version '2'; version 1 is known.")]
    assert [r.name for r in parsed.requirements] == ["a"]


@pytest.mark.parametrize("text", ["version = 1\npackage = 3\n", "version = 1\n[package]\nname = 'x'\n"])
def test_something_else_than_packages_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match="package is no array of tables here") as caught:
        parse(text)
    assert caught.value.line == 2


def test_more_packages_than_any_project_locks_are_refused() -> None:
    with pytest.raises(ParseError, match="The file locks 200001 packages"):
        parse("version = 1\n" + "[[package]]\n" * (MAX_ENTRIES + 1))


def test_an_empty_lockfile() -> None:
    assert parse("version = 1\n") == Parsed()


@pytest.mark.parametrize(
    ("path", "matches"),
    [("uv.lock", True), ("a/uv.lock", True), ("tool.py.lock", True), ("poetry.lock", False), ("my-uv.lock", False)],
)
def test_matches(path: str, matches: bool) -> None:
    assert PARSER.matches(path) is matches


@given(
    texts_of(
        "[[package]]\n",
        "name = ",
        '"a"',
        "version = ",
        '"1"',
        "\n",
        "source = ",
        "{ registry = ",
        "{ virtual = ",
        " }",
        "[manifest]\n",
        "dependencies = ",
        "[",
        "]",
        "{ name = ",
        "wheels = ",
        "{ url = ",
        "1",
        '"""',
        "package = ",
        ",",
    )
)
@settings(max_examples=300, deadline=None)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    parse_any(PARSER, text, "uv.lock")
