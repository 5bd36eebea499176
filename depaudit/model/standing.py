"""Established, old, young, blank: each defined once, for every rule and for the policy.

The definitions are the public contract's ("Verdicts" in ``docs/verdicts.md``). They are functions of evidence alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from depaudit.model.evidence import BundledName, Evidence, Found
from depaudit.model.names import Ecosystem
from depaudit.model.project import Details, Project

MOST_USED = 15_000
"""Rank up to which a project is among the most used of its registry."""

LONG = timedelta(days=180)
"""Old enough that a name is nobody's fresh trap."""


def most_used(bundled: BundledName) -> bool:
    """Among the most used of its registry, by the bundled ranking."""
    return bundled.rank is not None and bundled.rank <= MOST_USED


def public_project(evidence: Evidence) -> Project | None:
    """The project as the public registry, or what stands for it, knows it; None when not found there."""
    if isinstance(evidence.project, Found) and evidence.index_public:
        return evidence.project.value
    return None


def known_details(evidence: Evidence) -> Details | None:
    """What the project says of itself, from whichever look-up told it."""
    if isinstance(evidence.details, Found):
        return evidence.details.value
    if isinstance(evidence.project, Found):
        return evidence.project.value.details
    return None


def monthly_downloads(evidence: Evidence) -> int | None:
    """Downloads in the last month: the service's answer, else the snapshot's; None is "not known", never zero."""
    if isinstance(evidence.downloads, Found):
        return evidence.downloads.value
    return evidence.bundled.downloads


def first_published(evidence: Evidence) -> datetime | None:
    """When the project's first release came out, as far as the public registry tells."""
    project = public_project(evidence)
    return project.first_published if project is not None and project.dates_known else None


def package_age(evidence: Evidence) -> timedelta | None:
    """Time since first publication; None when not known."""
    first = first_published(evidence)
    return None if first is None else evidence.now - first


def is_blank(evidence: Evidence) -> bool | None:
    """Nothing but a name: no description and no repository. None when its details are not known."""
    details = known_details(evidence)
    if details is None:
        return None
    return not details.summary and not details.description and details.repository is None


def month_is_long_past(bundled: BundledName, now: datetime, period: timedelta) -> bool:
    """Whether the month of the newest release had ended ``period`` ago (PyPI's snapshot gives months only)."""
    month = bundled.newest_release
    if month is None:
        return False
    following = (
        month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)
    )
    return now.date() - following >= period


def bundled_establishes(evidence: Evidence) -> bool:
    """Established as far as the snapshot alone can tell."""
    bundled = evidence.bundled
    if most_used(bundled):
        return True
    if not bundled.listed:
        return False
    if evidence.package.ecosystem is Ecosystem.NPM:
        return True  # npm's list holds the most used names only
    return month_is_long_past(bundled, evidence.now, LONG)


def is_established(evidence: Evidence) -> bool:
    """Old enough, used enough, maintained: never blamed for its name, its use or its looks."""
    if most_used(evidence.bundled):
        return True
    age = package_age(evidence)
    if age is None:
        return bundled_establishes(evidence)
    if age < LONG or is_blank(evidence):
        return False
    project = public_project(evidence)
    details = known_details(evidence)
    downloads = monthly_downloads(evidence)
    signs = (
        project is not None and len(project.releases) >= 3,
        downloads is not None and downloads >= evidence.thresholds.min_downloads,
        details is not None and details.repository is not None,
    )
    return sum(signs) >= 2


def is_old(evidence: Evidence) -> bool:
    """First published 180 days ago or more, or known to the snapshot to be that old."""
    age = package_age(evidence)
    return age >= LONG if age is not None else bundled_establishes(evidence)


def is_young(evidence: Evidence) -> bool:
    """First published less than ``min_package_age`` ago. Never true of what is not known or is among the most used."""
    age = package_age(evidence)
    return age is not None and age < evidence.thresholds.min_package_age and not most_used(evidence.bundled)
