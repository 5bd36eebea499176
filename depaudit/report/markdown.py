"""The report as GitHub-flavoured Markdown: a job's summary, or the comment on a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from depaudit.model.problem import Problem
from depaudit.model.verdict import Decision, Report, Verdict
from depaudit.report.entry import package_name, set_aside
from depaudit.report.gfm import code, prose, summary_line
from depaudit.report.grouping import groups
from depaudit.report.markdown_entry import details, row
from depaudit.report.problems import place
from depaudit.report.summing_up import VERDICTS, incomplete, summary
from depaudit.report.terminal import Style, count, listed, safe

MIN_LIMIT = 8_000
"""Bytes that the parts which are never left out may take."""

_EVERYTHING = Style(verbose=True)
_TABLE_HEAD = "| Verdict | Package | Why | Where |\n| --- | --- | --- | --- |"
_MARKS = ((Verdict.BLOCK, "🔴"), (Verdict.WARN, "🟡"), (Verdict.UNKNOWN, "🟣"))
_SHARE = 6
"""One in so many bytes is for input errors, and as much for notes: packages have the rest."""


def render(report: Report, *, limit: int = 1_000_000) -> str:
    """The whole report in at most ``limit`` bytes of UTF-8 (``MIN_LIMIT`` and more), ending in a newline.

    What is worst is kept; of the rest it says how many there are. Raises ``ValueError`` for a smaller limit.
    """
    if limit < MIN_LIMIT:
        raise ValueError(f"a report takes {MIN_LIMIT} bytes at least")
    entries = groups(report.decisions, _EVERYTHING, beside=_evidence)
    if not entries and not report.problems and report.complete:
        first, last = f"✅ **depaudit:** {_last_line(report)}", ""
    else:
        first, last = _headline(report), _last_line(report)
    room = limit - _size(first) - _size(last) - len("\n\n")
    errors = _errors(report.problems, room // _SHARE)
    notes = _notes(report, room // _SHARE)
    room -= _size(errors) + _size(notes)
    table = _table(entries, room // 2)
    folded = _folded(entries, room - _size(table))
    return "\n\n".join(part for part in (first, table, folded, errors, notes, last) if part) + "\n"


def _evidence(decision: Decision) -> object:
    """What the table does not say of a package and this report does."""
    return tuple(finding.facts for finding in decision.findings), decision.not_checked


def _headline(report: Report) -> str:
    numbers = Counter(decision.verdict for decision in report.decisions)
    wrong = [(numbers[verdict], word) for verdict, word in VERDICTS[:-1] if numbers[verdict]]
    mark = next((mark for verdict, mark in _MARKS if numbers[verdict]), "🔴" if report.problems else "🟣")
    if wrong:
        said = [f"{count(wrong[0][0], 'package')} {wrong[0][1]}", *(f"{number:,} {word}" for number, word in wrong[1:])]
        lines = [f"{mark} **depaudit: {', '.join(said)}** of {len(report.decisions):,} judged."]
    else:
        what = count(len(report.problems), "input error") if report.problems else "the audit is incomplete"
        lines = [f"{mark} **depaudit: {what}**; nothing else is wrong."]
    if not report.complete:
        lines.append(f"The audit is incomplete: {prose(incomplete(report))}")
    return " ".join(lines)


def _last_line(report: Report) -> str:
    return prose(safe(summary(report), 600))


def _table(entries: Sequence[Sequence[Decision]], room: int) -> str:
    rows = _within(map(row, entries), room - _size(_TABLE_HEAD))
    if not rows:
        return ""
    left = sum(map(len, entries[len(rows) :]))
    more = f"\n\nand {count(left, 'more package')}, none of them worse." if left else ""
    return "\n".join([_TABLE_HEAD, *rows]) + more


def _folded(entries: Sequence[Sequence[Decision]], room: int) -> str:
    parts = _within(map(details, entries), room)
    left = sum(map(len, entries[len(parts) :]))
    more = f"There is no room for the details of {count(left, 'package')}; `--format json` has them all."
    return "\n\n".join([*parts, *([more] if left else [])])


def _errors(problems: Sequence[Problem], room: int) -> str:
    if not problems:
        return ""
    items = _within((f"- {code(place(p))}: {_what_to_mend(p)}" for p in problems), room)
    left = len(problems) - len(items)
    return "\n".join(
        [f"**{count(len(problems), 'input error')}**\n", *items, *([f"- and {left:,} more"] if left else [])]
    )


def _what_to_mend(problem: Problem) -> str:
    text = safe(problem.message, 500)
    return prose(f"{text} {safe(problem.mend, 500)}" if problem.mend else text)


def _notes(report: Report, room: int) -> str:
    """Folded: what was left out and why, caps that were hit, and what exceptions set aside."""
    exceptions = [(decision, suppression) for decision in report.decisions for suppression in decision.suppressed]
    every = {
        f"{count(len(report.network.limits_hit), 'limit')} hit": [
            f"Limit: {text}" for text in report.network.limits_hit
        ],
        count(len(report.notes), "note"): [f"Note: {text}" for text in report.notes],
        f"{count(len(exceptions), 'finding')} set aside": [
            f"Set aside for {package_name(one.package)}: {set_aside(which)}" for one, which in exceptions
        ],
    }
    titles = [title for title, texts in every.items() if texts]
    if not titles:
        return ""
    head = f"<details>\n{summary_line(listed(titles))}\n"
    texts = [text for part in every.values() for text in part]
    items = _within((f"- {prose(safe(text, 500))}" for text in texts), room - _size(head) - len("\n\n</details>"))
    left = len(texts) - len(items)
    return "\n".join([head, *items, *([f"- and {left:,} more"] if left else []), "\n</details>"])


def _within(parts: Iterable[str], room: int) -> list[str]:
    """The first of ``parts`` that fit into ``room`` bytes, with a word on what does not."""
    taken: list[str] = []
    left = room - 200  # for that word
    for part in parts:
        left -= _size(part)
        if left < 0:
            break
        taken.append(part)
    return taken


def _size(text: str) -> int:
    """Bytes, with the empty line before it."""
    return len(text.encode()) + 2
