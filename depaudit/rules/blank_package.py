"""The package is nothing but a name: no description and no repository.

What it does
------------
Reports a project of the public registry that says nothing about itself and links to no source repository.

Why it matters
--------------
Names are taken in bulk to wait for slips and inventions. Those packages are empty or nearly so until they are used.
Downloads prove nothing here: a hallucinated name that does nothing was downloaded 30,000 times in three months.

Evidence
--------
The project's summary, description and links, and its age: high for a young project, low for an older one. Nothing is
said of packages on a private index.

Known false positives
---------------------
Small honest tools whose authors never wrote a word about them.

What to do
----------
Read the code before you install it, or find a package that says what it does and where it is made.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.standing import first_published, is_blank, is_young, most_used, public_project
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.wording import ago

META = RuleMeta(
    id="blank-package",
    summary="nothing but a name: no description and no repository",
    worst=Severity.HIGH,
    needs=(Need.PROJECT, Need.DETAILS),
)


def check(evidence: Evidence) -> Finding | None:
    """High for a young project, else low."""
    if not isinstance(evidence.project, Found):
        return None
    project = public_project(evidence)
    if project is None or not project.releases or most_used(evidence.bundled) or not is_blank(evidence):
        return None
    young, first = is_young(evidence), first_published(evidence)
    message = f"{evidence.package.name} is nothing but a name: it has no description and links to no repository"
    if young and first is not None:
        message += f", and was first published {ago(first, evidence.now)}"
    return Finding(
        rule=META.id,
        severity=Severity.HIGH if young else Severity.LOW,
        message=f"{message}.",
        facts=(Fact(label="releases", value=len(project.releases), source=evidence.project.source),),
    )
