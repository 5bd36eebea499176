"""The name is a module that comes with Python or Node.js itself.

What it does
------------
Reports a package named like a module of Python's standard library (`json`, `subprocess`) or of Node.js (`fs`).

Why it matters
--------------
Nothing has to be installed for such a module. A package of that name is somebody else's code, and models list them as
dependencies again and again.

Evidence
--------
Lists of the modules of all Python 3 versions and of Node.js, and whether the project exists here, and since when.

Known false positives
---------------------
Backports (`dataclasses`) and browser versions of Node.js's modules (`buffer`) are real packages: established ones are
never reported, older ones at low severity only.

What to do
----------
Remove the dependency: the module is there already. For an old Python, use the backport that the documentation names.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import SourceKind
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.name_severity import mixup_severity
from depaudit.rules.suggestions import is_stdlib_name

META = RuleMeta(
    id="stdlib-name",
    summary="a standard-library or Node built-in module",
    worst=Severity.HIGH,
    needs=(Need.PROJECT,),
)


def check(evidence: Evidence) -> Finding | None:
    """High where the name is free or young, else low."""
    package = evidence.package
    if package.source is not SourceKind.REGISTRY:
        return None
    severity = mixup_severity(evidence, otherwise=Severity.LOW)
    if severity is None or not is_stdlib_name(evidence):
        return None
    language = "Python" if package.ecosystem is Ecosystem.PYPI else "Node.js"
    return Finding(
        rule=META.id,
        severity=severity,
        message=(
            f"{package.name} comes with {language} itself, so there is nothing to install; "
            "a package of that name is somebody else's code."
        ),
        facts=(Fact(label="comes_with", value=language, source="bundled"),),
    )
