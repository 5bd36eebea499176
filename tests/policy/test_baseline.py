"""Old findings: what is taken down, what matches it later, and what never does."""

from __future__ import annotations

import pytest

from depaudit.model.evidence import Absent, Denial, Evidence, Found, Unknown
from depaudit.model.finding import Finding, Severity
from depaudit.model.names import Ecosystem
from depaudit.model.record import replace
from depaudit.model.requirement import Package, Source, SourceKind
from depaudit.model.route import Foreign, Route
from depaudit.model.verdict import Decision, Suppression, Verdict
from depaudit.policy.baseline import (
    ABOUT_THE_ENTRY,
    ABOUT_THE_NAME,
    ABOUT_THE_PLACE,
    ABOUT_THE_RELEASE,
    ABOUT_THE_REQUEST,
    Entry,
    Old,
    Sorted,
    sort_out,
    take_down,
)
from depaudit.policy.config import Config
from depaudit.policy.decide import decide
from depaudit.policy.rule_ids import KNOWN_MALICIOUS, RULE_IDS
from depaudit.report.secrets import hide
from tests.report.sample import bundled, evidence, package, project, wish

FREE = package(wish("flaskk"))
GONE = evidence(FREE, Absent("pypi"), known=bundled())
YOUNG = package(wish("flask-zz", "requirements.txt:3"))


def finding(rule: str, severity: Severity = Severity.MEDIUM) -> Finding:
    return Finding(rule=rule, severity=severity, message=f"{rule}.")


NONEXISTENT = finding("nonexistent", Severity.CRITICAL)
TYPO = finding("typo-adjacent", Severity.HIGH)
NEW = finding("new-package")


def as_it_is(path: str) -> str:
    return path


def decided(subject: Package, *findings: Finding, known: Evidence | None = None) -> Decision:
    return decide(evidence(subject) if known is None else known, findings, Config())


def taken(*decisions: Decision) -> tuple[Entry, ...]:
    return take_down(decisions, place=as_it_is, show=hide)


def sorted_by(entries: tuple[Entry, ...], *decisions: Decision, by_file: bool = True) -> Sorted:
    return sort_out(decisions, Old(entries=entries, where="b.json"), place=as_it_is if by_file else None, show=hide)


def old(one: Finding, pattern: str) -> Suppression:
    return Suppression(finding=one, pattern=pattern, reason="in the baseline", where="b.json")


def test_what_is_taken_down_is_old_from_then_on() -> None:
    before = decided(FREE, NONEXISTENT, TYPO, known=GONE)
    entries = taken(before)
    template = Entry(
        ecosystem=Ecosystem.PYPI,
        name="flaskk",
        source=SourceKind.REGISTRY,
        about=None,
        rule="nonexistent",
        severity=Severity.CRITICAL,
        registered=False,
        paths=("requirements.txt",),
    )
    assert entries == (template, replace(template, rule="typo-adjacent", severity=Severity.HIGH))
    assert sorted_by(entries, before) == Sorted(
        decisions=(
            Decision(
                package=FREE,
                evidence=GONE,
                verdict=Verdict.PASS,
                suppressed=(old(NONEXISTENT, "pypi:flaskk"), old(TYPO, "pypi:flaskk")),
            ),
        ),
        count=2,
        unused=(),
    )


def test_what_is_mild_is_neither_taken_down_nor_set_aside() -> None:
    low = decided(YOUNG, finding("low-downloads", Severity.LOW), finding("archived", Severity.INFO))
    assert taken(low) == ()
    entry = replace(taken(decided(YOUNG, finding("low-downloads")))[0], severity=Severity.CRITICAL)
    assert sorted_by((entry,), low) == Sorted(decisions=(low,), count=0, unused=(entry,))


def test_another_rule_is_new() -> None:
    entries = taken(decided(YOUNG, NEW))
    after = decided(YOUNG, NEW, TYPO)
    assert sorted_by(entries, after).decisions == (
        replace(after, findings=(TYPO,), suppressed=(old(NEW, "pypi:flask-zz"),)),
    )


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        (Severity.MEDIUM, Severity.MEDIUM, Verdict.PASS),
        (Severity.HIGH, Severity.MEDIUM, Verdict.PASS),
        (Severity.MEDIUM, Severity.HIGH, Verdict.BLOCK),
        (Severity.HIGH, Severity.CRITICAL, Verdict.BLOCK),
    ],
)
def test_worse_than_it_was_is_new(then: Severity, now: Severity, verdict: Verdict) -> None:
    entries = taken(decided(YOUNG, finding("conflation", then)))
    assert sorted_by(entries, decided(YOUNG, finding("conflation", now))).decisions[0].verdict is verdict


