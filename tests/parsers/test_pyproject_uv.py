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
[project]
name = "app"
dependencies = ["gitted>=1", "zipped", "beside", "Mem_Ber", "torch==2.0", "split", "plain"]
[project.optional-dependencies]
cpu = ["torch"]
gpu = ["torch"]

[tool.uv]
dev-dependencies = ["pytest"]
constraint-dependencies = ["limited<2"]
override-dependencies = ["forced==1.0"]
build-constraint-dependencies = [{requirement = "setuptools<80"}]
extra-build-dependencies = {zipped = ["cython", {requirement = "numpy", match-runtime = true}]}

[tool.uv.sources]
gitted = {git = "https://h/gitted", tag = "v1"}
zipped = {url = "https://h/zipped.zip"}
beside = {path = "../beside", editable = true}
mem-ber = {workspace = true}
torch = [
    {index = "cpu", extra = "cpu"},
    {index = "gpu", extra = "gpu"},
]
split = {index = "cpu", marker = "sys_platform == 'linux'"}

[[tool.uv.index]]
name = "cpu"
url = "https://t/cpu"
explicit = true

[[tool.uv.index]]
name = "gpu"
url = "https://t/gpu"

[[tool.uv.index]]
url = "https://mirror/simple"
default = true
"""


def ref(url: str, number: int, line: int, name: str | None = None) -> IndexRef:
    place = Location(path=PATH, line=line, column=1, pointer=f"tool.uv.index[{number}]")
    return IndexRef(url=url, location=place, name=name)


CPU = Source(kind=SourceKind.REGISTRY, index=ref("https://t/cpu", 0, 26, "cpu"))
GPU = Source(kind=SourceKind.REGISTRY, index=ref("https://t/gpu", 1, 31, "gpu"))
PLAIN = Source(kind=SourceKind.REGISTRY)


def test_uv_s_tables() -> None:
    parsed = parse(TEXT)
    assert (parsed.problems, parsed.undetermined) == ((), ())
    assert rows(parsed) == [
        ("gitted", None, "git", ("main",), 3),
        ("zipped", None, "url", ("main",), 3),
        ("beside", None, "path", ("main",), 3),
        ("mem-ber", None, "workspace", ("main",), 3),
        ("torch", "2.0", "registry", ("main",), 3),
        ("split", None, "registry", ("main",), 3),
        ("split", None, "registry", ("main",), 3),
        ("plain", None, "registry", ("main",), 3),
        ("torch", None, "registry", ("cpu",), 5),
        ("torch", None, "registry", ("gpu",), 6),
        ("pytest", None, "registry", ("dev",), 9),
        ("limited", None, "registry", ("constraints",), 10),
        ("forced", "1.0", "registry", ("constraints",), 11),
        ("setuptools", None, "registry", ("constraints",), 12),
        ("cython", None, "registry", ("build",), 13),
        ("numpy", None, "registry", ("build",), 13),
    ]
    assert [r.source for r in parsed.requirements[4:10]] == [PLAIN, CPU, PLAIN, PLAIN, CPU, GPU]
    assert parsed.indexes == IndexOptions(
        index_url=ref("https://mirror/simple", 2, 35), extra=(ref("https://t/gpu", 1, 31, "gpu"),)
    )


def test_older_index_settings() -> None:
    indexes = parse(
        '[tool.uv]\nindex-url = "https://a"\nextra-index-url = ["https://b"]\nfind-links = ["./c"]\n'
        '[[tool.uv.index]]\nname = "flat"\nurl = "./d"\nformat = "flat"\n'
        "[tool.uv.pip]\nno-index = true\nextra-index-url = ['https://e']\n"
    ).indexes
    assert indexes is not None
    assert indexes.index_url is not None
    assert indexes.index_url.url == "https://a"
    assert [r.url for r in indexes.extra] == ["https://b", "https://e"]
    assert [r.url for r in indexes.find_links] == ["./d", "./c"]
    assert indexes.no_index


def test_an_index_that_the_file_does_not_define_is_undetermined() -> None:
    parsed = parse('[project]\ndependencies = ["a"]\n[tool.uv.sources]\na = {index = "root"}\n')
    assert rows(parsed) == [("a", None, "registry", ("main",), 2)]
    assert parsed.undetermined == (
        (
            Location(path=PATH, line=4, column=1, pointer="tool.uv.sources.a"),
            "the index that tool.uv.sources.a names",
        ),
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[tool.uv.sources]\na = {moon = 1}\n", 2, "tool.uv.sources.a names no source."),
        ("[tool.uv.sources]\na = 'x'\n", 2, "tool.uv.sources.a is no table."),
        ("[tool.uv.sources]\n'a b' = {git = 'x'}\n", 2, "'a b' is not a name that PyPI could hold."),
        ("[tool.uv]\nindex = [{name = 'x'}]\n", 2, "This index has no url."),
        ("[tool.uv]\nindex = 'x'\n", 2, "tool.uv.index is no array."),
        ("[tool.uv]\nconstraint-dependencies = [1]\n", 2, "tool.uv.constraint-dependencies[0] is no text."),
    ],
)
def test_what_is_wrong_is_said(text: str, line: int, message: str) -> None:
    assert problems(parse(text)) == [(line, message)]
