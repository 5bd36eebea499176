"""Where a name would be looked up: whole routes, client by client."""

from __future__ import annotations

import pytest

from depaudit.indexes.router import Client
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import IndexOptions, IndexRef, Origin, Requirement, Source, SourceKind
from depaudit.model.route import Choice, Foreign, Index, Route
from depaudit.model.settings import IndexSettings
from tests.indexes.machine import NPM, PYPI, Machine, npm, options, private, pypi, shared

BEST, FIRST = Choice.BEST_VERSION, Choice.FIRST_INDEX
NEXUS = "https://nexus.example/simple/"
EVIL = "https://evil.example/simple"


def summary(route: Route) -> tuple[tuple[Index, ...], list[tuple[str, bool]]]:
    """The indexes, and the foreign ones as (URL, whether a credential is meant for it)."""
    return route.indexes, [(foreign.url, foreign.credential) for foreign in route.foreign]


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
            [],
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
    assert router.route(pypi("acme-tools")) == Route(indexes=(private(NEXUS),), choice=BEST, private=True)
    assert router.route(pypi("acme-tools", indexes=options(EVIL))) == Route(indexes=(), choice=BEST, private=True)
    assert router.route(npm("@acme/tools")) == Route(indexes=(), choice=FIRST, private=True)
    assert not router.route(pypi("flask")).private


# --- sources


@pytest.mark.parametrize("kind", [SourceKind.URL, SourceKind.GIT, SourceKind.PATH, SourceKind.WORKSPACE])
def test_what_comes_from_no_registry_is_looked_up_nowhere(machine: Machine, kind: SourceKind) -> None:
    requirement = pypi("flask", source=Source(kind=kind, url="https://evil.example/flask.whl"))
    assert machine.router().route(requirement) == Route(indexes=())


@pytest.mark.parametrize(
    ("requirement", "indexes", "foreign"),
    [
        (pypi("flask", "uv.lock", index="https://pypi.org/simple"), (PYPI,), []),
        (pypi("flask", "uv.lock", index=NEXUS), (private(NEXUS),), []),
        (pypi("flask", "uv.lock", index=EVIL), (), [(EVIL, False)]),
        (
            pypi("torch", "uv.lock", index="https://download.pytorch.org/whl/cpu"),
            (shared("https://download.pytorch.org/whl/cpu/"),),
            [],
        ),
        (pypi("flask", "poetry.lock"), (PYPI,), []),  # Poetry reads no pip settings
        (pypi("flask", "poetry.lock", index=NEXUS), (private(NEXUS),), []),
        (pypi("x", "poetry.lock", index=IndexRef(url="", name="PyPI")), (PYPI,), []),
        (pypi("x", "poetry.lock", index=IndexRef(url="", name="acme")), (), [("the index named 'acme'", False)]),
        (pypi("flask", "pylock.toml", index=EVIL), (), [(EVIL, False)]),
    ],
)
def test_an_index_that_the_lockfile_states_decides_alone(
    machine: Machine, requirement: Requirement, indexes: tuple[Index, ...], foreign: list[tuple[str, bool]]
) -> None:
    machine.environment["PIP_INDEX_URL"] = NEXUS
    route = machine.router().route(requirement)
    assert summary(route) == (indexes, foreign)
    assert route.choice is FIRST


# --- uv, Poetry, PDM


UV_TOML = f'[[index]]\nurl = "{NEXUS}"\n'


