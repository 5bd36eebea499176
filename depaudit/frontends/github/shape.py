"""Values out of foreign JSON: each is of the type and grammar that it must have, or says where it is not.

GitHub's answers and event payloads are written by a server, yet what stands in them was typed by strangers.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""A full commit id, of SHA-1 or SHA-256."""

# Accounts: letters, digits, hyphens; an underscore before the short code of a company's own users; "[bot]" for apps.
_LOGIN = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}"
LOGIN = re.compile(rf"{_LOGIN}(?:\[bot\])?")
REPOSITORY = re.compile(rf"{_LOGIN}/(?!\.{{1,2}}\Z)[A-Za-z0-9._-]{{1,100}}")
"""``owner/name``."""

BRANCH = re.compile(r"(?!-)(?!.*(?:\.\.|@\{))[^\x00-\x20\x7f~^:?*\[\\]{1,1024}")
"""What git lets a reference be called, less exact than git: no space, no control character, no revision syntax."""

_DEPTH = 64
_MOST = 2**53  # beyond it JSON's readers do not agree on a number


class MisshapenError(Exception):
    """``where`` (``pull_request.head.sha``) does not hold what it must (``what``)."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where or 'the whole'} is not {what}")


def read_json(data: bytes | str) -> Any:
    """Parse JSON strictly: UTF-8, no NaN, no endless nesting. Raises ``MisshapenError``."""
    try:
        value = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise MisshapenError("", "JSON") from None
    if _deeper_than(value, _DEPTH):
        raise MisshapenError("", f"JSON of fewer than {_DEPTH} levels")
    return value


def within(value: Any, *keys: str) -> Any:
    """What stands at ``keys``, one object in another. Raises ``MisshapenError`` where there is no such key."""
    for count, key in enumerate(keys):
        if not isinstance(value, dict) or key not in value:
            raise MisshapenError(".".join(keys[: count + 1]), "there")
        value = value[key]
    return value


def text(value: Any, *keys: str, most: int = 65_536) -> str:
    """A string of at most ``most`` characters."""
    found = within(value, *keys)
    if not isinstance(found, str) or len(found) > most:
        raise MisshapenError(".".join(keys), f"a text of at most {most:,} characters")
    return found


def matching(pattern: re.Pattern[str], what: str, value: Any, *keys: str) -> str:
    """A string that ``pattern`` matches wholly; ``what`` says for people what that is ("a commit id")."""
    found = within(value, *keys)
    if not isinstance(found, str) or len(found) > 2048 or pattern.fullmatch(found) is None:
        raise MisshapenError(".".join(keys), what)
    return found


def number(value: Any, *keys: str) -> int:
    """A whole number from 1 on."""
    found = within(value, *keys)
    if type(found) is not int or not 0 < found < _MOST:
        raise MisshapenError(".".join(keys), "a number from 1 on")
    return found


def moment(value: Any, *keys: str) -> datetime:
    """A time, aware and in UTC."""
    from depaudit.registries.times import parse_time

    found = parse_time(within(value, *keys))
    if found is None:
        raise MisshapenError(".".join(keys), "a time")
    return found


def rows(value: Any, *keys: str) -> list[Any]:
    """A list."""
    found = within(value, *keys)
    if not isinstance(found, list):
        raise MisshapenError(".".join(keys), "a list")
    return found


def _no_number(text: str) -> None:
    raise ValueError(text)


def _deeper_than(value: Any, levels: int) -> bool:
    row = [value]
    for _ in range(levels):
        row = [
            inner
            for outer in row
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not row:
            return False
    return True
