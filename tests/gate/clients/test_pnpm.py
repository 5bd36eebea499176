"""pnpm under the gate: variables, and what of its settings leads past it."""

from __future__ import annotations

from pathlib import Path

from depaudit.commands import read_command
from depaudit.commands.base import Conflict, Undetermined
from depaudit.gate.clients import pnpm
from tests.gate.clients.places import PROXY, place, wiring, write

BARE = {
    "PNPM_CONFIG_HTTPS_PROXY": PROXY,
    "PNPM_CONFIG_HTTP_PROXY": PROXY,
    "PNPM_CONFIG_NO_PROXY": "127.0.0.2",
    "PNPM_CONFIG_CACHE_DIR": "/run/pnpm",
    "PNPM_CONFIG_OFFLINE": "false",
    "PNPM_CONFIG_PREFER_OFFLINE": "false",
}


def test_variables() -> None:
    assert pnpm.environment(wiring()) == BARE


def test_every_other_spelling_is_taken_away() -> None:
    user = {"pnpm_config_https_proxy": "http://x", "PNPM_CONFIG_CAFILE": "/c", "PNPM_CONFIG_STORE_DIR": "/s"}
    gone = dict.fromkeys(("pnpm_config_https_proxy", "PNPM_CONFIG_CAFILE"))
    assert pnpm.environment(wiring(**user)) == {**BARE, **gone}


def test_the_command_line_stays() -> None:
    reading = read_command(("pnpm", "build"))
    assert isinstance(reading, Undetermined)
    assert pnpm.arguments(reading, wiring()) == ("pnpm", "build")


def test_a_server_that_resolves_is_refused(tmp_path: Path) -> None:
    where = place(tmp_path)
    path = write(where.folder.parent / "pnpm-workspace.yaml", "packages: ['*']\n'pnpr-server': https://s.example\n")
    assert pnpm.conflicts(where) == (
        Conflict(
            option="pnprServer",
            mend=f"Take pnprServer out of {path}: a server that resolves for pnpm chooses versions unseen by the gate.",
        ),
    )


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    where = place(tmp_path)
    path = write(where.folder / "pnpm-workspace.yaml", "packages: [")
    assert pnpm.conflicts(where) == (
        Conflict(
            option="pnpm-workspace.yaml",
            mend=f"{path} can't be read, so what proxy it names can't be told: mend the file.",
        ),
    )


def test_other_settings_are_let_be(tmp_path: Path) -> None:
    where = place(tmp_path)
    write(where.folder / "pnpm-workspace.yaml", "httpsProxy: http://x\noffline: true\ncacheDir: c\n")
    assert pnpm.conflicts(where) == ()


def test_certificates(tmp_path: Path) -> None:
    where = place(tmp_path, {"pnpm_config_cafile": "c.pem"})
    assert pnpm.roots(where) == (where.folder / "c.pem",)
