from __future__ import annotations

import pytest
from hypothesis import given, settings

from depaudit.errors import ParseError
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import Location, Requirement, Source, SourceKind
from depaudit.parsers.base import Include, IncludeKind, Parsed
from depaudit.parsers.pyproject import DYNAMIC, MAX_LENGTH, PARSER
from tests.parsers.python_cases import parse_any, problems, rows, texts_of

PATH = "pyproject.toml"


def parse(text: str) -> Parsed:
    return PARSER.parse(text, PATH)


STANDARD = """\
[build-system]
requires = ["hatchling>=1.26", "hatch-vcs"]

[project]
name = "My_App"
dependencies = [
    "requests[socks]>=2.8 ; python_version < '4'",
    # "commented",
    "flask==3.0.0",
    "direct @ git+https://u:p@h/direct",
]

[project.optional-dependencies]
test = ["pytest", "my-app[cli]"]
cli = [
    'rich',
]

[dependency-groups]
lint = ["ruff==0.11.0"]
Dev_All = [{include-group = "lint"}, "mypy", {include-group = "test"}]
test = ["coverage"]
"""


def test_the_standard_lists() -> None:
    parsed = parse(STANDARD)
    assert (parsed.problems, parsed.indexes, parsed.includes, parsed.not_audited) == ((), None, (), ())
    assert rows(parsed) == [
        ("requests", None, "registry", ("main",), 7),
        ("flask", "3.0.0", "registry", ("main",), 9),
        ("direct", None, "git", ("main",), 10),
        ("pytest", None, "registry", ("test",), 14),
        ("my-app", None, "workspace", ("test",), 14),
        ("rich", None, "registry", ("cli",), 16),
        ("ruff", "0.11.0", "registry", ("lint", "Dev_All"), 20),
        ("mypy", None, "registry", ("Dev_All",), 21),
        ("coverage", None, "registry", ("test", "Dev_All"), 22),
        ("hatchling", None, "registry", ("build",), 2),
        ("hatch-vcs", None, "registry", ("build",), 2),
    ]


def test_one_requirement_whole() -> None:
    parsed = parse(STANDARD)
    assert parsed.requirements[0] == Requirement(
        ecosystem=Ecosystem.PYPI,
        name="requests",  # type: ignore[arg-type]  # a test's plain text
        raw_name="requests",
        requested="requests[socks]>=2.8 ; python_version < '4'",
        location=Location(path=PATH, line=7, column=5, pointer="project.dependencies[0]"),
        specifier=">=2.8",
        marker="python_version < '4'",
    )
    direct = parsed.requirements[2]
    assert direct.requested == "direct @ git+https://***@h/direct"
    assert direct.source == Source(kind=SourceKind.GIT, url="git+https://u:p@h/direct")
    assert parsed.requirements[4].location == Location(
        path=PATH, line=14, column=19, pointer="project.optional-dependencies.test[1]"
    )


@pytest.mark.parametrize("text", [STANDARD.replace("\n", "\r\n"), "\ufeff" + STANDARD])
def test_line_ends_and_byte_order_marks_change_nothing(text: str) -> None:
    assert parse(text) == parse(STANDARD)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[project]\ndependencies = ["a>=1<2"]\n', 2, "'a>=1<2' is no requirement."),
        ("[project]\ndependencies = [1]\n", 2, "project.dependencies[0] is no text."),
        ('[project]\ndependencies = "a"\n', 2, "project.dependencies is no array."),
        ('[project]\ndependencies = ["a",\n"b c"]\n', 3, "'b c' is no requirement."),
        ("[project]\noptional-dependencies = []\n", 2, "project.optional-dependencies is no table."),
        ("project = 1\n", 1, "project is no table."),
        ('tool = "x"\n', 1, "tool is no table."),
        ("[build-system]\nrequires = 1\n", 2, "build-system.requires is no array."),
        (
            '[dependency-groups]\na = ["x", {include-group = "b"}]\n',
            2,
            "dependency-groups.a[1] includes a group that is not there.",
        ),
        (
            "[dependency-groups]\na = [{include = 'b'}]\n",
            2,
            "dependency-groups.a[0] is neither a requirement nor an include.",
        ),
        ("[dependency-groups]\na = []\nA = []\n", 3, "dependency-groups.A is there twice."),
        (
            "[dependency-groups]\na = [{include-group = 'a'}]\n",
            2,
            "dependency-groups.a[0] closes a loop: the group includes itself.",
        ),
        (
            "[dependency-groups]\na = [{include-group = 'b'}]\nb = ['x',\n {include-group = 'a'}]\n",
            4,
            "dependency-groups.b[1] closes a loop: the group includes itself.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, line: int, message: str) -> None:
    parsed = parse(text)
    assert problems(parsed) == [(line, message)]
    assert parsed.problems[0].mend


def test_loops_keep_the_requirements() -> None:
    parsed = parse("[dependency-groups]\na = ['x', {include-group = 'b'}]\nb = ['y', {include-group = 'a'}]\n")
    assert [(r.name, r.groups) for r in parsed.requirements] == [("x", ("a", "b")), ("y", ("b", "a"))]


def test_a_chain_of_ten_thousand_groups_is_no_trouble() -> None:
    groups = "".join(f"g{n} = [{{include-group = 'g{n + 1}'}}]\n" for n in range(10_000))
    parsed = parse(f"[dependency-groups]\n{groups}g10000 = ['x']\n")
    assert [(r.name, r.groups) for r in parsed.requirements] == [("x", ("g10000",))]
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ('[project]\ndynamic = ["dependencies"]\n[build-system]\nbuild-backend = "flit_core.buildapi"\n', 1),
        ('[project]\ndynamic = ["version"]\n[build-system]\nbuild-backend = "flit_core.buildapi"\n', 0),
        ('[project]\ndynamic = ["dependencies"]\n', 0),
        ('[project]\ndynamic = ["dependencies"]\n[build-system]\nbuild-backend = "poetry.core.masonry.api"\n', 0),
    ],
)
def test_lists_made_by_other_means_are_counted(text: str, counted: int) -> None:
    assert dict(parse(text).not_audited) == ({DYNAMIC: counted} if counted else {})


