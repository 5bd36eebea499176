"""TOML text to a table, with every way of being malformed told as one ``ParseError`` with a place."""

from __future__ import annotations

import re
from typing import Any

from depaudit.errors import ParseError
from depaudit.model.names import quoted

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |\r?$)", re.MULTILINE)

Table = dict[str, Any]


def load_toml(text: str, path: str) -> Table:
    """Read ``text`` (a byte order mark in front is passed over).

    Raises ``ParseError`` for what TOML forbids: duplicate keys, truncated text, nesting beyond 400 levels, merge
    conflict markers, numbers of thousands of digits.
    """
    import tomli

    text = text.removeprefix("\ufeff")
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        conflict = merge_conflict(text, path)
        if conflict is not None:
            raise conflict from None
        at_end = error.pos >= len(text) and not error.msg.startswith("Cannot")
        raise ParseError(
            f"This is not valid TOML: {quoted(error.msg, 160)[1:-1]}{' where the text ends' if at_end else ''}.",
            mend="The file may be cut off; restore it or let its tool write it anew." if at_end else _MEND,
            path=path,
            line=error.lineno,
            column=error.colno,
        ) from None
    except RecursionError:
        line, column = _deepest(text)
        raise ParseError(
            "Arrays or tables are nested hundreds of levels deep here; no tool writes such a file.",
            mend=_MEND,
            path=path,
            line=line,
            column=column,
        ) from None
    except ValueError as error:  # an integer beyond what Python converts: sys.int_info.default_max_str_digits
        digits = re.search(r"\d{4000}", text)
        raise ParseError(
            f"A number here cannot be read: {quoted(str(error), 80)[1:-1]}.",
            mend=_MEND,
            path=path,
            line=text.count("\n", 0, digits.start()) + 1 if digits is not None else 1,
        ) from None


def merge_conflict(text: str, path: str) -> ParseError | None:
    """The error to raise for a malformed file that holds a merge conflict marker, else None."""
    marker = _CONFLICT.search(text)
    if marker is None:
        return None
    return ParseError(
        "There is a merge conflict marker here.",
        mend="Finish the merge; a lockfile is best written anew by its tool.",
        path=path,
        line=text.count("\n", 0, marker.start()) + 1,
        column=1,
    )


_MEND = "Correct the file here, or let its tool write it anew."


def _deepest(text: str) -> tuple[int, int]:
    """Where the run of brackets that nests too deep begins, as far as a glance tells."""
    run = re.search(r"[\[{](?:[\s\[{]|[A-Za-z0-9_.-]+\s*=){200}", text)
    at = run.start() if run is not None else 0
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
