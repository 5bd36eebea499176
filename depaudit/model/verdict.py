"""What came of it all: a decision a package, a report a run."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Finding
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import Package


class Verdict(str, Enum):
    """The answer for one package."""

    BLOCK = "block"
    WARN = "warn"
    UNKNOWN = "unknown"
    PASS = "pass"  # noqa: S105  a verdict, no password

    def __str__(self) -> str:
        return self.value


@record
class Suppression:
    """A finding that a person's exception set aside: which pattern, why, until when, said where."""

    finding: Finding
    pattern: str
    reason: str
    until: date | None = None
    where: str = ""


@record
class Decision:
    """A package's verdict, its findings (worst first) and why it is unknown when it is.

    ``not_checked``  kinds of evidence that were left out by choice for this package: "version", "age", …
    ``incomplete``   evidence failed although the verdict stands on the bundled data: the run is incomplete
    ``pending``      ``path:line`` of an exception that the judged change brings for its own package: it does not count
                     yet, and takes effect once merged; empty where there is none
    """

    package: Package
    evidence: Evidence
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppression, ...] = ()
    unknown_because: str | None = None
    not_checked: tuple[str, ...] = ()
    incomplete: bool = False
    pending: str = ""

    @property
    def suggestions(self) -> tuple[str, ...]:
        """What to type instead, over all findings, best first, each once."""
        return tuple(dict.fromkeys(s for f in self.findings for s in f.suggestions))


@record
class NetworkUse:
    """What the run did to the network. ``limits_hit`` has one sentence for each cap or breaker that was hit."""

    requests: int = 0
    from_cache: int = 0
    limits_hit: tuple[str, ...] = ()


@record
class Change:
    """What was compared: full commit ids; ``head`` is "work tree" or "index" where that is no commit.

    ``files``  dependency files that differ
    """

    base: str
    head: str
    files: int = 0


@record
class Report:
    """One run, whole. Decisions are in the order of first appearance; reporters sort as they need.

    ``not_checked``  what was not checked for anybody, by choice or for good reason ("advisories", "age", …)
    ``not_audited``  (ecosystem or format, how many) seen in the input but beyond this audit
    ``complete``     False exactly when exit status 3 would apply were nothing blocked
    ``notes``        sentences for people: what was left out and why
    ``change``       what was compared, where only a change was judged; its paths are relative to the repository's top
    """

    decisions: tuple[Decision, ...]
    problems: tuple[Problem, ...] = ()
    tool_version: str = ""
    snapshot: date
    started: datetime
    ended: datetime
    offline: bool = False
    complete: bool = True
    network: NetworkUse = NetworkUse()
    not_checked: tuple[str, ...] = ()
    not_audited: tuple[tuple[str, int], ...] = ()
    files: int = 0
    excluded: int = 0
    notes: tuple[str, ...] = ()
    change: Change | None = None
