"""The job's summary and the comment: a headline, a table, folded details, and nothing that foreign text could do."""

from __future__ import annotations

import re

import pytest

from depaudit.model.record import replace
from depaudit.model.verdict import Change, NetworkUse, Report, Suppression
from depaudit.report.markdown import MIN_LIMIT, render
from tests.report.golden import assert_golden
from tests.report.hostile import SECRET, TEXTS, hostile_report, many_findings
from tests.report.markdown_reader import OPEN, assert_inert, inlines, table, tokens
from tests.report.sample import empty_report, package, passing_report, sample_report, wish

CHANGE = Change(base="0123456789abcdef0123456789abcdef01234567", head="index", files=2)
KNOWS_NONE = "PyPI knows no fastapii: whoever registers the name first decides what you would install."
ASKED = "0 requests, 0 answered from cache."
LIMITS = (MIN_LIMIT, 60_000, 1_000_000)
WORST_FIRST = ["blocked", "warned", "unknown"]


def shown_of(text: str) -> tuple[int, int]:
    """How many packages the table has, and how many it says that there are more."""
    rows = table(text)[1:]
    groups = [re.match(r"([\d,]+) packages: ", row[1]) for row in rows]
    more = re.search(r"^and ([\d,]+) more packages?, none of them worse\.$", text, flags=re.MULTILINE)
    return (
        sum(int(group[1].replace(",", "")) if group else 1 for group in groups),
        int(more[1].replace(",", "")) if more else 0,
    )


def test_golden() -> None:
    assert_golden("report.md", render(replace(sample_report(), change=CHANGE)))


def test_golden_hostile() -> None:
    assert_golden("hostile.md", render(hostile_report(), limit=60_000))


def test_what_is_clean_takes_one_line() -> None:
    assert render(passing_report(14)) == f"✅ **depaudit:** 14 packages judged: all passed. {ASKED}\n"
    assert render(replace(passing_report(1), change=CHANGE)) == (
        f"✅ **depaudit:** 1 package judged: it passed. Compared with `0123456`. {ASKED}\n"
    )
    assert render(replace(empty_report(), change=CHANGE)) == (
        f"✅ **depaudit:** This change adds no dependency. Compared with `0123456`. {ASKED}\n"
    )


def test_what_was_set_aside_is_folded_below_the_line() -> None:
    (decision,) = passing_report(1).decisions
    (warned,) = [d for d in sample_report().decisions if d.package.name == "@acme/left-padd"]
    suppression = Suppression(finding=warned.findings[0], pattern="pypi:*", reason="@acme reviewed it")
    use = NetworkUse(limits_hit=("The cap of 5 requests was reached.",))
    report = replace(passing_report(1), decisions=(replace(decision, suppressed=(suppression,)),), network=use)
    assert render(replace(report, notes=("a", "b"))).splitlines() == [
        f"✅ **depaudit:** 1 package judged: it passed. {ASKED} 1 finding set aside by exceptions.",
        "",
        "<details>",
        "<summary>1 limit hit, 2 notes and 1 finding set aside</summary>",
        "",
        "- Limit: The cap of 5 requests was reached.",
        "- Note: a",
        "- Note: b",
        "- Set aside for `pypi:package-0` 1.0: new-package, by the exception for `pypi:*`: `@acme` reviewed it",
        "",
        "</details>",
    ]


def test_an_incomplete_run_and_input_errors_are_never_clean() -> None:
    incomplete = render(replace(passing_report(1), complete=False))
    assert incomplete.startswith("🟣 **depaudit: the audit is incomplete**; nothing else is wrong. The audit is ")
    problems = render(replace(passing_report(1), problems=sample_report().problems[:1]))
    assert problems.startswith("🔴 **depaudit: 1 input error**; nothing else is wrong.\n")
    assert "- `bad.lock:7`: a string does not end. Make the file anew with uv lock.\n" in problems


