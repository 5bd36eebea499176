"""What follows when evidence is missing: by somebody's choice, or because a look-up failed.

The table "When evidence is missing" of the public contract (``docs/verdicts.md``), as one pure function.
"""

from __future__ import annotations

from depaudit.model.evidence import NOT_NEEDED, Absent, Evidence, Found, Lookup, Unknown
from depaudit.model.names import Ecosystem
from depaudit.model.project import Project
from depaudit.model.record import record
from depaudit.model.requirement import Origin, SourceKind
from depaudit.model.standing import bundled_establishes, month_is_long_past, monthly_downloads, most_used


@record
class Gap:
    """What could not be said of a package.

    ``because``      why nothing can be said at all, as a clause for people; None where the rest suffices
    ``not_checked``  kinds of evidence that were left out
    ``incomplete``   a look-up failed: the run is incomplete, whatever the verdict
    """

    because: str | None = None
    not_checked: tuple[str, ...] = ()
    incomplete: bool = False


NO_GAP = Gap()
RELEASES = ("version", "age")
EVERYTHING = ("existence", *RELEASES)


def find_gap(evidence: Evidence, *, existence_decided: bool = False) -> Gap:
    """The gap in ``evidence``. ``existence_decided``: a finding says already that the name does not exist."""
    if evidence.package.source is not SourceKind.REGISTRY or evidence.names_only:
        return NO_GAP
    project = evidence.project
    if isinstance(project, Found):
        return _found(evidence, project.value)
    if isinstance(project, Absent):
        return NO_GAP if existence_decided else Gap(because=_elsewhere(evidence))
    if existence_decided:
        return Gap(not_checked=() if project.asked else RELEASES, incomplete=project.asked)
    if not evidence.route.indexes:
        return Gap(because=_no_index(evidence))
    return _failed(evidence, project) if project.asked else _by_choice(evidence, project)


def _found(evidence: Evidence, project: Project) -> Gap:
    """The registry answered: what its answer lacks, and whether its word counts."""
    if any(index.origin is Origin.TREE and index.url == project.index for index in evidence.route.indexes):
        return Gap(because=_foreign(evidence))
    left_out = _left_out(evidence)
    if project.dates_known or not evidence.index_public or most_used(evidence.bundled):
        return Gap(not_checked=left_out) if left_out else NO_GAP
    because = None
    if project.releases and not _bundled_suffice(evidence):
        because = "its index tells no dates, and the bundled data do not tell that it is old enough"
    return Gap(because=because, not_checked=("age", *left_out), incomplete=because is not None)


def downloads_missing(evidence: Evidence) -> bool:
    """Whether the use of a package was to be looked up, and is not known."""
    if evidence.package.source is not SourceKind.REGISTRY or evidence.names_only:
        return False
    return _lacks(evidence.downloads) and monthly_downloads(evidence) is None


def _by_choice(evidence: Evidence, project: Unknown) -> Gap:
    """Offline, or a service that is off: the bundled data decide where they can."""
    if _speaks_for(evidence) and _bundled_suffice(evidence):
        return Gap(not_checked=() if project == NOT_NEEDED else RELEASES)
    unknown = RELEASES if evidence.bundled.listed else EVERYTHING
    return Gap(because=f"not looked up ({project.reason}), and {_why_not_bundled(evidence)}", not_checked=unknown)


def _failed(evidence: Evidence, project: Unknown) -> Gap:
    """A look-up failed: only an unpinned name among the most used is judged without it."""
    public = any(index.public for index in evidence.route.indexes)
    asked = evidence.package.ecosystem.registry if public else "its index"
    popular = _speaks_for(evidence) and most_used(evidence.bundled)
    if popular and evidence.package.version is None:
        return Gap(incomplete=True)
    pinned = ", and a pinned version cannot be judged without it" if popular else ""
    return Gap(because=f"{asked} gave no answer ({project.reason}){pinned}", incomplete=True)


def _bundled_suffice(evidence: Evidence) -> bool:
    bundled = evidence.bundled
    if most_used(bundled):
        return True
    if evidence.package.ecosystem is Ecosystem.NPM:
        return bool(bundled.listed)
    if not bundled.listed:
        return False
    return bundled_establishes(evidence) or month_is_long_past(
        bundled, evidence.now, evidence.thresholds.min_package_age
    )


def _why_not_bundled(evidence: Evidence) -> str:
    bundled = evidence.bundled
    if not _speaks_for(evidence) or bundled.listed is None:
        return "the bundled data say nothing of names of its index"
    if bundled.listed:
        return "the bundled data do not tell that it is old enough"
    if bundled.complete:
        return f"the bundled list of {bundled.snapshot} does not know it, but names come up every day"
    return f"it is not among the most used {evidence.package.ecosystem.registry} names that the bundled list holds"


def _speaks_for(evidence: Evidence) -> bool:
    """Whether the bundled data, which are the public registry's, speak of the name that would be installed.

    Beside a private index they speak of names among the most used alone: any other might be the private index's own.
    """
    public = [index.public for index in evidence.route.indexes]
    return not evidence.route.private and (all(public) or (any(public) and most_used(evidence.bundled)))


def _elsewhere(evidence: Evidence) -> str | None:
    """Where a name that no asked index knows could still come from."""
    if evidence.route.foreign:
        return _foreign(evidence)
    if evidence.route.find_links:
        return "no index knows it, and it may come from a folder or page that no registry vouches for"
    return None


def _no_index(evidence: Evidence) -> str:
    if evidence.route.foreign:
        return _foreign(evidence)
    if evidence.route.find_links:
        return "it would come from a folder or page that no registry vouches for"
    if evidence.route.private:
        return "its name is private, and no private index is set for it"
    return "no index is set for it"


def _foreign(evidence: Evidence) -> str:
    urls = tuple(dict.fromkeys(foreign.url for foreign in evidence.route.foreign))
    if len(urls) == 1:
        return f"only the audited repository names its index ({urls[0]})"
    return f"only the audited repository names its indexes ({', '.join(urls)})"


def _left_out(evidence: Evidence) -> tuple[str, ...]:
    """Evidence beside existence that is missing: never a verdict, said wherever it could have counted."""
    if not evidence.index_public or most_used(evidence.bundled):
        return ()
    return tuple(
        kind for kind, lookup in (("details", evidence.details), ("downloads", evidence.downloads)) if _lacks(lookup)
    )


def _lacks(lookup: Lookup[object]) -> bool:
    return lookup is not NOT_NEEDED and isinstance(lookup, Unknown) and lookup != NOT_NEEDED
