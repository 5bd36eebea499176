"""The baseline: findings that a project has had for long are taken down once, and only new ones count from then on.

A finding is old when the baseline has it for every file that asks for the package, at this severity or a worse one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from depaudit.model.finding import Finding, Severity
from depaudit.model.names import Ecosystem
from depaudit.model.record import record
from depaudit.model.requirement import SourceKind
from depaudit.model.verdict import Decision, Suppression
from depaudit.model.versions import selected_release
from depaudit.policy.decide import with_set_aside
from depaudit.policy.rule_ids import KNOWN_MALICIOUS, NONEXISTENT

REASON = "in the baseline"

LEAST = Severity.MEDIUM
"""What is milder fails nothing, and is therefore neither written nor set aside."""

MAX_ABOUT = 500
"""Letters of what a finding speaks of; of a longer text the beginning and a digest of all of it are kept."""

ABOUT_THE_RELEASE = frozenset(
    {"lockfile-injection", "maintainer-change", "install-script", "new-release", "yanked", "deprecated"}
)
ABOUT_THE_REQUEST = frozenset({"version-nonexistent"})
ABOUT_THE_PLACE = frozenset({"unverified-source", "foreign-index"})
ABOUT_THE_ENTRY = frozenset({"denied"})
ABOUT_THE_NAME = frozenset(
    {
        NONEXISTENT, "removed", "no-releases", "typo-adjacent", "confusable", "scope-confusion", "conflation",
        "cross-ecosystem", "import-name", "stdlib-name", "borrowed-repository", "blank-package", "new-package",
        "dependency-confusion", "low-downloads", "archived",
    }
)  # fmt: skip
"""What the findings of each rule speak of: another release (or range, or address) makes them new, or it does not."""


@record
class Entry:
    """An old finding.

    ``about``       the release, range, address or pattern that it speaks of; None where it is the name itself
    ``registered``  False: nobody had registered the name then. What was taken down of a free name says nothing of the
                    project that somebody has registered since
    ``paths``       the files that ask for it, sorted, from the repository's top
    """

    ecosystem: Ecosystem
    name: str
    source: SourceKind
    about: str | None
    rule: str
    severity: Severity
    registered: bool
    paths: tuple[str, ...]


@record
class Old:
    """A baseline that was read; ``where`` is its path for people."""

    entries: tuple[Entry, ...]
    where: str


@record
class Sorted:
    """The decisions without their old findings.

    ``count``   how many findings were set aside
    ``unused``  the entries that match nothing any more
    """

    decisions: tuple[Decision, ...]
    count: int
    unused: tuple[Entry, ...]


Place = Callable[[str], str]
"""From a location's path to the one that the baseline has."""

Show = Callable[[str], str]
"""From an address to one without credentials."""

_Key = tuple[Ecosystem, str, SourceKind, str | None, str, bool]


