"""The name is a plausible slip for a far more used one.

What it does
------------
Compares the name with the names that are far more used: swapped, missing, doubled or neighbouring letters, separators,
word order, affixes such as `python-`, plurals and numbers. It reports the likeliest one, and how bad that is by what
else is known of the package.

Why it matters
--------------
Attackers register slips of popular names and wait for somebody to type one. The package often works, since it brings
the real one along, and does something else besides.

Evidence
--------
The bundled lists of names and their use, and the project's age, releases and description. A name that nobody has
registered, or of which nothing but the name is looked at: high. Younger than `min-package-age`: high when the likeness
is strong or when something else speaks against it (no description and no repository, a single release, code that runs
at install), else medium. Up to 180 days: medium when the likeness is strong. Older: low. Established: nothing.

Known false positives
---------------------
A new project with an honest name that happens to be near a popular one. Established projects are never reported.

What to do
----------
Compare the name with the one that is suggested, and with the project's home page. If it is right after all, record that
with `depaudit allow`.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.model.standing import first_published, is_young
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.existence import Existence, existence
from depaudit.rules.name_severity import near_severity, second_signals
from depaudit.rules.suggestions import MAX_SUGGESTIONS
from depaudit.rules.wording import ago, listed, spelled

META = RuleMeta(
    id="typo-adjacent",
    summary="a plausible typing, separator, word-order, affix, plural or number variant of a far more used name",
    worst=Severity.HIGH,
    needs=(Need.PROJECT, Need.DETAILS, Need.NEAR),
)


def check(evidence: Evidence) -> Finding | None:
    """By the nearest name, and by what else is known of the package."""
    if not evidence.near or evidence.package.source is not SourceKind.REGISTRY:
        return None
    nearest = evidence.near[0]
    severity = near_severity(evidence, nearest)
    if severity is None:
        return None
    ecosystem = evidence.package.ecosystem
    signals = second_signals(evidence) if is_young(evidence) else ()
    facts = [
        Fact(label="target", value=spelled(nearest, ecosystem), source="bundled"),
        Fact(label="kind", value=nearest.kind, source="bundled"),
        Fact(label="target_rank", value=nearest.target_rank, source="bundled"),
        Fact(label="strong", value=nearest.strong, source="bundled"),
    ]
    if signals:
        facts.append(Fact(label="second_signal", value=listed(signals)))
    return Finding(
        rule=META.id,
        severity=severity,
        message=_message(evidence, spelled(nearest, ecosystem), nearest.kind, signals),
        facts=tuple(facts),
        suggestions=tuple(spelled(near, ecosystem) for near in evidence.near[:MAX_SUGGESTIONS]),
    )


def _message(evidence: Evidence, target: str, kind: str, signals: tuple[str, ...]) -> str:
    name = evidence.package.name
    slip = f"{name} looks like a slip for {target} ({kind})"
    if existence(evidence) is Existence.FREE:
        return f"{slip}: whoever registers {name} reaches everyone who makes that slip."
    first = first_published(evidence)
    if first is not None and is_young(evidence):
        with_signals = f", with {listed(signals)}" if signals else ""
        return f"{slip}, which is far more used; it was first published {ago(first, evidence.now)}{with_signals}."
    return f"{slip}, which is far more used."
