"""One gate a host: how many requests may be in flight, and whether asking still makes sense.

A dead registry is found out once, not once a name. In health up to ``per_host`` requests pass side by side. After
failures in a row one request at a time goes ahead as a probe, with growing pauses; the first success opens the gate
wide again, and enough failures close it for the rest of the run: then everyone who waits, in line or between two
tries, is told at once.
"""

from __future__ import annotations

import asyncio
from collections import deque

from depaudit.model.settings import Limits
from depaudit.registries.backoff import delay
from depaudit.registries.errors import TIMED_OUT, Failure, Trouble
from depaudit.registries.limits import RunLimits

_WEIGHT = {Trouble.UNREACHABLE: 2}
_REGAIN = 0.1  # of a place, for each success after the host asked for fewer requests


class HostGate:
    """What is known of ``host`` in this run. Every ``enter`` that returns None needs its ``leave``."""

    def __init__(self, host: str, limits: Limits, run: RunLimits) -> None:
        self.host = host
        self.closed: str | None = None
        self._run = run
        self._full = float(limits.per_host)
        self._places = self._full
        self._threshold = limits.breaker_failures
        self._patience = limits.request_deadline
        self._in_flight = 0
        self._line: deque[asyncio.Future[None]] = deque()
        self._resting: set[asyncio.Future[None]] = set()
        self._streak = 0  # failures since the last success, each counted
        self._rounds = 0  # the same, but what failed side by side counted once
        self._weight = 0
        self._failing: set[str] = set()
        self._last_round = float("-inf")
        self._not_before = 0.0  # until a success
        self._quiet_until = 0.0  # asked for by the host, whatever else succeeds
        run.when_over(self._wake_all)

    async def enter(self, until: float = float("inf")) -> str | None:
        """Wait for a place, at most until loop time ``until``; the reason when there will be none."""
        loop = asyncio.get_running_loop()
        while True:
            if (refusal := self.closed or self._run.over) is not None:
                return refusal
            now = loop.time()
            if now >= until:
                self._wake()  # somebody may have given this place up for us: pass it on
                return TIMED_OUT.reason
            start = max(self._not_before, self._quiet_until)
            free = self._in_flight < self._room()
            if free and start <= now:
                self._in_flight += 1
                return None
            await self._stand_in_line(min(until, start) if free else until)

    def leave(self) -> None:
        """Give the place back."""
        self._in_flight -= 1
        self._wake()

    async def rest(self, seconds: float) -> None:
        """Sleep, but no longer than there is hope."""
        if self.closed is None and self._run.over is None:
            loop = asyncio.get_running_loop()
            sleeper: asyncio.Future[None] = loop.create_future()
            timer = loop.call_later(seconds, _finish, sleeper)
            self._resting.add(sleeper)
            try:
                await sleeper
            finally:
                timer.cancel()
                self._resting.discard(sleeper)

    def succeeded(self) -> None:
        """The host answered."""
        self._places = min(self._full, self._places + _REGAIN)
        if self._streak:
            self._streak = self._rounds = self._weight = 0
            self._failing.clear()
            self._not_before = 0.0
            self._wake()

    def failed(self, failure: Failure, url: str, started: float) -> None:
        """A request for ``url`` that began at loop time ``started`` failed."""
        trouble = failure.trouble
        if trouble is Trouble.ANSWER:
            self.succeeded()
            return
        if trouble is Trouble.HOPELESS:
            self._close(failure.reason, "")
            return
        if failure.wait is not None and failure.wait > self._patience:
            self._close(f"{failure.reason}, asks to wait {failure.wait:.0f} s", "")
            return
        self._streak += 1
        now = asyncio.get_running_loop().time()
        if self._is_news(trouble, url, started):
            self._failing.add(url)
            self._count_round(failure, now)
        if failure.wait is not None:
            self._quiet_until = max(self._quiet_until, now + failure.wait)

    def _is_news(self, trouble: Trouble, url: str, started: float) -> bool:
        """Whether a failure tells more of the host than the last one did."""
        if trouble in (Trouble.PASSING, Trouble.SLOW) and url in self._failing:
            return False  # this one answer may be what is broken
        return started > self._last_round or trouble is Trouble.SLOW

    def _count_round(self, failure: Failure, now: float) -> None:
        self._last_round = now
        self._rounds += 1
        self._weight += _WEIGHT.get(failure.trouble, 1)
        if self._weight >= self._threshold:
            self._close(failure.reason, f" after {self._rounds} failures in a row")
            return
        pause = delay(self._rounds)
        if failure.trouble is Trouble.BUSY:
            self._places = max(1.0, self._places / 2)
            self._quiet_until = max(self._quiet_until, now + pause)
        elif failure.trouble is not Trouble.SLOW:
            self._not_before = max(self._not_before, now + pause)

    def _room(self) -> int:
        return 1 if self._streak > 1 else int(self._places)

    def _close(self, reason: str, how: str) -> None:
        if self.closed is None:
            self.closed = reason
            self._run.note(f"{self.host} was given up{how}: {reason}.")
            self._wake_all()

    async def _stand_in_line(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        timer = loop.call_at(until, _finish, turn) if until != float("inf") else None
        self._line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._wake()  # the place was meant for us: pass it on
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        free = self._room() - self._in_flight
        while free > 0 and self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                free -= 1

    def _wake_all(self) -> None:
        while self._line:
            _finish(self._line.popleft())
        for sleeper in self._resting:
            _finish(sleeper)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
