"""The report as SARIF 2.1.0, as GitHub's code scanning takes it.

https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning (2026-11).
Code scanning ignores suppressions and would open an alert for every finding that a person has accepted; nor can it
fold findings that are only shown on request. So a result is what blocks, warns or could not be judged; what exceptions
set aside is a notification, which the standard has for what a person may want to know.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from json import JSONEncoder
from typing import Any

from depaudit.model.finding import Finding, Severity
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import Location
from depaudit.model.verdict import Decision, Report, Verdict
from depaudit.report.advice import next_step, own_exception
from depaudit.report.entry import sentence, set_aside, why_unknown
from depaudit.report.json_report import timestamp
from depaudit.report.sarif_places import ROOT, TYPED, is_relative, of_problem, physical, uri_of
from depaudit.report.sarif_rules import LEVELS, NOT_JUDGED, descriptors, worst_of
from depaudit.report.secrets import hide
from depaudit.report.summing_up import incomplete
from depaudit.report.terminal import count, listed, safe

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
"""Results of a run; with more, code scanning refuses the whole report."""
MAX_COMPRESSED = 9_000_000
"""Bytes of all results, compressed; code scanning takes 10 MB of a whole report."""
MAX_LOCATIONS = 10
"""Of a result. Code scanning shows the first alone."""
MAX_MESSAGE = 1_000
MAX_NOTIFICATIONS = 1_000
_MAX_LISTED = 100
_SEMVER = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?")
_BREAKING = re.compile(r"([\[\]\\])")
_UNPLACED = Location(path="", line=1)

_encode = JSONEncoder(ensure_ascii=True, separators=(", ", ": ")).encode


@record
class _Item:
    """One result before it is written: what is said of which package, under which rule."""

    decision: Decision
    rule: str
    severity: Severity
    text: str


def render(report: Report) -> str:
    """One run, one line a result, worst first."""
    items = sorted(_items(report), key=lambda item: (-item.severity, item.decision.verdict is Verdict.UNKNOWN))
    rules = descriptors(worst_of((item.rule, item.severity) for item in items if item.rule != NOT_JUDGED))
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    results = list(_bounded(items, index))
    head = {
        "tool": _encode({"driver": _driver(report, rules)}),
        "automationDetails": _encode({"id": _category(report)}),
        "columnKind": _encode("unicodeCodePoints"),
        "originalUriBaseIds": _encode({ROOT: {"description": {"text": "The top of what was audited."}}}),
        "invocations": _encode([_invocation(report, left_out=len(items) - len(results))]),
        "properties": _encode(_properties(report)),
    }
    inner = "".join(f'      "{key}": {value},\n' for key, value in head.items())
    listing = f"[\n        {joined}\n      ]" if (joined := ",\n        ".join(results)) else "[]"
    document = (
        f'{{\n  "$schema": {_encode(SCHEMA)},\n  "version": "2.1.0",\n  "runs": [\n    {{\n'
        f'{inner}      "results": {listing}\n    }}\n  ]\n}}\n'
    )
    # the log of a build is read for commands such as ##[add-mask], wherever in a line they stand
    return document.replace("##", "#\\u0023")


def _items(report: Report) -> Iterator[_Item]:
    for decision in report.decisions:
        if decision.verdict is Verdict.UNKNOWN:
            yield _item(decision, NOT_JUDGED, Severity.HIGH, why_unknown(decision))
        for finding in decision.findings:
            if finding.severity >= Severity.MEDIUM:
                yield _item(decision, finding.rule, finding.severity, sentence(hide(finding.message)))


def _item(decision: Decision, rule: str, severity: Severity, text: str) -> _Item:
    return _Item(decision=decision, rule=safe(rule, 255), severity=severity, text=text)


def _bounded(items: Sequence[_Item], index: dict[str, int]) -> Iterator[str]:
    """As many results as code scanning takes."""
    seen: Counter[str] = Counter()
    packer = zlib.compressobj(1)
    size = 0
    for item in items[:MAX_RESULTS]:
        line = _encode(_result(item, index[item.rule], seen))
        size += len(packer.compress(line.encode("ascii")))
        if size > MAX_COMPRESSED:
            return
        yield line


def _result(item: _Item, number: int, seen: Counter[str]) -> dict[str, Any]:
    places = _places(item.decision)
    key = _key(item, uri_of(places[0].path))
    seen[key] += 1
    fingerprint = f"{key}:{seen[key]}"
    package = item.decision.package
    return {
        "ruleId": item.rule,
        "ruleIndex": number,
        "level": "error" if item.rule == NOT_JUDGED else LEVELS[item.severity],
        "message": {"text": _message(_told(item, places))},
        "locations": [physical(place) for place in places[:MAX_LOCATIONS]],
        # code scanning looks at the first name alone; without it, an upload would put in a hash of the lines that
        # follow, and an alert would be another one as soon as its neighbour changes
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, "depaudit/v1": fingerprint},
        "properties": {
            "ecosystem": package.ecosystem.value,
            "package": safe(package.name, 300),
            "version": None if package.version is None else safe(package.version, 100),
            "verdict": item.decision.verdict.value,
        },
    }


def _places(decision: Decision) -> list[Location]:
    """Where it is asked for, each place once; files of the repository first."""
    places = list(dict.fromkeys(wish.location for wish in decision.package.requirements)) or [_UNPLACED]
    return sorted(places, key=lambda place: _is_elsewhere(uri_of(place.path)))


def _is_elsewhere(uri: str) -> bool:
    return uri == TYPED or not is_relative(uri)


def _key(item: _Item, uri: str) -> str:
    """What makes it the same finding tomorrow: neither line nor version."""
    package = item.decision.package
    parts = [package.ecosystem.value, package.name, item.rule, uri]
    return sha256(_encode(parts).encode("ascii")).hexdigest()[:32]


def _told(item: _Item, places: Sequence[Location]) -> str:
    """Our sentence, what to type instead, what to do next, and where else it is asked for."""
    decision = item.decision
    told = [safe(item.text, MAX_MESSAGE // 2)]
    if decision.suggestions:
        told.append(f"Did you mean {listed([safe(hide(name), 200) for name in decision.suggestions[:3]], 'or')}?")
    told += [next_step(decision), safe(own_exception(decision), 300)]
    others = [f"{safe(place.path, 200)}:{place.line}" for place in places[1:]]
    if others:
        more = f" and {count(len(others) - 3, 'more place')}" if len(others) > 3 else ""
        told.append(f"Also at {', '.join(others[:3])}{more}.")
    return " ".join(part for part in told if part)


def _message(text: str) -> str:
    """``text`` as a message of SARIF: no link, no placeholder (3.11.5 and 3.11.6 of the standard)."""
    cut = text if len(text) <= MAX_MESSAGE else f"{text[: MAX_MESSAGE - 3]}..."
    return _BREAKING.sub(r"\\\1", cut.replace("{", "{{").replace("}", "}}"))


def _driver(report: Report, rules: list[dict[str, Any]]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "depaudit"}
    if report.tool_version:
        driver["version"] = safe(report.tool_version, 100)
    if _SEMVER.fullmatch(report.tool_version):
        driver["semanticVersion"] = report.tool_version
    return {**driver, "rules": rules}


def _category(report: Report) -> str:
    """A report of one category replaces the last of it: one of a change must not close the alerts of all the rest."""
    return "depaudit/" if report.change is None else "depaudit/change/"


def _invocation(report: Report, *, left_out: int) -> dict[str, Any]:
    notices = list(_notifications(report, left_out))
    if len(notices) > MAX_NOTIFICATIONS:
        rest = len(notices) - MAX_NOTIFICATIONS + 1
        notices = [*notices[: MAX_NOTIFICATIONS - 1], _notification("warning", f"{rest:,} more are left out.")]
    return {
        "executionSuccessful": report.complete and not report.problems,
        "startTimeUtc": timestamp(report.started),
        "endTimeUtc": timestamp(report.ended),
        "toolExecutionNotifications": notices,
    }


def _notifications(report: Report, left_out: int) -> Iterator[dict[str, Any]]:
    if left_out:
        yield _notification("error", f"{count(left_out, 'further result')} left out: code scanning takes no more.")
    if not report.complete:
        yield _notification("error", f"The audit is incomplete: {incomplete(report)}")
    yield from map(_of_problem, report.problems)
    for limit in report.network.limits_hit:
        yield _notification("warning", sentence(hide(limit)))
    for note in report.notes:
        yield _notification("note", sentence(hide(note)))
    for decision in report.decisions:
        for suppression in decision.suppressed:
            name = f"{decision.package.ecosystem}:{decision.package.name}"
            yield _notification("note", f"{safe(name, 300)}: set aside: {hide(set_aside(suppression))}")


def _of_problem(problem: Problem) -> dict[str, Any]:
    told = " ".join(
        filter(None, [sentence(hide(problem.message)), sentence(hide(problem.mend)) if problem.mend else ""])
    )
    return {
        **_notification("error", told),
        "locations": [of_problem(problem.path, problem.line, problem.column)],
    }


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _message(text)}}


def _properties(report: Report) -> dict[str, Any]:
    verdicts = Counter(decision.verdict for decision in report.decisions)
    not_audited: Counter[str] = Counter()
    for kind, number in report.not_audited[:_MAX_LISTED]:
        not_audited[safe(kind, 200)] += number
    change = report.change
    return {
        "snapshot": report.snapshot.isoformat(),
        "complete": report.complete,
        "offline": report.offline,
        "packages": {verdict.value: verdicts[verdict] for verdict in Verdict},
        "not_checked": [safe(kind, 200) for kind in report.not_checked[:_MAX_LISTED]],
        "not_audited": dict(not_audited),
        "lesser_findings": sum(_lesser(finding) for one in report.decisions for finding in one.findings),
        "compared_with": None if change is None else safe(change.base, 100),
    }


def _lesser(finding: Finding) -> bool:
    """Of low severity: in the JSON report, and in no report for people unless asked for."""
    return finding.severity < Severity.MEDIUM
