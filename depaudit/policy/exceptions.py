"""What people decided about single packages: allowed or denied, always with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from depaudit.model.evidence import Denial
from depaudit.model.finding import Finding
from depaudit.model.record import record
from depaudit.model.requirement import Package
from depaudit.policy.patterns import NamePattern
from depaudit.policy.rule_ids import KNOWN_MALICIOUS


@record
class Allow:
    """Findings of matching packages are set aside.

    ``rules``  these rules only; empty means every rule but ``known-malicious``
    ``until``  the last day on which it applies; None is for good
    ``where``  ``path:line`` of the entry
    """

    pattern: NamePattern
    reason: str
    rules: tuple[str, ...] = ()
    until: date | None = None
    where: str = ""

    def expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and today > self.until

    def covers(self, finding: Finding) -> bool:
        """Whether a finding of this rule may be set aside. A known malicious package never may."""
        if finding.rule == KNOWN_MALICIOUS:
            return False
        return not self.rules or finding.rule in self.rules


@record
class Deny:
    """Matching packages are refused. ``where`` is ``path:line`` of the entry."""

    pattern: NamePattern
    reason: str
    where: str = ""


def denial_of(package: Package, deny: Iterable[Deny]) -> Denial | None:
    """The first entry that denies ``package``, as evidence for the rule ``denied``."""
    for entry in deny:
        if entry.pattern.matches(package):
            return Denial(pattern=entry.pattern.text, reason=entry.reason, where=entry.where)
    return None


def find_allowances(package: Package, allow: Iterable[Allow], today: date) -> tuple[Allow, ...]:
    """The entries that speak of ``package`` today, in the order of the configuration."""
    return tuple(entry for entry in allow if not entry.expired(today) and entry.pattern.matches(package))


def expired_notes(allow: Iterable[Allow], today: date) -> tuple[str, ...]:
    """One sentence for each exception that no longer applies, for the report's notes."""
    return tuple(
        f"The exception for {entry.pattern.text} ended on {entry.until} and no longer applies"
        + (f" ({entry.where})." if entry.where else ".")
        for entry in allow
        if entry.expired(today)
    )