def test_a_further_file_is_new_and_a_line_is_not() -> None:
    entries = taken(decided(YOUNG, NEW))
    moved = decided(package(wish("flask-zz", "requirements.txt:99")), NEW)
    assert sorted_by(entries, moved).decisions[0].verdict is Verdict.PASS
    both = decided(package(wish("flask-zz", "requirements.txt:3"), wish("flask-zz", "web/requirements.txt:3")), NEW)
    assert sorted_by(entries, both) == Sorted(decisions=(both,), count=0, unused=())
    elsewhere = decided(package(wish("flask-zz", "web/requirements.txt:3")), NEW)
    assert sorted_by(entries, elsewhere) == Sorted(decisions=(elsewhere,), count=0, unused=entries)
    assert sorted_by(entries, elsewhere, by_file=False).decisions[0].verdict is Verdict.PASS


def test_each_file_has_the_severity_of_its_own_time() -> None:
    one = decided(package(wish("flask-zz", "a.txt:1", version="1.0")), finding("conflation", Severity.HIGH))
    two = decided(package(wish("flask-zz", "b.txt:1", version="2.0")), finding("conflation"))
    entries = taken(one, two)
    assert [(entry.severity, entry.paths) for entry in entries] == [
        (Severity.HIGH, ("a.txt",)),
        (Severity.MEDIUM, ("b.txt",)),
    ]
    assert sorted_by(entries, one, two).count == 2
    worse = decided(package(wish("flask-zz", "b.txt:1", version="2.0")), finding("conflation", Severity.HIGH))
    assert sorted_by(entries, one, worse).decisions[1] == worse


def test_versions_of_one_package_are_one_entry_where_the_name_is_meant() -> None:
    entries = taken(
        decided(package(wish("flask-zz", "b.txt:1", version="2.0")), NEW),
        decided(package(wish("flask-zz", "a.txt:1", version="1.0")), NEW),
    )
    assert [entry.paths for entry in entries] == [("a.txt", "b.txt")]


@pytest.mark.parametrize("rule", sorted(ABOUT_THE_NAME - {"nonexistent"}))
def test_a_finding_on_the_name_outlives_versions(rule: str) -> None:
    entries = taken(decided(package(wish("flask-zz", version="1.0")), finding(rule)))
    assert entries[0].about is None
    assert sorted_by(entries, decided(package(wish("flask-zz", version="2.0")), finding(rule))).count == 1


@pytest.mark.parametrize("rule", sorted(ABOUT_THE_RELEASE | ABOUT_THE_REQUEST))
def test_a_finding_on_a_version_is_new_with_another(rule: str) -> None:
    entries = taken(decided(package(wish("flask-zz", version="1.0")), finding(rule)))
    assert entries[0].about == "1.0"
    assert sorted_by(entries, decided(package(wish("flask-zz", version="1.0")), finding(rule))).count == 1
    assert sorted_by(entries, decided(package(wish("flask-zz", version="2.0")), finding(rule))).count == 0


def test_without_a_pin_the_release_that_would_be_installed_is_meant() -> None:
    five = decided(YOUNG, finding("new-release"))
    assert taken(five)[0].about == "5.0"
    six = decided(YOUNG, finding("new-release"), known=evidence(YOUNG, Found(project("flask-zz", releases=6), "pypi")))
    assert sorted_by(taken(five), six).count == 0


def test_a_range_that_nothing_satisfies() -> None:
    entries = taken(decided(package(wish("flask-zz", specifier=">=99")), finding("version-nonexistent")))
    assert entries[0].about == ">=99"
    other = decided(package(wish("flask-zz", specifier=">=98")), finding("version-nonexistent"))
    assert sorted_by(entries, other).count == 0


def test_another_address_is_new_and_no_credential_is_written() -> None:
    def of(url: str) -> Decision:
        source = Source(kind=SourceKind.GIT, url=url)
        return decided(package(wish("flask-zz", source=source)), finding("unverified-source"))

    entries = taken(of("git+https://ci:hunter2@git.example/x.git?token=hunter2"))
    assert entries[0].about == "git+https://git.example/x.git?..."
    assert sorted_by(entries, of("git+https://ci:another@git.example/x.git?token=b")).count == 1
    assert sorted_by(entries, of("git+https://evil.example/x.git")).count == 0


def test_a_long_address_is_told_by_its_digest() -> None:
    def of(end: str) -> Decision:
        source = Source(kind=SourceKind.URL, url=f"https://files.example/{'x' * 2000}{end}")
        return decided(package(wish("flask-zz", source=source)), finding("unverified-source"))

    entries = taken(of("a"))
    assert len(entries[0].about or "") < 600
    assert sorted_by(entries, of("a")).count == 1
    assert sorted_by(entries, of("b")).count == 0


