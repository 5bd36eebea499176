"""npm under the gate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring

NAME = "npm"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The variables that npm needs under the gate."""
    return {
        "npm_config_https_proxy": wiring.proxy,
        "npm_config_proxy": wiring.proxy,
        "npm_config_noproxy": "127.0.0.2",
        "npm_config_cafile": str(wiring.bundle),
        "npm_config_prefer_online": "true",
        "npm_config_cache": str(wiring.caches / "npm"),
        "NODE_EXTRA_CA_CERTS": str(wiring.authority),
        "NODE_TLS_REJECT_UNAUTHORIZED": None,
        "npm_config_fetch_retries": "1",
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
