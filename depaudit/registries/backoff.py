"""How long to wait before asking again."""

from __future__ import annotations

import random
import re
from datetime import datetime, timezone

_FIRST = 0.1
_LONGEST = 4.0
_SECONDS = re.compile(r"[0-9]{1,9}")


def delay(attempt: int) -> float:
    """Seconds before try ``attempt`` (the first repetition is 1): doubling, bounded, and spread by half either way.

    The spread keeps many clients, and many names of one client, from coming back in step.
    """
    spread = 0.5 + random.random()  # noqa: S311  spreads load, keeps no secret
    return float(min(_LONGEST, _FIRST * 2 ** (attempt - 1)) * spread)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks to wait, in either of its forms; None when absent or unreadable."""
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    if len(text) > 64:
        return None
    from email.utils import parsedate_to_datetime

    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return max(0.0, (when - now).total_seconds())
