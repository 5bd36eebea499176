"""Where a PyPI name would be looked up: pip's settings, the command line, depaudit's own configuration."""

from __future__ import annotations

import pytest

from depaudit.model.names import Ecosystem
from depaudit.model.requirement import IndexOptions, Origin
from depaudit.model.route import Choice, Foreign, Index, Route
from depaudit.model.settings import IndexSettings
from tests.indexes.machine import NPM, PYPI, Machine, npm, options, private, pypi, shared, summary

BEST, FIRST = Choice.BEST_VERSION, Choice.FIRST_INDEX
NEXUS = "https://nexus.example/simple/"
EVIL = "https://evil.example/simple"


# --- PyPI, requirements files and names on a command line


def test_without_any_setting_the_public_registries_are_asked(machine: Machine) -> None:
    router = machine.router()
    assert router.route(pypi("flask")) == Route(indexes=(PYPI,), choice=BEST)
    assert router.route(npm("react")) == Route(indexes=(NPM,), choice=FIRST)
    assert router.named == (PYPI, NPM)
    assert router.problems == ()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"PIP_INDEX_URL": NEXUS}, Route(indexes=(private(NEXUS),), choice=BEST, private=True)),
        ({"PIP_EXTRA_INDEX_URL": NEXUS}, Route(indexes=(private(NEXUS), PYPI), choice=BEST)),
        (
            {"PIP_EXTRA_INDEX_URL": "https://download.pytorch.org/whl/cpu"},
            Route(indexes=(shared("https://download.pytorch.org/whl/cpu/"), PYPI), choice=BEST),
        ),
        ({"PIP_INDEX_URL": "https://pypi.python.org/simple"}, Route(indexes=(PYPI,), choice=BEST)),
        ({"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"}, Route(indexes=(), choice=BEST, find_links=("/wheels",))),
        (
            {"PIP_INDEX_URL": "file:///srv/pypi"},
            Route(indexes=(private("file:///srv/pypi/"),), choice=BEST, private=True),
        ),
        ({"PIP_INDEX_URL": "/srv/pypi"}, Route(indexes=(private("file:///srv/pypi/"),), choice=BEST, private=True)),
        ({"UV_DEFAULT_INDEX": NEXUS}, Route(indexes=(PYPI,), choice=BEST)),  # uv's own, pip does not read it
    ],
)
def test_pips_settings_count_for_requirements_files(
    machine: Machine, environment: dict[str, str], expected: Route
) -> None:
    machine.environment |= environment
    assert machine.router().route(pypi("flask")) == expected


@pytest.mark.parametrize(
    ("written", "indexes", "foreign"),
    [
        # what the operator names is no stranger, in any spelling of the same URL
        (options(NEXUS), (private(NEXUS),), []),
        (options("https://NEXUS.example:443/simple"), (private(NEXUS),), []),
        (options("https://${USER}:${TOKEN}@nexus.example/simple"), (private(NEXUS),), []),
        (options("http://nexus.example/simple"), (), [("http://nexus.example/simple", False)]),
        (options("https://nexus.example/other"), (), [("https://nexus.example/other", False)]),
        # as pip does: an index URL in the file replaces all, an extra one is added
        (options("https://pypi.org/simple"), (PYPI,), []),
        (options(extra=["https://pypi.org/simple"]), (private(NEXUS), PYPI), []),
        (options(extra=[EVIL]), (private(NEXUS), PYPI), [(EVIL, False)]),
        (options("https://pypi.org/simple", [NEXUS]), (private(NEXUS), PYPI), []),
        (options(no_index=True), (), []),
        # never foreign
        (
            options(extra=["https://download.pytorch.org/whl/cu128"]),
            (private(NEXUS), shared("https://download.pytorch.org/whl/cu128/"), PYPI),
            [],
        ),
        (options("https://files.pythonhosted.org/simple"), (PYPI,), []),
        # a stranger in place of PyPI leaves nothing to ask
        (options(EVIL), (), [(EVIL, False)]),
        (options("https://test.pypi.org/simple"), (), [("https://test.pypi.org/simple", False)]),
        (options("https://me:hunter2@evil.example/simple"), (), [(EVIL, True)]),
        (options("https://${TOKEN}@evil.example/simple"), (), [(EVIL, True)]),
        (options("$PIP_INDEX_URL"), (), [("$PIP_INDEX_URL", False)]),
        (options("https://${HOST}/simple"), (), [("https://${HOST}/simple", True)]),
        (options("https://${TOKEN}.evil.example/"), (), [("https://${TOKEN}.evil.example/", True)]),
        (options("${SCHEME}${TOKEN}.evil.example/"), (), [("${SCHEME}${TOKEN}.evil.example/", True)]),
        (options("./packages"), (), [("./packages", False)]),
        (options("file:///etc"), (), [("file:///etc", False)]),
    ],
)
def test_a_requirements_file_adds_its_own_lines(
    machine: Machine, written: IndexOptions, indexes: tuple[Index, ...], foreign: list[tuple[str, bool]]
) -> None:
    machine.environment["PIP_EXTRA_INDEX_URL"] = NEXUS
    machine.environment["TOKEN"] = "hunter2"
    route = machine.router().route(pypi("flask", indexes=written))
    assert summary(route) == (indexes, foreign)
    assert route.choice is BEST
    assert "hunter2" not in repr(route)