def take_down(decisions: Iterable[Decision], *, place: Place, show: Show) -> tuple[Entry, ...]:
    """An entry for each finding that warns or blocks, in the order of the file; never one for ``known-malicious``.

    Findings of the same package, severity and subject are one entry, whatever versions are asked for.
    """
    paths: dict[tuple[_Key, Severity], set[str]] = {}
    for decision in decisions:
        asking = {place(wish.location.path) for wish in decision.package.requirements}
        for finding in decision.findings:
            if finding.severity >= LEAST and finding.rule != KNOWN_MALICIOUS:
                paths.setdefault((_key(decision, finding, show), finding.severity), set()).update(asking)
    return in_order(
        Entry(
            ecosystem=ecosystem,
            name=name,
            source=source,
            about=about,
            rule=rule,
            severity=severity,
            registered=registered,
            paths=tuple(sorted(files)),
        )
        for ((ecosystem, name, source, about, rule, registered), severity), files in paths.items()
    )


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries as the file has them: by package, then rule."""
    return tuple(sorted(entries, key=_position))


def sort_out(decisions: Sequence[Decision], old: Old, *, place: Place | None, show: Show) -> Sorted:
    """Set the old findings aside and judge anew; what could not be checked stays unknown.

    ``place``  None: nothing here stands in a file of the repository (names on a command line, what is installed), so
               that entries count whatever their files
    """
    known: dict[_Key, list[Entry]] = {}
    for entry in old.entries:
        if entry.rule != KNOWN_MALICIOUS:
            known.setdefault(_key_of(entry), []).append(entry)
    used: set[Entry] = set()
    judged, count = [], 0
    for decision in decisions:
        aside = [finding for finding in decision.findings if _is_old(decision, finding, known, used, place, show)]
        count += len(aside)
        judged.append(_judged(decision, aside, old.where) if aside else decision)
    unused = tuple(entry for entry in old.entries if entry not in used)
    return Sorted(decisions=tuple(judged), count=count, unused=unused)


def _is_old(
    decision: Decision,
    finding: Finding,
    known: dict[_Key, list[Entry]],
    used: set[Entry],
    place: Place | None,
    show: Show,
) -> bool:
    if finding.severity < LEAST or finding.rule == KNOWN_MALICIOUS:
        return False
    entries = [e for e in known.get(_key(decision, finding, show), ()) if e.severity >= finding.severity]
    if place is None:
        used.update(entries)
        return bool(entries)
    asking = {place(wish.location.path) for wish in decision.package.requirements}
    used.update(entry for entry in entries if not asking.isdisjoint(entry.paths))
    return asking <= {path for entry in entries for path in entry.paths}


def _judged(decision: Decision, aside: Sequence[Finding], where: str) -> Decision:
    pattern = f"{decision.package.ecosystem}:{decision.package.name}"
    return with_set_aside(
        decision,
        tuple(Suppression(finding=finding, pattern=pattern, reason=REASON, where=where) for finding in aside),
    )


def _key(decision: Decision, finding: Finding, show: Show) -> _Key:
    package = decision.package
    weighed = (*decision.findings, *(one.finding for one in decision.suppressed))
    registered = all(one.rule != NONEXISTENT for one in weighed)
    return package.ecosystem, package.name, package.source, _about(decision, finding, show), finding.rule, registered


def _key_of(entry: Entry) -> _Key:
    return entry.ecosystem, entry.name, entry.source, entry.about, entry.rule, entry.registered


def _position(entry: Entry) -> tuple[object, ...]:
    return (
        entry.ecosystem.value,
        entry.name,
        entry.source.value,
        entry.about or "",
        entry.rule,
        -entry.severity,
        entry.registered,
        entry.paths,
    )


def _about(decision: Decision, finding: Finding, show: Show) -> str | None:
    """What the finding speaks of; a rule that is not known here is taken to speak of the release."""
    if finding.rule in ABOUT_THE_NAME:
        return None
    package, evidence = decision.package, decision.evidence
    if finding.rule in ABOUT_THE_REQUEST:
        words = {wish.pinned_version or wish.specifier for wish in package.requirements}
    elif finding.rule in ABOUT_THE_PLACE:
        words = {show(address) for address in _addresses(decision, finding)}
    elif finding.rule in ABOUT_THE_ENTRY:
        words = {evidence.denial.pattern} if evidence.denial is not None else set()
    else:
        release = selected_release(evidence) if package.version is None else None
        words = {package.version or (release.version if release is not None else "")}
    return _bounded(", ".join(sorted(words - {""}))) or None


def _addresses(decision: Decision, finding: Finding) -> Iterable[str]:
    """Where the archives, or the names, would come from."""
    if finding.rule == "foreign-index":
        return (foreign.url for foreign in decision.evidence.route.foreign)
    if decision.package.source is SourceKind.REGISTRY:
        return decision.evidence.route.find_links
    return (wish.source.url or "" for wish in decision.package.requirements)


def _bounded(text: str) -> str:
    if len(text) <= MAX_ABOUT:
        return text
    from hashlib import sha256

    return f"{text[:MAX_ABOUT]}... sha256:{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
