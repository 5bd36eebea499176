"""pipx under the gate.

pipx installs by pip or, by default since 1.18, by uv, whose variables every run sets; it has none of its own that could
matter. Its environments, and those that ``pipx run`` keeps for a fortnight, stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients import uv
from depaudit.gate.clients.base import Place, Wiring

NAME = "pipx"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """Nothing beyond what pip and uv are given."""
    del wiring
    return {}


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """The command line as it is."""
    del wiring
    return reading.argv


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """Those of uv, by which pipx installs unless it is told otherwise; pipx has no settings files of its own."""
    return uv.conflicts(place)


def roots(place: Place) -> tuple[Path, ...]:
    """None of its own."""
    del place
    return ()
