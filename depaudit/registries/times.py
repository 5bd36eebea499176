"""Registries' times: RFC 3339 as PyPI and npm write it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_SHAPE = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-])(\d\d):?(\d\d))?", re.ASCII)


def parse_time(value: object) -> datetime | None:
    """The moment that ``value`` tells, aware and in UTC; without a zone it is taken as UTC. None when it tells none.

    ``datetime.fromisoformat`` alone reads neither "Z" nor other than three or six digits before Python 3.11.
    """
    if type(value) is not str or len(value) > 64:
        return None
    match = _SHAPE.fullmatch(value)
    if match is None:
        return None
    day, clock, fraction, sign, hours, minutes = match.groups()
    micro = f"{fraction:0<6}"[:6] if fraction else "000000"
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}.{micro}+00:00")
        if sign:
            shift = timedelta(hours=int(hours), minutes=int(minutes))
            moment = (moment - shift if sign == "+" else moment + shift).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    return moment
