"""The report as JSON, ``schema_version`` 1: the contract of ``docs/json.md`` and ``schema.json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from functools import lru_cache
from json import JSONEncoder
from typing import Any

from depaudit.model.evidence import Evidence, Found, Unknown
from depaudit.model.finding import Fact, Finding
from depaudit.model.problem import Problem
from depaudit.model.requirement import Location, Package, SourceKind
from depaudit.model.standing import monthly_downloads
from depaudit.model.verdict import Change, Decision, Report, Suppression, Verdict
from depaudit.report.secrets import hide

SCHEMA_VERSION = 1
MAX_FOREIGN_TEXT = 120
"""Letters of a publisher's own text (facts whose label ends in ``_text``) that are passed on."""

# ASCII only: a report can be printed anywhere, and no letter in it can hide or reorder anything.
_encode = JSONEncoder(ensure_ascii=True, separators=(", ", ": ")).encode


def render(report: Report) -> str:
    """The whole report, one line a package."""
    verdicts = Counter(decision.verdict for decision in report.decisions)
    summary = {
        "packages": len(report.decisions),
        **{
            verdict.value: verdicts[verdict] for verdict in (Verdict.BLOCK, Verdict.WARN, Verdict.UNKNOWN, Verdict.PASS)
        },
        "errors": len(report.problems),
        "complete": report.complete,
        "offline": report.offline,
        "snapshot": report.snapshot.isoformat(),
        "requests": report.network.requests,
        "from_cache": report.network.from_cache,
        "limits_hit": [hide(limit) for limit in report.network.limits_hit],
        "not_checked": list(report.not_checked),
        "not_audited": _counted(report.not_audited),
        "files": report.files,
        "excluded": report.excluded,
        "change": _change(report.change),
    }
    packages = (_judged(decision) for decision in report.decisions)
    return _document(report.tool_version, summary, packages, report.problems, report.notes)


def render_list(
    packages: Sequence[Package], problems: Sequence[Problem], not_audited: Sequence[tuple[str, int]]
) -> str:
    """What the parsers found, with the same top level and no verdicts."""
    from depaudit import __version__

    summary = {"packages": len(packages), "errors": len(problems), "not_audited": _counted(not_audited)}
    return _document(__version__, summary, map(_named, packages), problems, ())


def _document(
    version: str,
    summary: dict[str, Any],
    packages: Iterable[dict[str, Any]],
    problems: Iterable[Problem],
    notes: Sequence[str],
) -> str:
    fields = {
        "schema_version": _encode(SCHEMA_VERSION),
        "tool": _encode({"name": "depaudit", "version": version}),
        "summary": _encode(summary),
        "packages": _lines(packages),
        "errors": _lines(map(_problem, problems)),
        "notes": _encode([hide(note) for note in notes]),
    }
    document = "{\n" + ",\n".join(f'  "{key}": {value}' for key, value in fields.items()) + "\n}\n"
    # the log of a build is read for commands such as ##[add-mask], wherever in a line they stand
    return document.replace("##", "#\\u0023")


def _lines(entries: Iterable[dict[str, Any]]) -> str:
    """An array with one entry a line: it can be searched and compared by line, and the fast encoder stays in use."""
    encoded = ",\n    ".join(map(_encode, entries))
    return f"[\n    {encoded}\n  ]" if encoded else "[]"


def _change(change: Change | None) -> dict[str, Any] | None:
    return None if change is None else {"base": change.base, "head": change.head, "files": change.files}


def _named(package: Package) -> dict[str, Any]:
    """What is known of a package without any audit."""
    wishes = package.requirements
    return {
        "ecosystem": package.ecosystem.value,
        "name": package.name,
        "version": package.version,
        "requested": _unique(hide(wish.requested) for wish in wishes),
        "source": package.source.value,
        "direct": package.direct,
        "required_by": _joined([wish.required_by for wish in wishes]),
        "groups": _joined([wish.groups for wish in wishes]),
        "locations": [_location(wish.location) for wish in wishes],
    }


