"""pnpm under the gate.

Measured with pnpm 12.21, which reads ``PNPM_CONFIG_*`` alone; versions before 11 read npm's variables. Its cache of
metadata answers whatever it was told of ``no-store``, so every run has a new one. The store of files stays the user's:
files are found by their hash, under which nothing refused is listed, and a moved store makes pnpm build
``node_modules`` anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.common import NOWHERE
from depaudit.gate.clients.js_settings import yaml_table
from depaudit.gate.clients.npmrc import named_files
from depaudit.gate.clients.python_settings import settings_files, unreadable, upward

NAME = "pnpm"

_PREFIX = "pnpm_config_"


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The gate as proxy, a cache of metadata of this run's own; every other spelling of these names taken away."""
    settings: dict[str, str | None] = {
        "https_proxy": wiring.proxy,
        "http_proxy": wiring.proxy,
        "proxy": None,
        "no_proxy": NOWHERE,
        "noproxy": None,
        "cache_dir": str(wiring.bundle.parent / NAME),
        "ca": None,
        "cafile": None,
        "strict_ssl": None,
        "offline": "false",
        "prefer_offline": "false",
        "frozen_store": None,
        "pnpr_server": None,
    }
    made: dict[str, str | None] = {
        name: None for name in wiring.environment if name.lower().startswith(_PREFIX) and _key(name) in settings
    }
    made.update({(_PREFIX + key).upper(): value for key, value in settings.items() if value is not None})
    return made


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """The command line as it is: variables do all."""
    del wiring
    return reading.argv


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """A ``pnprServer`` of a ``pnpm-workspace.yaml``: it chooses for pnpm. Variables win over all the rest."""
    files = settings_files(place)
    found: list[Conflict] = []
    for folder in upward(place.folder):
        path = folder / "pnpm-workspace.yaml"
        table = yaml_table(files, path)
        if table is None:
            found.append(unreadable(path))
        elif any(key.replace("-", "").lower() == "pnprserver" for key in table):
            found.append(Conflict(option="pnprServer", mend=f"Take pnprServer out of {path}: {_CHOOSES}"))
    return tuple(found)


_CHOOSES = "a server that resolves for pnpm chooses versions unseen by the gate."


def roots(place: Place) -> tuple[Path, ...]:
    """The file that ``PNPM_CONFIG_CAFILE`` names; npm's own settings are looked through for npm."""
    return named_files(
        place,
        (
            text
            for name, text in place.environment.items()
            if name.lower().startswith(_PREFIX) and _key(name) == "cafile"
        ),
    )


def _key(name: str) -> str:
    return name[len(_PREFIX) :].lower()
