"""The lines of a file that a change adds or alters, as git tells them of two plain files outside of a repository."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from pathlib import Path

from depaudit.changes.kinds import refusal
from depaudit.changes.program import Git, find_git
from depaudit.changes.snapshot import Sides
from depaudit.model.record import record

_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_ENDLESS = 2**62


@record
class ChangedLines:
    """Lines, counted from 1, as ranges [start, end) in their order."""

    ranges: tuple[tuple[int, int], ...] = ()

    def holds(self, line: int) -> bool:
        """Whether the line was added or altered."""
        return self.first_in(line, line + 1) is not None

    def first_in(self, start: int, end: int) -> int | None:
        """The first such line from ``start`` on and before ``end``."""
        at = max(bisect_right(self.ranges, (start, _ENDLESS)) - 1, 0)
        for first, behind in self.ranges[at : at + 2]:
            line = max(first, start)
            if line < min(behind, end):
                return line
        return None


EVERY_LINE = ChangedLines(ranges=((1, _ENDLESS),))
"""Of a new file."""


def changed_lines(sides: Sides, path: str, renamed_from: str | None = None) -> ChangedLines:
    """The lines of head's file at ``path`` that base's file there, or at ``renamed_from``, does not have.

    Every line where base has no such file, none where head has none. Raises ``GitError``.
    """
    new = _file(sides.head, path)
    if new is None:
        return ChangedLines()
    old = _file(sides.base, path if renamed_from is None else renamed_from)
    if old is None:
        return EVERY_LINE
    into = sides.head.parent
    avoid = (sides.base, sides.head)
    git = Git(sides.git or find_git(avoid), into, avoid)
    lines = git.lines(
        "diff", "--no-index", "-U0", "--inter-hunk-context=0", "--text", "--no-ext-diff", "--no-textconv", "--no-color",
        "--no-relative", f"-O{os.devnull}", "--diff-algorithm=histogram", "--", str(old), str(new),
        statuses=(0, 1),
    )  # fmt: skip
    ranges = []
    for line in lines:
        hunk = _HUNK.match(line)
        if hunk is not None:
            start, count = int(hunk[1]), int(hunk[2] or b"1")
            if count:
                ranges.append((start, start + count))
    return ChangedLines(ranges=tuple(ranges))


def _file(folder: Path, path: str) -> Path | None:
    if refusal(path, windows=os.name == "nt") is not None:
        return None
    file = folder / path
    try:
        return file if file.is_file() else None
    except (OSError, ValueError):
        return None
