"""Input errors for people, on stderr: where, what is wrong, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

from depaudit.model.problem import Problem
from depaudit.report.secrets import hide
from depaudit.report.terminal import BOLD, CYAN, RED, Style, safe


def render(problems: Iterable[Problem], *, color: bool = False) -> str:
    """One paragraph an error. Not wrapped: logs are searched by line."""
    style = Style(color=color)
    lines = []
    for problem in problems:
        lines.append(
            f"{style.paint('error', BOLD, RED)}: {style.paint(place(problem), BOLD)}: {safe(hide(problem.message))}"
        )
        if problem.mend:
            lines.append(f"  {style.paint('next', CYAN)}: {safe(hide(problem.mend))}")
    return "".join(f"{line}\n" for line in lines)


def place(problem: Problem) -> str:
    """``path:line:column``, as far as known."""
    parts = [safe(problem.path) or "<input>"]
    if problem.line is not None:
        parts.append(str(problem.line))
        if problem.column is not None:
            parts.append(str(problem.column))
    return ":".join(parts)
