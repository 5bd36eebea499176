from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from depaudit.model.finding import Severity
from depaudit.rules import RULES
from depaudit.rules.base import Rule, RuleMeta
from depaudit.rules.documentation import (
    HEADINGS,
    RuleDocumentation,
    documentation,
    parse,
    render_markdown,
    render_table,
    render_text,
)
from tests.rules.write_documentation import with_table

DOCS = Path(__file__).resolve().parents[2] / "docs"
IDS = [rule.META.id for rule in RULES]

DOCSTRING = """It is so.

What it does
------------
Looks at it,
and says so.

Then again.

Why it matters
--------------
It does.

Evidence
--------
Some.

Known false positives
---------------------
None.

What to do
----------
Nothing.
"""
SECTIONS = (
    ("What it does", ("Looks at it, and says so.", "Then again.")),
    ("Why it matters", ("It does.",)),
    ("Evidence", ("Some.",)),
    ("Known false positives", ("None.",)),
    ("What to do", ("Nothing.",)),
)


def test_a_docstring_is_read() -> None:
    assert parse(DOCSTRING) == RuleDocumentation(sentence="It is so.", sections=SECTIONS)
    assert parse(DOCSTRING).section("Evidence") == ("Some.",)


@pytest.mark.parametrize(
    ("docstring", "message"),
    [
        ("", "the first line is no sentence"),
        ("No sentence", "the first line is no sentence"),
        ("A sentence.", "the headings are missing; they must be"),
        (
            DOCSTRING.replace("Evidence\n--------\nSome.\n\n", ""),
            "the headings are What it does, Why it matters, Known",
        ),
        (DOCSTRING.replace("Some.\n", ""), "nothing stands under Evidence"),
        (DOCSTRING.replace("--------\nSome", "-------\nSome"), "the headings are"),
    ],
)
def test_what_is_missing_is_named(docstring: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(docstring)


@pytest.fixture
def rule() -> Rule:
    meta = RuleMeta(id="so", summary="it is so", worst=Severity.LOW)
    return SimpleNamespace(META=meta, __doc__=DOCSTRING, check=lambda evidence: None)


def test_the_page(rule: Rule) -> None:
    assert render_markdown(rule) == (
        "# so\n\nIt is so.\n\nSeverity: low at worst.\n\n"
        "## What it does\n\nLooks at it, and says so.\n\nThen again.\n\n"
        "## Why it matters\n\nIt does.\n\n## Evidence\n\nSome.\n\n"
        "## Known false positives\n\nNone.\n\n## What to do\n\nNothing.\n"
    )


def test_the_text_for_the_terminal(rule: Rule) -> None:
    assert render_text(rule, width=24) == (
        "so (low at worst): It is\nso.\n\n"
        "What it does\n  Looks at it, and says\n  so.\n\n  Then again.\n\n"
        "Why it matters\n  It does.\n\nEvidence\n  Some.\n\nKnown false positives\n  None.\n\nWhat to do\n  Nothing.\n"
    )


def test_the_table(rule: Rule) -> None:
    assert render_table([rule]) == (
        "| rule | fires when | at worst |\n| --- | --- | --- |\n| [`so`](rules/so.md) | it is so | low |\n"
    )


@pytest.mark.parametrize("rule_of_ours", RULES, ids=IDS)
def test_every_page_is_as_its_docstring_says(rule_of_ours: Rule) -> None:
    assert tuple(heading for heading, _ in documentation(rule_of_ours).sections) == HEADINGS
    page = DOCS / "rules" / f"{rule_of_ours.META.id}.md"
    assert page.read_text(encoding="utf-8") == render_markdown(rule_of_ours), (
        "run: python -m tests.rules.write_documentation docs"
    )


def test_no_page_without_a_rule() -> None:
    assert sorted(page.stem for page in (DOCS / "rules").glob("*.md")) == sorted(IDS)


def test_the_table_of_the_manual_is_as_the_rules_say() -> None:
    text = (DOCS / "verdicts.md").read_text(encoding="utf-8")
    assert text == with_table(text), "run: python -m tests.rules.write_documentation docs"
