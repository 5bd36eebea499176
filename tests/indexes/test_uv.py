"""uv's own settings: files, variables, and how its levels are merged."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.indexes import uv
from depaudit.indexes.settings import PypiClient
from depaudit.model.requirement import IndexRef, Origin
from depaudit.model.route import Choice
from tests.indexes.machine import Machine


def read(machine: Machine, platform: str = "linux") -> uv.UvSettings:
    return uv.read_uv(machine.environment, machine.files(), home=machine.home, etc=machine.etc, platform=platform)


def urls(client: PypiClient) -> tuple[str | None, list[str], list[str]]:
    """Default, extra and explicit indexes."""
    default = client.default.url if client.default else None
    return default, [ref.url for ref in client.extra], [ref.url for ref in client.explicit]


def level(*, default: str = "", extra: str = "", older: str = "", name: str | None = None) -> uv.UvLevel:
    indexes = []
    if extra:
        indexes.append(uv.UvIndex(ref=IndexRef(url=extra, name=name)))
    if default:
        indexes.append(uv.UvIndex(ref=IndexRef(url=default), default=True))
    return uv.UvLevel(indexes=tuple(indexes), index_url=IndexRef(url=older) if older else None)


TABLE = """\
index-url = "https://older.example/simple"
extra-index-url = ["https://extra.example/simple"]
find-links = ["/wheels"]

[[index]]
name = "acme"
url = "https://acme.example/simple"

[[index]]
name = "torch"
url = "https://download.pytorch.org/whl/cpu"
explicit = true

[[index]]
url = "https://default.example/simple"
default = true

