"""The registry does not know the name: it is free for anyone to register.

What it does
------------
Reports a package whose name no index knows from which it would be installed. Without the network it reports names that
the bundled list of all PyPI names lacks, as long as that list is younger than `min-package-age`.

Why it matters
--------------
Language models invent package names, and people mistype them. An install of such a name fails today. It succeeds on the
day on which somebody registers the name, and then it runs that person's code. Invented names come up again and again,
so attackers can register them in advance.

Evidence
--------
The answer "not found" of every index that the client would ask, or the bundled list of names (PyPI only: npm's list
holds the most used names alone). A time-out or an error page is never taken for that answer. Nothing is reported where
the package may come from an index that was not asked: it is then unknown.

Known false positives
---------------------
A package of your own that lives on an index which only your installer knows: name that index in pip's, uv's or npm's
configuration, or list the name under `private`. A name registered after the bundled list was made, when working
offline.

What to do
----------
Correct the name. If nothing similar is suggested, look for the package's home page instead of guessing, and remove the
dependency until you know what was meant.
"""

from __future__ import annotations

from depaudit.model.evidence import Absent, Evidence, Unknown
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.model.standing import most_used
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.existence import free_by_answer, free_by_snapshot
from depaudit.rules.suggestions import suggested_names
from depaudit.rules.wording import host, listed

META = RuleMeta(
    id="nonexistent",
    summary="its registry does not know the name: it is free for anyone to register",
    worst=Severity.CRITICAL,
    needs=(Need.PROJECT, Need.ROUTE),
)


def check(evidence: Evidence) -> Finding | None:
    """Critical for a name that nobody has registered where it would be looked up."""
    if evidence.names_only or evidence.package.source is not SourceKind.REGISTRY:
        return None
    if isinstance(evidence.project, Absent):
        if not free_by_answer(evidence):
            return None
        message, facts = _not_found(evidence, evidence.project)
    elif isinstance(evidence.project, Unknown) and not most_used(evidence.bundled) and free_by_snapshot(evidence):
        message, facts = _not_listed(evidence, evidence.project)
    else:
        return None
    return Finding(
        rule=META.id,
        severity=Severity.CRITICAL,
        message=message,
        facts=facts,
        suggestions=suggested_names(evidence),
    )


def _not_found(evidence: Evidence, answer: Absent) -> tuple[str, tuple[Fact, ...]]:
    package = evidence.package
    public = any(index.public for index in evidence.route.indexes)
    private = [host(index.url) or "a local folder" for index in evidence.route.indexes if not index.public]
    facts = (Fact(label="exists", value=False, source=answer.source),)
    if not private:
        return f"{package.name} does not exist on {package.ecosystem.registry}: anyone could register it.", facts
    others = listed(dict.fromkeys(private), "or")
    if public:
        registry = package.ecosystem.registry
        return f"{package.name} does not exist on {others}, nor on {registry}: anyone could register it there.", facts
    return f"{package.name} does not exist on {others}, from where it would be installed.", facts


def _not_listed(evidence: Evidence, failure: Unknown) -> tuple[str, tuple[Fact, ...]]:
    package, day = evidence.package, evidence.bundled.snapshot.isoformat()
    message = (
        f"{package.name} was not registered on {package.ecosystem.registry} by {day}: "
        "anyone could take the name, or has done so since."
    )
    facts = (
        Fact(label="exists", value=False, source="bundled"),
        Fact(label="snapshot", value=day, source="bundled"),
        Fact(label="not_looked_up", value=failure.reason),
    )
    return message, facts