def _judged(decision: Decision) -> dict[str, Any]:
    package, wishes = decision.package, decision.package.requirements
    return {
        "ecosystem": package.ecosystem.value,
        "name": package.name,
        "requested": _unique(hide(wish.requested) for wish in wishes),
        "version": package.version,
        "verdict": decision.verdict.value,
        "unknown_because": None if decision.unknown_because is None else hide(decision.unknown_because),
        "findings": [_finding(finding) for finding in decision.findings],
        "suppressed": [_suppression(suppression) for suppression in decision.suppressed],
        "pending_exception": decision.pending or None,
        "suggestions": list(decision.suggestions),
        "source": package.source.value,
        "direct": package.direct,
        "required_by": _joined([wish.required_by for wish in wishes]),
        "groups": _joined([wish.groups for wish in wishes]),
        "locations": [_location(wish.location) for wish in wishes],
        "not_checked": list(decision.not_checked),
        "evidence": _evidence(decision.evidence, decision.findings),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": hide(finding.message),
        "evidence": _facts(finding.facts),
        "suggestions": list(finding.suggestions),
    }


def _facts(facts: Sequence[Fact]) -> dict[str, Any]:
    """Facts by label; a label that comes again gets a number, so that nothing is lost."""
    values: dict[str, Any] = {}
    seen: Counter[str] = Counter()
    for fact in facts:
        seen[fact.label] += 1
        key = fact.label if seen[fact.label] == 1 else f"{fact.label}_{seen[fact.label]}"
        value = fact.value
        if isinstance(value, str):
            value = hide(value[:MAX_FOREIGN_TEXT] if fact.label.endswith("_text") else value)
        values[key] = value
    return values


def _suppression(suppression: Suppression) -> dict[str, Any]:
    return {
        **_finding(suppression.finding),
        "exception": {
            "name": suppression.pattern,
            "reason": suppression.reason,
            "until": None if suppression.until is None else suppression.until.isoformat(),
            "where": suppression.where,
        },
    }


def _location(location: Location) -> dict[str, Any]:
    return {"path": location.path, "line": location.line, "column": location.column}


def _problem(problem: Problem) -> dict[str, Any]:
    message = f"{problem.message} {problem.mend}" if problem.mend else problem.message
    return {"path": problem.path, "line": problem.line, "message": hide(message)}


def _evidence(evidence: Evidence, findings: Sequence[Finding]) -> dict[str, Any]:
    project = evidence.project.value if isinstance(evidence.project, Found) else None
    first = project.first_published if project is not None and project.dates_known else None
    return {
        "exists": _exists(evidence, findings),
        "first_published": None if first is None else timestamp(first),
        "releases": None if project is None else len(project.releases),
        "downloads_last_month": monthly_downloads(evidence) if _public(evidence) else None,
        "index": None if project is None else _hide_index(project.index),
        "sources": _sources(evidence),
    }


def _exists(evidence: Evidence, findings: Sequence[Finding]) -> bool | None:
    """Whether the name is registered, by the index or, where it was not asked, by the bundled list; None: not known."""
    if not isinstance(evidence.project, Unknown):
        return isinstance(evidence.project, Found)
    if not _public(evidence):
        return None
    if any(finding.rule == "nonexistent" for finding in findings):
        return False
    return True if evidence.bundled.listed else None


def _sources(evidence: Evidence) -> list[str]:
    """Who told something: "bundled", then the services that answered, by their own names."""
    told = ["bundled"] if evidence.bundled.listed is not None and _public(evidence) else []
    lookups = (evidence.project, evidence.details, evidence.downloads)
    told += [_hide_index(lookup.source) for lookup in lookups if not isinstance(lookup, Unknown) and lookup.source]
    return told if len(told) < 2 else _unique(told)


def _public(evidence: Evidence) -> bool:
    """Whether the package is the public registry's, so that what the bundled data say of its name is said of it."""
    if evidence.package.source is not SourceKind.REGISTRY or evidence.route.private:
        return False
    if evidence.index_public is not None:
        return evidence.index_public
    return any(index.public for index in evidence.route.indexes)


_hide_index = lru_cache(maxsize=256)(hide)  # a run has few indexes, and all its packages name them


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second: ``2026-11-14T08:30:00Z``."""
    utc = moment if moment.tzinfo is timezone.utc else moment.astimezone(timezone.utc)
    return utc.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _counted(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for kind, number in pairs:
        totals[kind] += number
    return dict(totals)


def _joined(parts: Sequence[tuple[str, ...]]) -> list[str]:
    """All words of all parts, each once."""
    return list(parts[0]) if len(parts) == 1 else _unique(word for part in parts for word in part)


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
