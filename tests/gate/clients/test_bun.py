"""bun under the gate: variables, options, and what of its settings leads past it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from depaudit.commands import read_command
from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients import bun, forget
from depaudit.model.names import Ecosystem, NormalizedName
from tests.gate.clients.places import place, wiring, write

UNASKED = "nothing can be judged without asking the registry."


def test_variables() -> None:
    assert bun.environment(wiring(BUN_INSTALL_CACHE_DIR="/warm")) == {"BUN_INSTALL_CACHE_DIR": "/caches/bun"}


@pytest.mark.parametrize(
    ("line", "led"),
    [
        ("bun install", "bun install --cafile=/run/roots.pem"),
        ("bun --cwd=web add x -d", "bun --cwd=web add --cafile=/run/roots.pem x -d"),
        ("/opt/bun i", "/opt/bun i --cafile=/run/roots.pem"),
        ("bun x cowsay", "bun x cowsay"),
        ("bunx cowsay", "bunx cowsay"),
        ("bun pm fetch", "bun pm fetch"),
        ("bun run dev", "bun run dev"),
    ],
)
def test_options(line: str, led: str) -> None:
    reading = read_command(shlex.split(line))
    assert isinstance(reading, (Install, Undetermined))
    assert bun.arguments(reading, wiring()) == tuple(shlex.split(led))


@pytest.mark.parametrize("name", [".env", ".env.local", ".env.production", ".env.development.local"])
@pytest.mark.parametrize(
    "line", ["BUN_CONFIG_REGISTRY=x", " export BUN_CONFIG_REGISTRY = 'x'", "BUN_CONFIG_REGISTRY: x"]
)
def test_a_registry_that_nobody_sees_is_refused(tmp_path: Path, name: str, line: str) -> None:
    where = place(tmp_path)
    path = write(where.folder / name, f"# env\nA=b\n{line}\n")
    assert bun.conflicts(where) == (
        Conflict(
            option="BUN_CONFIG_REGISTRY",
            mend=f"Take BUN_CONFIG_REGISTRY out of {path}: name the registry in bunfig.toml or .npmrc.",
        ),
    )


def test_a_registry_that_the_environment_has_already_is_let_be(tmp_path: Path) -> None:
    where = place(tmp_path, {"NPM_CONFIG_REGISTRY": "https://r.example/"})
    write(where.folder / ".env", "NPM_CONFIG_REGISTRY=https://other.example/\nNO_PROXY=*\n")
    assert bun.conflicts(where) == ()


def test_what_asks_nobody_is_refused(tmp_path: Path) -> None:
    where = place(tmp_path, {"BUN_OPTIONS": "--bun --cache-dir=/warm"})
    path = write(where.folder / "bunfig.toml", "[install]\noffline = true\nfrozenLockfile = true\n")
    home = write(where.home / ".bunfig.toml", "[install]\npreferOffline = true\n")
    assert bun.conflicts(where) == (
        Conflict(option="offline", mend=f"Take offline out of {path}: {UNASKED}"),
        Conflict(option="preferOffline", mend=f"Take preferOffline out of {home}: {UNASKED}"),
        Conflict(option="BUN_OPTIONS --cache-dir", mend="Take --cache-dir out of BUN_OPTIONS."),
    )


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    where = place(tmp_path)
    path = write(where.folder / "bunfig.toml", "[install")
    assert bun.conflicts(where) == (
        Conflict(
            option="bunfig.toml", mend=f"{path} can't be read, so what proxy it names can't be told: mend the file."
        ),
    )


def test_certificates_of_the_operators_settings(tmp_path: Path) -> None:
    where = place(tmp_path)
    write(where.home / ".bunfig.toml", '[install]\ncafile = "/corp.pem"\n')
    write(where.folder / "bunfig.toml", '[install]\ncafile = "evil.pem"\n')
    assert bun.roots(where) == (Path("/corp.pem"),)


def test_what_is_refused_is_forgotten(tmp_path: Path) -> None:
    cache = tmp_path / "bun"
    kept = [write(cache / name / "package.json", "") for name in ("ms2@1.0.0@@@1", "@s/other@1.0.0@@@1")]
    for name in ("ms@2.1.2@@@1", "ms/2.1.2", "@s/ms@1.0.0@@@1", ".bunx-0/x@1/node_modules/ms"):
        write(cache / name / "package.json", "")
    forget(tmp_path, Ecosystem.NPM, NormalizedName("ms"))
    forget(tmp_path, Ecosystem.NPM, NormalizedName("@s/ms"))
    assert sorted(path for path in cache.rglob("*") if path.is_file()) == sorted(kept)
