"""The report for people, whole: what is wrong first, grouped, harmless on a terminal."""

from __future__ import annotations

import re

import pytest

from depaudit.errors import UsageError
from depaudit.model.evidence import OFFLINE
from depaudit.model.record import replace
from depaudit.model.verdict import Change, Decision, NetworkUse, Report, Verdict
from depaudit.report import FORMATS, render
from tests.report.golden import assert_golden
from tests.report.sample import empty_report, evidence, package, passing_report, sample_report, wish

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def table(report: Report, **options: object) -> str:
    return render(report, "table", **options)  # type: ignore[arg-type]  # a test's shorthand


def test_golden() -> None:
    assert_golden("report.txt", table(sample_report()))


def test_golden_narrow() -> None:
    assert_golden("report-narrow.txt", table(sample_report(), width=60))


def test_golden_verbose() -> None:
    assert_golden("report-verbose.txt", table(sample_report(), verbose=True))


def test_golden_quiet() -> None:
    assert_golden("report-quiet.txt", table(sample_report(), quiet=True))


def test_colour_adds_nothing_but_colour() -> None:
    for verbose in (False, True):
        coloured = table(sample_report(), color=True, verbose=verbose)
        assert "\x1b[" in coloured
        assert ANSI.sub("", coloured) == table(sample_report(), verbose=verbose)


def test_hostile_text_stays_text() -> None:
    for verbose in (False, True):
        text = table(sample_report(), verbose=verbose)
        assert not set(text) - {"\n"} - set(map(chr, range(32, 127)))
        assert "hunter2" not in text
        assert "\nname: forged" not in text


def test_nothing_and_all_passed() -> None:
    asked = "0 requests, 0 answered from cache."
    assert table(empty_report()) == f"No packages to judge. {asked}\n"
    assert table(passing_report(1)) == f"1 package judged: it passed. {asked}\n"
    assert table(passing_report(12_345)) == f"12,345 packages judged: all passed. {asked}\n"
    assert table(passing_report(1), quiet=True) == ""


def test_offline_and_network() -> None:
    offline = replace(passing_report(2), offline=True, not_checked=("advisories", "age"))
    assert table(offline) == (
        "2 packages judged: all passed. Offline, by the bundled data of 2026-11-01; not checked: advisories,\nage.\n"
    )
    online = replace(passing_report(2), network=NetworkUse(requests=1, from_cache=1_000))
    assert table(online) == "2 packages judged: all passed. 1 request, 1,000 answered from cache.\n"


def unknown(name: str) -> Decision:
    subject = package(wish(name))
    because = "not looked up (offline), and the bundled data do not tell that it is old enough"
    return Decision(
        package=subject, evidence=evidence(subject, OFFLINE), verdict=Verdict.UNKNOWN, unknown_because=because
    )


def test_many_unknown_packages_take_few_lines() -> None:
    report = replace(empty_report(), complete=False, decisions=tuple(unknown(f"x{number}") for number in range(200)))
    assert table(report).splitlines()[10:] == [
        "  pypi:x9  requirements.txt:1",
        "  and 190 more (-v names them all)",
        "  Not looked up (offline), and the bundled data do not tell that it is old enough.",
        "  next: Run it without --offline, where the registry can be asked.",
        "",
        "incomplete: 200 packages could not be judged; what is not known is not safe.",
        "",
        "200 packages judged: 200 unknown. 0 requests, 0 answered from cache.",
    ]
    assert table(report, verbose=True).count("requirements.txt:1\n") == 200


def test_an_incomplete_run_always_says_so() -> None:
    (decision,) = passing_report(1).decisions
    run = replace(passing_report(1), complete=False)
    answerless = replace(run, decisions=(replace(decision, incomplete=True),))
    assert table(answerless, quiet=True) == (
        "incomplete: 1 package was judged without the registry's answer; what is not known is not safe.\n"
    )
    assert table(run, quiet=True) == (
        "incomplete: something that had to be checked was not; what is not known is not safe.\n"
    )


def test_a_change_says_what_it_was_compared_with() -> None:
    change = Change(base="0123456789abcdef0123456789abcdef01234567", head="work tree", files=1)
    asked = "0 requests, 0 answered from cache."
    assert table(replace(empty_report(), change=change)) == (
        f"This change adds no dependency. Compared with 0123456. {asked}\n"
    )
    assert table(replace(passing_report(1), change=change)) == (
        f"1 package judged: it passed. Compared with 0123456. {asked}\n"
    )
    assert table(replace(passing_report(1), change=replace(change, base="")), width=120) == (
        f"1 package judged: it passed. Compared with nothing: all of it is new. {asked}\n"
    )


def test_an_exception_that_does_not_count_yet_is_named() -> None:
    decision = replace(unknown("x"), pending="depaudit.toml:4")
    assert table(replace(empty_report(), decisions=(decision,))).splitlines()[3:5] == [
        "  This change brings its own exception (depaudit.toml:4); it takes effect once merged.",
        "  next: Run it without --offline, where the registry can be asked.",
    ]


def test_formats() -> None:
    assert FORMATS[:2] == ("table", "json")
    with pytest.raises(UsageError) as caught:
        render(empty_report(), "xml")
    assert str(caught.value) == f"there is no format 'xml'. Known are {', '.join(FORMATS)}."
