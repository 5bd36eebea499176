"""pipx under the gate: nothing of its own."""

from __future__ import annotations

from pathlib import Path

from depaudit.commands import read_command
from depaudit.commands.base import Install
from depaudit.gate.clients import pipx
from tests.gate.clients.places import place, wiring, write


def test_nothing_of_its_own(tmp_path: Path) -> None:
    reading = read_command(["pipx", "install", "x"])
    assert isinstance(reading, Install)
    assert pipx.environment(wiring()) == {}
    assert pipx.arguments(reading, wiring()) == ("pipx", "install", "x")
    assert pipx.roots(place(tmp_path)) == ()


def test_what_leads_uv_round_leads_pipx_round(tmp_path: Path) -> None:
    here = place(tmp_path)
    assert pipx.conflicts(here) == ()
    write(here.folder / "uv.toml", 'https-proxy = "x"\n')
    assert [one.option for one in pipx.conflicts(here)] == ["https-proxy"]
