"""The baseline's file: the same text for the same findings, and nothing else is taken for one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.errors import ConfigError, UsageError
from depaudit.model.finding import Severity
from depaudit.model.names import Ecosystem
from depaudit.model.record import replace
from depaudit.model.requirement import SourceKind
from depaudit.policy.baseline import Entry, Old
from depaudit.policy.baseline_text import MAX_ENTRIES, is_baseline, parse, render

ENTRY = Entry(
    ecosystem=Ecosystem.NPM,
    name="@acme/left-padd",
    source=SourceKind.REGISTRY,
    about=None,
    rule="typo-adjacent",
    severity=Severity.HIGH,
    registered=True,
    paths=("package-lock.json", "package.json"),
)
FREE = replace(ENTRY, ecosystem=Ecosystem.PYPI, name="flaskk", rule="nonexistent", registered=False, paths=("r.txt",))
YANKED = replace(FREE, name="attrs", about="1.0", rule="yanked", severity=Severity.MEDIUM, registered=True)

TEXT = """\
{
  "depaudit_baseline": 1,
  "written_by": "depaudit 1.2.3",
  "entries": [
    {"ecosystem": "npm", "name": "@acme/left-padd", "source": "registry", "rule": "typo-adjacent", \
"severity": "high", "paths": ["package-lock.json", "package.json"]},
    {"ecosystem": "pypi", "name": "attrs", "source": "registry", "about": "1.0", "rule": "yanked", \
"severity": "medium", "paths": ["r.txt"]},
    {"ecosystem": "pypi", "name": "flaskk", "source": "registry", "rule": "nonexistent", \
"severity": "high", "registered": false, "paths": ["r.txt"]}
  ]
}
"""


def test_one_line_an_entry_in_an_order_of_its_own() -> None:
    assert render((FREE, ENTRY, YANKED), "1.2.3") == render((YANKED, FREE, ENTRY), "1.2.3") == TEXT
    assert parse(TEXT, "b.json") == Old(entries=(ENTRY, YANKED, FREE), where="b.json")


def test_an_empty_baseline() -> None:
    assert render((), "1.2.3") == (
        '{\n  "depaudit_baseline": 1,\n  "written_by": "depaudit 1.2.3",\n  "entries": []\n}\n'
    )
    assert parse(render((), "1.2.3"), "b.json").entries == ()


def test_layout_byte_order_mark_and_line_ends_do_not_matter() -> None:
    laid_out = json.dumps(json.loads(TEXT), indent=1).replace("\n", "\r\n")
    assert parse(f"\ufeff{laid_out}", "b.json") == parse(TEXT, "b.json")


def test_hostile_texts_stay_inside_their_line() -> None:
    entry = replace(ENTRY, about='a\n"}, {\u202e\ud800', paths=("\x1b[31m</script>::error::", "a b"))
    text = render((entry,), "1")
    assert text.isascii()
    assert len(text.splitlines()) == 7
    assert parse(text, "b.json").entries == (entry,)


ENTRIES = st.builds(
    Entry,
    ecosystem=st.sampled_from(Ecosystem),
    name=st.text(min_size=1, max_size=200),
    source=st.sampled_from(SourceKind),
    about=st.none() | st.text(min_size=1, max_size=500),
    rule=st.from_regex(re.compile(r"[a-z][a-z0-9-]{0,20}", re.ASCII), fullmatch=True),
    severity=st.sampled_from(Severity),
    registered=st.booleans(),
    paths=st.sets(st.text(min_size=1, max_size=50), min_size=1, max_size=4).map(lambda paths: tuple(sorted(paths))),
)


@given(st.lists(ENTRIES, max_size=5, unique=True))
def test_what_is_written_is_what_is_read(entries: list[Entry]) -> None:
    text = render(entries, "1")
    read = parse(text, "b.json").entries
    assert set(read) == set(entries)
    assert render(read, "1") == text


@given(st.text(max_size=300) | st.binary(max_size=100).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_a_baseline_or_a_clear_error(text: str) -> None:
    with pytest.raises(ConfigError):
        parse(text, "b.json")


def changed(**changes: Any) -> str:
    document = json.loads(TEXT)
    document["entries"] = [{**document["entries"][0], **changes}]
    document["entries"] = [{key: value for key, value in document["entries"][0].items() if value is not ...}]
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is no baseline of depaudit."),
        ("[]", "this is no baseline of depaudit."),
        ('{"packages": []}', "this is no baseline of depaudit."),
        ('{"depaudit_baseline": 1,', "this is no JSON: Expecting property name enclosed in double quotes."),
        ('"depaudit_baseline"', "this is no baseline of depaudit."),
        ('{"depaudit_baseline": NaN}', "this is no JSON of ours: NaN is no value."),
        ('{"depaudit_baseline": 1, "depaudit_baseline": 1}', "a key stands twice in one object"),
        ('{"depaudit_baseline": ' + "[" * 100_000, "nested too deeply"),
        ('{"depaudit_baseline": ' + "1" * 10_000 + "}", "this is no JSON of ours"),
        ('{"depaudit_baseline": 1}', "the file lacks written_by, entries."),
        ('{"depaudit_baseline": 1, "written_by": "x", "entries": {}}', "entries is no list"),
        ('{"depaudit_baseline": 1, "written_by": "x", "entries": [], "more": 1}', "has the unknown key 'more'."),
        ('{"depaudit_baseline": 1, "written_by": "x", "entries": [1]}', "entries[0] is no object."),
        (changed(name=...), "entries[0] lacks name."),
        (changed(line=3), "entries[0] has the unknown key 'line'."),
        (changed(ecosystem="cargo"), "entries[0] has an ecosystem, source or severity that there is not."),
        (changed(severity="bad"), "entries[0] has an ecosystem, source or severity that there is not."),
        (changed(source=["registry"]), "entries[0] has an ecosystem, source or severity that there is not."),
        (changed(rule="Not A Rule"), "entries[0].rule is no rule's id."),
        (changed(registered=0), "entries[0].registered is neither true nor false."),
        (changed(name="x" * 300), "entries[0].name is no text of 1 to 214 letters."),
        (changed(about=""), "entries[0].about is no text of 1 to 600 letters."),
        (changed(paths=[]), "entries[0].paths is no list of 1 to 50,000 paths."),
        (changed(paths="r.txt"), "entries[0].paths is no list"),
        (changed(paths=["r.txt", None]), "entries[0].paths[1] is no text"),
    ],
)
def test_what_is_no_baseline(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "b.json")
    assert message in caught.value.message
    assert caught.value.path == "b.json"
    assert "depaudit scan --write-baseline" in caught.value.mend


def test_another_format_says_who_wrote_it_and_what_to_type() -> None:
    text = TEXT.replace('"depaudit_baseline": 1', '"depaudit_baseline": 2').replace("1.2.3", "9.0.0")
    with pytest.raises(ConfigError) as caught:
        parse(text, "b.json")
    assert str(caught.value) == (
        "b.json: this baseline was written by depaudit 9.0.0 in format 2; this depaudit reads format 1. "
        "Use that depaudit, or write the file anew with this one: depaudit scan --write-baseline FILE."
    )


@pytest.mark.parametrize("form", ["true", '"1"', "1.0", "null", '["x"]'])
def test_a_format_that_is_no_number_of_ours(form: str) -> None:
    with pytest.raises(ConfigError, match="this depaudit reads format 1"):
        parse(TEXT.replace('"depaudit_baseline": 1', f'"depaudit_baseline": {form}'), "b.json")


def test_a_writer_cannot_speak_to_the_terminal() -> None:
    text = '{"depaudit_baseline": 2, "written_by": "\\u001b[31m\\u202e::error::"}'
    with pytest.raises(ConfigError) as caught:
        parse(text, "b.json")
    assert caught.value.message.isascii()
    assert caught.value.message.isprintable()


def test_a_merge_conflict_is_told_as_one() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(TEXT.replace('    {"ecosystem": "npm"', '<<<<<<< HEAD\n    {"ecosystem": "npm"'), "b.json")
    assert (caught.value.line, caught.value.mend) == (
        5,
        "Take one side of the merge, then write it anew: depaudit scan --write-baseline FILE.",
    )


def test_more_than_can_be_read_is_not_written() -> None:
    with pytest.raises(UsageError, match="50,001 findings are too many for one baseline"):
        render([replace(ENTRY, name=f"zz-{number}") for number in range(MAX_ENTRIES + 1)], "1")


def test_what_may_be_written_over() -> None:
    assert is_baseline(TEXT)
    assert is_baseline('{"depaudit_baseline": 7')
    assert not is_baseline('{"name": "app"}')
