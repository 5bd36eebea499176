"""Where an npm name would be looked up: registries, scopes, lockfiles."""

from __future__ import annotations

import pytest

from depaudit.model.names import Ecosystem
from depaudit.model.settings import IndexSettings
from tests.indexes.machine import NPM, Machine, npm, private, summary

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
