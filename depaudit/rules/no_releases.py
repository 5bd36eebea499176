"""The name is registered, but there is nothing to install.

What it does
------------
Reports a project that its index knows and that has no release, or no archive in any release.

Why it matters
--------------
An empty project holds a name. Its owner can fill it at any moment with anything, and whoever depends on it gets that at
the next install. Names that models invent are taken in this way before they are used.

Evidence
--------
The index's list of releases and files.

Known false positives
---------------------
A project whose first release is still to come, or one whose owner removed every release for a good reason.

What to do
----------
Find out whether the name is right. Remove the dependency until there is a release that you can look at.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.versions import installable
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.removed import removal
from depaudit.rules.suggestions import suggested_names

META = RuleMeta(
    id="no-releases",
    summary="registered with nothing installable",
    worst=Severity.HIGH,
    needs=(Need.PROJECT,),
)


def check(evidence: Evidence) -> Finding | None:
    """High for a registered name without anything to install."""
    if not isinstance(evidence.project, Found):
        return None
    project = evidence.project.value
    if removal(project) is not None or installable(project):
        return None
    return Finding(
        rule=META.id,
        severity=Severity.HIGH,
        message=(
            f"{evidence.package.name} is registered but has nothing to install: "
            "its owner could fill it with anything at any time."
        ),
        facts=(Fact(label="releases", value=len(project.releases), source=evidence.project.source),),
        suggestions=suggested_names(evidence),
    )
