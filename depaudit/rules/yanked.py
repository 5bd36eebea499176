"""The release was withdrawn by its maintainers.

What it does
------------
Reports the release that would be installed when it is yanked on PyPI.

Why it matters
--------------
Maintainers yank releases that are broken or unsafe. pip then takes another one, unless the requirement pins the yanked
release exactly.

Evidence
--------
The index's mark on the release (PEP 592). Medium where a requirement pins it, low where a range leaves nothing else.

Known false positives
---------------------
Releases that were yanked for a reason that does not concern you.

What to do
----------
Ask for another release. The reason that the maintainers gave is quoted as evidence.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.versions import selected_release
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.wording import publisher_text, version_words

META = RuleMeta(
    id="yanked",
    summary="the release is withdrawn by its maintainers",
    worst=Severity.MEDIUM,
    needs=(Need.PROJECT,),
)


def check(evidence: Evidence) -> Finding | None:
    """Medium where the release is pinned, else low."""
    if not isinstance(evidence.project, Found):
        return None
    if all(release.yanked is None for release in evidence.project.value.releases):
        return None
    release = selected_release(evidence)
    if release is None or release.yanked is None:
        return None
    version = version_words(release.version)
    facts = [Fact(label="version", value=version, source=evidence.project.source)]
    if release.yanked:
        facts.append(publisher_text("yanked_reason", release.yanked, evidence.project.source))
    return Finding(
        rule=META.id,
        severity=Severity.MEDIUM if evidence.package.version is not None else Severity.LOW,
        message=f"{evidence.package.name} {version} was withdrawn (yanked) by its maintainers.",
        facts=tuple(facts),
    )
