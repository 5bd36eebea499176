"""Sentences about a whole run, the same in every report for people."""

from __future__ import annotations

from collections import Counter

from depaudit.model.verdict import Change, Report, Verdict
from depaudit.report.terminal import count, listed, safe

_COMMIT = 7
"""Letters of a commit's id that people are shown."""

VERDICTS = (
    (Verdict.BLOCK, "blocked"),
    (Verdict.WARN, "warned"),
    (Verdict.UNKNOWN, "unknown"),
    (Verdict.PASS, "passed"),
)
"""What people call the verdicts, worst first."""

NOTHING_ADDED = "This change adds no dependency."
"""Said of a change in which there is nothing to judge."""


def compared(change: Change) -> str:
    """What the change was compared with, in a sentence."""
    if not change.base:
        return "Compared with nothing: all of it is new."
    is_id = len(change.base) >= 40 and not set(change.base) - set("0123456789abcdef")
    return f"Compared with {change.base[:_COMMIT] if is_id else safe(change.base, 80)}."


def summary(report: Report) -> str:
    """The last line of every report for people: what was judged, against what, what was asked, what was left out."""
    nothing = report.change is not None and not report.decisions
    sentences = [NOTHING_ADDED if nothing else f"{judged(report)}."]
    if report.change is not None:
        sentences.append(compared(report.change))
    return " ".join([*sentences, *(f"{sentence}." for sentence in (network(report), *left_out(report)))])


def judged(report: Report) -> str:
    """How many packages got which verdict; no full stop."""
    numbers = Counter(decision.verdict for decision in report.decisions)
    total = len(report.decisions)
    if total == 0:
        return "No packages to judge"
    if numbers[Verdict.PASS] == total:
        return f"{count(total, 'package')} judged: {'it' if total == 1 else 'all'} passed"
    parts = [f"{numbers[verdict]:,} {word}" for verdict, word in VERDICTS if numbers[verdict]]
    return f"{count(total, 'package')} judged: {', '.join(parts)}"


def incomplete(report: Report) -> str:
    """Why the audit is not the whole answer."""
    unknown = sum(decision.verdict is Verdict.UNKNOWN for decision in report.decisions)
    unanswered = sum(decision.incomplete for decision in report.decisions if decision.verdict is not Verdict.UNKNOWN)
    reasons = []
    if unknown:
        reasons.append(f"{count(unknown, 'package')} could not be judged")
    if unanswered:
        verb = "was" if unanswered == 1 else "were"
        reasons.append(f"{count(unanswered, 'package')} {verb} judged without the registry's answer")
    if not reasons:
        reasons.append("something that had to be checked was not")
    return f"{' and '.join(reasons)}; what is not known is not safe."


def network(report: Report) -> str:
    """What was asked of whom and what was not checked; no full stop."""
    if report.offline:
        asked = f"offline, by the bundled data of {report.snapshot.isoformat()}"
    else:
        asked = f"{count(report.network.requests, 'request')}, {report.network.from_cache:,} answered from cache"
    if report.not_checked:
        asked += f"; not checked: {', '.join(map(safe, report.not_checked))}"
    return asked[0].upper() + asked[1:]


def left_out(report: Report) -> list[str]:
    """What the run read and did not judge, or found and did not count; each without a full stop."""
    sentences = []
    if report.problems:
        sentences.append(f"{count(len(report.problems), 'input error')}")
    if report.not_audited:
        totals: Counter[str] = Counter()
        for kind, number in report.not_audited:
            totals[kind] += number
        sentences.append(f"Not audited: {listed(f'{number:,} {safe(kind)}' for kind, number in totals.items())}")
    if report.excluded:
        sentences.append(f"{count(report.excluded, 'file')} excluded")
    suppressed = sum(len(decision.suppressed) for decision in report.decisions)
    if suppressed:
        sentences.append(f"{count(suppressed, 'finding')} set aside by exceptions")
    return sentences
