"""Installing the package runs its code at once.

What it does
------------
Reports the release that would be installed when it has an install script (npm) or no ready-made archive (PyPI: only a
source archive, whose build runs on your machine).

Why it matters
--------------
Most malicious packages act while they are installed, before anyone has imported them.

Evidence
--------
npm's list of scripts, PyPI's list of files, of the release that would be installed. Medium for a young package, low for
others. Nothing is said of packages on a private index.

Known false positives
---------------------
Packages with native parts build or fetch them at install for good reasons.

What to do
----------
Install without scripts where you can (`npm install --ignore-scripts`, `pip install --only-binary :all:`), and look at
what the script does where you can't.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.names import Ecosystem
from depaudit.model.standing import is_young, public_project
from depaudit.model.versions import selected_release
from depaudit.rules.base import Need, RuleMeta

META = RuleMeta(
    id="install-script",
    summary="runs code at install (`preinstall`, `postinstall`, sdist only)",
    worst=Severity.MEDIUM,
    needs=(Need.PROJECT,),
)


def check(evidence: Evidence) -> Finding | None:
    """Medium for a young project, else low."""
    if not isinstance(evidence.project, Found):
        return None
    project = public_project(evidence)
    if project is None or not any(release.runs_code for release in project.releases):
        return None
    release = selected_release(evidence)
    if release is None or not release.runs_code:
        return None
    name = evidence.package.name
    if evidence.package.ecosystem is Ecosystem.PYPI:
        message = f"{name} comes without a ready-made archive (wheel): installing it runs its own build code."
    else:
        message = f"{name} runs a script of its own while it is being installed."
    return Finding(
        rule=META.id,
        severity=Severity.MEDIUM if is_young(evidence) else Severity.LOW,
        message=message,
        facts=(Fact(label="runs_code_at_install", value=True, source=evidence.project.source),),
    )
