from __future__ import annotations

import pytest

from depaudit.model.requirement import IndexOptions, IndexRef, Location, Source, SourceKind
from depaudit.parsers.base import Parsed
from depaudit.parsers.pyproject import PARSER
from tests.parsers.python_cases import problems, rows

PATH = "pyproject.toml"


def parse(text: str) -> Parsed:
    return PARSER.parse(text, PATH)


TEXT = """\
[tool.poetry]
name = "app"
extras = {fast = ["uvloop"], all = ["uvloop"]}
[tool.poetry.dependencies]
python = "^3.9"
Requests = "^2.8"
flask = "3.0.0"
any = "*"
exact = {version = "==1.0", markers = "os_name == 'nt'"}
uvloop = {version = "~1.0", optional = true}
lone = {version = "1.0", optional = true}
gitted = {git = "https://h/gitted.git", rev = "v1"}
zipped = {url = "https://h/zipped.zip"}
beside = {path = "../beside", develop = true}
filed = {file = "x.whl"}
multi = [
    {version = "<3.0", python = "<3.13"},
    {version = ">=3.0", python = ">=3.13"},
]
app = {version = "*", extras = ["fast"]}
[tool.poetry.dev-dependencies]
pytest = ">=7,<8"
[tool.poetry.group.docs.dependencies]
sphinx = {version = "^7"}
[tool.poetry.group.empty]
optional = true
[tool.poetry.requires-plugins]
poetry-plugin-export = ">=1.8"
"""


def test_poetry_s_tables() -> None:
    parsed = parse(TEXT)
    assert parsed.problems == ()
    assert rows(parsed) == [
        ("requests", None, "registry", ("main",), 6),
        ("flask", "3.0.0", "registry", ("main",), 7),
        ("any", None, "registry", ("main",), 8),
        ("exact", "1.0", "registry", ("main",), 9),
        ("uvloop", None, "registry", ("fast", "all"), 10),
        ("lone", "1.0", "registry", ("optional",), 11),
        ("gitted", None, "git", ("main",), 12),
        ("zipped", None, "url", ("main",), 13),
        ("beside", None, "path", ("main",), 14),
        ("filed", None, "path", ("main",), 15),
        ("multi", None, "registry", ("main",), 17),
        ("multi", None, "registry", ("main",), 18),
        ("app", None, "workspace", ("main",), 20),
        ("pytest", None, "registry", ("dev",), 22),
        ("poetry-plugin-export", None, "registry", ("plugins",), 28),
        ("sphinx", None, "registry", ("docs",), 24),
    ]
    assert [(r.specifier, r.requested) for r in parsed.requirements[:6]] == [
        ("^2.8", 'Requests = "^2.8"'),
        ("==3.0.0", 'flask = "3.0.0"'),
        ("", 'any = "*"'),
        ("==1.0", 'exact = "==1.0"'),
        ("~1.0", 'uvloop = "~1.0"'),
        ("==1.0", 'lone = "1.0"'),
    ]
    assert parsed.requirements[3].marker == "os_name == 'nt'"
    assert parsed.requirements[6].source == Source(kind=SourceKind.GIT, url="https://h/gitted.git")
    assert parsed.requirements[11].location == Location(
        path=PATH, line=18, column=5, pointer="tool.poetry.dependencies.multi[1]"
    )


SOURCES = """\
[[tool.poetry.source]]
name = "Own"
url = "https://u:p@own/simple"
priority = "primary"
[[tool.poetry.source]]
name = "PyPI"
[[tool.poetry.source]]
name = "more"
url = "https://more/simple"
priority = "supplemental"
[[tool.poetry.source]]
name = "only"
url = "https://only/simple"
priority = "explicit"
[tool.poetry.dependencies]
a = {version = "1", source = "only"}
b = {version = "1", source = "own"}
c = {version = "1", source = "gone"}
"""


def test_sources_are_indexes() -> None:
    parsed = parse(SOURCES)

    def ref(url: str, number: int, line: int, name: str) -> IndexRef:
        place = Location(path=PATH, line=line, column=1, pointer=f"tool.poetry.source[{number}]")
        return IndexRef(url=url, location=place, name=name)

    own = ref("https://u:p@own/simple", 0, 1, "Own")
    assert parsed.indexes == IndexOptions(
        index_url=own,
        extra=(ref("https://pypi.org/simple/", 1, 5, "PyPI"), ref("https://more/simple", 2, 7, "more")),
    )
    assert [r.source for r in parsed.requirements] == [
        Source(kind=SourceKind.REGISTRY, index=ref("https://only/simple", 3, 11, "only")),
        Source(kind=SourceKind.REGISTRY, index=own),
        Source(kind=SourceKind.REGISTRY),
    ]
    told = "tool.poetry.dependencies.c names a source that is not in [[tool.poetry.source]]."
    assert problems(parsed) == [(18, told)]
    assert "u:p" not in repr(parsed)


@pytest.mark.parametrize(
    ("text", "main", "extra"),
    [
        ('url = "https://x"\ndefault = true', "https://x", []),
        ('url = "https://x"\nsecondary = true', None, ["https://x"]),
        ('url = "https://x"\npriority = "default"', "https://x", []),
        ('url = "https://x"', "https://x", []),
    ],
)
def test_priorities_of_older_versions(text: str, main: str | None, extra: list[str]) -> None:
    indexes = parse(f'[[tool.poetry.source]]\nname = "x"\n{text}\n').indexes
    assert indexes is not None
    assert (indexes.index_url.url if indexes.index_url else None, [ref.url for ref in indexes.extra]) == (main, extra)


def test_beside_project_s_own_list_poetry_only_says_where_names_come_from() -> None:
    parsed = parse(
        '[project]\nname = "app"\ndependencies = ["a>=1", "b>=1"]\n'
        '[tool.poetry.dependencies]\na = {git = "https://h/a"}\nb = {allow-prereleases = true}\nc = "^1"\n'
    )
    assert rows(parsed) == [
        ("a", None, "git", ("main",), 3),
        ("b", None, "registry", ("main",), 3),
        ("c", None, "registry", ("main",), 7),
    ]
    assert [r.specifier for r in parsed.requirements] == [">=1", ">=1", "^1"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a = 1", "tool.poetry.dependencies.a is neither a version nor a table."),
        ("a = {version = 1}", "The version of a is no text."),
        ("a = [1]", "tool.poetry.dependencies.a[0] is neither a version nor a table."),
        ('"a b" = "1"', "'a b' is not a name that PyPI could hold."),
    ],
)
def test_what_is_wrong_is_said(line: str, message: str) -> None:
    parsed = parse(f"[tool.poetry.dependencies]\n{line}\ngood = '*'\n")
    assert problems(parsed) == [(2, message)]
    assert [r.name for r in parsed.requirements] == ["good"]


def test_a_source_without_url_is_said_once() -> None:
    parsed = parse('[[tool.poetry.source]]\nname = "x"\n[tool.poetry.dependencies]\na = "1"\n')
    assert problems(parsed) == [(1, "This source has no url.")]