def test_uvs_settings_count_for_uvs_projects(machine: Machine) -> None:
    machine.write("home/.config/uv/uv.toml", UV_TOML)
    machine.environment["PIP_INDEX_URL"] = "https://pip.example/simple"
    machine.write("work/a/uv.lock", "")
    machine.write("work/b/pyproject.toml", "[tool.uv]\npackage = true\n")
    router = machine.router()
    uvs = Route(indexes=(private(NEXUS), PYPI), choice=FIRST)
    pips = Route(indexes=(private("https://pip.example/simple/"),), choice=BEST, private=True)
    assert router.route(pypi("flask", "a/pyproject.toml")) == uvs
    assert router.route(pypi("flask", "a/member/pyproject.toml")) == uvs
    assert router.route(pypi("flask", "b/pyproject.toml")) == uvs
    assert router.route(pypi("flask", "c/uv.lock")) == uvs
    assert router.route(pypi("flask", "c/script.py")) == uvs
    assert router.route(pypi("flask", "c/pyproject.toml")) == pips
    assert router.route(pypi("flask", "a/requirements.txt")) == pips
    assert router.route(pypi("flask", "setup.py")) == pips
    assert machine.router(client=Client.UV).route(pypi("flask", "-")) == uvs


def test_a_projects_uv_settings_name_foreign_indexes(machine: Machine) -> None:
    machine.write(
        "work/pyproject.toml",
        f'[[tool.uv.index]]\nname = "evil"\nurl = "{EVIL}"\n'
        '[[tool.uv.index]]\nurl = "https://download.pytorch.org/whl/cpu"\nexplicit = true\n',
    )
    router = machine.router()
    written = options(extra=[EVIL])
    for path in ("pyproject.toml", "requirements.txt", "deep/er/pyproject.toml", "uv.lock"):
        route = router.route(pypi("flask", path, indexes=written if path == "pyproject.toml" else None))
        assert summary(route) == ((PYPI,), [(EVIL, False)])
        assert route.choice is FIRST
    [foreign] = router.route(pypi("flask", "uv.lock")).foreign
    assert foreign.ref is not None
    assert foreign.ref.location is not None
    assert (foreign.ref.location.path, foreign.ref.location.line, foreign.ref.origin) == (
        "pyproject.toml",
        3,
        Origin.TREE,
    )


def test_a_projects_uv_toml_stands_before_its_pyproject_and_replaces_pypi(machine: Machine) -> None:
    machine.write("work/uv.toml", f'index-url = "{EVIL}"\n')
    machine.write("work/pyproject.toml", f'[tool.uv]\nindex-url = "{NEXUS}"\n')
    assert summary(machine.router().route(pypi("flask", "pyproject.toml"))) == ((), [(EVIL, False)])
    machine.environment["UV_DEFAULT_INDEX"] = NEXUS
    assert summary(machine.router().route(pypi("flask", "pyproject.toml"))) == ((private(NEXUS),), [])
    machine.environment = {"UV_NO_CONFIG": "1"}
    assert summary(machine.router().route(pypi("flask", "pyproject.toml"))) == ((PYPI,), [])


def test_a_script_brings_its_own_indexes(machine: Machine) -> None:
    route = machine.router().route(pypi("flask", "script.py", indexes=options(EVIL, [NEXUS])))
    assert summary(route) == ((), [(NEXUS, False), (EVIL, False)])


def test_poetrys_sources(machine: Machine) -> None:
    machine.environment |= {"PIP_INDEX_URL": "https://pip.example/", "PIP_EXTRA_INDEX_URL": NEXUS}
    machine.write("work/pyproject.toml", '[tool.poetry]\nname = "x"\n[tool.uv]\n')
    router = machine.router()
    assert router.route(pypi("flask", "pyproject.toml")) == Route(indexes=(PYPI,), choice=FIRST)
    assert summary(router.route(pypi("flask", "pyproject.toml", indexes=options(NEXUS)))) == ((private(NEXUS),), [])
    assert summary(router.route(pypi("flask", "pyproject.toml", indexes=options(extra=[EVIL])))) == (
        (PYPI,),
        [(EVIL, False)],
    )


