from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from depaudit.errors import ParseError
from depaudit.model.names import Ecosystem
from depaudit.model.problem import Problem
from depaudit.model.requirement import LOCAL_PATH, IndexOptions, IndexRef, Location, Requirement, Source, SourceKind
from depaudit.parsers import requirements
from depaudit.parsers.base import Include, IncludeKind, Parsed
from depaudit.parsers.requirements import PARSER, parse_requirement_lines
from tests.parsers.python_cases import parse_any, problems, rows, texts_of

PATH = "requirements.txt"


def parse(text: str) -> Parsed:
    return PARSER.parse(text, PATH)


def wish(raw_name: str, line: int, requested: str, *, column: int = 1, **others: object) -> Requirement:
    return Requirement(
        ecosystem=Ecosystem.PYPI,
        name=raw_name.lower().replace(".", "-").replace("_", "-"),  # type: ignore[arg-type]  # a test's plain text
        raw_name=raw_name,
        requested=requested,
        location=Location(path=PATH, line=line, column=column),
        **others,  # type: ignore[arg-type]  # spelled out by each test
    )


TORTURE = """\
# a comment
requests[security,socks] >= 2.8.1, == 2.8.* ; python_version < "2.7"  # why
Flask==3.0.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
ruamel.yaml~=0.17
  zope.interface
Jinja2==3.0.0#no-comment
odd===2004d
-r more.txt
--requirement=other.txt
-c https://h/constraints.txt
-e git+https://h/n.git@v1#egg=edited[x]
-e ./local[dev]
./plain
name @ https://user:pw@h/name-1.0.zip ; os_name == "nt"
https://h/files/Wheel_Name-1.0-py3-none-any.whl
git+https://h/unnamed
here @ file:///opt/here
--pre
"""


def test_the_torture_file() -> None:
    parsed = parse(TORTURE)
    assert parsed.requirements == (
        wish(
            "requests",
            2,
            'requests[security,socks] >= 2.8.1, == 2.8.* ; python_version < "2.7"',
            specifier=">= 2.8.1, == 2.8.*",
            marker='python_version < "2.7"',
        ),
        wish("Flask", 3, "Flask==3.0.0", specifier="==3.0.0", pinned_version="3.0.0", hashes=True),
        wish("ruamel.yaml", 6, "ruamel.yaml~=0.17", specifier="~=0.17"),
        wish("zope.interface", 7, "zope.interface", column=3),
        wish("odd", 9, "odd===2004d", specifier="===2004d", pinned_version="2004d"),
        wish(
            "edited",
            13,
            "git+https://h/n.git@v1#egg=edited[x]",
            source=Source(kind=SourceKind.GIT, url="git+https://h/n.git@v1#egg=edited[x]"),
        ),
        wish(
            "name",
            16,
            'name @ https://***@h/name-1.0.zip ; os_name == "nt"',
            marker='os_name == "nt"',
            source=Source(kind=SourceKind.URL, url="https://user:pw@h/name-1.0.zip"),
        ),
        wish(
            "Wheel_Name",
            17,
            "https://h/files/Wheel_Name-1.0-py3-none-any.whl",
            source=Source(kind=SourceKind.URL, url="https://h/files/Wheel_Name-1.0-py3-none-any.whl"),
        ),
        wish("here", 19, "here @ file:///opt/here", source=Source(kind=SourceKind.PATH, url="file:///opt/here")),
    )
    assert parsed.includes == (
        Include(target="more.txt", kind=IncludeKind.REQUIREMENTS, location=Location(path=PATH, line=10)),
        Include(target="other.txt", kind=IncludeKind.REQUIREMENTS, location=Location(path=PATH, line=11)),
        Include(
            target="https://h/constraints.txt", kind=IncludeKind.CONSTRAINTS, location=Location(path=PATH, line=12)
        ),
    )
    assert parsed.problems == (
        Problem(
            path=PATH,
            message="'Jinja2==3.0.0#no-comment' is no requirement.",
            mend="Write a name and, if wanted, a version such as flask==3.0.0; start comments with #.",
            line=8,
            column=1,
        ),
    )
    assert parsed.not_audited == ((LOCAL_PATH, 2),)
    assert parsed.undetermined == ((Location(path=PATH, line=18), "git+https://h/unnamed"),)
    assert parsed.indexes is None