def test_an_exception_that_does_not_count_yet_is_named() -> None:
    blocked = replace(sample_report().decisions[-1], pending="my folder/depaudit.toml:4")
    text = render(replace(empty_report(), decisions=(blocked,)))
    sentence = "This change brings its own exception (`my folder/depaudit.toml:4`); it takes effect once merged."
    assert text.count(sentence) == 2
    assert sentence in text.splitlines()[4]


def test_the_table_has_every_package_worst_first() -> None:
    text = render(sample_report())
    head, *rows = table(text)
    assert head == ["Verdict", "Package", "Why", "Where"]
    assert [row[0] for row in rows] == ["blocked", "warned", "warned", "unknown", "unknown"]
    assert rows[0] == [
        "blocked",
        "pypi:fastapii",
        f"{KNOWS_NONE} Did you mean fastapi?",
        "requirements.txt:3 and 4 more",
    ]
    assert rows[3][1] == "12 packages: pypi:inner-1 1.0, pypi:inner-2 1.0, pypi:inner-3 1.0 and 9 more"
    assert shown_of(text) == (16, 0)


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("report", [hostile_report(), many_findings(10_000), sample_report()], ids=["h", "m", "s"])
def test_within_any_limit_it_is_whole_markdown_with_the_worst_first(report: Report, limit: int) -> None:
    text = render(report, limit=limit)
    assert len(text.encode()) <= limit
    assert text.endswith("\n")
    assert_inert(text)
    rows = table(text)[1:]
    assert {len(row) for row in rows} == {4}
    ranks = [WORST_FIRST.index(row[0]) for row in rows]
    assert ranks == sorted(ranks)
    shown, more = shown_of(text)
    assert shown + more == sum(decision.verdict.value != "pass" for decision in report.decisions)
    left = re.search(r"no room for the details of ([\d,]+) package", text)
    folded = [token.content for token in tokens(text) if OPEN.fullmatch(token.content)]
    assert bool(left) == (len([title for title in folded if " set aside" not in title]) < len(rows) or more > 0)


def test_many_packages_of_which_the_same_is_said_are_named_up_to_a_number() -> None:
    (unknown,) = [d for d in sample_report().decisions if d.package.name == "slowpoke"]
    wishes = [wish(f"p{number}", f"uv.lock:{number + 1}", direct=False) for number in range(60)]
    decisions = tuple(replace(unknown, package=package(each)) for each in wishes)
    text = render(replace(empty_report(), decisions=decisions))
    assert table(text)[1][1:] == [
        "60 packages: pypi:p0, pypi:p1, pypi:p2 and 57 more",
        "PyPI gave no answer (timed out).",
        "uv.lock:1 and 59 more",
    ]
    assert "- `pypi:p49` at `uv.lock:50`\n- and 10 more\n" in text
    alone = render(replace(empty_report(), decisions=decisions[:1]))
    assert "Asked for at `uv.lock:1`; not asked for directly.\n" in alone


def test_a_generous_limit_is_used() -> None:
    assert len(render(many_findings(10_000)).encode()) > 900_000
    assert len(render(many_findings(10_000), limit=60_000).encode()) > 55_000


def test_hostile_text_is_only_text() -> None:
    text = render(hostile_report())
    assert_inert(text)
    assert SECRET not in text
    assert set(text) - {"\n"} <= {letter for letter in text if letter.isprintable()}
    assert len(table(text)) == 1 + 3 * len(TEXTS) + 2
    fences = [token for token in tokens(text) if token.type == "fence"]
    assert {token.info for token in fences} == {"sh"}
    assert all(token.content.startswith("depaudit allow ") for token in fences)
    read = {token.content for token in inlines(text) if token.type == "code_inline"}
    assert read >= {
        "pypi:blocked-6 <script>alert(1)</script>",
        "<script>alert(1)</script>:7",
        "../../../../etc/passwd:35",
        "a | b || c \\| d \\\\| e:12",
    }


def test_the_least_limit() -> None:
    with pytest.raises(ValueError, match="a report takes 8000 bytes at least"):
        render(empty_report(), limit=MIN_LIMIT - 1)
