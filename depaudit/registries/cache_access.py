"""The evidence cache as asynchronous code uses it: many names in one go, on a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

from depaudit.registries.cache import EvidenceCache

_WRITE_AT = 256


class CacheAccess:
    """Gathers look-ups of the same moment into one visit, and writes into few transactions; ``close`` writes the rest.

    Without a cache, everything is simply not cached.
    """

    def __init__(self, cache: EvidenceCache | None) -> None:
        self._cache = cache
        self._thread: ThreadPoolExecutor | None = None
        self._asked: dict[str, asyncio.Future[str | None]] = {}
        self._to_write: list[tuple[str, str, float]] = []
        self._visits: set[asyncio.Future[None]] = set()

    async def get(self, key: str) -> str | None:
        """What is stored under ``key``, or None."""
        if self._cache is None:
            return None
        if key not in self._asked:
            loop = asyncio.get_running_loop()
            if not self._asked:
                loop.call_soon(self._visit, loop)
            self._asked[key] = loop.create_future()
        return await asyncio.shield(self._asked[key])

    def put(self, key: str, text: str, keep: float) -> None:
        """Store ``text`` for ``keep`` seconds, some time soon."""
        if self._cache is None:
            return
        self._to_write.append((key, text, keep))
        if len(self._to_write) >= _WRITE_AT:
            self._flush(asyncio.get_running_loop())

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know of the cache."""
        return () if self._cache is None else tuple(self._cache.notes)

    async def close(self) -> None:
        """Write what is left, and close the file."""
        if self._cache is None:
            return
        loop = asyncio.get_running_loop()
        if self._to_write:
            self._flush(loop)
        if self._visits:
            await asyncio.gather(*self._visits)
        if self._thread is not None:
            await loop.run_in_executor(self._thread, self._cache.close)
            self._thread.shutdown()
            self._thread = None

    def _visit(self, loop: asyncio.AbstractEventLoop) -> None:
        asked, self._asked = self._asked, {}
        self._start(loop, self._read(loop, asked))

    async def _read(self, loop: asyncio.AbstractEventLoop, asked: dict[str, asyncio.Future[str | None]]) -> None:
        assert self._cache is not None
        found: dict[str, str] = {}
        try:
            found = await loop.run_in_executor(self._executor(), self._cache.read, tuple(asked))
        finally:  # whatever happened, nobody may wait for ever
            for key, future in asked.items():
                future.set_result(found.get(key))

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        entries, self._to_write = self._to_write, []
        self._start(loop, self._write(loop, entries))

    async def _write(self, loop: asyncio.AbstractEventLoop, entries: list[tuple[str, str, float]]) -> None:
        assert self._cache is not None
        await loop.run_in_executor(self._executor(), self._cache.write, entries)

    def _start(self, loop: asyncio.AbstractEventLoop, work: Coroutine[None, None, None]) -> None:
        visit = loop.create_task(work)
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)

    def _executor(self) -> ThreadPoolExecutor:
        if self._thread is None:  # one thread: SQLite's connections belong to the thread that opened them
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="depaudit-cache")
        return self._thread
