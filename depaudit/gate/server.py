"""The proxy in a thread of its own, for callers that run no event loop."""

from __future__ import annotations

import asyncio
import threading

from depaudit.gate.proxy import Proxy
from depaudit.gate.upstream import UpstreamClient


class GateServer:
    """``start`` returns when the proxy listens; ``stop`` ends every connection, also in the middle of a transfer."""

    def __init__(self, proxy: Proxy, upstream: UpstreamClient) -> None:
        self._proxy = proxy
        self._upstream = upstream
        self._thread = threading.Thread(target=self._run, name="depaudit-gate", daemon=True)
        self._listening = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._failure: Exception | None = None

    def start(self) -> str:
        """The proxy's URL. Raises ``OSError`` when it cannot listen."""
        self._thread.start()
        self._listening.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self._proxy.url

    def stop(self) -> None:
        """End it; to stop twice does no harm."""
        if self._loop is not None and self._end is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except Exception as error:  # noqa: BLE001  raised again by ``start``
            self._failure = error
        finally:
            self._listening.set()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        async with self._upstream, self._proxy:
            self._listening.set()
            await self._end.wait()
