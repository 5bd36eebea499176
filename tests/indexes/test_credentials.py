"""Which credential goes where, and that none is ever shown or sent to a host that the operator did not name."""

from __future__ import annotations

import base64
import pickle

import pytest

from depaudit.indexes.credentials import Credential, CredentialStore
from depaudit.model.settings import IndexSettings
from tests.indexes.machine import Machine, options

SECRET = "hunter2"


def basic(username: str, password: str = SECRET) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def sent(store: CredentialStore, url: str) -> str | None:
    credential = store.for_url(url)
    return None if credential is None else credential.authorization()


def test_a_credential_shows_nothing_of_itself() -> None:
    credential = Credential.basic("me", SECRET)
    assert (repr(credential), str(credential), f"{credential}") == ("Credential(…)",) * 3
    assert credential.authorization() == "Basic bWU6aHVudGVyMg=="
    assert Credential.bearer(SECRET).authorization() == "Bearer hunter2"
    assert credential == Credential.basic("me", SECRET)
    assert credential != Credential.basic("me", "other")
    assert len({credential, Credential.basic("me", SECRET)}) == 1
    with pytest.raises(TypeError):
        pickle.dumps(credential)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://nexus.example/pypi/simple/flask/", basic("me")),
        ("https://NEXUS.example:443/pypi/simple", basic("me")),
        ("https://nexus.example/pypi/", None),
        ("https://nexus.example/pypi/simple-2/", None),
        ("https://nexus.example:8443/pypi/simple/", None),
        ("https://nexus.example.evil.example/pypi/simple/", None),
        ("https://evil.example/pypi/simple/", None),
        ("http://nexus.example/pypi/simple/", None),
        ("https://pypi.org/simple/", None),
        ("file:///pypi/simple/", None),
        ("nonsense", None),
    ],
)
def test_the_password_of_an_index_url_goes_to_that_index_alone(
    machine: Machine, url: str, expected: str | None
) -> None:
    machine.environment["PIP_INDEX_URL"] = f"https://me:{SECRET}@nexus.example/pypi/simple"
    assert sent(machine.router().credentials, url) == expected


@pytest.mark.parametrize(
    ("setting", "url", "expected"),
    [
        ("http://me:hunter2@nexus.example/simple", "http://nexus.example/simple/x/", basic("me")),
        ("http://me:hunter2@nexus.example/simple", "https://nexus.example/simple/x/", None),
        ("http://me:hunter2@127.0.0.1:3141/simple", "http://127.0.0.1:3141/simple/x/", basic("me")),
        ("https://me:hunter2@localhost/simple", "http://localhost/simple/x/", None),
        ("https://hunter2@nexus.example/simple", "https://nexus.example/simple/x/", basic("hunter2", "")),
        ("https://me:p%40ss@nexus.example/simple", "https://nexus.example/simple/x/", basic("me", "p@ss")),
        ("https://me:hunter2@pypi.nvidia.com/", "https://pypi.nvidia.com/x/", None),
    ],
)
def test_schemes_users_and_well_known_indexes(machine: Machine, setting: str, url: str, expected: str | None) -> None:
    machine.environment["PIP_EXTRA_INDEX_URL"] = setting
    assert sent(machine.router().credentials, url) == expected


def test_the_longest_url_wins(machine: Machine) -> None:
    machine.environment["PIP_INDEX_URL"] = "https://all:1@nexus.example/"
    machine.environment["PIP_EXTRA_INDEX_URL"] = "https://team:2@nexus.example/team/simple"
    store = machine.router().credentials
    assert sent(store, "https://nexus.example/team/simple/x/") == basic("team", "2")
    assert sent(store, "https://nexus.example/other/") == basic("all", "1")


