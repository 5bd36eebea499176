"""What the page shows of one package, or of several of which the same is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.record import record
from depaudit.model.requirement import Package, Requirement, SourceKind
from depaudit.model.verdict import Decision, Suppression, Verdict
from depaudit.report.advice import allow_any, next_step, own_exception
from depaudit.report.chains import Chains
from depaudit.report.entry import COMMAND_LINE, fact_label, fact_value, of_each, sentence, why_unknown
from depaudit.report.explanation import evidence_told
from depaudit.report.secrets import hide
from depaudit.report.terminal import safe

MAX_SHOWN = 4
"""Places, or chains, of one package that are shown at once; the others are folded."""

MAX_LISTED = 100
"""Places, or chains, of one package that are named at all; the rest is counted."""

TITLES = {Verdict.BLOCK: "Blocked", Verdict.WARN: "Warned", Verdict.UNKNOWN: "Unknown", Verdict.PASS: "Passed"}


@record
class Said:
    """A finding in words: how bad, the sentence, the rule's id."""

    severity: str
    sentence: str
    rule: str


@record
class Told:
    """A piece of evidence: what it is, its value, and who told it (may be empty)."""

    label: str
    value: str
    source: str


@record
class Place:
    """Where a package is asked for, and how, where that is more than its name.

    ``path`` is empty for the command line; ``groups`` are those beside ``main``.
    """

    path: str
    line: int
    requested: str
    groups: tuple[str, ...]


@record
class Few:
    """Some of a list: what is shown, what is folded, how many are left out."""

    shown: tuple[object, ...]
    folded: tuple[object, ...]
    left_out: int


@record
class Way:
    """Whom a file names as bringing the package in: chains of names from the top down, the package itself left out."""

    path: str
    line: int
    chains: Few


@record
class Item:
    """One package. ``files`` are numbers of ``Names.files``, for the filter."""

    verdict: str
    ecosystem: str
    registry: str
    reach: str
    files: tuple[int, ...]
    name: str
    version: str
    source: str
    alias: str
    place: Place | None
    notices: tuple[Said, ...]


@record
class Card:
    """An entry of the findings: the verdict and all that is said of its ``items``.

    ``minor``       findings of low severity, which decide nothing
    ``asked``       the places where a person asks for it, ``brought`` the ways by which others bring it in; both are
                    empty for several packages
    ``set_aside``   ids of the rules whose findings an exception set aside
    """

    verdict: str
    word: str
    items: tuple[Item, ...]
    because: str
    findings: tuple[Said, ...]
    minor: tuple[Said, ...]
    suggestions: tuple[str, ...]
    step: str
    pending: str
    command: str
    evidence: tuple[Told, ...]
    not_checked: tuple[str, ...]
    incomplete: bool
    asked: Few
    brought: Few
    set_aside: tuple[str, ...]


@record
class SetAside:
    """A finding that an exception set aside, and that exception."""

    name: str
    version: str
    registry: str
    finding: Said
    pattern: str
    reason: str
    until: str
    where: str


class Names:
    """What the cards of one page share: the files, numbered as they come, and the chains.

    ``files``  path to (number, packages that it asks for)
    """

    def __init__(self, chains: Chains) -> None:
        self.files: dict[str, tuple[int, int]] = {}
        self.chains = chains

    def numbers(self, package: Package) -> tuple[int, ...]:
        """The numbers of the files that ask for the package."""
        numbers = []
        for path in dict.fromkeys(wish.location.path for wish in package.requirements):
            shown = safe(hide(path)) if path != COMMAND_LINE else "the command line"
            number, total = self.files.get(shown, (len(self.files), 0))
            self.files[shown] = (number, total + 1)
            numbers.append(number)
        return tuple(numbers)


def card_of(group: Sequence[Decision], names: Names) -> Card:
    """The card of one decision, or of several that say the same."""
    first = group[0]
    alone = len(group) == 1
    findings = tuple(_said(f, f.message if alone else of_each(first, f.message)) for f in first.findings)
    minor = tuple(said for said, f in zip(findings, first.findings, strict=True) if f.severity < Severity.MEDIUM)
    return Card(
        verdict=first.verdict.value,
        word=TITLES[first.verdict],
        items=tuple(item_of(decision, names) for decision in group),
        because=why_unknown(first),
        findings=tuple(said for said in findings if said not in minor),
        minor=minor,
        suggestions=first.suggestions[:MAX_SHOWN],
        step=next_step(first),
        pending=own_exception(first),
        command=allow_any(group),
        evidence=_evidence(group),
        not_checked=first.not_checked,
        incomplete=first.incomplete and first.verdict is not Verdict.UNKNOWN,
        asked=_few(list(_places(first.package)) if alone else []),
        brought=_few(_ways(first.package, names) if alone else []),
        set_aside=tuple(dict.fromkeys(suppression.finding.rule for suppression in first.suppressed)),
    )


