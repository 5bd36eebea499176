"""What a run adds to the job's log: an entry for each refusal and failure, none for a client's own status."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from depaudit.commands.base import Conflict
from depaudit.gate.ledger import Ledger, Refusal
from depaudit.gate.refusal_entry import entry_of
from depaudit.gate.refusals import Entry, Refused
from depaudit.gate.run import Outcome
from depaudit.model.finding import Finding, Severity
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.verdict import Decision, Verdict
from tests.evidence import evidence, wish

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
COMMAND = ("pip", "install", "sampel")


def refusal(name: str, *findings: Finding, **more: Any) -> Refusal:
    judged = evidence(wishes=(wish(name),))
    decision = Decision(package=judged.package, evidence=judged, verdict=Verdict.BLOCK, findings=findings)
    fields: dict[str, Any] = {"stage": "during", "decision": decision, "version": "1.0", **more}
    return Refusal(ecosystem=Ecosystem.PYPI, name=NormalizedName(name), **fields)


def finding(rule: str, severity: Severity, *suggestions: str) -> Finding:
    return Finding(rule=rule, severity=severity, message=f"It is {rule}.", suggestions=suggestions)


def outcome(status: int, *refusals: Refusal, tunnels: int = 0, **more: Any) -> Outcome:
    ledger = Ledger()
    for one in refusals:
        ledger.refuse(one)
    for number in range(tunnels):
        ledger.tunnels_refused[f"host-{number}.example"] = "it is no registry"
    return Outcome(status=status, ledger=ledger, started=True, seconds=1.0, **more)


def entry(status: int, *packages: Refused, sentence: str = "") -> Entry:
    return Entry(time=NOW, command=COMMAND, status=status, packages=packages, sentence=sentence)


def conflict(number: int) -> Conflict:
    return Conflict(option=f"--proxy{number}", mend="Leave it out.")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (outcome(0), None),
        (outcome(1), None),
        (outcome(137), None),
        (outcome(40), None),  # the client's own
        (
            outcome(
                40,
                refusal("second", finding("new-package", Severity.MEDIUM)),
                refusal(
                    "first",
                    finding("nonexistent", Severity.CRITICAL, "right"),
                    finding("typo-adjacent", Severity.HIGH, "right"),
                    finding("low-downloads", Severity.LOW),
                ),
                refusal("third", decision=None, version=None, why="Its page is no page."),
            ),
            entry(
                40,
                Refused(
                    ecosystem="pypi",
                    name="first",
                    version="1.0",
                    rules=("nonexistent", "typo-adjacent"),
                    sentence="It is nonexistent. Did you mean right?",
                ),
                Refused(
                    ecosystem="pypi",
                    name="second",
                    version="1.0",
                    rules=("new-package",),
                    sentence="It is new-package.",
                ),
                Refused(ecosystem="pypi", name="third", version=None, sentence="Its page is no page."),
            ),
        ),
        (
            outcome(40, conflicts=(conflict(1),)),
            entry(40, sentence="--proxy1 would lead the client round the gate, so it was not started. Leave it out."),
        ),
        (
            outcome(40, conflicts=(conflict(1), conflict(2), conflict(3))),
            entry(
                40,
                sentence="--proxy1 would lead the client round the gate, so it was not started. Leave it out. "
                "So would 2 more options.",
            ),
        ),
        (
            outcome(40, tunnels=1),
            entry(40, sentence="A connection to host-0.example was refused: it is no registry."),
        ),
        (
            outcome(40, tunnels=3),
            entry(40, sentence="A connection to host-0.example was refused: it is no registry. So were 2 more."),
        ),
        (outcome(41, notes=("depaudit itself failed.",)), entry(41, sentence="depaudit itself failed.")),
        (
            outcome(41),
            entry(41, sentence="depaudit could not do its work, or the command itself ended with 41."),
        ),
    ],
)
def test_an_entry(seen: Outcome, expected: Entry | None) -> None:
    assert entry_of(seen, COMMAND, NOW) == expected


def test_what_could_not_be_judged_is_said() -> None:
    judged = evidence(wishes=(wish("sampel"),))
    decision = Decision(
        package=judged.package, evidence=judged, verdict=Verdict.UNKNOWN, unknown_because="PyPI gave no answer"
    )
    made = entry_of(outcome(40, refusal("sampel", decision=decision)), COMMAND, NOW)
    assert made is not None
    assert made.packages[0].sentence == "It could not be judged: PyPI gave no answer."
