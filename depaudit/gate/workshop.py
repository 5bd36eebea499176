"""The run's own folder and the environment of its child: nothing of it outlives the run but the client caches."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from depaudit.gate.clients import all_clients, prepare, refresh
from depaudit.gate.clients.base import Wiring
from depaudit.gate.clients.common import environment as common_environment

PREFIX = "depaudit-run-"
STALE = 3 * 24 * 3600
"""Seconds after which a run's folder that nobody took away (a killed machine) is taken away by the next run."""


class Workshop:
    """A private folder for one run; a context manager that takes it away whatever happens.

    ``caches``  where the clients' caches are kept between runs; the empty path: nowhere, they end with the run
    """

    def __init__(self, environment: Mapping[str, str], caches: Path) -> None:
        self._environment = environment
        self.caches = caches
        self.folder = Path()

    def __enter__(self) -> Workshop:  # noqa: PYI034  typing.Self needs Python 3.11
        _sweep()
        refresh(self.caches)
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def wiring(self, proxy: str, roots: bytes, extra_roots: bytes, authority: bytes, client: str = "") -> Wiring:
        """Write the two PEM files that the child trusts, and say where they are.

        ``roots``        what the child trusted before; ``extra_roots`` what Node was told to trust beside its own
        ``authority``    this run's authority
        ``client``       the client that is started
        """
        bundle, own = self.folder / "roots.pem", self.folder / "authority.pem"
        _write(bundle, roots + authority)
        _write(own, extra_roots + authority)
        caches = self.caches if self.caches.is_absolute() else self.folder / "caches"
        prepare(caches)
        return Wiring(
            proxy=proxy, bundle=bundle, authority=own, caches=caches, environment=self._environment, client=client
        )


def child_environment(wiring: Wiring) -> dict[str, str]:
    """The environment of the child: what every client needs to pass through the gate, whichever it calls."""
    environment = dict(wiring.environment)
    for change in (common_environment(wiring), *(client.environment(wiring) for client in all_clients())):
        for name, value in change.items():
            if value is None:
                environment.pop(name, None)
            else:
                environment[name] = value
    return environment


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)


def _sweep() -> None:
    """Take away this user's folders of runs that were killed days ago."""
    if os.name != "posix":
        return
    oldest = time.time() - STALE
    try:
        with os.scandir(tempfile.gettempdir()) as entries:
            stale = [entry.path for entry in entries if entry.name.startswith(PREFIX) and _is_stale(entry, oldest)]
    except OSError:
        return
    for path in stale:
        shutil.rmtree(path, ignore_errors=True)


def _is_stale(entry: os.DirEntry[str], oldest: float) -> bool:
    try:
        state = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    return entry.is_dir(follow_symlinks=False) and state.st_uid == os.getuid() and state.st_mtime < oldest