def test_a_url_of_the_configuration_or_the_command_line_may_hold_a_password(machine: Machine) -> None:
    settings = IndexSettings(
        pypi="https://me:1@mirror.example/simple", known=(("https://me:2@known.example/simple", False),)
    )
    store = machine.router(
        settings, options=options("https://me:3@line.example/simple"), registry="https://me:4@npm.example/"
    ).credentials
    assert [
        sent(store, url)
        for url in (
            "https://mirror.example/simple/x/",
            "https://known.example/simple/x/",
            "https://line.example/simple/x/",
            "https://npm.example/x",
        )
    ] == [basic("me", "1"), basic("me", "2"), basic("me", "3"), basic("me", "4")]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://nexus.example/simple/x/", basic("me")),
        ("https://pypi.org/simple/x/", basic("__token__")),
        ("https://evil.example/simple/x/", None),  # in the netrc, but nobody calls it an index
        ("http://nexus.example/simple/x/", None),
        ("https://other.example/", None),
    ],
)
def test_a_netrc_counts_for_named_indexes_and_public_registries(
    machine: Machine, url: str, expected: str | None
) -> None:
    machine.environment["UV_DEFAULT_INDEX"] = "https://nexus.example/simple"
    machine.write(
        "home/.netrc",
        f"machine nexus.example login me password {SECRET}\nmachine pypi.org login __token__ password {SECRET}\n"
        f"machine evil.example login me password {SECRET}\ndefault login anybody password {SECRET}\n",
    )
    assert sent(machine.router().credentials, url) == expected


def test_a_netrc_by_variable_and_a_user_without_password(machine: Machine) -> None:
    machine.environment |= {
        "PIP_INDEX_URL": "https://me@nexus.example/simple",
        "PIP_EXTRA_INDEX_URL": "https://you@nexus.example/other",
        "NETRC": str(machine.write("secrets", f"machine nexus.example login me password {SECRET}\n")),
    }
    store = machine.router().credentials
    assert sent(store, "https://nexus.example/simple/x/") == basic("me")
    assert sent(store, "https://nexus.example/other/x/") == basic("you", "")


def test_a_netrc_in_the_tree_is_not_read(machine: Machine) -> None:
    machine.environment |= {
        "PIP_INDEX_URL": "https://nexus.example/simple",
        "NETRC": str(machine.write("work/.netrc", f"machine nexus.example login me password {SECRET}\n")),
    }
    assert sent(machine.router().credentials, "https://nexus.example/simple/x/") is None


def test_a_malformed_netrc_is_a_problem_that_quotes_nothing(machine: Machine) -> None:
    machine.write("home/.netrc", f"machine nexus.example login me password\n{SECRET} {SECRET}\n")
    [problem] = machine.router().problems
    assert problem.message == "The netrc file is malformed and was not read."
    assert SECRET not in repr(problem)


NPMRC = f"""\
@acme:registry=https://npm.acme.example/
registry=https://nexus.example/repository/npm-all/
//npm.acme.example/:_authToken=${{TOKEN}}
//nexus.example/repository/:username=me
//nexus.example/repository/:_password={base64.b64encode(SECRET.encode()).decode()}
//nexus.example/repository/other/:_auth={base64.b64encode(b"other:hunter2").decode()}
//registry.npmjs.org/:_authToken=public-{SECRET}
//unset.example/:_authToken=${{MISSING}}
//split.example/:_authToken="a\\r\\nX-Evil: 1"
"""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://npm.acme.example/@acme%2fx", "Bearer hunter2"),
        ("http://npm.acme.example/@acme%2fx", None),
        ("https://nexus.example/repository/npm-all/react", basic("me")),
        ("https://nexus.example/repository/other/react", basic("other")),
        ("https://nexus.example/react", None),
        ("https://registry.npmjs.org/@acme%2fx", "Bearer public-hunter2"),
        ("https://registry.yarnpkg.com/react", None),
        ("https://unset.example/x", None),
        ("https://split.example/x", None),
        ("https://evil.example/x", None),
    ],
)
def test_the_users_npmrc(machine: Machine, url: str, expected: str | None) -> None:
    machine.environment["TOKEN"] = SECRET
    machine.write("home/.npmrc", NPMRC)
    assert sent(machine.router().credentials, url) == expected


def test_a_projects_npmrc_gives_no_credentials_and_names_no_host(machine: Machine) -> None:
    machine.environment["TOKEN"] = SECRET
    machine.write("work/.npmrc", NPMRC)
    store = machine.router().credentials
    assert {
        sent(store, url)
        for url in ("https://npm.acme.example/x", "https://nexus.example/repository/x", "https://registry.npmjs.org/x")
    } == {None}