def test_pdms_sources_count_for_its_lockfile(machine: Machine) -> None:
    machine.environment["PDM_PYPI_URL"] = "https://pdm.example/simple"
    machine.write("work/pyproject.toml", f'[[tool.pdm.source]]\nname = "acme"\nurl = "{EVIL}"\n')
    machine.write("work/b/pyproject.toml", f'[[tool.pdm.source]]\nname = "pypi"\nurl = "{EVIL}"\n')
    router = machine.router()
    own = private("https://pdm.example/simple/")
    assert summary(router.route(pypi("flask", "pdm.lock"))) == ((own,), [(EVIL, False)])
    assert summary(router.route(pypi("flask", "b/pdm.lock"))) == ((), [(EVIL, False)])
    assert summary(router.route(pypi("flask", "b/pyproject.toml"))) == ((), [(EVIL, False)])


# --- npm

ACME = "https://npm.acme.example/"
NPM_ALL = "https://nexus.example/npm-all/"


@pytest.mark.parametrize(
    ("user", "project", "environment", "name", "indexes", "foreign"),
    [
        (f"registry={ACME}", "", {}, "react", [ACME], []),
        (f"@acme:registry={ACME}", "", {}, "@acme/x", [ACME], []),
        (f"@acme:registry={ACME}", "", {}, "react", [NPM.url], []),
        (f"@acme:registry={ACME}", "", {}, "@acme-evil/x", [NPM.url], []),
        ("@acme:registry=https://registry.npmjs.org", f"registry={ACME}", {}, "@acme/x", [NPM.url], []),
        ("", f"registry={ACME}", {}, "react", [], [(ACME, False)]),
        ("", f"@acme:registry={ACME}", {}, "@acme/x", [], [(ACME, False)]),
        ("", f"@acme:registry={ACME}", {}, "react", [NPM.url], []),
        ("", "registry=https://registry.yarnpkg.com", {}, "react", [NPM.url], []),
        ("", "@jsr:registry=https://npm.jsr.io", {}, "@jsr/std__path", ["https://npm.jsr.io/"], []),
        # the project's file comes before the user's, the environment before both
        (f"registry={ACME}", "registry=https://evil.example/", {}, "react", [], [("https://evil.example/", False)]),
        ("", "registry=https://evil.example/", {"npm_config_registry": ACME}, "react", [ACME], []),
        ("", f"@acme:registry={ACME}", {"npm_config_registry": ACME}, "@acme/x", [ACME], []),
        (f"registry={ACME}", f"registry={ACME}", {}, "react", [ACME], []),
        # who has a token for a registry names it, as `npm login` does
        ("//npm.acme.example/:_authToken=hunter2", f"@acme:registry={ACME}", {}, "@acme/x", [ACME], []),
        (
            "//npm.acme.example/:_authToken=hunter2",
            "@acme:registry=https://npm.acme.example/other/",
            {},
            "@acme/x",
            [],
            [("https://npm.acme.example/other/", False)],
        ),
        (
            "//npm.acme.example/:_authToken=hunter2",
            "@acme:registry=http://npm.acme.example/",
            {},
            "@acme/x",
            [],
            [("http://npm.acme.example/", False)],
        ),
        # the tree means a credential for it
        ("", f"@acme:registry={ACME}\n//npm.acme.example/:_authToken=${{T}}", {}, "@acme/x", [], [(ACME, True)]),
        ("", f"@acme:registry={ACME}\n//npm.acme.example/a/:_auth=x", {}, "@acme/x", [], [(ACME, True)]),
        ("", f"@acme:registry={ACME}\n//other.example/:_authToken=x", {}, "@acme/x", [], [(ACME, False)]),
        ("", "registry=${REGISTRY}", {"REGISTRY": ACME}, "react", [], [("${REGISTRY}", False)]),
        ("registry=${REGISTRY}", "", {"REGISTRY": ACME}, "react", [ACME], []),
    ],
)
def test_npms_registries(
    machine: Machine,
    user: str,
    project: str,
    environment: dict[str, str],
    name: str,
    indexes: list[str],
    foreign: list[tuple[str, bool]],
) -> None:
    machine.environment |= environment
    machine.write("home/.npmrc", user)
    machine.write("work/.npmrc", project)
    route = machine.router().route(npm(name, "packages/a/package.json"))
    assert [index.url for index in route.indexes] == indexes
    assert summary(route)[1] == foreign
    assert route.private is (indexes == [ACME])


