"""What a person is told to do, for each kind of decision."""

from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Absent, Evidence, Found, Unknown
from depaudit.model.finding import Finding, Severity
from depaudit.model.names import Ecosystem
from depaudit.model.record import replace
from depaudit.model.requirement import Source, SourceKind
from depaudit.model.route import Foreign, Route
from depaudit.model.verdict import Decision, Verdict
from depaudit.report.advice import allow_command, next_step
from tests.report.sample import evidence, package, project, wish

FLASK = package(wish("flask"))
KNOWN = evidence(FLASK)
YOUNG = evidence(FLASK, Found(project("flask", age=10, releases=3), "pypi"))
FOREIGN = Foreign(url="https://x.example/")


def decision(*rules: str, seen: Evidence = KNOWN, suggestions: tuple[str, ...] = ()) -> Decision:
    findings = tuple(Finding(rule=rule, severity=Severity.HIGH, message="m", suggestions=suggestions) for rule in rules)
    return Decision(package=seen.package, evidence=seen, verdict=Verdict.BLOCK, findings=findings)


def unknown(seen: Evidence) -> Decision:
    return Decision(package=seen.package, evidence=seen, verdict=Verdict.UNKNOWN, unknown_because="why")


@pytest.mark.parametrize(
    ("subject", "step"),
    [
        (decision("nonexistent", "denied"), "Remove it, or ask those who keep the configuration."),
        (
            decision("typo-adjacent", "known-malicious", suggestions=("flask",)),
            "Remove it. Where it was ever installed, replace every password and token of that machine.",
        ),
        (decision("nonexistent", suggestions=("flask",)), ""),
        (
            decision("nonexistent"),
            "Remove it, or correct the name. A package of your own needs its index in your own configuration.",
        ),
        (decision("new-package", "version-nonexistent", seen=YOUNG), "Ask for a version that exists."),
        (decision("new-package", seen=YOUNG), "Wait until 2026-12-14, or look at it first."),
        # the newest release came out eight days ago, so 30 days of age are the longer wait
        (decision("new-package", "new-release", seen=YOUNG), "Wait until 2026-12-14, or look at it first."),
        (decision("new-release", seen=YOUNG), "Wait until 2026-11-19, or look at it first."),
        (decision("new-package", seen=evidence(FLASK, OFFLINE)), "Look at it before you install it."),
        (decision("something-else"), "Look at it before you install it."),
        (unknown(evidence(FLASK, Unknown("timed out"))), "Run it again when there is an answer."),
        (unknown(evidence(FLASK, OFFLINE)), "Run it without --offline, where the registry can be asked."),
        (
            unknown(evidence(FLASK, OFFLINE, route=Route(indexes=(), foreign=(FOREIGN,)))),
            "Name the index in your own configuration if you trust it.",
        ),
        (
            unknown(evidence(FLASK, Absent(), route=replace(KNOWN.route, find_links=("./wheels",)))),
            "Look at what lies in that folder or page.",
        ),
        (
            unknown(evidence(FLASK, OFFLINE, route=Route(indexes=(), private=True))),
            "Name its index in your own configuration.",
        ),
        (Decision(package=FLASK, evidence=KNOWN, verdict=Verdict.PASS), ""),
    ],
)
def test_the_next_step(subject: Decision, step: str) -> None:
    assert next_step(subject) == step


def test_the_release_that_would_be_installed_counts() -> None:
    pinned = package(wish("flask", version="1.0"))
    seen = evidence(pinned, YOUNG.project)  # type: ignore[arg-type]  # a look-up like any other
    assert next_step(decision("new-release", seen=seen)) == "Wait until 2026-11-17, or look at it first."
    gone = replace(seen, package=package(wish("flask", version="9.9")))
    assert next_step(decision("new-release", seen=gone)) == "Look at it before you install it."


def test_no_wait_makes_a_url_safe() -> None:
    source = package(wish("flask", source=Source(kind=SourceKind.URL, url="https://x.example/f.zip")))
    assert (
        next_step(decision("new-package", seen=replace(YOUNG, package=source))) == "Look at it before you install it."
    )


def test_the_command_that_accepts_a_package() -> None:
    assert allow_command(decision("new-package")) == 'depaudit allow pypi:flask --reason "..."'
    scoped = package(wish("@types/node", ecosystem=Ecosystem.NPM))
    assert allow_command(decision("x", seen=evidence(scoped))) == 'depaudit allow npm:@types/node --reason "..."'
    # old npm names may hold what a shell would read
    odd = package(wish("a'(b)!", ecosystem=Ecosystem.NPM))
    quoted = """'npm:a'"'"'(b)!'"""
    assert allow_command(decision("x", seen=evidence(odd))) == f'depaudit allow {quoted} --reason "..."'
    for rule in ("known-malicious", "denied"):
        assert allow_command(decision("typo-adjacent", rule)) == ""
    assert allow_command(unknown(KNOWN)) == ""
