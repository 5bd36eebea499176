"""Reports: one file a format, each a pure function from a report to text.

A format is added by a module with ``render(report, style)`` and a line in ``FORMATS``. Nothing is imported before it
is asked for, since a run prints in one format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from depaudit.errors import UsageError
from depaudit.model.problem import Problem
from depaudit.model.requirement import Package
from depaudit.model.verdict import Report

FORMATS = ("table", "json", "sarif", "markdown", "github", "html")
"""What ``--format`` takes."""


def render(
    report: Report, form: str, *, color: bool = False, width: int = 100, verbose: bool = False, quiet: bool = False
) -> str:
    """``report`` in the format ``form``; ends in a newline unless it is empty.

    ``color``, ``width`` (columns), ``verbose`` and ``quiet`` shape what people read; formats for machines ignore them.
    Raises ``UsageError`` for an unknown format.
    """
    if form == "table":
        from depaudit.report.table import render as render_table
        from depaudit.report.terminal import Style

        return render_table(report, Style(color=color, width=width, verbose=verbose, quiet=quiet))
    if form == "json":
        from depaudit.report.json_report import render as render_json

        return render_json(report)
    if form == "sarif":
        from depaudit.report.sarif import render as render_sarif

        return render_sarif(report)
    if form == "markdown":
        from depaudit.report.markdown import render as render_markdown

        return render_markdown(report)
    if form == "github":
        from depaudit.report.github import render as render_github

        return render_github(report)
    if form == "html":
        from depaudit.report.html import render as render_html

        return render_html(report)
    raise _unknown(form)


def render_list(
    packages: Sequence[Package],
    form: str,
    *,
    problems: Iterable[Problem] = (),
    not_audited: Iterable[tuple[str, int]] = (),
    color: bool = False,
    width: int = 100,
) -> str:
    """What ``depaudit list`` found, as "table" or "json". Raises ``UsageError`` for another format."""
    if form == "table":
        from depaudit.report.listing import render as render_table
        from depaudit.report.terminal import Style

        return render_table(packages, tuple(not_audited), Style(color=color, width=width))
    if form == "json":
        from depaudit.report.json_report import render_list as render_json

        return render_json(packages, tuple(problems), tuple(not_audited))
    raise _unknown(form)


def render_problems(problems: Iterable[Problem], *, color: bool = False) -> str:
    """Input errors for stderr: where, what is wrong, and how to mend it. Empty when there is none."""
    from depaudit.report.problems import render as render_each

    return render_each(problems, color=color)


def _unknown(form: str) -> UsageError:
    return UsageError(f"there is no format {form!r}.", mend=f"Known are {', '.join(FORMATS)}.")