[[index]]
url = "/flat"
format = "flat"
"""


def test_a_file_of_the_user_is_read_with_places(machine: Machine) -> None:
    path = machine.write("home/.config/uv/uv.toml", TABLE)
    client = read(machine).client()
    assert urls(client) == (
        "https://default.example/simple",
        ["https://acme.example/simple", "https://extra.example/simple"],
        ["https://download.pytorch.org/whl/cpu"],
    )
    assert [ref.url for ref in client.find_links] == ["/flat", "/wheels"]
    assert client.choice is Choice.FIRST_INDEX
    assert client.default is not None
    assert client.default.location is not None
    assert (client.default.location.path, client.default.location.line) == (path.as_posix(), 15)
    assert {ref.origin for ref in client.refs} == {Origin.OPERATOR}
    assert [ref.name for ref in client.extra] == ["acme", None]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        # facts measured with uv 0.13.9: UV_DEFAULT_INDEX beats a project's default, UV_INDEX_URL does not
        ((level(default="https://env/"), level(default="https://project/")), ("https://env/", [])),
        ((level(older="https://env/"), level(default="https://project/")), ("https://project/", [])),
        ((level(older="https://env/"), level(older="https://project/")), ("https://env/", [])),
        ((level(extra="https://env/"), level(extra="https://project/")), (None, ["https://env/", "https://project/"])),
        ((level(extra="https://env/", name="a"), level(extra="https://project/", name="a")), (None, ["https://env/"])),
    ],
)
def test_the_environment_comes_before_the_project(
    levels: tuple[uv.UvLevel, uv.UvLevel], expected: tuple[str | None, list[str]]
) -> None:
    environment, project = levels
    assert urls(uv.UvSettings(environment=environment).client(project))[:2] == expected


def test_the_project_comes_before_the_user_and_the_user_before_the_system(machine: Machine) -> None:
    machine.write("home/.config/uv/uv.toml", '[[index]]\nurl = "https://user.example/"\n')
    machine.write("etc/uv/uv.toml", '[[index]]\nurl = "https://system.example/"\n')
    machine.environment["UV_INDEX"] = "https://env.example/"
    client = read(machine).client(level(extra="https://project.example/"))
    assert urls(client)[1] == [
        "https://env.example/",
        "https://project.example/",
        "https://user.example/",
        "https://system.example/",
    ]


def test_uv_takes_the_first_file_of_the_system_that_is_there(machine: Machine) -> None:
    machine.write("etc/uv/uv.toml", 'index-url = "https://etc.example/"\n')
    assert urls(read(machine).client())[0] == "https://etc.example/"
    machine.write("etc/xdg/uv/uv.toml", 'index-url = "https://xdg.example/"\n')
    assert urls(read(machine).client())[0] == "https://xdg.example/"


def test_variables(machine: Machine) -> None:
    machine.environment |= {
        "UV_INDEX": "acme=https://acme.example/simple https://b.example/?a=b",
        "UV_DEFAULT_INDEX": "main=https://main.example/simple",
        "UV_EXTRA_INDEX_URL": "https://extra.example/",
        "UV_FIND_LINKS": "/one, /two",
        "UV_NO_INDEX": "true",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    client = read(machine).client()
    assert urls(client) == (
        "https://main.example/simple",
        ["https://acme.example/simple", "https://b.example/?a=b", "https://extra.example/"],
        [],
    )
    assert [ref.name for ref in client.extra] == ["acme", None, None]
    assert [ref.url for ref in client.find_links] == ["/one", "/two"]
    assert (client.no_index, client.choice) == (True, Choice.BEST_VERSION)


def test_a_configuration_file_by_name_replaces_all_others(machine: Machine) -> None:
    machine.write("home/.config/uv/uv.toml", 'index-url = "https://user.example/"\n')
    own = machine.write("own.toml", 'extra-index-url = ["https://own.example/"]\n')
    machine.environment["UV_CONFIG_FILE"] = str(own)
    settings = read(machine)
    assert urls(settings.client(level(default="https://project/"))) == (None, ["https://own.example/"], [])
    machine.environment = {"UV_NO_CONFIG": "1"}
    assert urls(read(machine).client(level(default="https://project/"))) == (None, [], [])


@pytest.mark.parametrize(
    ("platform", "environment", "path"),
    [
        ("linux", {}, "home/.config/uv/uv.toml"),
        ("darwin", {}, "home/.config/uv/uv.toml"),
        ("win32", {}, "home/AppData/Roaming/uv/uv.toml"),
    ],
)
def test_the_users_file_by_platform(machine: Machine, platform: str, environment: dict[str, str], path: str) -> None:
    machine.environment |= environment
    machine.write(path, 'index-url = "https://user.example/"\n')
    assert urls(read(machine, platform).client())[0] == "https://user.example/"


@pytest.mark.parametrize(
    ("variable", "text", "asks"),
    [
        ("subprocess", "", True),
        ("disabled", 'keyring-provider = "subprocess"', False),
        ("", 'keyring-provider = "subprocess"', True),
        ("", "", False),
    ],
)
def test_the_keyring_is_asked_only_where_uv_is_told_to(machine: Machine, variable: str, text: str, asks: bool) -> None:
    machine.environment["UV_KEYRING_PROVIDER"] = variable
    machine.write("home/.config/uv/uv.toml", text)
    assert read(machine).keyring is asks


@pytest.mark.parametrize(
    "text",
    [
        "index = 3",
        'index = ["https://a.example/"]',
        "[[index]]\nurl = 3",
        "[[index]]\nname = 'no url'",
        "extra-index-url = 'text'",
        "index-url = ['list']",
        "find-links = [1, 2]",
    ],
)
def test_entries_of_a_wrong_type_are_left_out(machine: Machine, text: str) -> None:
    machine.write("home/.config/uv/uv.toml", text)
    assert urls(read(machine).client()) == (None, [], [])


def test_a_malformed_file_is_a_problem_that_quotes_nothing(machine: Machine) -> None:
    machine.write("home/.config/uv/uv.toml", "index-url = hunter2")
    files = machine.files()
    uv.read_uv({}, files, home=machine.home, etc=machine.etc, platform="linux")
    [problem] = files.problems
    assert problem.message == "The file is not valid TOML; its index settings were not read."
    assert "hunter2" not in repr(problem)


def test_credentials_by_the_name_of_the_index() -> None:
    environment = {"UV_INDEX_MY_INDEX_2_USERNAME": "me", "UV_INDEX_MY_INDEX_2_PASSWORD": "hunter2"}
    assert uv.named_credentials(environment, "my-index.2") == ("me", "hunter2")
    assert uv.named_credentials(environment, "other") is None


def test_windows_system_file(machine: Machine, tmp_path: Path) -> None:
    machine.environment["PROGRAMDATA"] = str(tmp_path / "pd")
    machine.write("pd/uv/uv.toml", 'index-url = "https://system.example/"\n')
    assert urls(read(machine, "win32").client())[0] == "https://system.example/"
