"""Yarn under the gate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring

NAME = "yarn"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The variables that Yarn needs under the gate."""
    return {
        "YARN_HTTPS_PROXY": wiring.proxy,
        "YARN_HTTP_PROXY": wiring.proxy,
        "YARN_HTTPS_CA_FILE_PATH": str(wiring.bundle),
        "YARN_CACHE_FOLDER": str(wiring.caches / "yarn"),
        "YARN_GLOBAL_FOLDER": str(wiring.caches / "berry"),
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
