"""What TOML readers return, narrowed: a value of another type than the format states is as good as none."""

from __future__ import annotations

import re
from typing import Any

from depaudit.errors import ParseError
from depaudit.model.names import quoted
from depaudit.parsers.toml_positions import entry_places, toml_positions
from depaudit.parsers.toml_text import Table

_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

MAX_ENTRIES = 200_000
"""Entries of one lockfile; the largest met in public have some ten thousand."""


def as_text(value: Any) -> str | None:
    """``value`` where it is a string with something in it, else None."""
    return value if isinstance(value, str) and value else None


def as_table(value: Any) -> Table:
    """``value`` where it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """``value`` where it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def as_group(name: str) -> str:
    """The name of a group or extra, fit to be shown: one that breaks the grammar is quoted and cut."""
    return name if _GROUP.fullmatch(name) else quoted(name, 40)


def line_of(text: str, *path: str) -> int:
    """The line of ``path`` in a TOML text; for messages, since it reads the whole text."""
    return toml_positions(text).place(*path)[0]


def locked_entries(data: Table, key: str, text: str, path: str) -> list[tuple[Any, int, int]]:
    """The elements of the top-level array of tables ``key``, each with the line and column of its name.

    Raises ``ParseError`` where ``key`` is something else than an array, or has more than ``MAX_ENTRIES`` elements.
    """
    entries = data.get(key, [])
    if not isinstance(entries, list):
        raise ParseError(
            f"{key} is no array of tables here.",
            mend=f"Each package is a [[{key}]] table; let the lockfile's tool write it anew.",
            path=path,
            line=line_of(text, key),
        )
    if len(entries) > MAX_ENTRIES:
        raise ParseError(
            f"The file locks {len(entries)} packages; more than {MAX_ENTRIES} are not read.",
            mend="Leave it out with --exclude.",
            path=path,
            line=1,
        )
    places = entry_places(text, key, "name", len(entries))
    return [(entry, line, column) for entry, (line, column) in zip(entries, places, strict=True)]
