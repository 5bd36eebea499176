"""npm's note of what it installed, ``node_modules/.package-lock.json``: a hint, since any installed code may write it.

https://docs.npmjs.com/cli/configuring-npm/package-lock-json#hidden-lockfiles
"""

from __future__ import annotations

import json
from pathlib import Path

from depaudit.installed.files import read_small
from depaudit.model.record import record
from depaudit.parsers.json_positions import encodable

NAME = ".package-lock.json"
MAX_BYTES = 48 * 1024 * 1024
MAX_ENTRIES = 200_000


@record
class LockedEntry:
    """What npm noted of one folder; ``""`` where it noted nothing. ``name`` is an alias's real name."""

    name: str = ""
    version: str = ""
    resolved: str = ""
    integrity: str = ""


def read_hidden_lock(modules: Path) -> dict[str, LockedEntry]:
    """The entries by folder (``node_modules/a/node_modules/b``); none where the file is missing or broken."""
    text = read_small(str(modules / NAME), MAX_BYTES)
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    entries = value.get("packages") if isinstance(value, dict) else None
    if not isinstance(entries, dict) or len(entries) > MAX_ENTRIES:
        return {}
    return {
        folder: LockedEntry(**{key: _text(entry.get(key)) for key in ("name", "version", "resolved", "integrity")})
        for folder, entry in entries.items()
        if isinstance(entry, dict)
    }


def _text(value: object) -> str:
    return encodable(value)[:8_192] if isinstance(value, str) else ""