def test_a_foreign_index_tells_its_place(machine: Machine) -> None:
    written = options(EVIL)
    assert machine.router().route(pypi("flask", indexes=written)).foreign == (
        Foreign(url=EVIL, credential=False, ref=written.index_url),
    )


@pytest.mark.parametrize(
    ("foreign", "indexes", "strangers"),
    [
        ("report", (PYPI,), [(EVIL, False)]),
        (
            "anonymous",
            (
                Index(ecosystem=Ecosystem.PYPI, url=EVIL + "/", public=False, origin=Origin.TREE),
                PYPI,
            ),
            [(EVIL + "/", False)],
        ),
        ("trust", (private(EVIL + "/"), PYPI), []),
    ],
)
def test_what_is_done_with_foreign_indexes(
    machine: Machine, foreign: str, indexes: tuple[Index, ...], strangers: list[tuple[str, bool]]
) -> None:
    router = machine.router(IndexSettings(foreign=foreign))
    assert summary(router.route(pypi("flask", indexes=options(extra=[EVIL])))) == (indexes, strangers)


@pytest.mark.parametrize("foreign", ["report", "anonymous", "trust"])
def test_a_variable_of_the_trees_is_never_expanded_whatever_is_trusted(machine: Machine, foreign: str) -> None:
    machine.environment |= {"HOST": "evil.example", "TOKEN": "hunter2"}
    router = machine.router(IndexSettings(foreign=foreign))
    written = options("https://${HOST}/simple", ["https://evil.example/${TOKEN}/simple"])
    assert summary(router.route(pypi("flask", indexes=written))) == (
        (),
        [("https://${HOST}/simple", True), ("https://evil.example/${TOKEN}/simple", True)],
    )


@pytest.mark.parametrize(
    ("link", "foreign"),
    [
        ("./wheels", []),
        ("/opt/wheels", []),
        ("${WHEELS}/x", [("${WHEELS}/x", False)]),
        ("https://download.pytorch.org/whl/torch_stable.html", []),
        ("https://nexus.example/wheels/page.html", []),
        ("https://pypi.org/simple/flask/", []),
        ("https://evil.example/wheels?sig=hunter2", [("https://evil.example/wheels", False)]),
    ],
)
def test_pages_of_archives(machine: Machine, link: str, foreign: list[tuple[str, bool]]) -> None:
    machine.environment |= {"PIP_EXTRA_INDEX_URL": NEXUS, "PIP_FIND_LINKS": "https://me:hunter2@mine.example/wheels"}
    route = machine.router().route(pypi("flask", indexes=options(links=[link])))
    assert summary(route) == ((private(NEXUS), PYPI), foreign)
    assert route.find_links == ("https://mine.example/wheels", link.partition("?")[0])


def test_a_settings_file_inside_the_tree_is_no_operators(machine: Machine) -> None:
    machine.environment["PIP_CONFIG_FILE"] = str(machine.write("work/pip.conf", f"[global]\nindex-url = {EVIL}\n"))
    route = machine.router().route(pypi("flask"))
    assert summary(route) == ((), [(EVIL, False)])
    [foreign] = route.foreign
    assert foreign.ref is not None
    assert foreign.ref.location is not None
    assert (foreign.ref.location.path, foreign.ref.location.line) == ("pip.conf", 2)


# --- the command line and depaudit's own configuration


@pytest.mark.parametrize(
    ("given", "written", "indexes"),
    [
        (options(NEXUS), None, (private(NEXUS),)),
        (options(extra=[NEXUS]), None, (private(NEXUS), PYPI)),
        (options(NEXUS), options("https://pypi.org/simple"), (PYPI,)),  # pip: the file's line comes after
        (options(NEXUS), options(NEXUS), (private(NEXUS),)),
        (options(no_index=True), options(NEXUS), ()),
    ],
)
def test_the_command_line_names_indexes_as_the_operator(
    machine: Machine, given: IndexOptions, written: IndexOptions | None, indexes: tuple[Index, ...]
) -> None:
    assert summary(machine.router(options=given).route(pypi("flask", indexes=written))) == (indexes, [])


