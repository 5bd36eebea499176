"""The name is what Python code imports; the package that brings it is called otherwise.

What it does
------------
Reports a PyPI name that is the import name of a well-known package with another name: `cv2` comes from
`opencv-python`, `yaml` from `pyyaml`.

Why it matters
--------------
It is natural to install what one imports. Where the import name is free, or was registered by somebody else, that
installs nothing or a stranger's package.

Evidence
--------
A bundled table of import names and their packages, and whether the project exists here, and since when.

Known false positives
---------------------
A project of that very name that has been there for long is reported at low severity only, an established one never.

What to do
----------
Install the package that is suggested.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import SourceKind
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.existence import Existence, existence
from depaudit.rules.name_severity import mixup_severity
from depaudit.rules.suggestions import right_distributions

META = RuleMeta(
    id="import-name",
    summary="an import name whose distribution is called otherwise (`cv2`, `sklearn`)",
    worst=Severity.HIGH,
    needs=(Need.PROJECT,),
)


def check(evidence: Evidence) -> Finding | None:
    """High where the name is free or young, else low; always with the right name."""
    package = evidence.package
    if package.ecosystem is not Ecosystem.PYPI or package.source is not SourceKind.REGISTRY:
        return None
    severity = mixup_severity(evidence, otherwise=Severity.LOW)
    right = right_distributions(evidence) if severity is not None else ()
    if severity is None or not right:
        return None
    message = f"{package.name} is what Python code imports; the package that brings it is called {right[0]}"
    if existence(evidence) is Existence.FREE:
        message += f", and anyone could register {package.name}"
    return Finding(
        rule=META.id,
        severity=severity,
        message=f"{message}.",
        facts=(Fact(label="distribution", value=right[0], source="bundled"),),
        suggestions=right,
    )
