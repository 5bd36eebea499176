"""How a client is led through the gate: the contract of every file of this room.

A run sets the variables of **all** clients, whichever it starts: an npm script may call pip, Poetry calls pip, and
``uv run`` may call anything. Only options are the started client's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.model.record import record


@record
class Wiring:
    """What the child needs to reach the gate and to trust it.

    ``proxy``        the gate's URL with this run's token: ``http://depaudit:TOKEN@127.0.0.1:PORT``
    ``bundle``       a PEM file: every root that the child trusted before, and this run's authority
    ``authority``    a PEM file: this run's authority, and whatever ``NODE_EXTRA_CA_CERTS`` or ``DENO_CERT`` held before
    ``caches``       a folder of the gate's own, kept between runs: what is in it has passed the gate
    ``environment``  the environment that the child would have had without the gate
    ``client``       the client that is started, as its reader's ``NAME``; ``""`` where that is not known
    """

    proxy: str
    bundle: Path
    authority: Path
    caches: Path
    environment: Mapping[str, str]
    client: str = ""

    def __repr__(self) -> str:  # the proxy's URL holds the run's token, the environment anything
        return "Wiring()"


@record
class Place:
    """Where settings are looked for. All absolute. ``roots`` are the audited folders: settings in them are nobody's
    but the tree's. ``scripts`` are the Python files with inline metadata that the command names: they may hold
    settings too."""

    folder: Path
    home: Path
    environment: Mapping[str, str]
    roots: tuple[Path, ...] = ()
    scripts: tuple[Path, ...] = ()

    def __repr__(self) -> str:
        return f"Place(folder={self.folder!r})"


class GateClient(Protocol):
    """One client: a module of this room.

    ``NAME``  as the reader's in ``depaudit.commands``
    """

    NAME: str

    def environment(self, wiring: Wiring) -> Mapping[str, str | None]:
        """Variables to set, and (None) to remove, for this client, in whatever run. Pure."""
        ...

    def arguments(self, reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
        """``reading.argv`` with the options that this client needs under the gate. Pure."""
        ...

    def conflicts(self, place: Place) -> tuple[Conflict, ...]:
        """Settings files that would lead this client round the gate whatever the environment says (Berry's
        ``networkSettings``, uv's ``https-proxy``): read, bounded, never followed. The run is then refused."""
        ...

    def roots(self, place: Place) -> tuple[Path, ...]:
        """Files with certificate authorities that the client's own settings name (pip's ``cert``, npm's ``cafile``,
        ``NODE_EXTRA_CA_CERTS``, Yarn's ``httpsCaFilePath``): they are merged into the bundle, if they exist."""
        ...
