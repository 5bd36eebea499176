"""A name of a private index that the public registry has as well.

What it does
------------
Reports a package that belongs to a private namespace or comes from a private index, when the public registry has a
package of the same name.

Why it matters
--------------
A client that asks both takes the newest version, wherever it is. Whoever registers the private name publicly, with a
high version, is installed inside the company.

Evidence
--------
The client's indexes and how it chooses among them, and the bundled list of public names. A private name is never sent
to a public service to find out. High where the public package could win, else low; low too for an established public
project on a private index whose names nobody declared private: that is a mirror rather than a trap.

Known false positives
---------------------
A private index that mirrors the public registry, and is not declared as its mirror: name it as `indexes.pypi` or
`indexes.npm`, or mark it `public = true`. The most used projects are taken for mirrored and never reported.

What to do
----------
Make the client ask the private index alone for such names (`--index-url` instead of `--extra-index-url`, an `explicit`
index of uv, a scope of npm), or register the name publicly as a placeholder.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.model.route import Choice
from depaudit.model.standing import bundled_establishes, most_used
from depaudit.rules.base import Need, RuleMeta

META = RuleMeta(
    id="dependency-confusion",
    summary="a name of a private namespace or index that is also public",
    worst=Severity.HIGH,
    needs=(Need.PROJECT, Need.ROUTE),
)


def check(evidence: Evidence) -> Finding | None:
    """High where the public package could be installed instead, else low."""
    if not evidence.bundled.listed or evidence.package.source is not SourceKind.REGISTRY:
        return None
    if most_used(evidence.bundled) or not _is_private(evidence):
        return None
    package = evidence.package
    wins = _public_could_win(evidence)
    message = f"{package.name} is a private package, and {package.ecosystem.registry} has one of the same name"
    message += " that could be installed instead." if wins else "; your client does not ask there."
    return Finding(
        rule=META.id,
        severity=Severity.HIGH if wins and not _rather_a_mirror(evidence) else Severity.LOW,
        message=message,
        facts=(
            Fact(label="public", value=True, source="bundled"),
            Fact(label="snapshot", value=evidence.bundled.snapshot.isoformat(), source="bundled"),
        ),
    )


def _is_private(evidence: Evidence) -> bool:
    """Declared private, or found on a private index alone; one that all share, such as PyTorch's, is not private."""
    if evidence.route.private:
        return True
    if not isinstance(evidence.project, Found) or evidence.index_public is not False:
        return False
    where = evidence.project.value.index
    return not any(index.shared and index.url == where for index in evidence.route.indexes)


def _rather_a_mirror(evidence: Evidence) -> bool:
    """An old public project that an undeclared private index holds too is mirrored there: traps are young."""
    return not evidence.route.private and bundled_establishes(evidence)


def _public_could_win(evidence: Evidence) -> bool:
    route = evidence.route
    if route.private and not any(not index.public for index in route.indexes):
        return True  # no private index is set for it, so that the client asks the public one
    return route.choice is Choice.BEST_VERSION and (route.public_too or any(index.public for index in route.indexes))
