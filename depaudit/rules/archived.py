"""The project is archived: nothing more will be released.

What it does
------------
Reports a project that its owners have archived on the registry.

Why it matters
--------------
No fix will come, whatever is found.

Evidence
--------
The registry's project status (PEP 792).

Known false positives
---------------------
Finished software that needs no more releases.

What to do
----------
Nothing today. Look for a maintained replacement before you build more on it.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Finding, Severity
from depaudit.model.project import Status
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.wording import publisher_text

META = RuleMeta(id="archived", summary="the project is marked as archived", worst=Severity.INFO, needs=(Need.PROJECT,))


def check(evidence: Evidence) -> Finding | None:
    """Info, with the owners' own words."""
    if not isinstance(evidence.project, Found) or evidence.project.value.status is not Status.ARCHIVED:
        return None
    reason = evidence.project.value.status_reason
    return Finding(
        rule=META.id,
        severity=Severity.INFO,
        message=f"{evidence.package.name} is archived: its owners will release nothing more.",
        facts=(publisher_text("status_reason", reason, evidence.project.source),) if reason else (),
    )
