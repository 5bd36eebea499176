"""The project exists, but no release satisfies what is asked for.

What it does
------------
Reports a requirement whose version or range matches no release of the project, or whose npm dist-tag the project does
not have. The message names the nearest releases.

Why it matters
--------------
Models invent versions as well as names. The install fails today; a pinned version that does not exist yet is also an
open door for whoever gains the right to publish it. A locked version that has vanished was often removed because it was
malicious.

Evidence
--------
The index's list of releases, compared by the ecosystem's own rules: PEP 440 for PyPI (prereleases count), npm's ranges
and dist-tags. Nothing is said where the versions are not known, where the range can't be read (`catalog:`), or where
another index that the client would ask as well may have the version.

Known false positives
---------------------
A mirror that lags behind its registry.

What to do
----------
Ask for a release that exists, and correct the lockfile by making it anew.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.project import Project
from depaudit.model.requirement import Requirement
from depaudit.model.route import Choice
from depaudit.model.versions import admits_any, installable, nearest
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.removed import removal
from depaudit.rules.wording import listed, specifier_words, version_words

META = RuleMeta(
    id="version-nonexistent",
    summary="the name exists, no release satisfies the specifier",
    worst=Severity.HIGH,
    needs=(Need.PROJECT,),
)


def check(evidence: Evidence) -> Finding | None:
    """High for the first requirement that no release satisfies."""
    if not isinstance(evidence.project, Found) or _other_index_may_have_it(evidence):
        return None
    project = evidence.project.value
    for wish in evidence.package.requirements:
        if not (wish.pinned_version or wish.specifier):
            continue
        if admits_any(project, wish) is False and installable(project) and removal(project) is None:
            return _finding(evidence, project, wish, evidence.project.source)
    return None


def _other_index_may_have_it(evidence: Evidence) -> bool:
    """Private indexes are asked first: where the public one answered, all of them have been asked."""
    if evidence.route.foreign or evidence.route.find_links:
        return True
    several = len(evidence.route.indexes) > 1 and evidence.route.choice is Choice.BEST_VERSION
    return several and not evidence.index_public


def _finding(evidence: Evidence, project: Project, wish: Requirement, source: str) -> Finding:
    package = evidence.package
    specifier = wish.pinned_version or wish.specifier
    close = nearest(package.ecosystem, (release.version for release in installable(project)), specifier)
    named = [version_words(version) for version in close]
    if wish.pinned_version:
        message = f"There is no {package.name} {version_words(wish.pinned_version)}"
    else:
        message = f"No release of {package.name} satisfies {specifier_words(specifier)}"
    if named:
        message += f"; the nearest {'is' if len(named) == 1 else 'are'} {listed(named)}"
    return Finding(
        rule=META.id,
        severity=Severity.HIGH,
        message=f"{message}.",
        facts=(
            Fact(label="requested", value=specifier_words(specifier).strip("'"), source=wish.location.path),
            Fact(label="nearest", value=", ".join(named) or None, source=source),
        ),
    )
