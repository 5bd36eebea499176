r"""A requirements file's logical lines, by pip's own rules.

A backslash at the end of a line joins the next; ``#`` begins a comment at the start of a line or behind white space,
and only there (``Jinja2==3.0.0#x`` holds none). A comment line ends a continuation; a comment *behind* something that
ends in a backslash swallows the next line, as pip has it.
https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

LogicalLine = tuple[int, int, str]
"""Line and column (from 1) where it begins, and its text without comment, stripped."""

# str.splitlines, and so pip, ends lines at these too; editors and annotations do not count them
_UNCOUNTED = re.compile("[\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """The lines of ``text`` that hold something, joined and without comments."""
    lines = text.removeprefix("\ufeff").splitlines()
    numbers: Iterator[int] = count(1) if _UNCOUNTED.search(text) is None else _numbers(text)
    parts: list[str] = []
    first = 0
    for number, line in zip(numbers, lines, strict=False):
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            if not parts:
                first = number
            parts.append(line.strip("\\"))
            continue
        if parts:
            comment = line.lstrip().startswith("#")
            parts.append(f" {line}" if comment else line)
            joined, number = "".join(parts), first
            start = parts[0]
            parts = []
        elif not line:
            continue
        else:
            joined = start = line
        stripped = _without_comment(joined).strip() if "#" in joined else joined.strip()
        if stripped:
            yield number, len(start) - len(start.lstrip()) + 1 if start.strip() else 1, stripped
    if parts:
        stripped = _without_comment("".join(parts)).strip()
        if stripped:
            yield first, len(parts[0]) - len(parts[0].lstrip()) + 1 if parts[0].strip() else 1, stripped


def _numbers(text: str) -> Iterator[int]:
    number = 1
    for line in text.removeprefix("\ufeff").splitlines(keepends=True):
        yield number
        if line.endswith(("\n", "\r")):
            number += 1


def _without_comment(line: str) -> str:
    at = line.find("#")
    while at >= 0:
        if at == 0 or line[at - 1].isspace():
            return line[:at]
        at = line.find("#", at + 1)
    return line
