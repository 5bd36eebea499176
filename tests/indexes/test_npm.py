"""npm's own settings: the grammar of .npmrc, variables, and the places of its files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.indexes import npm
from depaudit.indexes.settings import NpmAuth, NpmLevel
from depaudit.model.requirement import Origin
from tests.indexes.machine import Machine


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("registry=https://r.example/", [("registry", "https://r.example/")]),
        ("  registry  =  https://r.example/  ", [("registry", "https://r.example/")]),
        ('registry="https://r.example/"', [("registry", "https://r.example/")]),
        ("registry='https://r.example/'", [("registry", "https://r.example/")]),
        ("registry=https://r.example/ ; comment", [("registry", "https://r.example/")]),
        ("registry=https://r.example/ # comment", [("registry", "https://r.example/")]),
        (r"//r.example/:_authToken=a\;b\#c\\d\e", [("//r.example/:_authToken", r"a;b#c\d\e")]),
        ("//r.example/:_auth=dXNlcjpwYXNz==", [("//r.example/:_auth", "dXNlcjpwYXNz==")]),
        ("; registry=x\n# registry=y\n\nregistry=z", [("registry", "z")]),
        ("fund=false\r\nregistry=z\r\n", [("fund", "false"), ("registry", "z")]),
        ("a=1\n[section]\nregistry=x", [("a", "1")]),
        ("no value", []),
        ("key=ends in a backslash\\", [("key", "ends in a backslash\\")]),
        ('key="not \\u12 json"', [("key", '"not \\u12 json"')]),
        ("key='it's'", [("key", "it's")]),
    ],
)
def test_the_grammar_is_that_of_the_ini_package(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(setting.key, setting.value) for setting in npm.parse_npmrc(text)] == expected


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab@:=/\\\"';#[]${}?\r\n \t") | st.characters(), max_size=60))
def test_any_text_is_read(text: str) -> None:
    for setting in npm.parse_npmrc(text):
        npm.expand(setting.value, {"a": "b"})


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("${TOKEN}", "hunter2"),
        ("a${TOKEN}b${TOKEN}", "ahunter2bhunter2"),
        ("${MISSING}", "${MISSING}"),
        ("${MISSING?}", ""),
        ("${TOKEN?}", "hunter2"),
        (r"\${TOKEN}", "${TOKEN}"),
        (r"\\${TOKEN}", r"\hunter2"),
        ("$TOKEN", "$TOKEN"),
        ("${}", "${}"),
    ],
)
def test_variables_are_expanded_as_npm_does(text: str, expanded: str) -> None:
    assert npm.expand(text, {"TOKEN": "hunter2"}) == expanded


def read(machine: Machine) -> npm.NpmSettings:
    return npm.read_npm(machine.environment, machine.files(), home=machine.home, etc=machine.etc, platform="linux")


def shown(level: NpmLevel) -> tuple[str | None, dict[str, str], list[NpmAuth]]:
    registry = level.registry.url if level.registry else None
    return registry, {scope: ref.url for scope, ref in level.scopes}, list(level.auth)


NPMRC = """\
registry = https://r.example/
@acme:registry=https://acme.example/npm
//acme.example/npm:_authToken=${TOKEN}
//acme.example/npm/:always-auth=true
email=me@example.com
"""


def test_the_users_file_is_expanded(machine: Machine) -> None:
    machine.environment["TOKEN"] = "hunter2"
    machine.write("home/.npmrc", NPMRC)
    [level] = read(machine).files
    assert level.origin is Origin.OPERATOR
    assert shown(level) == (
        "https://r.example/",
        {"@acme": "https://acme.example/npm"},
        [NpmAuth(base="//acme.example/npm/", kind="_authToken", value="hunter2")],
    )
    assert "hunter2" not in repr(level)
    assert level.scopes[0][1].location is not None
    assert level.scopes[0][1].location.line == 2


def test_a_projects_file_is_the_trees_and_never_expanded(machine: Machine) -> None:
    machine.environment["TOKEN"] = "hunter2"
    path = machine.write("work/.npmrc", NPMRC)
    level = npm.read_project_npmrc(path, machine.files())
    assert level is not None
    assert level.origin is Origin.TREE
    assert {ref.origin for ref in level.refs} == {Origin.TREE}
    assert level.auth == (NpmAuth(base="//acme.example/npm/", kind="_authToken", value="${TOKEN}"),)


def test_a_users_file_inside_the_tree_is_the_trees(machine: Machine) -> None:
    machine.environment |= {"TOKEN": "hunter2", "NPM_CONFIG_USERCONFIG": str(machine.write("work/x/npmrc", NPMRC))}
    [level] = read(machine).files
    assert level.origin is Origin.TREE
    assert [line.value for line in level.auth] == ["${TOKEN}"]


def test_variables_of_the_environment_in_either_case(machine: Machine) -> None:
    machine.environment |= {
        "npm_config_registry": "https://env.example/",
        "NPM_CONFIG_@ACME:REGISTRY": "https://acme.example/",
        "npm_config_//env.example/:_authToken": "hunter2",
        "npm_config_userconfig": "",
    }
    assert shown(read(machine).environment) == (
        "https://env.example/",
        {"@acme": "https://acme.example/"},
        [NpmAuth(base="//env.example/", kind="_authToken", value="hunter2")],
    )


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, ["/home/me/.npmrc"]),
        ("linux", {"NPM_CONFIG_USERCONFIG": "/u"}, ["/u"]),
        ("linux", {"npm_config_globalconfig": "/g"}, ["/home/me/.npmrc", "/g"]),
        ("linux", {"npm_config_prefix": "/p"}, ["/home/me/.npmrc", "/p/etc/npmrc"]),
        ("linux", {"PREFIX": "/p"}, ["/home/me/.npmrc", "/p/etc/npmrc"]),
        ("win32", {"APPDATA": "/ad"}, ["/home/me/.npmrc", "/ad/npm/etc/npmrc"]),
    ],
)
def test_npm_looks_in_these_places(platform: str, environment: dict[str, str], expected: list[str]) -> None:
    found = npm.places(environment, home=Path("/home/me"), etc=Path("/etc"), platform=platform)
    assert [path.as_posix() for path in found] == expected


def test_the_installations_file_lies_beside_node(machine: Machine) -> None:
    node = machine.write("opt/node/bin/node", "#!/bin/sh\n")
    node.chmod(0o755)
    found = npm.places({"PATH": str(node.parent)}, home=machine.home, etc=machine.etc, platform="linux")
    assert found == (machine.home / ".npmrc", machine.top / "opt/node/etc/npmrc", machine.etc / "npmrc")