def test_the_nearest_npmrc_wins(machine: Machine) -> None:
    machine.write("work/.npmrc", "registry=https://outer.example/\n@acme:registry=https://acme.example/\n")
    machine.write("work/a/.npmrc", "registry=https://inner.example/\n")
    router = machine.router()
    found = [
        [one.url for one in router.route(npm(name, path)).foreign]
        for name, path in (
            ("react", "package.json"),
            ("react", "a/package.json"),
            ("react", "a/b/package.json"),
            ("@acme/x", "a/package.json"),
            ("react", str(machine.work / "a" / "package.json")),
        )
    ]
    assert found == [
        ["https://outer.example/"],
        ["https://inner.example/"],
        ["https://inner.example/"],
        ["https://acme.example/"],
        ["https://inner.example/"],
    ]


@pytest.mark.parametrize(
    ("index", "archive", "indexes", "foreign"),
    [
        ("https://registry.yarnpkg.com/", None, [NPM.url], []),
        ("https://nexus.example/npm-all/", "https://nexus.example/npm-all/react/-/react-1.0.0.tgz", [NPM_ALL], []),
        # the parser could tell no more than the host: the archive lies below the operator's registry
        ("https://nexus.example/", "https://nexus.example/npm-all/download/react/1.0.0/abc", [NPM_ALL], []),
        (
            "https://nexus.example/",
            "https://nexus.example/other/react-1.0.0.tgz",
            [],
            [("https://nexus.example/", False)],
        ),
        # an archive elsewhere does not vouch for the registry, nor the other way round
        (
            "https://evil.example/",
            "https://nexus.example/npm-all/react-1.0.0.tgz",
            [],
            [("https://evil.example/", False)],
        ),
        (
            "https://evil.example/",
            "https://evil.example/react/-/react-1.0.0.tgz",
            [],
            [("https://evil.example/", False)],
        ),
        # the operator lists the host as one that serves archives: it tells nothing of the registry
        ("https://cdn.example/", "https://cdn.example/react-1.0.0.tgz", [NPM_ALL], []),
    ],
)
def test_a_lockfiles_registry(
    machine: Machine, index: str, archive: str | None, indexes: list[str], foreign: list[tuple[str, bool]]
) -> None:
    machine.write("home/.npmrc", "registry=https://nexus.example/npm-all")
    router = machine.router(IndexSettings(file_hosts=("cdn.example",)))
    route = router.route(npm("react", "package-lock.json", index=index, archive=archive))
    assert [one.url for one in route.indexes] == indexes
    assert summary(route)[1] == foreign


def test_the_registry_of_the_command_line(machine: Machine) -> None:
    machine.write("work/.npmrc", "registry=https://evil.example/\n@acme:registry=https://evil.example/\n")
    router = machine.router(registry=ACME)
    assert summary(router.route(npm("react"))) == ((private(ACME, Ecosystem.NPM),), [])
    assert summary(router.route(npm("@acme/x"))) == ((), [("https://evil.example/", False)])


# --- the tree


def test_only_the_folders_of_known_files_are_read(machine: Machine) -> None:
    for folder in ("", "a/", "b/"):
        machine.write(f"work/{folder}.npmrc", f"@{folder.strip('/') or 'top'}:registry={ACME}")
    machine.write("work/b/uv.toml", "not toml")
    every = machine.router()
    assert [problem.path for problem in every.problems] == ["b/uv.toml"]
    some = machine.router(files=[machine.work / "a" / "package.json"])
    assert some.problems == ()
    for name, path, foreign in (
        ("@top/x", "a/package.json", 1),
        ("@a/x", "a/package.json", 1),
        ("@b/x", "b/package.json", 0),
    ):
        assert len(some.route(npm(name, path)).foreign) == foreign
        assert len(every.route(npm(name, path)).foreign) == 1


