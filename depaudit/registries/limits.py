"""What one run may do to the network in all: so many requests, so many seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from depaudit.model.settings import Limits


class RunLimits:
    """Counts a run's requests and time, and remembers for people which limits were hit.

    The time starts with the first request, so that a client that waits for work does not age.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._on_over: list[Callable[[], None]] = []
        self.requests = 0
        self.over: str | None = None
        self.notes: list[str] = []

    def note(self, sentence: str) -> None:
        """Remember ``sentence`` for the end of the run, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def when_over(self, call: Callable[[], None]) -> None:
        """Have ``call`` called when nothing more may be asked."""
        self._on_over.append(call)

    def take(self) -> str | None:
        """Count one request; the reason why not when it may not be sent."""
        if self.over is None and self._deadline is None:
            loop = asyncio.get_running_loop()
            self._deadline = loop.time() + self._limits.run_deadline
            self._timer = loop.call_at(self._deadline, self._time_is_up)
        if self.over is None and self.requests >= self._limits.max_requests:
            self._end(f"the cap of {self._limits.max_requests} requests was reached")
        if self.over is None:
            self.requests += 1
        return self.over

    def seconds_left(self) -> float:
        """Seconds until the run's deadline."""
        if self._deadline is None:
            return self._limits.run_deadline
        return self._deadline - asyncio.get_running_loop().time()

    def close(self) -> None:
        """Forget the timer."""
        if self._timer is not None:
            self._timer.cancel()

    def _time_is_up(self) -> None:
        self._end(f"the run's time limit of {self._limits.run_deadline:g} s was reached")

    def _end(self, reason: str) -> None:
        if self.over is None:
            self.over = reason
            self.note(f"{reason[0].upper()}{reason[1:]}.")
            for call in self._on_over:
                call()