def mirror(url: str, ecosystem: Ecosystem = Ecosystem.PYPI) -> Index:
    return Index(ecosystem=ecosystem, url=url, public=True)


def test_the_configurations_index_stands_for_the_public_registry(machine: Machine) -> None:
    machine.environment |= {"PIP_INDEX_URL": NEXUS, "UV_DEFAULT_INDEX": NEXUS, "npm_config_registry": NEXUS}
    machine.write("work/uv.lock", "")
    settings = IndexSettings(pypi="https://mirror.example/simple", npm="https://npm.example")
    router = machine.router(settings)
    own, own_npm = mirror("https://mirror.example/simple/"), mirror("https://npm.example/", Ecosystem.NPM)
    assert router.named == (own, own_npm)
    for requirement in (
        pypi("flask"),
        pypi("flask", "uv.lock", index="https://pypi.org/simple"),
        pypi("flask", "uv.lock", index="https://mirror.example/simple"),
        pypi("flask", indexes=options("https://mirror.example/simple")),
        pypi("flask", "pyproject.toml"),
        pypi("flask", "poetry.lock"),
    ):
        assert summary(router.route(requirement)) == ((own,), [])
    for wish in (npm("react"), npm("react", index="https://registry.yarnpkg.com"), npm("@types/node")):
        assert summary(router.route(wish)) == ((own_npm,), [])
    assert summary(router.route(pypi("flask", indexes=options(NEXUS)))) == ((), [(NEXUS, False)])


def test_the_same_url_on_the_command_line_is_that_index_and_another_is_private(machine: Machine) -> None:
    settings = IndexSettings(pypi="https://mirror.example/simple", npm="https://npm.example")
    same = machine.router(settings, options=options("https://mirror.example/simple/"), registry="https://npm.example/")
    assert same.route(pypi("flask")).indexes == (mirror("https://mirror.example/simple/"),)
    assert same.route(npm("react")).indexes == (mirror("https://npm.example/", Ecosystem.NPM),)
    other = machine.router(settings, options=options(NEXUS), registry="https://other.example")
    assert other.route(pypi("flask")).indexes == (private(NEXUS),)
    assert other.route(npm("react")).indexes == (private("https://other.example/", Ecosystem.NPM),)


def test_known_indexes_are_the_operators_and_public_where_it_says_so(machine: Machine) -> None:
    settings = IndexSettings(
        known=(("https://mirror.example/simple", True), (NEXUS, False), ("https://wheels.vllm.ai/nightly", True))
    )
    router = machine.router(settings)
    for url, index in (
        ("https://mirror.example/simple", mirror("https://mirror.example/simple/")),
        (NEXUS, private(NEXUS)),
        ("https://wheels.vllm.ai/nightly", mirror("https://wheels.vllm.ai/nightly/")),
        ("https://wheels.vllm.ai/cpu", shared("https://wheels.vllm.ai/cpu/")),
    ):
        assert summary(router.route(pypi("flask", indexes=options(url)))) == ((index,), [])


def test_a_setting_that_cannot_be_read_is_a_problem(machine: Machine) -> None:
    machine.environment["PIP_INDEX_URL"] = "nexus.example/simple"
    machine.write("home/.npmrc", "fund=false\nregistry=https://u:hunter2@nexus example/\n")
    problems = machine.router(IndexSettings(pypi=None, known=(("ftp://me:hunter2@x.example", True),))).problems
    assert [(p.path.rpartition("/")[2], p.line) for p in problems] == [
        ("depaudit's configuration", None),
        ("$PIP_INDEX_URL", None),
        (".npmrc", 2),
    ]
    assert "hunter2" not in repr(problems)


# --- private names


def test_private_names_are_kept_from_public_indexes(machine: Machine) -> None:
    machine.environment["PIP_EXTRA_INDEX_URL"] = f"{NEXUS} https://download.pytorch.org/whl/cpu"
    router = machine.router(IndexSettings(private=("acme-*", "@acme/*"), foreign="anonymous"))
    assert router.route(pypi("acme-tools")) == Route(
        indexes=(private(NEXUS),), choice=BEST, private=True, public_too=True
    )
    stranger = router.route(pypi("acme-tools", indexes=options(EVIL)))
    assert (stranger.indexes, stranger.private, [one.url for one in stranger.foreign]) == ((), True, [EVIL + "/"])
    assert router.route(npm("@acme/tools")) == Route(indexes=(), choice=FIRST, private=True, public_too=True)
    assert not router.route(pypi("flask")).private
