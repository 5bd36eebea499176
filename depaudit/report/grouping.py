"""Which packages stand together in a report for people, and in which order: worst first, the same said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from depaudit.model.finding import Severity
from depaudit.model.verdict import Decision, Verdict
from depaudit.report.advice import next_step
from depaudit.report.entry import of_each, shown_findings
from depaudit.report.terminal import Style

GROUP_FROM = 3
"""Packages of which the same is said that make one entry."""

_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


def groups(
    decisions: Iterable[Decision], style: Style, beside: Callable[[Decision], object] | None = None
) -> list[list[Decision]]:
    """Decisions that did not pass, worst first; where the same is said of three and more, they stand together.

    ``beside``  what must be the same as well, where a format says more of a package than the table does
    """
    said: dict[object, list[Decision]] = {}
    for decision in decisions:
        if decision.verdict is not Verdict.PASS:
            key = (_said(decision, style), beside(decision) if beside is not None else None)
            said.setdefault(key, []).append(decision)
    entries: list[list[Decision]] = []
    for group in said.values():
        entries += [group] if len(group) >= GROUP_FROM else [[decision] for decision in group]
    return sorted(entries, key=_badness)


def _said(decision: Decision, style: Style) -> object:
    """All that an entry would say, but for the package's own name and places."""
    return (
        decision.verdict,
        decision.unknown_because,
        decision.suggestions,
        tuple((f.rule, f.severity, of_each(decision, f.message)) for f in shown_findings(decision, style)),
        tuple((s.finding.rule, s.pattern) for s in decision.suppressed),
        next_step(decision),
        decision.pending,
    )


def _badness(group: Sequence[Decision]) -> tuple[int, int]:
    first = group[0]
    worst = max((finding.severity for finding in first.findings), default=Severity.INFO)
    return _RANK[first.verdict], -worst
