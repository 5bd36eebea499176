"""deno under the gate: variables, and the certificates that it was told to trust."""

from __future__ import annotations

from pathlib import Path

from depaudit.commands import read_command
from depaudit.commands.base import Undetermined
from depaudit.gate.clients import deno, forget
from depaudit.model.names import Ecosystem, NormalizedName
from tests.gate.clients.places import place, wiring, write


def test_variables() -> None:
    made = {"DENO_CERT": "/run/roots.pem", "DENO_DIR": "/caches/deno"}
    assert deno.environment(wiring(DENO_DIR="/warm", DENO_CERT="/own.pem")) == made


def test_the_command_line_stays() -> None:
    reading = read_command(("deno", "run", "main.ts"))
    assert isinstance(reading, Undetermined)
    assert deno.arguments(reading, wiring()) == ("deno", "run", "main.ts")


def test_no_settings_file_leads_past_the_gate(tmp_path: Path) -> None:
    where = place(tmp_path)
    write(where.folder / "deno.json", '{"imports": {}}')
    assert deno.conflicts(where) == ()


def test_certificates(tmp_path: Path) -> None:
    assert deno.roots(place(tmp_path, {"DENO_CERT": "/own.pem"})) == (Path("/own.pem"),)
    assert deno.roots(place(tmp_path)) == ()


def test_what_is_refused_is_forgotten(tmp_path: Path) -> None:
    cache = tmp_path / "deno" / "npm" / "registry.npmjs.org"
    kept = [write(cache / name / "registry.json", "") for name in ("ms2", "@s/other")]
    for name in ("ms", "ms/2.1.2", "@s/ms/1.0.0"):
        write(cache / name / "package.json", "")
    forget(tmp_path, Ecosystem.NPM, NormalizedName("ms"))
    forget(tmp_path, Ecosystem.NPM, NormalizedName("@s/ms"))
    assert sorted(path for path in cache.rglob("*") if path.is_file()) == sorted(kept)
