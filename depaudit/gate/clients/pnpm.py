"""pnpm under the gate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring

NAME = "pnpm"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The variables that pnpm needs under the gate."""
    return {
        "PNPM_CONFIG_HTTPS_PROXY": wiring.proxy,
        "PNPM_CONFIG_NO_PROXY": "127.0.0.2",
        "PNPM_CONFIG_CACHE_DIR": str(wiring.bundle.parent / "pnpm"),
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
