"""deno under the gate.

Measured with deno 2.9.6: it takes the proxy from the common variables, the authorities from ``DENO_CERT``. It takes a
dependency's metadata from its cache without asking, and files by name and version. That cache is part of ``DENO_DIR``,
where deno also keeps what programs put into ``localStorage`` and ``Deno.openKv()`` without a path: under the gate they
find that of other gated runs.
"""

from __future__ import annotations

import glob
import shutil
from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.npmrc import named_files
from depaudit.model.names import NormalizedName

NAME = "deno"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The gate's authority beside the roots that deno trusted, and a cache of the gate's own."""
    return {
        "DENO_CERT": str(wiring.bundle),
        "DENO_DIR": str(wiring.caches / NAME),
    }


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """The command line as it is: variables do all."""
    del wiring
    return reading.argv


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """None: no settings file of deno names a proxy or authorities."""
    del place
    return ()


def roots(place: Place) -> tuple[Path, ...]:
    """The file that ``DENO_CERT`` names."""
    return named_files(place, (place.environment.get("DENO_CERT", ""),))


def forget(caches: Path, name: NormalizedName) -> None:
    """Take every copy of ``name`` out of the gate's cache for deno, which finds them by name and version: what is
    refused now may lie there from a run that had no reason to. Never raises.

    ``caches``  ``Wiring.caches``
    """
    for path in (caches / NAME / "npm").glob(f"*/{glob.escape(name)}"):
        shutil.rmtree(path, ignore_errors=True)


def refresh(caches: Path) -> None:
    """Let deno ask the registry about every name anew: what its cache says of versions was judged in another run.
    Never raises."""
    for pattern in ("*/*/registry.json", "*/@*/*/registry.json"):
        for path in (caches / NAME / "npm").glob(pattern):
            path.unlink(missing_ok=True)
