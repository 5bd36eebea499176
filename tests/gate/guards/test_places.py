"""Where the guard lies, by system, environment and the files that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.errors import UsageError
from depaudit.gate.guards.places import Machine, checked_folder, shells_in_use, shims_folder, start_up_files


def machine(home: Path = Path("/home/ann"), platform: str = "linux", **environment: str) -> Machine:
    return Machine(environment=environment, home=home, platform=platform)


@pytest.mark.parametrize(
    ("where", "folder"),
    [
        (machine(), "/home/ann/.local/share/depaudit/shims"),
        (machine(XDG_DATA_HOME="/data"), "/data/depaudit/shims"),
        (machine(XDG_DATA_HOME="relative"), "/home/ann/.local/share/depaudit/shims"),
        (machine(XDG_DATA_HOME=""), "/home/ann/.local/share/depaudit/shims"),
        (machine(platform="darwin"), "/home/ann/Library/Application Support/depaudit/shims"),
    ],
)
def test_the_folder_of_shims(where: Machine, folder: str) -> None:
    assert shims_folder(where) == Path(folder)


def test_a_folder_must_be_able_to_stand_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert checked_folder(Path("here")) == tmp_path / "here"
    for odd in ("/a:b", "/a\nb", "/a\x1b[0m"):
        with pytest.raises(UsageError, match="cannot stand on PATH"):
            checked_folder(Path(odd))


def names(where: Machine, *shells: str) -> list[str]:
    return [str(start.path.relative_to(where.home)) for start in start_up_files(where, frozenset(shells))]


def test_bash_reads_one_login_file(tmp_path: Path) -> None:
    where = machine(tmp_path)
    assert names(where, "bash") == [".bashrc", ".profile"]
    (tmp_path / ".profile").touch()
    (tmp_path / ".bash_login").touch()
    assert names(where, "bash") == [".bashrc", ".bash_login"]
    (tmp_path / ".bash_profile").symlink_to("missing")
    assert names(where, "bash") == [".bashrc", ".bash_profile"]


def test_zsh_and_fish_may_have_folders_of_their_own(tmp_path: Path) -> None:
    assert names(machine(tmp_path), "zsh", "fish") == [
        ".zshenv",
        ".zprofile",
        ".zshrc",
        ".config/fish/conf.d/depaudit.fish",
    ]
    chosen = machine(tmp_path, ZDOTDIR=str(tmp_path / "z"), XDG_CONFIG_HOME=str(tmp_path / "c"))
    assert names(chosen, "zsh", "fish") == ["z/.zshenv", "z/.zprofile", "z/.zshrc", "c/fish/conf.d/depaudit.fish"]


def test_shells_are_found_by_path_name_and_traces(tmp_path: Path) -> None:
    assert shells_in_use(machine(tmp_path, PATH="")) == frozenset()
    assert shells_in_use(machine(tmp_path, PATH="", SHELL="/opt/bin/fish")) == {"fish"}
    (tmp_path / ".zshrc").touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "bash").touch()
    (tmp_path / "bin" / "bash").chmod(0o755)
    assert shells_in_use(machine(tmp_path, PATH=str(tmp_path / "bin"))) == {"bash", "zsh"}


def test_nothing_of_the_environment_is_shown() -> None:
    assert "secret" not in repr(machine(TOKEN="secret"))