def test_an_http_registry_gets_its_token_where_the_operator_names_it_so(machine: Machine) -> None:
    machine.write("home/.npmrc", "registry=http://nexus.example:8081/\n//nexus.example:8081/:_authToken=hunter2\n")
    store = machine.router().credentials
    assert sent(store, "http://nexus.example:8081/react") == "Bearer hunter2"


def test_uvs_variables_count_for_indexes_whose_url_the_operator_gives(machine: Machine) -> None:
    machine.environment |= {
        "UV_INDEX": "acme=https://acme.example/simple",
        "UV_INDEX_ACME_USERNAME": "me",
        "UV_INDEX_ACME_PASSWORD": SECRET,
        "UV_INDEX_TREE_USERNAME": "me",
        "UV_INDEX_TREE_PASSWORD": SECRET,
    }
    machine.write(
        "work/pyproject.toml",
        '[[tool.uv.index]]\nname = "tree"\nurl = "https://tree.example/"\n'
        '[[tool.uv.index]]\nname = "acme"\nurl = "https://evil.example/"\n',
    )
    store = machine.router().credentials
    assert sent(store, "https://acme.example/simple/x/") == basic("me")
    assert sent(store, "https://tree.example/x/") is None
    assert sent(store, "https://evil.example/x/") is None


def test_the_configurations_index_gets_the_credentials_that_pip_holds_for_it(machine: Machine) -> None:
    """pip's index settings are not read then, but a password for the very same index still is one for it."""
    machine.write(
        "home/.config/pip/pip.conf",
        "[global]\nindex-url = https://me:hunter2@mirror.example/simple\n"
        "extra-index-url = https://me:hunter2@other.example/simple\n",
    )
    store = machine.router(IndexSettings(pypi="https://mirror.example/simple/")).credentials
    assert sent(store, "https://mirror.example/simple/x/") == basic("me")
    assert sent(store, "https://other.example/simple/x/") is None


def test_trusting_the_trees_indexes_lets_the_netrc_count_for_them_over_https(machine: Machine) -> None:
    machine.write("home/.netrc", f"machine tree.example login me password {SECRET}\n")
    store = machine.router(IndexSettings(foreign="trust")).credentials
    assert sent(store, "https://tree.example/simple/x/") == basic("me")
    assert sent(store, "http://tree.example/simple/x/") is None


def test_nothing_of_a_router_shows_a_secret(machine: Machine) -> None:
    machine.environment |= {
        "TOKEN": SECRET,
        "PIP_INDEX_URL": f"https://me:{SECRET}@nexus.example/pypi/simple",
        "UV_INDEX": f"acme=https://me:{SECRET}@acme.example/simple https://me:{SECRET}@bad host/",
        "PIP_EXTRA_INDEX_URL": f"ftp://me:{SECRET}@nexus.example/ nexus.example/?{SECRET}",
    }
    machine.write("home/.npmrc", NPMRC)
    machine.write("home/.netrc", f"machine nexus.example login me password {SECRET}\n")
    router = machine.router()
    texts = [repr(router), repr(router.problems), repr(router.credentials), repr(router.named)]
    assert len(router.problems) == 3
    assert not [text for text in texts if SECRET in text]


def test_a_netrc_that_cannot_be_read_is_a_problem(machine: Machine) -> None:
    machine.write("home/_netrc", "").write_bytes(b"machine nexus.example login me password \xff\n")
    assert [problem.message for problem in machine.router().problems] == [
        "The settings file is not UTF-8 text and was not read."
    ]


@pytest.mark.parametrize(
    "line", ["_auth=%%%%", "_auth=aHVudGVyMg==", "_password=aHVudGVyMg==", "username=me", "_auth=/w=="]
)
def test_half_a_credential_is_none(machine: Machine, line: str) -> None:
    machine.write("home/.npmrc", f"registry=https://nexus.example/\n//nexus.example/:{line}\n")
    assert sent(machine.router().credentials, "https://nexus.example/react") is None
