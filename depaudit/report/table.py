"""The report for people: what is wrong, worst first, what to do about it, and one line that sums up."""

from __future__ import annotations

from collections import Counter

from depaudit.model.verdict import Report, Verdict
from depaudit.report.entry import entry, passed
from depaudit.report.grouping import groups
from depaudit.report.secrets import hide
from depaudit.report.summing_up import VERDICTS, incomplete, summary
from depaudit.report.terminal import BOLD, CYAN, GREEN, RED, YELLOW, Style, safe, wrap

_COLORS = {Verdict.BLOCK: RED, Verdict.WARN: YELLOW, Verdict.UNKNOWN: YELLOW, Verdict.PASS: GREEN}


def render(report: Report, style: Style) -> str:
    """The whole report. ``style.quiet`` leaves only what is wrong."""
    blocks = [entry(group, style) for group in groups(report.decisions, style)]
    if style.verbose:
        blocks.append(passed([d for d in report.decisions if d.verdict is Verdict.PASS], style))
    if not style.quiet:
        blocks.append([line for note in report.notes for line in _remark("note", note, style, CYAN)])
    blocks.append([line for limit in report.network.limits_hit for line in _remark("limit", limit, style, YELLOW)])
    if not report.complete:
        blocks.append(_remark("incomplete", incomplete(report), style, YELLOW))
    if not style.quiet:
        blocks.append(_summary(report, style))
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return f"{text}\n" if text else ""


def _remark(word: str, text: str, style: Style, color: str) -> list[str]:
    lines = wrap(safe(hide(text)), style.width, first=f"{word}: ")
    lines[0] = f"{style.paint(word, BOLD, color)}{lines[0][len(word) :]}"
    return lines


def _summary(report: Report, style: Style) -> list[str]:
    """The last line."""
    lines = wrap(summary(report), style.width, first="", rest="")
    return [_coloured(lines[0], report, style), *lines[1:]]


def _coloured(line: str, report: Report, style: Style) -> str:
    """The counts in their verdict's colour."""
    numbers = Counter(decision.verdict for decision in report.decisions)
    for verdict, word in VERDICTS:
        if numbers[verdict]:
            part = f"{numbers[verdict]:,} {word}"
            line = line.replace(part, style.paint(part, BOLD, _COLORS[verdict]), 1)
    return line
