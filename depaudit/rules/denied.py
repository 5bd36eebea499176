"""The configuration denies the package.

What it does
------------
Reports a package that a `deny` entry of the configuration names, by its name, a pattern or a package URL.

Why it matters
--------------
Somebody decided that this package is not to be used here, and wrote down why. A denial holds for every file, every
command and every way of asking.

Evidence
--------
The `deny` entries of the operator's policy and of the project's configuration, nothing else: no network is needed.

Known false positives
---------------------
A pattern that is wider than it was meant to be, such as `npm:*-pad`.

What to do
----------
Read the reason, and use what it names instead. If the denial is wrong, change it where it is written.
"""

from __future__ import annotations

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.rules.base import RuleMeta
from depaudit.rules.wording import publisher_text

META = RuleMeta(id="denied", summary="the configuration denies it", worst=Severity.CRITICAL)


def check(evidence: Evidence) -> Finding | None:
    """Critical for what a ``deny`` entry names."""
    denial = evidence.denial
    if denial is None:
        return None
    facts = [Fact(label="pattern", value=denial.pattern, source="configuration")]
    if denial.reason:
        facts.append(publisher_text("reason", denial.reason, "configuration"))
    if denial.where:
        facts.append(Fact(label="where", value=denial.where, source="configuration"))
    return Finding(
        rule=META.id,
        severity=Severity.CRITICAL,
        message=f"The configuration denies {evidence.package.name}: it must not be installed.",
        facts=tuple(facts),
    )