def test_index_options_are_kept_as_written_and_the_last_index_wins() -> None:
    parsed = parse(
        "-i https://first/simple\n"
        "--index-url=https://${USER}:${TOKEN}@second/simple\n"
        "--extra-index-url 'https://u:p@third/s' --extra-index-url https://fourth\n"
        "-f ./wheels\n"
        "--no-index\n"
        "flask --index-url https://ignored\n"
    )

    def ref(url: str, line: int) -> IndexRef:
        return IndexRef(url=url, location=Location(path=PATH, line=line))

    assert parsed.indexes == IndexOptions(
        index_url=ref("https://${USER}:${TOKEN}@second/simple", 2),
        extra=(ref("https://u:p@third/s", 3), ref("https://fourth", 3)),
        find_links=(ref("./wheels", 4),),
        no_index=True,
    )
    assert rows(parsed) == [("flask", None, "registry", ("main",), 6)]
    assert "TOKEN" not in repr(parsed)
    assert "u:p" not in repr(parsed)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("foo==${VERSION}", ["foo"]),
        ("foo ${SPEC}", ["foo"]),
        ("foo[x]>=${V},<2", ["foo"]),
        ("${NAME}==1.0", []),
        ("foo${SUFFIX}", []),
        ("foo-${SUFFIX}==1", []),
        ("-r ${DIR}/more.txt", []),
        ("https://h/${NAME}.tar.gz", []),
    ],
)
def test_a_variable_leaves_it_undetermined(line: str, found: list[str]) -> None:
    parsed = parse(line)
    assert [r.name for r in parsed.requirements] == found
    assert all(r.specifier == "" and r.pinned_version is None for r in parsed.requirements)
    assert [text for _, text in parsed.undetermined] == [line.removeprefix("-r ")]
    assert (parsed.problems, parsed.includes) == ((), ())


def test_a_variable_in_a_url_with_a_name_is_no_matter() -> None:
    parsed = parse("git+https://${TOKEN}@h/x#egg=name\nother @ https://${TOKEN}@h/x.zip")
    assert rows(parsed) == [("name", None, "git", ("main",), 1), ("other", None, "url", ("main",), 2)]
    assert parsed.undetermined == ()
    assert "TOKEN" not in parsed.requirements[0].requested + parsed.requirements[1].requested


def test_lower_case_variables_are_none() -> None:
    assert problems(parse("foo==${version}")) == [(1, "'foo==${version}' is no requirement.")]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("4 + 4 = 2", "'4 + 4 = 2' is no requirement."),
        ("foo==", "'foo==' is no requirement."),
        ("foo=1.0", "'foo=1.0' is no requirement."),
        ("gcc [platform:rpm]", "'gcc [platform:rpm]' is no requirement."),
        ("{{ name }}", "'{{ name }}' is no requirement."),
        ("pip install foo", "'pip install foo' is no requirement."),
        ("fоо==1", "'f\\u043e\\u043e==1' is no requirement."),
        ("--unknown", "pip knows no option '--unknown' in a requirements file."),
        ("-e https://h/x.zip", "'https://h/x.zip' cannot be installed in editable mode."),
        ("https://h/x.whl", "'x.whl' is not the file name of a wheel."),
        ("https://h/x.zip#egg=a b", "'a b' is no requirement."),
        ("https://h/x.zip#egg=a @ b", "'a @ b' is no requirement."),
        ("https://h/x.zip ; os_nam == 'nt'", "\"os_nam == 'nt'\" is no environment marker.".replace('"', "'")),
        ("<<<<<<< HEAD", "There is a merge conflict marker here."),
        ("=======", "There is a merge conflict marker here."),
        (">>>>>>> other", "There is a merge conflict marker here."),
        ("-r ''", "The option names no file."),
        ("foo\t--hash=sha256:00", "'foo\\t--hash=sha256:00' is no requirement."),
    ],
)
def test_what_pip_refuses_is_a_problem_and_no_name(line: str, message: str) -> None:
    parsed = parse(f"good\n{line}\nalso-good\n")
    assert problems(parsed) == [(2, message)]
    assert [r.name for r in parsed.requirements] == ["good", "also-good"]
    assert parsed.problems[0].mend
    assert (parsed.includes, parsed.undetermined) == ((), ())


def test_a_bad_option_behind_a_requirement_leaves_the_requirement() -> None:
    parsed = parse("foo==1.0 --hash=nonsense")
    assert problems(parsed) == [(1, "'nonsense' is no hash that pip takes.")]
    assert rows(parsed) == [("foo", "1.0", "registry", ("main",), 1)]
    assert not parsed.requirements[0].hashes


def test_hashes_behind_a_url() -> None:
    assert parse("a @ https://h/a.zip --hash=sha256:00").requirements[0].hashes


@pytest.mark.parametrize(
    "line", [".", "./x", "x/", "../x[dev]", "/abs/x.tar.gz", "x-1.0.zip", "file:///x", "-e .", "-e x"]
)
def test_local_paths_without_a_name_are_counted(line: str) -> None:
    assert parse(line) == Parsed(not_audited=((LOCAL_PATH, 1),))


def test_local_paths_with_a_name_are_listed() -> None:
    parsed = parse("./x-1.0-py3-none-any.whl\nfile:.#egg=y\ny-2.0-py3-none-any.whl ; os_name == 'nt'\nz @ ./z")
    assert rows(parsed) == [
        ("x", None, "path", ("main",), 1),
        ("y", None, "path", ("main",), 2),
        ("y", None, "path", ("main",), 3),
        ("z", None, "path", ("main",), 4),
    ]


