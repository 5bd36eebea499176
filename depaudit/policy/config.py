"""The configuration in force: what all files and options together say, checked and merged."""

from __future__ import annotations

from enum import Enum

from depaudit.model.finding import Severity
from depaudit.model.record import record
from depaudit.model.settings import IndexSettings, Services, Thresholds
from depaudit.policy.exceptions import Allow, Deny
from depaudit.policy.rule_ids import RULE_IDS

__all__ = ["DEFAULT_MAX_REQUESTS", "RULE_IDS", "Config", "FailOn", "OnError"]

DEFAULT_MAX_REQUESTS = 20_000


class FailOn(str, Enum):
    """From which verdict on the run fails with exit status 1. In order of strictness, the loosest first."""

    NEVER = "never"
    BLOCK = "block"
    WARN = "warn"

    def __str__(self) -> str:
        return self.value

    def tighter(self, other: FailOn) -> FailOn:
        """The stricter of the two."""
        order = tuple(FailOn)
        return max(self, other, key=order.index)


class OnError(str, Enum):
    """What an incomplete audit means: exit status 3, or 0 with a warning."""

    BLOCK = "block"
    ALLOW = "allow"

    def __str__(self) -> str:
        return self.value


@record
class Config:
    """Everything that a configuration can say, with the defaults of the public contract.

    ``exclude``  path globs, as discovery reads them
    ``require``  kinds of evidence ("advisories", "downloads") without which the audit is incomplete
    ``rules``    a severity that replaces the rule's own, or None: the rule is off
    ``floors``   severities below which a rule's findings never fall, set by files that may only tighten; a floor
                 also turns on a rule that is off
    ``files``    which files it came from, the highest in rank first
    ``locked``   a system's or user's policy exists: the command line may only tighten
    """

    fail_on: FailOn = FailOn.BLOCK
    thresholds: Thresholds = Thresholds()
    exclude: tuple[str, ...] = ()
    on_error: OnError = OnError.BLOCK
    require: tuple[str, ...] = ()
    max_requests: int = DEFAULT_MAX_REQUESTS
    indexes: IndexSettings = IndexSettings()
    services: Services = Services()
    rules: tuple[tuple[str, Severity | None], ...] = ()
    allow: tuple[Allow, ...] = ()
    deny: tuple[Deny, ...] = ()
    files: tuple[str, ...] = ()
    floors: tuple[tuple[str, Severity], ...] = ()
    locked: bool = False

    def severity(self, rule: str, own: Severity) -> Severity | None:
        """The severity of a finding of ``rule`` whose own severity is ``own``; None where the rule is off."""
        severity: Severity | None = own
        for name, chosen in self.rules:
            if name == rule:
                severity = chosen
        for name, floor in self.floors:
            if name == rule:
                severity = floor if severity is None else max(severity, floor)
        return severity

    def enabled(self, rule: str) -> bool:
        """Whether ``rule`` can have any finding at all: nothing is fetched for a rule that is off."""
        return self.severity(rule, Severity.INFO) is not None
