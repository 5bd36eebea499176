"""Where a name of a lockfile or project would be looked up: uv's, Poetry's, PDM's own ways."""

from __future__ import annotations

import pytest

from depaudit.indexes.router import Client
from depaudit.model.requirement import IndexRef, Origin, Requirement, Source, SourceKind
from depaudit.model.route import Choice, Index, Route
from tests.indexes.machine import PYPI, Machine, options, private, pypi, shared, summary

BEST, FIRST = Choice.BEST_VERSION, Choice.FIRST_INDEX
NEXUS = "https://nexus.example/simple/"
EVIL = "https://evil.example/simple"


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