def test_settings_above_the_audited_folder_or_in_installed_packages_are_not_read(machine: Machine) -> None:
    machine.write("work/.npmrc", "registry=https://above.example/")
    machine.write("work/a/node_modules/x/.npmrc", "registry=https://installed.example/")
    machine.write("work/a/venv/uv.toml", "not toml")
    router = machine.router(tree_roots=(machine.work / "a",))
    assert router.problems == ()
    assert summary(router.route(npm("react", "a/node_modules/x/package.json"))) == ((NPM,), [])


def test_a_file_as_tree_root_stands_for_its_folder(machine: Machine) -> None:
    machine.write("work/.npmrc", f"registry={ACME}")
    lock = machine.write("work/package-lock.json", "{}")
    router = machine.router(tree_roots=(lock,))
    assert summary(router.route(npm("react", "package-lock.json"))) == ((), [(ACME, False)])


def test_names_on_a_command_line_meet_the_settings_where_it_stands(machine: Machine) -> None:
    machine.write("work/.npmrc", f"@acme:registry={ACME}")
    machine.write("work/deep/.npmrc", "registry=https://evil.example/")
    router = machine.router(tree_roots=())
    assert summary(router.route(npm("@acme/x", "<arguments>"))) == ((), [(ACME, False)])
    assert summary(router.route(npm("react", "<arguments>"))) == ((NPM,), [])


def test_auditing_the_home_folder_keeps_the_users_own_settings(machine: Machine) -> None:
    machine.write("home/.npmrc", f"registry={ACME}\n//npm.acme.example/:_authToken=hunter2\n")
    machine.write("home/project/.npmrc", "registry=https://evil.example/\n")
    router = machine.router(tree_roots=(machine.home,))
    own = router.route(npm("react", str(machine.home / "package.json")))
    assert summary(own) == ((private(ACME, Ecosystem.NPM),), [])
    project = router.route(npm("react", str(machine.home / "project" / "package.json")))
    assert summary(project) == ((), [("https://evil.example/", False)])
    assert router.credentials.for_url(ACME) is not None


def test_a_home_that_is_a_checkout_is_not_the_operators(machine: Machine) -> None:
    machine.write("home/.git/HEAD", "")
    machine.write("home/.npmrc", "registry=https://evil.example/\n//evil.example/:_authToken=${TOKEN}\n")
    machine.environment["TOKEN"] = "hunter2"
    router = machine.router(tree_roots=(machine.home,))
    route = router.route(npm("react", str(machine.home / "package.json")))
    assert summary(route) == ((), [("https://evil.example/", True)])
    assert router.credentials.for_url("https://evil.example/") is None


@pytest.mark.parametrize("path", ["../outside/package.json", "-", "/package.json", "", "a\0b/package.json"])
def test_a_requirement_from_anywhere_has_a_route(machine: Machine, path: str) -> None:
    machine.write("work/.npmrc", "@acme:registry=https://evil.example/\n")
    assert machine.router().route(npm("react", path)).indexes == (NPM,)


def test_a_search_that_is_too_large_says_so(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depaudit.indexes.tree.MAX_FOLDERS", 3)
    for name in "abcd":
        machine.write(f"work/{name}/x", "")
    [problem] = machine.router().problems
    assert problem.message == "More than 3 folders: not all were searched for .npmrc, uv.toml and pyproject.toml."


def test_deep_toml_of_the_tree_is_a_problem_at_most(machine: Machine) -> None:
    bomb = "a = " + "[" * 5000
    machine.write("work/uv.toml", bomb)
    machine.write("work/pyproject.toml", f"[tool.uv]\n{bomb}")
    router = machine.router()
    assert [problem.path for problem in router.problems] == ["uv.toml"]
    assert router.route(pypi("flask")).indexes == (PYPI,)
