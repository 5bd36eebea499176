"""PDM under the gate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring

NAME = "pdm"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The variables that PDM needs under the gate."""
    return {
        "PDM_CACHE_DIR": str(wiring.caches / "pdm"),
    }


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """The command line as it is."""
    del wiring
    return reading.argv


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """None known."""
    del place
    return ()


def roots(place: Place) -> tuple[Path, ...]:
    """None named."""
    del place
    return ()
