"""The report as workflow commands: annotations that GitHub shows beside the lines of a pull request.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions; how the runner reads them is in
``ActionCommand.cs`` of https://github.com/actions/runner (2026-11). It keeps ten annotations of each level a step and
4,096 letters of each message, and drops the rest without a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import Location, Package
from depaudit.model.verdict import Decision, Report, Verdict
from depaudit.report.advice import next_step, own_exception
from depaudit.report.entry import COMMAND_LINE, of_each, package_name, sentence, shown_findings, why_unknown
from depaudit.report.grouping import groups
from depaudit.report.secrets import hide
from depaudit.report.summing_up import incomplete, summary
from depaudit.report.terminal import Style, count, listed, safe

MAX_OF_A_LEVEL = 10
"""Annotations of one level that GitHub keeps of one step."""

MAX_MESSAGE = 4_000
MAX_TITLE = 200
MAX_PATH = 400
MAX_LINE = 2**31 - 1
"""The runner reads lines and columns as 32-bit numbers."""

_STYLE = Style()
Subject = Sequence[Decision] | Problem
"""What one annotation is about: a package, several of which the same is said, or an input error."""

_LEVELS = {Verdict.BLOCK: "error", Verdict.WARN: "warning", Verdict.UNKNOWN: "error"}


@record
class Annotation:
    """What is shown, where: without a place it stands above the others, without a line at the file's head."""

    level: str
    title: str
    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None


def render(report: Report) -> str:
    """Errors, then warnings, then notices, worst first within each, and a last plain line that sums up."""
    errors, warnings = _wrong(report)
    shown = [
        *map(_annotation, errors[:MAX_OF_A_LEVEL]),
        *map(_annotation, warnings[:MAX_OF_A_LEVEL]),
        *_notices(report, len(errors), len(warnings)),
    ]
    return "".join(f"{line}\n" for line in [*map(command, shown), safe(hide(summary(report)), MAX_MESSAGE)])


def command(annotation: Annotation) -> str:
    """The line, without its end, that makes the runner show ``annotation``; it cannot be read as anything else."""
    placed = {"file": annotation.path, "line": _number(annotation.line), "endLine": _number(annotation.line)}
    if placed["line"]:
        placed["col"] = _number(annotation.column)
    properties = {**(placed if annotation.path else {}), "title": safe(annotation.title, MAX_TITLE)}
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{annotation.level}{' ' if given else ''}{given}::{_data(annotation.message)}"


def _wrong(report: Report) -> tuple[list[Subject], list[Subject]]:
    """What each error and each warning is about, worst first, as many as there are."""
    entries = _entries(report)
    blocked = [group for group in entries if group[0].verdict is Verdict.BLOCK]
    unknown = [group for group in entries if group[0].verdict is Verdict.UNKNOWN]
    warned = [group for group in entries if group[0].verdict is Verdict.WARN]
    return [*blocked, *report.problems, *unknown], [*warned]


def _entries(report: Report) -> list[list[Decision]]:
    """A package an annotation, worst first; joined as in the table where GitHub would not show so many."""
    numbers = Counter(decision.verdict for decision in report.decisions)
    errors = numbers[Verdict.BLOCK] + numbers[Verdict.UNKNOWN] + len(report.problems)
    few = max(errors, numbers[Verdict.WARN]) <= MAX_OF_A_LEVEL
    return groups(report.decisions, _STYLE, beside=_identity if few else None)


def _identity(decision: Decision) -> object:
    package = decision.package
    return package.ecosystem, package.name, package.version, package.source


def _notices(report: Report, errors: int, warnings: int) -> list[Annotation]:
    """As many as GitHub keeps; where anything is left out, the last says how much, and where it stands."""
    notices = [] if report.complete else [_notice("The audit is incomplete", incomplete(report))]
    notices += [_notice("A limit was hit", limit) for limit in report.network.limits_hit]
    left_out = [
        count(number - MAX_OF_A_LEVEL, f"more {word}")
        for number, word in ((errors, "error"), (warnings, "warning"))
        if number > MAX_OF_A_LEVEL
    ]
    if len(notices) + bool(left_out) > MAX_OF_A_LEVEL:
        left_out.append(count(len(notices) - MAX_OF_A_LEVEL + 1, "more notice"))
    if not left_out:
        return notices
    verb = "is" if len(left_out) == 1 and left_out[0].startswith("1 ") else "are"
    rest = _notice(
        "Not all is shown here",
        f"{listed(left_out)} {verb} left out: GitHub shows {MAX_OF_A_LEVEL} of a kind. The whole report is in the "
        "summary of this job; without one, --format table prints it.",
    )
    return [*notices[: MAX_OF_A_LEVEL - 1], rest]


