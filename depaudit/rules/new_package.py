"""The package was first published only a short while ago.

What it does
------------
Reports a project of the public registry that is younger than `min-package-age` (30 days by default).

Why it matters
--------------
Malicious packages are mostly found and removed within days or weeks of their first release. Waiting costs little; being
among the first to install costs much when it goes wrong.

Evidence
--------
The date of the first release, as the registry tells it. Nothing is said where that is not known, of the most used
projects, or of packages on a private index.

Known false positives
---------------------
Every honest project is new once.

What to do
----------
Look at the project's repository and its authors. Wait until it is older, or record with `depaudit allow` that you know
it.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.standing import first_published, is_young
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.wording import ago, full_days

META = RuleMeta(
    id="new-package",
    summary="young: first published less than `min-package-age` ago",
    worst=Severity.MEDIUM,
    needs=(Need.PROJECT,),
)


def check(evidence: Evidence) -> Finding | None:
    """Medium for a young project."""
    if not isinstance(evidence.project, Found) or not is_young(evidence):
        return None
    first = first_published(evidence)
    assert first is not None  # what has no date is never young
    day = first.date().isoformat()
    return Finding(
        rule=META.id,
        severity=Severity.MEDIUM,
        message=(
            f"{evidence.package.name} was first published {ago(first, evidence.now)} ({day}): "
            "hardly anyone can have looked at it yet."
        ),
        facts=(
            Fact(label="first_published", value=first.isoformat(), source=evidence.project.source),
            Fact(label="age_days", value=full_days(evidence.now - first)),
        ),
    )
