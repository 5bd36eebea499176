"""The error table: what can go wrong with a request, in a few words for people, and what that means for the next."""

from __future__ import annotations

from enum import Enum

from depaudit.model.record import record


class ForeignRowError(ValueError):
    """A row of the cache that this program did not write. Caught where rows are read; never seen outside."""


class Trouble(Enum):
    """What a failure says of the host, and so what is done about it."""

    PASSING = "passing"
    """Worth another try: a reset, a 5xx, an answer that broke off."""

    SLOW = "slow"
    """A time-out. Waiting that long was try enough: simultaneous ones count each."""

    UNREACHABLE = "unreachable"
    """Refused, or no such host. Found out at once, so other requests wait until it is known."""

    BUSY = "busy"
    """HTTP 429: the host lives, and wants fewer requests."""

    HOPELESS = "hopeless"
    """Every request to this host will meet the same, whatever is tried: an untrusted certificate, a proxy's no."""

    ANSWER = "answer"
    """The host is well; this one answer is of no use, and asking again would bring the same."""


@record(kw_only=False)
class Failure:
    """Why there is no answer. ``wait``: how many seconds the server asked to be left alone, None when it did not."""

    reason: str
    trouble: Trouble = Trouble.ANSWER
    wait: float | None = None


TIMED_OUT = Failure("timed out", Trouble.SLOW)
BROKEN_OFF = Failure("the answer broke off", Trouble.PASSING)


def nonsense(what: str) -> Failure:
    """An answer that is not what was asked for: ``what`` says what it is, or is not."""
    return Failure(f"answered nonsense: {what}")


def of_status(status: int, wait: float | None) -> Failure | None:
    """The failure that an HTTP status alone is, or None when it is an answer (2xx, and a 4xx that says no)."""
    if status == 429:
        return Failure("HTTP 429", Trouble.BUSY, wait)
    if status >= 500 or status == 408:
        return Failure(f"HTTP {status}", Trouble.PASSING, wait)
    if status < 200 or 300 <= status < 400:
        return Failure(f"HTTP {status}")
    return None


def of_proxy_status(status: int) -> Failure:
    """What a proxy's refusal to open a tunnel means."""
    if status == 407:
        return Failure("the proxy wants credentials (HTTP 407)", Trouble.HOPELESS)
    if 400 <= status < 500:
        return Failure(f"the proxy refused (HTTP {status})", Trouble.HOPELESS)
    return Failure(f"the proxy failed (HTTP {status})", Trouble.PASSING)
