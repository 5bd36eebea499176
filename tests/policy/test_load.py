"""Where configuration is found, and what happens to a file that is in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from depaudit.errors import ConfigError
from depaudit.model.requirement import Origin
from depaudit.policy.config import Config, FailOn
from depaudit.policy.load import Loaded, load_config
from depaudit.policy.places import home_of_account, system_policy, user_policies
from depaudit.policy.settings import parse_settings


class World:
    """A machine with an account, a repository in its home, and no policy yet."""

    def __init__(self, root: Path) -> None:
        self.account = root / "account"
        self.home = root / "home"
        self.repository = root / "work" / "repository"
        self.system = root / "etc" / "policy.toml"
        self.environment: dict[str, str] = {}
        for folder in (self.account, self.home, self.repository / ".git", self.system.parent):
            folder.mkdir(parents=True)

    def write(self, path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def load(self, start: Path | None = None, *, roots: tuple[Path, ...] | None = None, **options: object) -> Loaded:
        place = start or self.repository
        return load_config(
            start=place,
            tree_roots=roots or (place,),
            explicit=options.pop("explicit", None),  # type: ignore[arg-type]  # a test's shorthand
            environment=self.environment,
            home=self.home,
            platform="linux",
            account_home=self.account,
            system=self.system,
            **options,  # type: ignore[arg-type]  # a test's shorthand
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_nothing_anywhere(world: World) -> None:
    assert world.load() == Loaded(config=Config())


def test_without_a_file_nothing_is_loaded_that_reads_one(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from depaudit.policy.load import load_config;"
        "here = Path(); load_config(start=here, tree_roots=(here,), explicit=None, environment={}, home=here,"
        " platform='linux', account_home=here, system=here / 'none.toml');"
        "print([name for name in ('tomli', 'difflib', 'packaging') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_nearest_file_upward_counts(world: World) -> None:
    upper = world.write(world.repository / "depaudit.toml", 'fail-on = "warn"')
    inner = world.repository / "a" / "b"
    inner.mkdir(parents=True)
    found = world.load(inner)
    assert (found.config.fail_on, found.tree_files, found.operator_files) == (FailOn.WARN, (str(upper),), ())
    nearer = world.write(world.repository / "a" / "pyproject.toml", '[tool.depaudit]\nfail-on = "never"')
    assert world.load(inner).config.files == (str(nearer),)
    requirements = world.write(inner / "requirements.txt", "flask")
    assert world.load(requirements).config.files == (str(nearer),)


def test_nothing_is_taken_from_above_the_repository(world: World) -> None:
    world.write(world.repository.parent / "depaudit.toml", 'fail-on = "never"')
    assert world.load().config == Config()


def test_a_pyproject_without_our_table_is_passed_by(world: World) -> None:
    world.write(world.repository / "depaudit.toml", 'fail-on = "warn"')
    for text in (
        "[project]\nname = 'x'",
        "[tool.other]\nname = 'depaudit'",
        "[tool.other",
        "x = ['depaudit'",
    ):
        world.write(world.repository / "a" / "pyproject.toml", text)
        assert world.load(world.repository / "a").config.fail_on is FailOn.WARN
    (world.repository / "a" / "pyproject.toml").write_bytes(b"\xff\xfe")
    assert world.load(world.repository / "a").config.fail_on is FailOn.WARN


def test_the_two_files_of_a_folder_are_never_mixed(world: World) -> None:
    own = world.write(world.repository / "depaudit.toml", 'fail-on = "warn"')
    other = world.write(world.repository / "pyproject.toml", "[tool.depaudit]\nmin-downloads = 7")
    found = world.load()
    assert found.config == Config(fail_on=FailOn.WARN, files=(str(own),))
    assert found.notes == (f"{other}: [tool.depaudit] is not read, because {own} lies beside it.",)


def test_a_broken_configuration_stops_the_run(world: World) -> None:
    path = world.write(world.repository / "pyproject.toml", "[tool.depaudit]\nfail-on = ")
    with pytest.raises(ConfigError, match="2:11: not valid TOML"):
        world.load()
    path.write_bytes(b'[tool.depaudit]\nexclude = ["\xff"]')
    with pytest.raises(ConfigError) as caught:
        world.load()
    assert str(caught.value) == f"{path}:2: not UTF-8 text. Save it as UTF-8."


def test_a_file_beyond_reason_is_not_read(world: World) -> None:
    path = world.write(world.repository / "depaudit.toml", "#" * (8 * 1024 * 1024 + 1))
    with pytest.raises(ConfigError) as caught:
        world.load()
    assert str(caught.value) == f"{path}: a configuration of more than 8 MiB is not read."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX's")
def test_a_pipe_in_the_tree_cannot_hold_the_run_up(world: World) -> None:
    os.mkfifo(world.repository / "depaudit.toml")
    assert world.load().config == Config()


def test_all_of_the_operators_files_in_their_rank(world: World) -> None:
    world.write(world.system, "min-downloads = 1")
    user = world.write(world.account / ".config" / "depaudit" / "policy.toml", "min-downloads = 2")
    world.write(world.home / ".config" / "depaudit" / "policy.toml", "min-downloads = 99")
    by_environment = world.write(world.home / "env.toml", "min-downloads = 3")
    option = world.write(world.home / "option.toml", "min-downloads = 4")
    own = world.write(world.repository / "depaudit.toml", "min-downloads = 5")
    world.environment["DEPAUDIT_POLICY"] = str(by_environment)
    found = world.load(explicit=option)
    names = tuple(map(str, (world.system, user, by_environment, option)))
    assert (found.operator_files, found.tree_files) == (names, (str(own),))
    assert found.config.files == (*names, str(own))
    # the first is free, each later one may only tighten, and here each does
    assert found.config.thresholds.min_downloads == 5


def test_the_home_variable_counts_where_the_account_has_no_policy(world: World) -> None:
    policy = world.write(world.home / ".config" / "depaudit" / "policy.toml", 'fail-on = "warn"')
    assert world.load().operator_files == (str(policy),)
    moved = world.write(world.home / "xdg" / "depaudit" / "policy.toml", 'fail-on = "never"')
    world.environment["XDG_CONFIG_HOME"] = str(world.home / "xdg")
    assert world.load().operator_files == (str(moved),)


def test_a_home_inside_the_audited_tree_is_nobodys(world: World) -> None:
    world.home = world.repository / "fake"
    policy = world.write(world.home / ".config" / "depaudit" / "policy.toml", 'fail-on = "never"')
    found = world.load()
    assert found.config == Config()
    assert found.notes == (f"{policy} lies in the audited tree and is not taken for your policy.",)
    # the account's own policy is the account's, even when its whole home is audited
    world.account = world.home
    assert world.load().operator_files == (str(policy),)


def test_a_policy_that_cannot_be_read_is_never_passed_over(world: World) -> None:
    system = world.system
    system.mkdir()
    with pytest.raises(ConfigError) as caught:
        world.load()
    assert str(caught.value) == f"{system}: the configuration cannot be read: Is a directory. Check its permissions."
    system.rmdir()
    policy = world.account / ".config" / "depaudit" / "policy.toml"
    policy.mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be read"):
        world.load()
    policy.rmdir()
    # what lies below HOME may be somebody else's: that is said, and does not stop the run
    strange = world.home / ".config" / "depaudit" / "policy.toml"
    strange.mkdir(parents=True)
    found = world.load()
    assert found.config == Config()
    assert found.notes == (
        (
            f"{strange}: the configuration cannot be read: Is a directory. Check its permissions. "
            "It is not taken for your policy."
        ),
    )


@pytest.mark.skipif(sys.platform == "win32", reason="accounts have a home folder on POSIX systems")
def test_the_accounts_home_is_not_what_home_says(monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd

    monkeypatch.setenv("HOME", "/nowhere")
    assert home_of_account() == Path(pwd.getpwuid(os.getuid()).pw_dir)


def test_a_file_that_the_operator_names_must_be_there(world: World) -> None:
    missing = world.home / "missing.toml"
    world.environment["DEPAUDIT_POLICY"] = str(missing)
    with pytest.raises(ConfigError) as caught:
        world.load()
    assert str(caught.value) == f"{missing}: there is no such configuration file. Check its path."
    del world.environment["DEPAUDIT_POLICY"]
    with pytest.raises(ConfigError, match="the configuration cannot be read: Is a directory"):
        world.load(explicit=world.home)
    empty = world.write(world.home / "pyproject.toml", "[project]")
    with pytest.raises(ConfigError) as caught:
        world.load(explicit=empty)
    assert str(caught.value) == f"{empty}: there is no [tool.depaudit] in this file. Name another file."


def test_a_file_of_the_tree_that_the_command_names_is_the_operators(world: World) -> None:
    own = world.write(world.repository / "depaudit.toml", 'on-error = "allow"\nfail-on = "never"')
    found = world.load(explicit=own)
    assert (found.operator_files, found.tree_files, found.notes) == ((str(own),), (), ())
    assert found.config.fail_on is FailOn.NEVER


def test_other_audited_folders_with_a_configuration_are_named(world: World) -> None:
    world.write(world.repository / "a" / "depaudit.toml", 'fail-on = "warn"')
    other = world.write(world.repository / "b" / "depaudit.toml", 'fail-on = "never"')
    roots = tuple(world.repository / name for name in "abc")
    (world.repository / "c").mkdir()
    found = world.load(roots[0], roots=roots)
    assert found.config.fail_on is FailOn.WARN
    assert found.notes == (
        f"{other} is not applied, because one configuration holds for a run. Audit {roots[1]} by itself.",
    )


def test_the_configuration_of_a_changes_base(world: World) -> None:
    world.write(world.repository / "depaudit.toml", 'fail-on = "never"')
    base = parse_settings('fail-on = "warn"', path="main:depaudit.toml", origin=Origin.OPERATOR)
    found = world.load(base=base)
    assert (found.config.fail_on, found.tree_files) == (FailOn.WARN, ("main:depaudit.toml",))


def test_exceptions_that_ended_are_said(world: World) -> None:
    path = world.write(world.repository / "depaudit.toml", '[[allow]]\nname = "x"\nreason = "r"\nuntil = 2026-01-01')
    assert world.load(today=date(2026, 1, 2)).notes == (
        f"The exception for x ended on 2026-01-01 and no longer applies ({path}:1).",
    )
    assert world.load(today=date(2026, 1, 1)).notes == ()


def test_paths_below_the_working_folder_are_told_short(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write(world.repository / "depaudit.toml", "")
    monkeypatch.chdir(world.repository)
    assert world.load(Path()).config.files == ("depaudit.toml",)


def test_the_usual_places() -> None:
    home = Path("/home/me")
    assert system_policy({}, "linux") == Path("/etc/depaudit/policy.toml")
    assert system_policy({}, "darwin") == Path("/Library/Application Support/depaudit/policy.toml")
    assert system_policy({"PROGRAMDATA": "/pd"}, "win32") == Path("/pd/depaudit/policy.toml")
    assert system_policy({}, "win32") is None
    assert user_policies({"XDG_CONFIG_HOME": "/xdg"}, home, "linux", Path("/accounts/me")) == (
        Path("/accounts/me/.config/depaudit/policy.toml"),
        Path("/xdg/depaudit/policy.toml"),
        Path("/home/me/.config/depaudit/policy.toml"),
    )
    assert user_policies({"APPDATA": "/app"}, home, "win32", None) == (
        Path("/app/depaudit/policy.toml"),
        Path("/home/me/.config/depaudit/policy.toml"),
    )