def item_of(decision: Decision, names: Names) -> Item:
    """One package, as it stands in a list."""
    package = decision.package
    aliases = dict.fromkeys(wish.alias for wish in package.requirements if wish.alias)
    places = [place for place in map(_place, package.requirements) if place.path]
    return Item(
        verdict=decision.verdict.value,
        ecosystem=package.ecosystem.value,
        registry=package.ecosystem.registry,
        reach="direct" if package.direct else "transitive",
        files=names.numbers(package),
        name=package.name,
        version=package.version or "",
        source="" if package.source is SourceKind.REGISTRY else package.source.value,
        alias=next(iter(aliases), ""),
        place=places[0] if places else None,
        notices=tuple(_said(f, f.message) for f in decision.findings) if decision.verdict is Verdict.PASS else (),
    )


def set_aside_of(decision: Decision, suppression: Suppression) -> SetAside:
    """A suppressed finding in words."""
    package = decision.package
    return SetAside(
        name=package.name,
        version=package.version or "",
        registry=package.ecosystem.registry,
        finding=_said(suppression.finding, suppression.finding.message),
        pattern=suppression.pattern,
        reason=suppression.reason,
        until="" if suppression.until is None else suppression.until.isoformat(),
        where=suppression.where,
    )


def facts_said(decision: Decision) -> object:
    """What else must be the same for packages to share a card: the facts that its findings rest on."""
    return tuple(finding.facts for finding in decision.findings)


def _said(finding: Finding, message: str) -> Said:
    return Said(severity=str(finding.severity), sentence=sentence(hide(message)), rule=finding.rule)


def _evidence(group: Sequence[Decision]) -> tuple[Told, ...]:
    """The facts of the findings, then what is known of the package beyond them: of several, what is so of all."""
    facts = [fact for finding in group[0].findings for fact in finding.facts]
    told = list(dict.fromkeys(_told(fact) for fact in facts))
    labels = {line.label for line in told} | {"package"}
    known = list(evidence_told(group[0].evidence))
    for decision in group[1:]:
        same = set(evidence_told(decision.evidence))
        known = [line for line in known if line in same]
    told += [Told(label=label, value=_plain(value), source="") for label, value in known if label not in labels]
    return tuple(told)


def _plain(value: str) -> str:
    return "neither established nor young" if value == "neither" else moment(value)


def _told(fact: Fact) -> Told:
    return Told(label=fact_label(fact), value=moment(fact_value(fact)), source=safe(hide(fact.source), 200))


def moment(text: str) -> str:
    """A time in ISO 8601 as people read it, ``2026-11-14 08:30:00 UTC``; any other text as it stands."""
    if len(text) < 20 or text[4:5] != "-" or text[10:11] != "T":
        return text
    try:
        told = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    if told.tzinfo is None:
        return text
    return told.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


def _places(package: Package) -> dict[Place, None]:
    return dict.fromkeys(_place(wish) for wish in package.requirements if wish.direct)


def _place(wish: Requirement) -> Place:
    return Place(
        path="" if wish.location.path == COMMAND_LINE else safe(hide(wish.location.path)),
        line=wish.location.line,
        requested=wish.requested if wish.requested != wish.raw_name else "",
        groups=tuple(group for group in wish.groups if group != "main"),
    )


def _ways(package: Package, names: Names) -> list[Way]:
    """A way for each place where others ask for the package, without chains where the file does not tell whom."""
    return [
        Way(
            path=safe(hide(wish.location.path)),
            line=wish.location.line,
            chains=_few([chain[:-1] for chain in names.chains.of(wish, MAX_LISTED)], len(wish.required_by)),
        )
        for wish in package.requirements
        if wish.required_by or not wish.direct
    ]


def _few(found: Sequence[object], total: int | None = None) -> Few:
    """``found`` as it is shown; ``total`` where there are more than were looked at."""
    listed = found[:MAX_LISTED]
    return Few(
        shown=tuple(listed[:MAX_SHOWN]),
        folded=tuple(listed[MAX_SHOWN:]),
        left_out=(len(found) if total is None else total) - len(listed),
    )
