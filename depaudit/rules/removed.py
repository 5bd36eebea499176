"""The registry took the project away: quarantined, replaced by a security placeholder, or unpublished.

What it does
------------
Reports a project that its registry has quarantined (PyPI), replaced by a placeholder such as `0.0.1-security` (npm), or
that its owner has unpublished whole.

Why it matters
--------------
Registries quarantine and replace packages because they are, or are suspected to be, malicious. A dependency on such a
name means that the malicious package was wanted once, perhaps installed. An unpublished name may come back under
another owner.

Evidence
--------
The registry's own word on the project: PyPI's project status (PEP 792), npm's placeholder version or its record of the
removal.

Known false positives
---------------------
npm keeps placeholders for a few names that were never malicious, such as those of Node.js's own modules (`fs`). There
is nothing to install under them all the same.

What to do
----------
Remove the dependency. If it was ever installed, find out which version, and treat the machine's secrets as known to
others until you know better.
"""

from __future__ import annotations

import re
from functools import cache

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.names import Ecosystem
from depaudit.model.project import Project, Status
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.wording import publisher_text

META = RuleMeta(
    id="removed",
    summary="quarantined, replaced by a security placeholder (`0.0.1-security`), or unpublished",
    worst=Severity.HIGH,
    needs=(Need.PROJECT,),
)

_SAYINGS = {
    Status.QUARANTINED: "has been put in quarantine by its registry, which does so with packages that may be malicious",
    Status.SECURITY_HOLDING: "was taken away by its registry for security reasons; only a placeholder is left",
    Status.UNPUBLISHED: "was unpublished: it had releases once, and now there is nothing to install",
}


def check(evidence: Evidence) -> Finding | None:
    """High for a project that is no longer there to be installed."""
    if not isinstance(evidence.project, Found):
        return None
    project = evidence.project.value
    status = removal(project)
    if status is None:
        return None
    facts = [Fact(label="status", value=status.value, source=evidence.project.source)]
    if project.status_reason:
        facts.append(publisher_text("status_reason", project.status_reason, evidence.project.source))
    return Finding(
        rule=META.id,
        severity=Severity.HIGH,
        message=f"{evidence.package.name} {_SAYINGS[status]}.",
        facts=tuple(facts),
    )


def removal(project: Project) -> Status | None:
    """How the project was taken away; None while it is there."""
    if project.status in _SAYINGS:
        return project.status
    holder = project.ecosystem is Ecosystem.NPM and project.latest is not None
    if holder and _placeholder_pattern().fullmatch(project.latest or ""):
        return Status.SECURITY_HOLDING
    return None


@cache
def _placeholder_pattern() -> re.Pattern[str]:
    return re.compile(r"0\.0\.[0-9]{1,3}-security(?:\.[0-9]{1,3})?")
