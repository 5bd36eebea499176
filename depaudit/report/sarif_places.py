"""Places as SARIF has them: relative URIs that code scanning takes, whatever a path looks like."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from depaudit.model.requirement import Location
from depaudit.report.entry import COMMAND_LINE

ROOT = "%SRCROOT%"
"""The base of every relative URI: the top of the audited repository."""

OUTSIDE = "not-in-this-repository"
"""The file of what no file of the repository asks for: code scanning refuses a report with a result that has none."""

TYPED = "command-line"
_STANDARD_INPUT = "standard-input"
_MAX_PATH = 2_000
_MAX_NUMBER = 2**31 - 1


def physical(place: Location) -> dict[str, Any]:
    """A location with file, line and column."""
    return _placed(uri_of(place.path), place.line, place.column)


def of_problem(path: str, line: int | None, column: int | None) -> dict[str, Any]:
    """A location of which the line may not be known."""
    return _placed(uri_of(path), line, column)


def uri_of(path: str) -> str:
    """``path`` as a URI: relative where it lies within the working folder, ``file:`` where it is absolute.

    Letters that cannot be seen stand as escapes in it, since viewers decode it. What is no path of a repository gets a
    name of ours, without ``<`` and spaces.
    """
    if path == COMMAND_LINE:
        return TYPED
    if path == "<stdin>" or path == "-":
        return _STANDARD_INPUT
    visible = "".join(letter if letter.isprintable() else _escaped(letter) for letter in path)
    if visible.startswith("/"):
        return f"file://{_quoted('/'.join(_parts(visible)), leading=True)}"
    parts = _parts(visible)
    if not parts or ".." in parts or len(visible) > _MAX_PATH:
        return OUTSIDE
    return _quoted("/".join(parts))


def is_relative(uri: str) -> bool:
    """Whether ``uri`` counts from ``ROOT``."""
    return not uri.startswith("file:")


def _placed(uri: str, line: int | None, column: int | None) -> dict[str, Any]:
    file = {"uri": uri, "uriBaseId": ROOT} if is_relative(uri) else {"uri": uri}
    start = _number(line)
    region = {"startLine": start, "startColumn": _number(column), "endLine": start}
    return {"physicalLocation": {"artifactLocation": file, "region": region}}


def _number(number: int | None) -> int:
    return max(1, min(number or 1, _MAX_NUMBER))


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _quoted(path: str, *, leading: bool = False) -> str:
    # ":" is quoted too: in the first part of a relative URI it would be taken for the end of a scheme
    return ("/" if leading else "") + quote(path, safe="/~", encoding="utf-8", errors="replace")


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
