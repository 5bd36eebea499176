"""npm under the gate.

Measured with npm 11.21 and 10: variables win over every ``.npmrc``; ``noproxy`` must not be empty to do so, and
``NODE_EXTRA_CA_CERTS`` is void as soon as any ``.npmrc`` names a ``cafile``. A warm cache answers metadata for minutes,
and archives for ever, unless ``prefer-online`` is set; archives are then taken by their hash, and refused ones are
listed without one. What leads past the gate on the command line is the reader's to take out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.common import NOWHERE
from depaudit.gate.clients.npmrc import named_files, values, variables

NAME = "npm"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The gate as proxy, its authority, a cache of the gate's own, metadata asked afresh; few retries, since npm waits
    minutes for a server that will not change its mind. npm's own scripts and its kin read the same names."""
    made = variables(
        wiring.environment,
        {
            "https-proxy": wiring.proxy,
            "proxy": wiring.proxy,
            "http-proxy": None,
            "noproxy": NOWHERE,
            "no-proxy": None,
            "cafile": str(wiring.bundle),
            "ca": None,
            "strict-ssl": None,
            "cache": str(wiring.caches / NAME),
            "cache-min": None,
            "cache-max": None,
            "prefer-online": "true",
            "prefer-offline": "false",
            "offline": "false",
            "fetch-retries": "1",
        },
    )
    return {**made, "NODE_EXTRA_CA_CERTS": str(wiring.authority), "NODE_TLS_REJECT_UNAUTHORIZED": None}


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """The command line as it is: variables do all."""
    del wiring
    return reading.argv


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """None: variables win over all of npm's files."""
    del place
    return ()


def roots(place: Place) -> tuple[Path, ...]:
    """The files that ``cafile`` names in the operator's variables and ``.npmrc`` files, and ``NODE_EXTRA_CA_CERTS``."""
    extra = place.environment.get("NODE_EXTRA_CA_CERTS", "")
    return named_files(place, (*values(place, "cafile"), extra))
