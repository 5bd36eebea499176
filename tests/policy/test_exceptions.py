"""Exceptions: whom they speak of, which findings they cover, when they end."""

from __future__ import annotations

from datetime import date

from depaudit.model.evidence import Denial
from depaudit.model.finding import Finding, Severity
from depaudit.policy.exceptions import Allow, Deny, denial_of, expired_notes, find_allowances
from depaudit.policy.patterns import parse_pattern
from tests.report.sample import package, wish

TODAY = date(2026, 11, 23)
FLASK = package(wish("flask", version="3.0.0"))


def allow(name: str, *rules: str, until: date | None = None, where: str = "") -> Allow:
    return Allow(pattern=parse_pattern(name), reason="ours", rules=rules, until=until, where=where)


def finding(rule: str) -> Finding:
    return Finding(rule=rule, severity=Severity.HIGH, message="m")


def test_the_first_denial_that_matches_is_told() -> None:
    deny = (
        Deny(pattern=parse_pattern("npm:flask"), reason="other registry"),
        Deny(pattern=parse_pattern("fla*"), reason="old", where="policy.toml:3"),
        Deny(pattern=parse_pattern("flask"), reason="later"),
    )
    assert denial_of(FLASK, deny) == Denial(pattern="fla*", reason="old", where="policy.toml:3")
    assert denial_of(package(wish("django")), deny) is None


def test_allowances_that_speak_of_a_package_today() -> None:
    entries = (
        allow("flask"),
        allow("django"),
        allow("fl*", until=date(2026, 11, 22)),
        allow("pypi:flask==3.0", until=TODAY),
    )
    assert find_allowances(FLASK, entries, TODAY) == (entries[0], entries[3])


def test_an_exception_without_rules_covers_all_but_known_malicious() -> None:
    assert allow("flask").covers(finding("typo-adjacent"))
    assert not allow("flask").covers(finding("known-malicious"))
    assert not allow("flask", "known-malicious").covers(finding("known-malicious"))
    assert allow("flask", "new-package").covers(finding("new-package"))
    assert not allow("flask", "new-package").covers(finding("typo-adjacent"))


def test_what_ended_is_said() -> None:
    entries = (
        allow("flask", until=date(2026, 11, 22), where="depaudit.toml:4"),
        allow("django", until=TODAY),
        allow("x", until=date(2020, 1, 1)),
    )
    assert expired_notes(entries, TODAY) == (
        "The exception for flask ended on 2026-11-22 and no longer applies (depaudit.toml:4).",
        "The exception for x ended on 2020-01-01 and no longer applies.",
    )
