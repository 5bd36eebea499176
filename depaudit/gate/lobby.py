"""How many connections there may be at once, and which one goes when there are too many."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from depaudit.gate.duplex import Duplex


class Lobby:
    """Connections that have not shown the token (``strangers``) never keep out those that have (``guests``).

    Too many strangers: the one that has waited longest is dropped. Too many guests: the one that has been idle longest
    makes room; where none is idle the new one waits.
    """

    def __init__(self, strangers: int, guests: int) -> None:
        self._most_strangers = strangers
        self._strangers: dict[Duplex, None] = {}
        self._idle: dict[Duplex, None] = {}
        self._places = asyncio.Semaphore(guests)
        self._waiting = 0

    @contextmanager
    def stranger(self, duplex: Duplex) -> Iterator[None]:
        """While it has not shown the token."""
        if len(self._strangers) >= self._most_strangers:
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
            oldest.abort()
        self._strangers[duplex] = None
        try:
            yield
        finally:
            self._strangers.pop(duplex, None)

    async def enter(self) -> None:
        """Wait for a place among the guests; ``leave`` gives it back."""
        if self._places.locked():
            self._make_room()
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Give one's place back."""
        self._places.release()

    @property
    def crowded(self) -> bool:
        """Whether somebody waits: connections are then not kept for a next request."""
        return self._waiting > 0

    @contextmanager
    def idle(self, duplex: Duplex) -> Iterator[None]:
        """While it has nothing to ask."""
        self._idle[duplex] = None
        try:
            yield
        finally:
            self._idle.pop(duplex, None)

    def _make_room(self) -> None:
        for duplex in self._idle:
            if duplex.has_sent_all():  # else its last answer would be lost
                del self._idle[duplex]
                duplex.abort()
                return
