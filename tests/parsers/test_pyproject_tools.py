from __future__ import annotations

from depaudit.model.requirement import LOCAL_PATH, IndexOptions, IndexRef, Location
from depaudit.parsers.base import Parsed
from depaudit.parsers.pyproject import PARSER
from tests.parsers.python_cases import problems, rows

PATH = "pyproject.toml"


def parse(text: str) -> Parsed:
    return PARSER.parse(text, PATH)


def test_pdm() -> None:
    parsed = parse(
        """\
[tool.pdm]
plugins = ["pdm-packer"]
[tool.pdm.dev-dependencies]
test = ["pytest==8.0", "-e file:///${PROJECT_ROOT}/part#egg=part", "-e ./other"]
[tool.pdm.resolution.overrides]
forced = "1.0"
ranged = ">=2"
any = "*"
gitted = "git+https://h/gitted"
[[tool.pdm.source]]
name = "pypi"
url = "https://mirror/simple"
[[tool.pdm.source]]
name = "more"
url = "https://more/simple"
[[tool.pdm.source]]
type = "find_links"
url = "https://links"
"""
    )
    assert parsed.problems == ()
    assert rows(parsed) == [
        ("pdm-packer", None, "registry", ("plugins",), 2),
        ("pytest", "8.0", "registry", ("test",), 4),
        ("part", None, "path", ("test",), 4),
        ("forced", "1.0", "registry", ("constraints",), 6),
        ("ranged", None, "registry", ("constraints",), 7),
        ("any", None, "registry", ("constraints",), 8),
        ("gitted", None, "git", ("constraints",), 9),
    ]
    assert parsed.not_audited == ((LOCAL_PATH, 1),)

    def ref(url: str, number: int, line: int, name: str | None) -> IndexRef:
        place = Location(path=PATH, line=line, column=1, pointer=f"tool.pdm.source[{number}]")
        return IndexRef(url=url, location=place, name=name)

    assert parsed.indexes == IndexOptions(
        index_url=ref("https://mirror/simple", 0, 10, "pypi"),
        extra=(ref("https://more/simple", 1, 13, "more"),),
        find_links=(ref("https://links", 2, 16, None),),
    )


def test_hatch() -> None:
    parsed = parse(
        """\
[project]
name = "app"
[tool.hatch.envs.test]
dependencies = ["pytest", "app[x]", "beside @ {root:uri}/beside"]
extra-dependencies = ["coverage==7.0"]
[tool.hatch.envs.test.overrides]
matrix.version.dependencies = ["old<2", {value = "new>=2", if = ["2"]}]
platform.windows.set-extra-dependencies = ["pywin32"]
platform.windows.scripts = ["no-name here"]
[tool.hatch.build]
dependencies = ["hook-needs"]
[tool.hatch.build.hooks.custom]
dependencies = ["custom-needs"]
[tool.hatch.build.targets.wheel]
dependencies = ["wheel-needs"]
[tool.hatch.build.targets.wheel.hooks.vcs]
dependencies = ["vcs-needs"]
"""
    )
    assert parsed.problems == ()
    assert rows(parsed) == [
        ("pytest", None, "registry", ("test",), 4),
        ("app", None, "workspace", ("test",), 4),
        ("beside", None, "path", ("test",), 4),
        ("coverage", "7.0", "registry", ("test",), 5),
        ("old", None, "registry", ("test",), 7),
        ("new", None, "registry", ("test",), 7),
        ("pywin32", None, "registry", ("test",), 8),
        ("hook-needs", None, "registry", ("build",), 11),
        ("wheel-needs", None, "registry", ("build",), 15),
        ("vcs-needs", None, "registry", ("build",), 17),
        ("custom-needs", None, "registry", ("build",), 13),
    ]


def test_rye_and_flit() -> None:
    parsed = parse(
        """\
[tool.rye]
dev-dependencies = ["a"]
[tool.flit.metadata]
requires = ["b"]
dev-requires = ["c"]
[tool.flit.metadata.requires-extra]
test = ["d"]
"""
    )
    assert rows(parsed) == [
        ("a", None, "registry", ("dev",), 2),
        ("b", None, "registry", ("main",), 4),
        ("c", None, "registry", ("dev",), 5),
        ("d", None, "registry", ("test",), 7),
    ]


def test_what_is_wrong_is_said() -> None:
    parsed = parse(
        """\
[tool.pdm.dev-dependencies]
test = ["-e https://h/x.zip", 1]
[tool.hatch.envs.x]
dependencies = "a"
[tool.setuptools.dynamic]
dependencies = {file = [1]}
"""
    )
    assert problems(parsed) == [
        (2, "'https://h/x.zip' cannot be installed in editable mode."),
        (2, "tool.pdm.dev-dependencies.test[1] is no text."),
        (4, "tool.hatch.envs.x.dependencies is no array."),
        (6, "tool.setuptools.dynamic.dependencies.file[0] names no file."),
    ]
