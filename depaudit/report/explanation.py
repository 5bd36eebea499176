"""``depaudit explain NAME``: all the evidence about one package, and every rule's answer."""

from __future__ import annotations

from collections.abc import Iterable

from depaudit.model.evidence import Absent, BundledName, Evidence, Found, Lookup
from depaudit.model.finding import Finding
from depaudit.model.standing import is_established, is_young, monthly_downloads
from depaudit.model.verdict import Decision, NetworkUse
from depaudit.report.entry import entry, package_name
from depaudit.report.json_report import timestamp
from depaudit.report.secrets import hide
from depaudit.report.terminal import BOLD, DIM, Style, count, safe, wrap
from depaudit.rules.base import RuleMeta

_LABEL = 17
_RULE = 22


def render_explanation(
    decision: Decision,
    answers: Iterable[tuple[RuleMeta, Finding | None]],
    use: NetworkUse,
    *,
    color: bool = False,
    width: int = 100,
) -> str:
    """The verdict, the evidence it rests on, and what each rule says of it (``answers``, in the rules' order)."""
    style = Style(color=color, width=width, verbose=True)
    lines = [*entry([decision], style), "", style.paint("Evidence", BOLD)]
    for label, text in evidence_told(decision.evidence):
        lines += wrap(text, width, first=f"  {label.ljust(_LABEL)}")
    lines += ["", style.paint("Rules", BOLD)]
    for meta, finding in answers:
        first = f"  {meta.id.ljust(_RULE)}"
        if finding is None:
            lines.append(style.paint(f"{first}nothing to say", DIM))
        else:
            lines += wrap(f"{finding.severity}: {safe(hide(finding.message))}", width, first=first)
    lines += ["", f"{count(use.requests, 'request')}, {use.from_cache:,} answered from cache."]
    lines += [safe(limit) for limit in use.limits_hit]
    return "\n".join(lines) + "\n"


def evidence_told(evidence: Evidence) -> Iterable[tuple[str, str]]:
    """All that is known of a package, as (what it is, what is known of it), in words that are safe to show."""
    yield "package", package_name(evidence.package)
    yield "bundled data", _bundled(evidence.bundled)
    yield "index", _project(evidence)
    if isinstance(evidence.project, Found):
        project = evidence.project.value
        first = project.first_published
        yield "first published", "not told" if first is None else timestamp(first)
        yield "releases", f"{len(project.releases):,}"
        yield "status", project.status.value
        details = project.details or (evidence.details.value if isinstance(evidence.details, Found) else None)
        if details is not None:
            yield "summary", f'"{safe(details.summary, 120)}"' if details.summary else "none"
            yield "repository", safe(details.repository or "none", 200)
            yield "owners", safe(", ".join(details.owners) or "not told", 300)
    downloads = monthly_downloads(evidence)
    yield "downloads", f"{downloads:,} a month" if downloads is not None else _missing(evidence.downloads)
    yield "standing", "established" if is_established(evidence) else "young" if is_young(evidence) else "neither"
    if evidence.near:
        yield "near names", ", ".join(f"{near.ecosystem}:{near.target} ({near.kind})" for near in evidence.near)


def _bundled(bundled: BundledName) -> str:
    if bundled.listed is None:
        return "not used"
    if not bundled.listed:
        held = "does not hold it" if bundled.complete else "holds the most used only, and not this name"
        return f"the list of {bundled.snapshot.isoformat()} {held}"
    rank = f", rank {bundled.rank:,}" if bundled.rank is not None else ""
    release = f", newest release in {bundled.newest_release:%Y-%m}" if bundled.newest_release is not None else ""
    return f"in the list of {bundled.snapshot.isoformat()}{rank}{release}"


def _project(evidence: Evidence) -> str:
    lookup = evidence.project
    if isinstance(lookup, Found):
        kind = "public" if evidence.index_public else "private"
        return f"found on {safe(hide(lookup.value.index), 200)} ({kind}{', from cache' if lookup.cached else ''})"
    if isinstance(lookup, Absent):
        return f"does not know the name{f' ({safe(hide(lookup.source), 200)})' if lookup.source else ''}"
    return _missing(lookup)


def _missing(lookup: Lookup[object]) -> str:
    if isinstance(lookup, (Found, Absent)):
        return "none"
    return f"{'asked without answer' if lookup.asked else 'not asked'}: {safe(lookup.reason, 200)}"
