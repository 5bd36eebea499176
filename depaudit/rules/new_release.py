"""The release that would be installed is only hours or days old.

What it does
------------
Reports the release that would be installed when it is younger than `min-release-age` (3 days by default).

Why it matters
--------------
When an attacker takes over a well-known project, the bad release is mostly noticed and removed within a day. Those who
wait that long never see it.

Evidence
--------
The release's date as the registry tells it: info for established projects, of which the gate takes the release before
this one, medium for others. Nothing is said where dates are not known, or of packages on a private index.

Known false positives
---------------------
A fix that you need today.

What to do
----------
Wait, or ask for the release before it. If you need this one, look at what changed in it.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.standing import is_established, public_project
from depaudit.model.versions import selected_release
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.wording import ago, version_words

META = RuleMeta(
    id="new-release",
    summary="the version that would be installed is younger than `min-release-age`",
    worst=Severity.MEDIUM,
    needs=(Need.PROJECT, Need.DETAILS),
)


def check(evidence: Evidence) -> Finding | None:
    """Info for an established project, else medium."""
    if not isinstance(evidence.project, Found):
        return None
    project = public_project(evidence)
    if project is None or not project.dates_known:
        return None
    cutoff = evidence.now - evidence.thresholds.min_release_age
    if not any(release.published_at is not None and release.published_at > cutoff for release in project.releases):
        return None
    release = selected_release(evidence)
    if release is None or release.published_at is None or release.published_at <= cutoff:
        return None
    version = version_words(release.version)
    return Finding(
        rule=META.id,
        severity=Severity.INFO if is_established(evidence) else Severity.MEDIUM,
        message=(
            f"{evidence.package.name} {version} was released {ago(release.published_at, evidence.now)}: "
            "too fresh for others to have noticed anything wrong with it."
        ),
        facts=(
            Fact(label="version", value=version, source=evidence.project.source),
            Fact(label="published_at", value=release.published_at.isoformat(), source=evidence.project.source),
        ),
    )
