"""One file a package manager: its environment and its options under the gate.

``CLIENTS`` lists them; a client's file is loaded when it is asked for.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from depaudit.model.names import Ecosystem, NormalizedName

if TYPE_CHECKING:
    from depaudit.gate.clients.base import GateClient

CLIENTS: tuple[str, ...] = (
    "pip",
    "uv",
    "poetry",
    "pdm",
    "pipx",
    "pipenv",
    "npm",
    "pnpm",
    "yarn",
    "bun",
    "deno",
)
"""The modules of this package that are clients, by the names that their readers in ``depaudit.commands`` have."""


def client_named(name: str) -> GateClient:
    """The client called ``name``. Raises ``KeyError`` for a name that is not in ``CLIENTS``."""
    if name not in CLIENTS:
        raise KeyError(name)
    client: GateClient = importlib.import_module(f"depaudit.gate.clients.{name}")
    return client


def all_clients() -> tuple[GateClient, ...]:
    """Every client: a run sets the variables of them all."""
    return tuple(client_named(name) for name in CLIENTS)


def forget(caches: Path, ecosystem: Ecosystem, name: NormalizedName) -> None:
    """Take every archive of a project out of those of the gate's own client caches that would be used without asking.

    Such clients (uv, Berry, bun, deno) have a function ``forget(caches, name)``; the others find nothing under a
    fresh path.
    """
    for client_name in ("uv",) if ecosystem is Ecosystem.PYPI else ("yarn", "bun", "deno"):
        taken = getattr(client_named(client_name), "forget", None)
        if taken is not None:
            taken(caches, name)


def prepare(caches: Path) -> None:
    """Take out of the gate's own client caches, before a client starts, what would answer in a registry's stead.

    Such clients (Berry) have a function ``prepare(caches)``; the others ask the registry afresh when told to.
    """
    for client_name in ("yarn",):
        prepared = getattr(client_named(client_name), "prepare", None)
        if prepared is not None:
            prepared(caches)


def refresh(caches: Path) -> None:
    """Before a run: take what would answer for the registry out of the gate's own client caches.

    The clients that need it (deno) have a function ``refresh(caches)``; to the others an option or ``no-store`` does.
    """
    from depaudit.gate.clients import deno

    deno.refresh(caches)
