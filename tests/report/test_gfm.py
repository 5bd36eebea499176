"""Foreign text in Markdown stays text: for a CommonMark reader, and for what GitHub looks for afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.report.gfm import cell, code, fenced, prose, summary_line
from depaudit.report.secrets import hide
from depaudit.report.terminal import safe
from tests.report.hostile import SECRET_URL, TEXTS
from tests.report.markdown_reader import OPEN, assert_inert, inlines, table, tokens

FOREIGN = st.text(max_size=40) | st.text("`|\\ a@#<>&[]()!*_~:.-\n0", max_size=40) | st.sampled_from(TEXTS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("flask", "`flask`"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        (" a ", "`  a  `"),
        ("  ", "`  `"),
        ("", '`""`'),
        ("\n", "`\\n`"),
        (SECRET_URL, "`https://git.example/x.git?...`"),
        ("a" * 300, f"`{'a' * 197}...`"),
    ],
)
def test_code(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "PyPI's list (of 2026-11-01) holds 886,323 names: it's a half-empty one, 0.3% – so far...",
            "PyPI's list (of 2026-11-01) holds 886,323 names: it's a half-empty one, 0.3% – so far...",
        ),
        ('Die Größe der "データ"; да!', 'Die Größe der "データ"; да!'),
        ("ask @acme/app, (see #1) or GH-1.", "ask `@acme/app`, (see `#1`) or `GH-1`."),
        ("deadbeef 1234567 feed", "`deadbeef` `1234567` feed"),
        ("npm:left-pad is left-pad", "`npm:left-pad` is left-pad"),
        ("a_b *c* ~d~ `e` <f> &amp; :tada: $x$", "`a_b` `*c*` `~d~` `` `e` `` `<f>` `&amp`; `:tada`: `$x$`"),
        ("from https://x.example/?a=b, see www.x.example.", "from `https://x.example/?...` see `www.x.example`."),
        ("two  words\nand lines", "two `words\\nand` lines"),
        ("", ""),
    ],
)
def test_prose(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_names_are_code() -> None:
    assert prose("requests is 'requests', not request", ("requests", "'requests',")) == (
        "`requests` is `'requests',` not request"
    )


def test_a_folded_parts_title() -> None:
    assert summary_line("3 notes") == "<summary>3 notes</summary>"
    assert summary_line("blocked", "<b>&\n@x") == "<summary>blocked <code>&lt;b&gt;&amp;\\n@x</code></summary>"


def test_a_block_of_code() -> None:
    assert fenced("a b", "sh") == "```sh\na b\n```"
    assert fenced("```\n````", "sh") == "`````sh\n```\\n````\n`````"


@settings(deadline=None, max_examples=300)
@given(FOREIGN)
def test_prose_is_read_as_it_was_meant(text: str) -> None:
    assert_inert(f"x {prose(text)}")
    read = "".join(token.content for token in inlines(f"x {prose(text)}"))
    assert read == " ".join(["x", *safe(hide(text)).split()])


@settings(deadline=None, max_examples=300)
@given(FOREIGN)
def test_code_is_read_as_it_was_meant(text: str) -> None:
    _, token = inlines(f"x {code(text)}")
    assert (token.type, token.content) == ("code_inline", safe(hide(text), 200) or '""')


@settings(deadline=None, max_examples=300)
@given(FOREIGN, FOREIGN)
def test_a_cell_stays_a_cell(one: str, other: str) -> None:
    text = f"| a | b |\n| - | - |\n| {cell(code(one))} | {cell(prose(other))} |"
    assert_inert(text)
    _, (first, second) = table(text)
    assert first == (safe(hide(one), 200) or '""').replace("\\|", "\\¦")
    assert second == " ".join(safe(hide(other)).split()).replace("\\|", "\\¦")


@settings(deadline=None, max_examples=200)
@given(FOREIGN)
def test_a_title_and_a_block_stay_what_they_are(text: str) -> None:
    (title,) = tokens(f"<details>\n{summary_line('word', text)}\n")
    assert OPEN.fullmatch(title.content) or not text
    (block,) = tokens(fenced(text, "sh"))
    assert (block.type, block.info, block.content) == ("fence", "sh", f"{safe(text)}\n")
