"""The guard goes in whole and comes out whole: every file is then as it was, to the byte, link and permission."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

import depaudit
from depaudit.errors import DepauditError, UsageError
from depaudit.gate.guards.direct import TOOLS
from depaudit.gate.guards.installing import ALL_SHELLS, Installed, install, remove
from depaudit.gate.guards.places import Machine, shims_folder
from depaudit.gate.guards.shells import SCRIPT
from depaudit.gate.guards.shims import STATE_FILE, is_shim
from depaudit.gate.guards.state import read_state
from tests.gate.guards.shells import program

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shims are for POSIX shells")

PYTHON = Path(sys.executable)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    home = tmp_path / "home"
    home.mkdir()
    return Machine(environment={}, home=home, platform="linux")


def snapshot(folder: Path) -> dict[str, object]:
    """Every file, folder and link under ``folder``, with what it holds and its permissions."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        held = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None  # noqa: PTH115
        found[str(path.relative_to(folder))] = (held, stat.S_IMODE(path.lstat().st_mode))
    return found


def put(machine: Machine, *, folder: Path | None = None, shells: frozenset[str] = ALL_SHELLS) -> Installed:
    return install(machine, folder=folder or shims_folder(machine), python=PYTHON, shells=shells)


def test_what_lies_where(machine: Machine) -> None:
    done = put(machine)
    folder = machine.home / ".local" / "share" / "depaudit" / "shims"
    assert done == Installed(
        folder=folder,
        shims=len(TOOLS),
        changed=tuple(
            machine.home / name
            for name in (
                ".bashrc",
                ".profile",
                ".zshenv",
                ".zprofile",
                ".zshrc",
                ".config/fish/conf.d/depaudit.fish",
            )
        ),
    )
    assert {path.name for path in folder.iterdir()} == {*TOOLS, SCRIPT, STATE_FILE}
    assert all(is_shim(folder / tool) and os.access(folder / tool, os.X_OK) for tool in TOOLS)
    assert not os.access(folder / SCRIPT, os.X_OK)
    state = read_state(folder)
    assert state is not None
    assert (state.depaudit, state.python, state.files) == (depaudit.__version__, str(PYTHON), done.changed)


def test_an_empty_home_is_empty_again(machine: Machine) -> None:
    done = put(machine)
    removed = remove(machine, folder=done.folder)
    assert snapshot(machine.home) == {}
    assert removed == (*done.changed, done.folder)
    assert remove(machine, folder=done.folder) == ()


def test_every_file_is_as_it_was(machine: Machine) -> None:
    home = machine.home
    (home / "dotfiles").mkdir()
    (home / "dotfiles" / "zshrc").write_bytes(b"no line break at the end")
    (home / ".zshrc").symlink_to("dotfiles/zshrc")
    (home / ".zprofile").symlink_to("dotfiles/not there yet")
    (home / ".bashrc").write_bytes(b"a\r\nb\r\n")
    (home / ".bashrc").chmod(0o600)
    (home / ".bash_profile").write_bytes(b"")
    (home / ".config" / "fish").mkdir(parents=True)
    (home / ".local" / "share" / "depaudit").mkdir(parents=True)
    (home / ".local" / "share" / "depaudit" / "other").write_text("x")
    before = snapshot(home)
    done = put(machine)
    assert (home / ".zshrc").is_symlink()
    assert stat.S_IMODE((home / ".bashrc").stat().st_mode) == 0o600
    assert snapshot(home) != before
    put(machine)
    remove(machine, folder=done.folder)
    assert snapshot(home) == before


def test_doing_it_again_changes_nothing(machine: Machine) -> None:
    put(machine)
    before = snapshot(machine.home)
    again = put(machine)
    assert snapshot(machine.home) == before
    assert again.changed == ()


def test_a_shim_that_was_tampered_with_is_renewed(machine: Machine) -> None:
    folder = put(machine).folder
    before = snapshot(machine.home)
    npm = folder / "npm"
    npm.write_text(npm.read_text().replace("way=gate", "way=plain"))
    (folder / "pip").chmod(0o644)
    (folder / "uv").unlink()
    put(machine)
    assert snapshot(machine.home) == before


def test_what_others_wrote_since_is_kept(machine: Machine) -> None:
    (machine.home / ".bashrc").write_text("before\n")
    folder = put(machine).folder
    with (machine.home / ".bashrc").open("a") as bashrc:
        bashrc.write("after\n")
    with (machine.home / ".zshrc").open("a") as zshrc:
        zshrc.write("after\n")
    (folder / "mine").write_text("x")
    remove(machine, folder=folder)
    assert (machine.home / ".bashrc").read_text() == "before\nafter\n"
    assert (machine.home / ".zshrc").read_text() == "after\n"
    assert [path.name for path in folder.iterdir()] == ["mine"]


def test_it_comes_out_without_its_memory(machine: Machine) -> None:
    (machine.home / ".bashrc").write_text("before")
    folder = put(machine).folder
    (folder / STATE_FILE).unlink()
    remove(machine, folder=folder)
    assert (machine.home / ".bashrc").read_text() == "before"
    assert not (machine.home / ".zshrc").exists()
    assert not folder.exists()


