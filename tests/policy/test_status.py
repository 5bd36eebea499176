"""The exit status, row by row, and whether an audit is complete."""

from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Unknown
from depaudit.model.problem import Problem
from depaudit.model.record import replace
from depaudit.model.verdict import Decision, Report, Verdict
from depaudit.policy.config import Config, FailOn, OnError
from depaudit.policy.status import exit_status, is_complete
from tests.report.sample import empty_report, evidence, package, wish

PROBLEM = (Problem(path="bad.lock", message="broken"),)
LOCKED = Config(locked=True, files=("policy.toml",))


def decision(verdict: Verdict, *, incomplete: bool = False) -> Decision:
    subject = package(wish("x"))
    return Decision(package=subject, evidence=evidence(subject), verdict=verdict, incomplete=incomplete)


def report(*verdicts: Verdict, errors: bool = False) -> Report:
    decisions = tuple(map(decision, verdicts))
    return replace(
        empty_report(),
        decisions=decisions,
        problems=PROBLEM if errors else (),
        files=1,
        complete=is_complete(decisions, Config()),
    )


@pytest.mark.parametrize(
    ("verdicts", "errors", "never", "block", "warn"),
    [
        ((), False, 0, 0, 0),
        (("pass",), False, 0, 0, 0),
        (("warn", "pass"), False, 0, 0, 1),
        (("block",), False, 0, 1, 1),
        (("unknown",), False, 3, 3, 3),
        (("unknown", "warn"), False, 3, 3, 1),
        (("unknown", "block"), False, 3, 1, 1),
        (("pass",), True, 2, 2, 2),
        (("unknown",), True, 2, 2, 2),
        (("block", "unknown"), True, 2, 1, 1),
    ],
)
def test_one_beats_two_beats_three(verdicts: tuple[str, ...], errors: bool, never: int, block: int, warn: int) -> None:
    run = report(*map(Verdict, verdicts), errors=errors)
    for fail_on, status in ((FailOn.NEVER, never), (FailOn.BLOCK, block), (FailOn.WARN, warn)):
        assert exit_status(run, Config(), fail_on) == status
        assert exit_status(run, Config(), fail_on.value) == status
        assert exit_status(run, Config(fail_on=fail_on)) == status


def test_an_incomplete_audit_may_be_let_through() -> None:
    run = report(Verdict.UNKNOWN)
    assert exit_status(run, Config(on_error=OnError.ALLOW)) == 0
    assert exit_status(run, Config(), on_error="allow") == 0
    assert exit_status(run, Config(on_error=OnError.ALLOW), on_error="block") == 3
    assert exit_status(report(Verdict.UNKNOWN, Verdict.BLOCK), Config(on_error=OnError.ALLOW)) == 1


def test_the_command_line_cannot_loosen_a_policy() -> None:
    assert exit_status(report(Verdict.UNKNOWN), LOCKED, on_error="allow") == 3
    assert exit_status(report(Verdict.BLOCK), LOCKED, "never") == 1
    assert exit_status(report(Verdict.WARN), LOCKED, "warn") == 1


def test_what_is_not_audited() -> None:
    other = replace(empty_report(), not_audited=(("cargo", 1),))
    assert exit_status(other, Config()) == 2
    beside = replace(report(Verdict.PASS), not_audited=(("cargo", 1),))
    assert exit_status(beside, Config()) == 0
    assert exit_status(beside, Config(), strict=True) == 2
    assert exit_status(report(Verdict.PASS), Config(), strict=True) == 0


def test_nothing_at_all() -> None:
    assert exit_status(empty_report(), Config()) == 0
    assert exit_status(empty_report(), Config(), nothing_is_error=True) == 2
    assert exit_status(replace(empty_report(), files=1), Config(), nothing_is_error=True) == 0


def test_complete() -> None:
    fine = decision(Verdict.PASS)
    assert is_complete((), Config())
    assert is_complete((fine, decision(Verdict.BLOCK), decision(Verdict.WARN)), Config())
    assert not is_complete((fine, decision(Verdict.UNKNOWN)), Config())
    assert not is_complete((decision(Verdict.BLOCK, incomplete=True),), Config())


def test_required_evidence() -> None:
    advisories, downloads = Config(require=("advisories",)), Config(require=("downloads",))
    fine = decision(Verdict.PASS)
    assert is_complete((fine,), advisories)
    assert not is_complete((fine,), advisories, ("advisories", "age"))
    assert is_complete((fine,), downloads, ("advisories",))
    for missing in (OFFLINE, Unknown("HTTP 429")):
        lacking = replace(fine, evidence=replace(fine.evidence, downloads=missing))
        assert not is_complete((fine, lacking), downloads)
        assert is_complete((fine, lacking), Config())
    run = replace(report(Verdict.PASS), not_checked=("advisories",))
    assert exit_status(run, advisories) == 3
    assert exit_status(run, Config()) == 0
    # whatever else made the run incomplete counts too
    assert exit_status(replace(run, complete=False), Config()) == 3
