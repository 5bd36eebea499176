"""``depaudit guard`` as a person meets it: what it says, what it changes, and whether plain commands pass."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from depaudit.frontends.cli.guard import DOCKER
from depaudit.frontends.cli.main import main
from depaudit.gate.guards import pip_hook
from depaudit.gate.guards.direct import PIP_VERSIONS, TOOLS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shims are for POSIX shells")

STUB = '#!/bin/sh\nprintf \'<%s>\' "$0" "$@"\n'


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PATH: a stub for npm, a Python, and the system's shells."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "npm").write_text(STUB)
    (folder / "npm").chmod(0o755)
    for name, program in {"python3": sys.executable, "bash": shutil.which("bash"), "sh": "/bin/sh"}.items():
        if program is None:
            pytest.skip(f"{name} is not here")
        (folder / name).symlink_to(program)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("SHELL", str(folder / "bash"))
    return folder


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An environment of the test's own, without pip."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    return tmp_path / "venv" / "bin" / "python"


def files(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}


def said(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert main(["guard", *words]) == status
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_install_says_what_it_did_and_what_is_next(
    own_world: Path, tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shims = own_world / ".local" / "share" / "depaudit" / "shims"
    assert said(capsys, "install") == (
        f"The guard is in place: {len(list(shims.iterdir())) - 2} shims in {shims}.\n"
        f"{own_world}/.bashrc: puts them first on PATH.\n"
        f"{own_world}/.profile: puts them first on PATH.\n"
        f'For the shell that is running, type: export PATH={shims}:"$PATH"\n'
        "Then see what passes the gate: depaudit guard status\n"
    )
    assert "put them first on PATH already" in said(capsys, "install")
    assert said(capsys, "remove") == (
        f"{own_world}/.bashrc: removed.\n{own_world}/.profile: removed.\n{shims}: removed.\n"
        "Plain commands do not go through the gate any more.\n"
    )
    assert files(own_world) == set()
    assert said(capsys, "remove") == f"There is no guard in {shims}.\n"


def test_a_depaudit_of_a_projects_environment_is_told_of(
    own_world: Path, tools: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert f"\nIt uses the depaudit of {sys.prefix}: while that is gone" in said(capsys, "install")


def test_a_new_terminal_goes_through_the_gate(
    own_world: Path, tools: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, "-q", "install")
    typed = "npm ls 'a b'; echo; command -v npm; PATH=/venv:$PATH\ncommand -v npm\nexit\n"
    done = subprocess.run(
        ["bash", "-i"], input=typed, capture_output=True, text=True, check=False, start_new_session=True
    )
    shim = own_world / ".local" / "share" / "depaudit" / "shims" / "npm"
    assert done.stdout.splitlines() == [f"<{tools / 'npm'}><ls><a b>", str(shim), str(shim)]


def test_shims_only_in_a_folder_of_ones_own(
    own_world: Path, tools: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(capsys, "install", "--shims-only", "--folder", str(tmp_path / "my shims"))
    assert f"export PATH='{tmp_path}/my shims':\"$PATH\"" in text
    assert files(own_world) == set()
    said(capsys, "remove", "--folder", str(tmp_path / "my shims"))
    assert not (tmp_path / "my shims").exists()


def test_github(
    own_world: Path, tools: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["guard", "install", "--github"]) == 2
    assert "GITHUB_PATH is not set" in capsys.readouterr().err
    monkeypatch.setenv("GITHUB_PATH", str(tmp_path / "path"))
    assert "The next steps of this job go through the gate." in said(capsys, "install", "--github")
    assert (tmp_path / "path").read_text() == f"{own_world}/.local/share/depaudit/shims\n"
    assert not (own_world / ".bashrc").exists()
    said(capsys, "remove")
    assert (tmp_path / "path").read_text() == ""


def test_docker_only_prints(own_world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "install", "--docker")
    assert "\nENV PATH=/opt/depaudit/shims:$PATH\n" in text
    assert files(own_world) == set()


def test_the_manual_tells_of_every_tool_and_of_docker() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "guard.md").read_text()
    assert all(line in manual for line in DOCKER.splitlines() if not line.startswith("#"))
    assert [tool for tool in TOOLS if f"`{tool}`" not in manual and tool not in PIP_VERSIONS] == []
    assert f"`{PIP_VERSIONS[0]}` to `{PIP_VERSIONS[-1]}`" in manual


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["status", "--github"], "--github belongs to guard install."),
        (["remove", "--shims-only"], "--shims-only belongs to guard install."),
        (["install", "--no-venv"], "--no-venv belongs to guard status."),
        (["status", "--pip"], "--pip belongs to guard install and remove."),
        (["install", "--python", "x"], "--python says whose pip is meant"),
        (["install", "--pip", "--github"], "--pip is the pip hook alone."),
        (["install", "--folder", "/a:b"], "cannot stand on PATH"),
    ],
)
def test_options_that_mean_nothing_are_mistakes(
    words: list[str], message: str, own_world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["guard", *words]) == 2
    assert message in capsys.readouterr().err
    assert files(own_world) == set()


def test_windows_is_told_what_to_do_instead(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    for action in ("install", "status", "remove"):
        assert main(["guard", action]) == 2
        assert "depaudit run -- pip install NAME" in capsys.readouterr().err


def test_the_pip_hook_goes_in_and_out(
    own_world: Path, tools: Path, python: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(python.parents[1])
    assert str(python) in said(capsys, "install", "--pip", "--python", str(python))
    assert pip_hook.is_installed(python)
    assert not (own_world / ".bashrc").exists()
    assert str(python) in said(capsys, "remove", "--pip", "--python", str(python))
    assert not pip_hook.is_installed(python)
    assert {name for name in files(python.parents[1]) if "__pycache__" not in name} == before


def test_remove_takes_the_hooks_out_that_install_put_in(
    own_world: Path, tools: Path, python: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "install")
    said(capsys, "install", "--pip", "--python", str(python.parents[1]))
    assert f"of {python} is not gated any more" in said(capsys, "remove")
    assert not pip_hook.is_installed(python)
    assert files(own_world) == set()
    said(capsys, "install", "--pip", "--python", str(python))
    shutil.rmtree(python.parents[1])
    said(capsys, "remove")
    assert files(own_world) == set()


def guarded_json(capsys: pytest.CaptureFixture[str], *words: str, status: int) -> dict[tuple[str, str], str | None]:
    document = json.loads(said(capsys, "status", "--format", "json", *words, status=status))
    assert document["schema_version"] == 1
    assert document["guarded"] is (status == 0)
    return {(row["command"], row["where"]): row["guard"] for row in document["commands"]}


def test_status_without_a_guard(own_world: Path, tools: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "status", "--no-venv", status=1) == (
        f"shims: {own_world}/.local/share/depaudit/shims\n\n"
        "  npm  does NOT pass the gate\n"
        f"       started: {tools}/npm. Type: depaudit guard install\n"
    )


def test_status_with_a_guard(
    own_world: Path, tools: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, "install")
    assert guarded_json(capsys, "--no-venv", status=1) == {("npm", "here"): None}
    monkeypatch.setenv("PATH", f"{own_world}/.local/share/depaudit/shims:{tools}")
    assert said(capsys, "status", "--no-venv", "-q") == ""
    assert said(capsys, "status", "--no-venv") == (
        f"shims: {own_world}/.local/share/depaudit/shims\n\n  npm  passes the gate (shim)\n"
    )


@pytest.mark.slow
def test_status_in_a_fresh_virtual_environment(
    own_world: Path, tools: Path, python: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a prompt the shims come first again; in a script, and by ``python -m pip``, the hook alone is there."""
    said(capsys, "install")
    monkeypatch.setenv("PATH", f"{own_world}/.local/share/depaudit/shims:{python.parent}:{tools}")
    before = files(own_world)
    assert guarded_json(capsys, status=1) == {
        ("npm", "here"): "shim",
        ("pip", "script"): None,
        ("pip", "prompt"): "shim",
        ("python -m pip", "script"): None,
    }
    text = said(capsys, "install", "--pip")
    assert str(python.parent) in text
    assert guarded_json(capsys, status=0) == {
        ("npm", "here"): "shim",
        ("pip", "script"): "pip hook",
        ("pip", "prompt"): "shim",
        ("python -m pip", "script"): "pip hook",
    }
    assert files(own_world) == before