def test_a_constraints_file_gives_its_group() -> None:
    text = "a==1\nb @ https://h/b.zip\n"
    for path in ("constraints.txt", "deploy/constraints-3.12.txt", "upper-constraints.txt", "constraints/dev.txt"):
        assert [r.groups for r in PARSER.parse(text, path).requirements] == [("constraints",)] * 2
    assert [r.groups for r in PARSER.parse(text, "requirements/dev.txt").requirements] == [("main",)] * 2


def test_lines_can_come_from_elsewhere() -> None:
    parsed = parse_requirement_lines([(7, 5, "flask==1"), (9, 5, "x y")], "environment.yml", ("pip",))
    assert rows(parsed) == [("flask", "1", "registry", ("pip",), 7)]
    assert parsed.requirements[0].location == Location(path="environment.yml", line=7, column=5)
    assert problems(parsed) == [(9, "'x y' is no requirement.")]


@pytest.mark.parametrize(
    ("path", "matches"),
    [
        ("requirements.txt", True),
        ("a/b/requirements.txt", True),
        ("requirements-dev.txt", True),
        ("requirements_dev.txt", True),
        ("requirements.dev.txt", True),
        ("requirements3.txt", True),
        ("dev-requirements.txt", True),
        ("requirements.in", True),
        ("requirements/base.txt", True),
        ("requirements/base.in", True),
        ("a/requirements/x/requirements.txt", True),
        ("constraints.txt", True),
        ("constraints-3.12.txt", True),
        ("constraints/x.txt", True),
        ("Requirements.TXT", True),
        ("requirements/README.txt", False),
        ("requirements/LICENSE.txt", False),
        ("requirements.md", False),
        ("MANIFEST.in", False),
        ("notes.txt", False),
        ("myrequirements.txt", False),
    ],
)
def test_matches(path: str, matches: bool) -> None:
    assert PARSER.matches(path) is matches


def test_patterns_are_all_matched() -> None:
    for pattern in PARSER.patterns:
        name = pattern.replace("[-_.]", "-").replace("[0-9]", "3").replace("*", "x")
        assert PARSER.matches(name), pattern


def test_prose_is_told_as_what_it_is() -> None:
    with pytest.raises(ParseError) as caught:
        parse("this is prose\n" * 5_000)
    assert caught.value.line == requirements.MAX_PROBLEMS + 1


def test_names_beyond_the_registry_s_length_and_endless_lines_are_problems() -> None:
    parsed = parse("a" * 300 + "\n" + "b" * 1_500_000 + "\nfine\n")
    assert [line for line, _ in problems(parsed)] == [1, 2]
    assert [r.name for r in parsed.requirements] == ["fine"]


def test_more_requirements_than_any_project_has_are_refused() -> None:
    with pytest.raises(ParseError) as caught:
        parse("a\n" * (requirements.MAX_ENTRIES + 1))
    assert caught.value.line == requirements.MAX_ENTRIES + 1


def test_a_url_that_names_only_a_variable_is_undetermined() -> None:
    parsed = parse("git+https://h/x#egg=${NAME}")
    assert parsed == Parsed(undetermined=((Location(path=PATH, line=1), "git+https://h/x#egg=${NAME}"),))


_PIECES = (
    "foo",
    "==1.0",
    ">=1,<2",
    "[a]",
    ";",
    "python_version<'3'",
    " ",
    "\\\n",
    "\n",
    "#",
    " # c",
    "--hash=sha256:aa",
)
_PIECES += (
    "-r ",
    "-c",
    "-e ",
    "-i",
    "--no-index",
    "--x",
    "=",
    "https://h/x",
    "git+https://h/x#egg=n",
    "./p",
    " @ ",
    "'",
)
_PIECES += (
    "x-1.0-py3-none-any.whl",
    "x.tar.gz",
    "${X}",
    "\x0c",
    "\u2028",
    "\r\n",
    "\r",
    "~",
    "<<<<<<< ",
    "\ufeff",
    "%2e",
)


@given(texts_of(*_PIECES))
@example("\ufeff")
@example("a;" + "(" * 30_000)
@example("https://[h/x.zip")
@example("#egg=" * 1000)
@settings(max_examples=400, deadline=None)
def test_any_text_is_parsed_or_refused(text: str) -> None:
    parse_any(PARSER, text, PATH)


@pytest.mark.parametrize("line", ["reqeusts@2.0", "reqeusts @ latest", "reqeusts @ ^2"])
def test_npms_way_of_naming_a_version_is_refused_as_pip_does(line: str) -> None:
    parsed = parse(f"{line}\nflask\n")
    assert [r.name for r in parsed.requirements] == ["flask"]
    assert [problem.line for problem in parsed.problems] == [1]
