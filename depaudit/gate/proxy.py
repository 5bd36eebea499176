"""The forward proxy of one run, on 127.0.0.1: for this run's client alone, for as long as the run lasts."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from types import TracebackType

from depaudit.gate.base import Inspector
from depaudit.gate.ca import Authority
from depaudit.gate.connection import Connection
from depaudit.gate.duplex import Duplex
from depaudit.gate.shared import USER, Patience, Shared
from depaudit.gate.upstream import UpstreamClient

_BACKLOG = 1024
_READ_BUFFER = 64 * 1024


class Proxy:
    """Use as ``async with``: it listens when entered; when left, every connection ends at once.

    ``inspector``  decides what each request to an intercepted host is answered, and which other hosts are let through
    ``authority``  speaks TLS for the intercepted hosts
    ``intercept``  hosts, in lower case. One that ``authority`` does not know (an address) is served in the clear alone
    ``upstream``   the network behind; entered and closed by whoever made it
    """

    def __init__(
        self,
        inspector: Inspector,
        authority: Authority,
        intercept: frozenset[str],
        upstream: UpstreamClient,
        *,
        patience: Patience = Patience(),  # noqa: B008  frozen
    ) -> None:
        self._settings = (inspector, authority, intercept, upstream, patience)
        self._token = secrets.token_hex(24)
        self._shared: Shared | None = None
        self._listener: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], Duplex] = {}
        self.port = 0

    def __repr__(self) -> str:  # the token stays out of every traceback
        return f"Proxy(port={self.port})"

    @property
    def url(self) -> str:
        """What the client's proxy variables are to say; it holds the run's token."""
        return f"http://{USER}:{self._token}@127.0.0.1:{self.port}"

    @property
    def troubles(self) -> tuple[str, ...]:
        """What went wrong on our side, for people: each was answered with a refusal. Without any secret."""
        return tuple(self._shared.troubles) if self._shared is not None else ()

    @property
    def distrusted(self) -> tuple[str, ...]:
        """Intercepted hosts for which a client broke off the TLS handshake: it does not trust this run's authority."""
        return tuple(self._shared.distrusted) if self._shared is not None else ()

    async def __aenter__(self) -> Proxy:  # noqa: PYI034  typing.Self needs Python 3.11
        inspector, authority, intercept, upstream, patience = self._settings
        self._shared = Shared(
            inspector=inspector,
            authority=authority,
            intercept=intercept,
            upstream=upstream,
            token=self._token,
            patience=patience,
        )
        self._listener = await asyncio.start_server(self._greet, "127.0.0.1", 0, limit=_READ_BUFFER, backlog=_BACKLOG)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._listener is not None:
            self._listener.close()
        while self._connections:
            for task, duplex in self._connections.items():
                duplex.abort()
                task.cancel()
            await asyncio.wait(self._connections)
            await asyncio.sleep(0)  # tasks that have ended are taken off the list by the loop
        await asyncio.sleep(0)  # the loop tells each protocol that its connection is gone

    def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        duplex = Duplex(reader, writer)
        task = asyncio.get_running_loop().create_task(self._serve(duplex))
        self._connections[task] = duplex
        task.add_done_callback(self._connections.pop)

    async def _serve(self, duplex: Duplex) -> None:
        assert self._shared is not None
        try:
            with suppress(OSError):  # the client is gone: there is nobody to tell
                await Connection(self._shared, duplex).serve()
                await duplex.finish()
        except Exception as error:  # noqa: BLE001  a defect of ours must not end the others
            self._shared.note(f"{type(error).__name__} on a connection")
        finally:
            duplex.abort()