def _annotation(subject: Subject) -> Annotation:
    return _of_problem(subject) if isinstance(subject, Problem) else _of_packages(subject)


def _of_packages(decisions: Sequence[Decision]) -> Annotation:
    """All that is to be said of one package, or of several of which the same is said, at the first one's place."""
    first = decisions[0]
    findings = shown_findings(first, _STYLE)
    rule = "unknown" if first.verdict is Verdict.UNKNOWN or not findings else findings[0].rule
    subject = package_name(first.package) if len(decisions) == 1 else count(len(decisions), "package")
    place, others = _places([decision.package for decision in decisions])
    lines = [] if len(decisions) == 1 else [_sentence(_some([package_name(d.package) for d in decisions]))]
    lines += [why_unknown(first)]
    lines += [_sentence(f.message if len(decisions) == 1 else of_each(first, f.message)) for f in findings]
    if first.suggestions:
        lines.append(f"Did you mean {listed([safe(hide(name), 200) for name in first.suggestions[:5]], 'or')}?")
    lines += [next_step(first), safe(own_exception(first))]
    if others:
        lines.append(f"{'Also' if place else 'Asked for'} at {_some(others)}.")
    return Annotation(
        level=_LEVELS[first.verdict],
        title=f"{safe(subject, MAX_TITLE // 2)} ({rule})",
        message=_joined(lines),
        path=_shown_path(place.path) if place else "",
        line=place.line if place else None,
        column=place.column if place else None,
    )


def _places(packages: Sequence[Package]) -> tuple[Location | None, list[str]]:
    """The first place that GitHub can show, and all others as text."""
    found = [wish.location for package in packages for wish in package.requirements]
    asked = [place for place in found if place.path != COMMAND_LINE]
    chosen = next((place for place in asked if _shown_path(place.path)), None)
    others = (f"{place.path}:{place.line}" for place in asked if place is not chosen)
    taken = f"{chosen.path}:{chosen.line}" if chosen is not None else None
    return chosen, [text for text in dict.fromkeys(others) if text != taken]


def _of_problem(problem: Problem) -> Annotation:
    path = _shown_path(problem.path)
    where = "" if path or not problem.path else f"{_some([problem.path])}: "
    message = f"{where}{_sentence(problem.message)}"
    mend = _sentence(problem.mend) if problem.mend else ""
    return Annotation(
        level="error",
        title="Input error",
        message=_joined([message, mend]),
        path=path,
        line=problem.line,
        column=problem.column,
    )


def _notice(title: str, text: str) -> Annotation:
    return Annotation(level="notice", title=title, message=_sentence(text))


def _shown_path(path: str) -> str:
    """``path`` as GitHub compares it with the paths of a change; empty for one that it could not show."""
    unusual = path != safe(path, MAX_PATH) or path != path.strip() or path.startswith(("/", "="))
    if unusual or "\\" in path or path[1:2] == ":" or path == COMMAND_LINE:
        return ""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return "" if ".." in parts else "/".join(parts)


def _sentence(text: str) -> str:
    return sentence(hide(text))


def _some(words: Sequence[str], limit: int = 3) -> str:
    shown = ", ".join(safe(hide(word), 200) for word in words[:limit])
    return f"{shown} and {len(words) - limit:,} more" if len(words) > limit else shown


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)


def _number(number: int | None) -> str:
    return str(number) if number is not None and 1 <= number <= MAX_LINE else ""


def _data(text: str) -> str:
    """What stands behind the command: only ends of lines could break out of it, and ``%`` begins an escape."""
    lines = (safe(line) for line in text[:MAX_MESSAGE].split("\n"))
    return "%0A".join(line.replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    """A value among others, which ``,`` and ``:`` would end."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A").replace(":", "%3A").replace(",", "%2C")
