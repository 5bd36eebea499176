"""The project or the release is marked as deprecated.

What it does
------------
Reports a project that its owners declare deprecated, or the release that would be installed when it is.

Why it matters
--------------
What is deprecated gets no fixes, and is in time forgotten: such projects are taken over more easily.

Evidence
--------
The registry's mark: PyPI's project status (PEP 792), npm's `deprecated` of the release.

Known false positives
---------------------
Deprecated packages that go on working for years.

What to do
----------
Plan to move to what the maintainers name. Their own words are quoted as evidence.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Finding, Severity
from depaudit.model.project import Status
from depaudit.model.versions import selected_release
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.wording import publisher_text, version_words

META = RuleMeta(
    id="deprecated",
    summary="the release or project is marked as deprecated",
    worst=Severity.LOW,
    needs=(Need.PROJECT,),
)


def check(evidence: Evidence) -> Finding | None:
    """Low, with the maintainers' own words."""
    if not isinstance(evidence.project, Found):
        return None
    project, source = evidence.project.value, evidence.project.source
    if project.status is Status.DEPRECATED:
        return _finding(evidence.package.name, project.status_reason, source)
    if not any(release.deprecated for release in project.releases):
        return None
    release = selected_release(evidence)
    # npm takes a mark back by leaving an empty one
    if release is None or not release.deprecated:
        return None
    return _finding(f"{evidence.package.name} {version_words(release.version)}", release.deprecated, source)


def _finding(what: str, reason: str, source: str) -> Finding:
    return Finding(
        rule=META.id,
        severity=Severity.LOW,
        message=f"{what} is marked as deprecated by its maintainers.",
        facts=(publisher_text("deprecated_reason", reason, source),) if reason else (),
    )