def test_it_comes_out_of_files_that_are_elsewhere_by_now(machine: Machine) -> None:
    chosen = Machine(environment={"ZDOTDIR": str(machine.home / "z")}, home=machine.home, platform="linux")
    done = put(chosen)
    assert machine.home / "z" / ".zshrc" in done.changed
    remove(machine, folder=done.folder)
    assert snapshot(machine.home) == {}


def test_a_read_only_start_up_file_stops_it(machine: Machine) -> None:
    (machine.home / ".bashrc").write_text("before\n")
    (machine.home / ".bashrc").chmod(0o444)
    before = snapshot(machine.home)
    with pytest.raises(UsageError, match=r"\.bashrc: this file is read-only. Nothing was changed. .*--shims-only"):
        put(machine)
    assert snapshot(machine.home) == before
    (machine.home / ".bashrc").chmod(0o644)
    put(machine)
    (machine.home / ".bashrc").chmod(0o444)
    before = snapshot(machine.home)
    with pytest.raises(UsageError, match=r"\.bashrc: this file is read-only"):
        remove(machine, folder=shims_folder(machine))
    assert snapshot(machine.home) == before


def test_a_damaged_block_stops_it(machine: Machine) -> None:
    (machine.home / ".zshrc").write_text("# >>> depaudit guard 1 (nothing added before) >>>\nhalf\n")
    before = snapshot(machine.home)
    with pytest.raises(UsageError, match=r"\.zshrc: the block of depaudit's guard is damaged here"):
        put(machine)
    assert snapshot(machine.home) == before


def test_a_folder_with_something_else_is_not_taken(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    program(folder / "npm", "#!/bin/sh\n")
    with pytest.raises(UsageError, match=r"holds npm, which is not the guard's"):
        put(machine, folder=folder)
    (folder / "npm").unlink()
    (folder / "npm").symlink_to("/bin/true")
    with pytest.raises(UsageError, match=r"holds npm, which is not the guard's"):
        put(machine, folder=folder)
    (folder / "npm").unlink()
    (folder / ".npm.depaudit-x1").touch()  # left by a write that was cut off
    put(machine, folder=folder)
    assert {path.name for path in folder.iterdir()} == {*TOOLS, SCRIPT, STATE_FILE, ".npm.depaudit-x1"}
    remove(machine, folder=folder)
    assert not folder.exists()


def test_a_folder_that_others_may_write_to_is_not_taken(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(UsageError, match="others than you may write to"):
        put(machine, folder=folder)
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is no folder"):
        put(machine, folder=tmp_path / "file")


def test_a_fish_file_of_somebody_elses_is_left_alone(machine: Machine) -> None:
    path = machine.home / ".config" / "fish" / "conf.d" / "depaudit.fish"
    path.parent.mkdir(parents=True)
    path.write_text("echo mine\n")
    before = snapshot(machine.home)
    with pytest.raises(UsageError, match=r"depaudit\.fish: is there already, and it is not the guard's"):
        put(machine)
    assert snapshot(machine.home) == before
    assert remove(machine, folder=shims_folder(machine)) == ()


def test_a_python_without_depaudit_is_refused(machine: Machine, tmp_path: Path) -> None:
    for text in ("#!/bin/sh\nexit 0\n", "#!/bin/sh\necho broken >&2; exit 1\n", "#!/no/such/program\n"):
        python = program(tmp_path / "python", text)
        with pytest.raises(DepauditError, match="cannot start depaudit"):
            install(machine, folder=shims_folder(machine), python=python, shells=ALL_SHELLS)
    assert snapshot(machine.home) == {}


@pytest.mark.parametrize(
    "place",
    [
        ".cache/uv/archive-v0/x1/bin/python",
        "uv/environments-v2/x/bin/python",
        ".local/pipx/.cache/1f/bin/python",
        ".cache/pipx/1f/bin/python",
    ],
)
def test_a_python_that_will_be_gone_is_refused(place: str, machine: Machine) -> None:
    with pytest.raises(DepauditError, match="uv tool install depaudit"):
        install(machine, folder=shims_folder(machine), python=Path("/home/ann") / place, shells=ALL_SHELLS)
    assert snapshot(machine.home) == {}


def test_a_python_that_must_be_told_where_depaudit_is(machine: Machine, tmp_path: Path) -> None:
    """As after ``pip install --user``: an isolated interpreter does not look there by itself."""
    python = program(tmp_path / "python", f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    done = install(machine, folder=shims_folder(machine), python=python, shells=frozenset())
    assert f"sys.path.append('\"'\"'{Path(depaudit.__file__).parents[1]}'\"'\"')" in (done.folder / "npm").read_text()


def test_the_next_steps_of_a_job(machine: Machine, tmp_path: Path) -> None:
    listed = tmp_path / "github_path"
    listed.write_bytes(b"/opt/tool")
    folder = shims_folder(machine)
    for _ in range(2):
        done = install(machine, folder=folder, python=PYTHON, shells=frozenset(), github=listed)
        assert (done.changed, done.github) == ((), True)
        assert listed.read_text() == f"/opt/tool\n{folder}\n"
    assert sorted(path.name for path in machine.home.iterdir()) == [".local"]
    assert remove(machine, folder=folder, github=listed) == (listed, folder)
    assert listed.read_text() == "/opt/tool\n"
