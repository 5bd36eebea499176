"""The name is well known on the other registry, and a newcomer or missing here.

What it does
------------
Reports a package that is young, or does not exist, on its registry, while its name is among the most used of the other
registry: a popular npm package asked of PyPI, or the reverse.

Why it matters
--------------
Models and people mix the two up. Whoever registers a popular npm name on PyPI gets their installs.

Evidence
--------
The bundled list of the other registry's most used names, and the project's age here.

Known false positives
---------------------
A new, honest port of a well-known library to the other language.

What to do
----------
If you meant the other registry's package, add it there. If you meant a port, look for the one that the library's own
page names.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.model.standing import first_published
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.existence import Existence, existence
from depaudit.rules.name_severity import mixup_severity
from depaudit.rules.suggestions import elsewhere_name, is_stdlib_name, known_elsewhere, other_ecosystem
from depaudit.rules.wording import ago

META = RuleMeta(
    id="cross-ecosystem",
    summary="young here, but a well-known name of the other registry",
    worst=Severity.HIGH,
    needs=(Need.PROJECT,),
)


def check(evidence: Evidence) -> Finding | None:
    """High where the name is free or young, medium where that is not known."""
    if evidence.elsewhere is None or evidence.package.source is not SourceKind.REGISTRY or evidence.names_only:
        return None
    severity = mixup_severity(evidence, otherwise=None) if known_elsewhere(evidence) else None
    if severity is None or is_stdlib_name(evidence):
        return None
    return Finding(
        rule=META.id,
        severity=severity,
        message=_message(evidence),
        facts=(Fact(label="elsewhere_rank", value=evidence.elsewhere.rank, source="bundled"),),
        suggestions=(elsewhere_name(evidence),),
    )


def _message(evidence: Evidence) -> str:
    package, other = evidence.package, other_ecosystem(evidence)
    known = f"{package.name} is a well-known package of {other.registry}"
    first = first_published(evidence)
    if existence(evidence) is Existence.FREE:
        return f"{known}, not of {package.ecosystem.registry}: whoever registers it here is installed instead."
    if first is not None:
        return (
            f"{known}; the one of that name on {package.ecosystem.registry} was first published "
            f"{ago(first, evidence.now)} and need not be the same."
        )
    return f"{known}; nothing is known of one on {package.ecosystem.registry}."