def test_another_index_or_folder_of_archives_is_new() -> None:
    def of(rule: str, place: str) -> Decision:
        route = Route(indexes=(), foreign=(Foreign(url=place),), find_links=(place,))
        return decided(YOUNG, finding(rule), known=evidence(YOUNG, route=route))

    for rule in ("foreign-index", "unverified-source"):
        entries = taken(of(rule, "https://a.example/simple/"))
        assert entries[0].about == "https://a.example/simple/"
        assert sorted_by(entries, of(rule, "https://a.example/simple/")).count == 1
        assert sorted_by(entries, of(rule, "https://b.example/simple/")).count == 0


def test_a_denial_is_its_pattern() -> None:
    def of(pattern: str) -> Decision:
        known = replace(evidence(YOUNG), denial=Denial(pattern=pattern, reason="no"))
        return decided(YOUNG, finding("denied", Severity.CRITICAL), known=known)

    entries = taken(of("flask-*"))
    assert entries[0].about == "flask-*"
    assert (sorted_by(entries, of("flask-*")).count, sorted_by(entries, of("flask-zz")).count) == (1, 0)


def test_whoever_registers_a_free_name_is_not_covered_by_what_was_said_of_it() -> None:
    entries = taken(decided(FREE, NONEXISTENT, TYPO, known=GONE))
    squatted = decided(FREE, TYPO, NEW)
    assert sorted_by(entries, squatted) == Sorted(decisions=(squatted,), count=0, unused=entries)


def test_a_free_name_that_an_exception_covers_is_free_all_the_same() -> None:
    allowed = Decision(
        package=FREE,
        evidence=GONE,
        verdict=Verdict.BLOCK,
        findings=(TYPO,),
        suppressed=(Suppression(finding=NONEXISTENT, pattern="flaskk", reason="ours"),),
    )
    entries = taken(allowed)
    assert [(entry.rule, entry.registered) for entry in entries] == [("typo-adjacent", False)]
    assert sorted_by(entries, allowed).decisions[0].verdict is Verdict.PASS
    assert sorted_by(entries, decided(FREE, TYPO)).count == 0


def test_known_malicious_is_never_old() -> None:
    malicious = decided(YOUNG, finding(KNOWN_MALICIOUS, Severity.CRITICAL), NEW)
    entries = taken(malicious)
    assert [entry.rule for entry in entries] == ["new-package"]
    by_hand = replace(entries[0], rule=KNOWN_MALICIOUS, severity=Severity.CRITICAL, about=None)
    for about in (None, "5.0"):
        done = sorted_by((*entries, replace(by_hand, about=about)), malicious)
        assert (done.decisions[0].verdict, done.count) == (Verdict.BLOCK, 1)


def test_what_could_not_be_checked_is_not_hidden() -> None:
    unanswered = evidence(YOUNG, Unknown("timed out"), known=bundled())
    warned = decided(YOUNG, NEW, known=unanswered)
    blocked = decided(YOUNG, TYPO, known=unanswered)
    assert (warned.verdict, blocked.verdict, blocked.unknown_because) == (Verdict.UNKNOWN, Verdict.BLOCK, None)
    for decision in (warned, blocked):
        (judged,) = sorted_by(taken(decision), decision).decisions
        assert (judged.verdict, judged.unknown_because, judged.incomplete) == (
            Verdict.UNKNOWN,
            "PyPI gave no answer (timed out)",
            True,
        )


def test_what_the_change_says_of_itself_stays() -> None:
    decision = replace(decided(YOUNG, NEW), pending="depaudit.toml:3")
    assert sorted_by(taken(decision), decision).decisions[0].pending == "depaudit.toml:3"


def test_other_packages_sources_and_registries_are_other_packages() -> None:
    entries = taken(decided(YOUNG, NEW))
    others = (
        package(wish("flask-zy", "requirements.txt:3")),
        package(wish("flask-zz", "requirements.txt:3", ecosystem=Ecosystem.NPM)),
        package(
            wish("flask-zz", "requirements.txt:3", source=Source(kind=SourceKind.GIT, url="git+https://a.example"))
        ),
    )
    for other in others:
        assert sorted_by(entries, decided(other, NEW)).count == 0


def test_every_rule_is_about_something() -> None:
    kinds = (ABOUT_THE_NAME, ABOUT_THE_RELEASE, ABOUT_THE_REQUEST, ABOUT_THE_PLACE, ABOUT_THE_ENTRY)
    assert sorted([KNOWN_MALICIOUS, *(rule for kind in kinds for rule in kind)]) == sorted(RULE_IDS)
