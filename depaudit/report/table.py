"""The report for people: what is wrong, worst first, what to do about it, and one line that sums up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from depaudit.model.finding import Severity
from depaudit.model.verdict import Decision, Report, Verdict
from depaudit.report.advice import next_step
from depaudit.report.entry import entry, of_each, passed, shown_findings
from depaudit.report.secrets import hide
from depaudit.report.terminal import BOLD, CYAN, GREEN, RED, YELLOW, Style, count, listed, safe, wrap

GROUP_FROM = 3
"""Packages of which the same is said that make one entry."""

_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}
_WORDS = (
    (Verdict.BLOCK, "blocked", RED),
    (Verdict.WARN, "warned", YELLOW),
    (Verdict.UNKNOWN, "unknown", YELLOW),
    (Verdict.PASS, "passed", GREEN),
)


def render(report: Report, style: Style) -> str:
    """The whole report. ``style.quiet`` leaves only what is wrong."""
    blocks = [entry(group, style) for group in _groups(report.decisions, style)]
    if style.verbose:
        blocks.append(passed([d for d in report.decisions if d.verdict is Verdict.PASS], style))
    if not style.quiet:
        blocks.append([line for note in report.notes for line in _remark("note", note, style, CYAN)])
    blocks.append([line for limit in report.network.limits_hit for line in _remark("limit", limit, style, YELLOW)])
    if not report.complete:
        blocks.append(_remark("incomplete", _incomplete(report), style, YELLOW))
    if not style.quiet:
        blocks.append(_summary(report, style))
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return f"{text}\n" if text else ""


def _groups(decisions: Iterable[Decision], style: Style) -> list[list[Decision]]:
    """Decisions that did not pass, worst first; where the same is said of three and more, they stand together."""
    groups: dict[object, list[Decision]] = {}
    for decision in decisions:
        if decision.verdict is not Verdict.PASS:
            groups.setdefault(_said(decision, style), []).append(decision)
    entries: list[list[Decision]] = []
    for group in groups.values():
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
    )


def _badness(group: Sequence[Decision]) -> tuple[int, int]:
    first = group[0]
    worst = max((finding.severity for finding in first.findings), default=Severity.INFO)
    return _RANK[first.verdict], -worst


def _remark(word: str, text: str, style: Style, color: str) -> list[str]:
    lines = wrap(safe(hide(text)), style.width, first=f"{word}: ")
    lines[0] = f"{style.paint(word, BOLD, color)}{lines[0][len(word) :]}"
    return lines


def _incomplete(report: Report) -> str:
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


def _summary(report: Report, style: Style) -> list[str]:
    """The last line."""
    numbers = Counter(decision.verdict for decision in report.decisions)
    total = len(report.decisions)
    if total == 0:
        judged = "No packages to judge"
    elif numbers[Verdict.PASS] == total:
        judged = f"{count(total, 'package')} judged: {'it' if total == 1 else 'all'} passed"
    else:
        parts = [f"{numbers[verdict]:,} {word}" for verdict, word, _ in _WORDS if numbers[verdict]]
        judged = f"{count(total, 'package')} judged: {', '.join(parts)}"
    sentences = [judged, _network(report), *_left_out(report)]
    lines = wrap(" ".join(f"{sentence}." for sentence in sentences), style.width, first="", rest="")
    return [_coloured(lines[0], numbers, style), *lines[1:]]


def _network(report: Report) -> str:
    if report.offline:
        asked = f"offline, by the bundled data of {report.snapshot.isoformat()}"
    else:
        asked = f"{count(report.network.requests, 'request')}, {report.network.from_cache:,} answered from cache"
    if report.not_checked:
        asked += f"; not checked: {', '.join(map(safe, report.not_checked))}"
    return asked[0].upper() + asked[1:]


def _left_out(report: Report) -> list[str]:
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


def _coloured(line: str, numbers: Counter[Verdict], style: Style) -> str:
    """The counts in their verdict's colour."""
    for verdict, word, color in _WORDS:
        if numbers[verdict]:
            part = f"{numbers[verdict]:,} {word}"
            line = line.replace(part, style.paint(part, BOLD, color), 1)
    return line