def test_files_of_dynamic_lists_are_included() -> None:
    parsed = parse(
        '[tool.setuptools.dynamic]\ndependencies = {file = ["requirements.txt", "more.txt"]}\n'
        'optional-dependencies.dev = {file = "dev.txt"}\n'
        "[tool.hatch.metadata.hooks.requirements_txt]\n"
        'files = ["hatch.txt"]\n'
    )
    places = {"hatch.txt": (5, 10), "requirements.txt": (2, 25), "more.txt": (2, 45), "dev.txt": (3, 30)}
    assert {i.target: (i.location.line, i.location.column) for i in parsed.includes} == places
    assert {i.kind for i in parsed.includes} == {IncludeKind.REQUIREMENTS}
    assert parsed.includes[0] == Include(
        target="hatch.txt",
        kind=IncludeKind.REQUIREMENTS,
        location=Location(path=PATH, line=5, column=10, pointer="tool.hatch.metadata.hooks.requirements_txt.files[0]"),
    )


def test_a_huge_file_is_refused() -> None:
    with pytest.raises(ParseError, match="is not read"):
        parse(" " * (MAX_LENGTH + 1))


def test_hostile_names_are_said_in_plain_letters() -> None:
    parsed = parse('[dependency-groups]\n"\\u202e\\u001b[2J" = ["good", "b\\u202ead"]\n')
    assert rows(parsed) == [("good", None, "registry", ("'\\u202e\\x1b[2J'",), 2)]
    assert problems(parsed) == [(2, "'b\\u202ead' is no requirement.")]


@pytest.mark.parametrize(
    ("path", "matches"), [("pyproject.toml", True), ("a/pyproject.toml", True), ("my-pyproject.toml", False)]
)
def test_matches(path: str, matches: bool) -> None:
    assert PARSER.matches(path) is matches


_PIECES = (
    "[project]\n",
    "dependencies = ",
    "[",
    "]",
    '"a>=1"',
    '"b @ x"',
    ",",
    "\n",
    "[tool.poetry.dependencies]\n",
    "= ",
)
_PIECES += (
    "[dependency-groups]\n",
    "a = ",
    "{include-group = 'a'}",
    "[tool.uv]\n",
    "sources = ",
    "{",
    "}",
    "b",
    '"^1"',
    "1",
)
_PIECES += (
    "[tool.uv.sources]\n",
    "[[tool.uv.index]]\n",
    "url = ",
    "'https://h'",
    "[[tool.poetry.source]]\n",
    "name = ",
    ".",
)
_PIECES += (
    "[tool.hatch.envs.x]\n",
    "[tool.pdm.dev-dependencies]\n",
    "'-e ./x'",
    "[build-system]\n",
    "requires = ",
    "'''",
)
_PIECES += ("[tool.setuptools.dynamic]\n", "[tool.flit.metadata]\n", "git = ", "index = ", "source = ", "[tool.pdm]\n")


@given(texts_of(*_PIECES))
@settings(max_examples=500, deadline=None)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    parse_any(PARSER, text, PATH)


_TABLES = (
    "project",
    "tool.uv",
    "tool.poetry",
    "tool.pdm",
    "tool.hatch",
    "tool.setuptools.dynamic",
    "dependency-groups",
)
_KEYS = (
    "dependencies",
    "sources",
    "index",
    "source",
    "envs",
    "group",
    "optional-dependencies",
    "dev-dependencies",
    "a",
)
_KEYS += ("resolution.overrides", "build", "metadata", "extras", "extra-build-dependencies", "pip", "name", "dynamic")
_VALUES = (
    "1",
    "'a'",
    "[]",
    "['a']",
    "[1]",
    "[[]]",
    "{}",
    "{a = 1}",
    "{a = ['b']}",
    "{a = {}}",
    "[{}]",
    "[{a = 1}]",
    "true",
)
_VALUES += ("{a = {git = 1}}", "{a = [{}]}", "{a = {dependencies = 1}}", "[{name = 1, url = 1}]", "{a = {file = 1}}")


@pytest.mark.parametrize("table", _TABLES)
@pytest.mark.parametrize("key", _KEYS)
def test_values_of_every_wrong_type_are_parsed_or_refused(table: str, key: str) -> None:
    for value in _VALUES:
        parse_any(PARSER, f"[{table}]\n{key} = {value}\n", PATH)
