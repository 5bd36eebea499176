"""Each idea of similarity alone: what it sees, what it leaves to others, and that its keys meet where it compares."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.model.names import Ecosystem
from depaudit.names.similarity import (
    affixes,
    combine,
    confusables,
    edits,
    known_as,
    numerals,
    roughness,
    scopes,
    separators,
    sound,
    spelling,
    word_order,
)
from depaudit.names.similarity.base import Idea
from depaudit.names.similarity.form import Form

PYPI, NPM = Ecosystem.PYPI, Ecosystem.NPM

CASES: list[tuple[Idea, Ecosystem, str, str, int, str | None]] = [
    (edits, PYPI, "reuqests", "requests", 6, "swapped letters"),
    (edits, PYPI, "reqests", "requests", 6, "missing letter"),
    (edits, PYPI, "requestss", "requests", 6, "doubled letter"),
    (edits, PYPI, "pilow", "pillow", 60, "missing doubled letter"),
    (edits, PYPI, "requewsts", "requests", 6, "extra letter"),
    (edits, PYPI, "requests5", "requests", 6, "added digit"),
    (edits, PYPI, "boto", "boto3", 3, "missing digit"),
    (edits, PYPI, "tensor4flow", "tensor2flow", 900, "other digit"),
    (edits, PYPI, "rwquests", "requests", 6, "neighbouring key"),
    (edits, PYPI, "riquests", "requests", 6, "other vowel"),
    (edits, PYPI, "rexuests", "requests", 6, "changed letter"),
    (edits, PYPI, "equrests", "requests", 6, "moved letter"),
    (edits, PYPI, "requstss", "requests", 3, "two changed letters"),
    (edits, PYPI, "requstss", "requests", 9000, None),
    (edits, PYPI, "python-dateutl", "python-dateutil", 13, "missing letter"),
    (edits, PYPI, "python-dat-eutil", "python-dateutil", 13, None),
    (edits, PYPI, "pythondateuti", "python-dateutil", 13, "missing letter and separators"),
    (edits, PYPI, "sixx", "six", 14, "doubled letter"),
    (edits, PYPI, "sixx", "six", 1400, None),
    (edits, PYPI, "webb", "wbeb", 4000, "swapped letters"),
    (edits, PYPI, "webb", "wexb", 4000, None),
    (edits, PYPI, "django", "flask", 181, None),
    (edits, PYPI, "requests", "requests", 6, None),
    (separators, NPM, "reactdom", "react-dom", 1931, "missing separator"),
    (separators, NPM, "react-d-om", "react-dom", 1931, "added separator"),
    (separators, NPM, "rea-ctdom", "react-dom", 1931, "moved separator"),
    (separators, NPM, "react.dom", "react-dom", 1931, "other separator"),
    (separators, NPM, "jsonstream", "JSONStream", 2000, "capital letters"),
    (separators, NPM, "--", "-", 2000, None),
    (word_order, PYPI, "dateutil-python", "python-dateutil", 8007, "other word order"),
    (word_order, PYPI, "ldappython", "python-ldap", 864, "other word order"),
    (word_order, PYPI, "python-ldap-lite", "python-ldap", 864, None),
    (affixes, PYPI, "python-celery", "celery", 181, "added language name"),
    (affixes, PYPI, "dateutil", "python-dateutil", 13, "missing language name"),
    (affixes, PYPI, "py-dateutil", "python-dateutil", 13, "other language name"),
    (affixes, PYPI, "flask-official", "flask", 181, "added word"),
    (affixes, PYPI, "celery5-dev", "celery", 62, "added word"),
    (affixes, PYPI, "python-celery", "celery", 5000, None),
    (affixes, PYPI, "python-numpy", "numpy", 20, "added language name"),
    (affixes, NPM, "lodash.js", "lodash", 1638, "added language name"),
    (affixes, NPM, "node-lodash", "lodash", 145, "added language name"),
    (affixes, NPM, "js-six", "six", 14, None),
    *((affixes, PYPI, name, "flask", 181, None) for name in ("flask-core", "flask-utils", "flask-sdk", "flask-client")),
    (affixes, PYPI, "types-requests", "requests", 6, None),
    (numerals, PYPI, "celery22", "celery", 2114, "added number"),
    (numerals, PYPI, "telethonv24", "telethon", 2921, "added number"),
    (numerals, PYPI, "beautifulsoup", "beautifulsoup4", 103, "missing number"),
    (numerals, PYPI, "beautifulsoup12", "beautifulsoup4", 103, "other number"),
    (numerals, PYPI, "web12", "web3", 103, None),
    (confusables, NPM, "f1ask", "flask", 145, "look-alike letters"),
    (confusables, PYPI, "nurnpy", "numpy", 20, "look-alike letters"),
    (confusables, PYPI, "py5park", "pyspark", 6, "look-alike letters"),
    (confusables, PYPI, "seienium", "selenium", 1240, "look-alike letters"),
    (confusables, PYPI, "numpy", "numba", 300, None),
    (spelling, PYPI, "typing-extension", "typing-extensions", 307, "singular or plural"),
    (spelling, PYPI, "colourama", "colorama", 81, "other spelling"),
    (spelling, PYPI, "charset-normaliser", "charset-normalizer", 7, "other spelling"),
    (spelling, PYPI, "entry-librarys", "entry-libraries", 7, "other spelling"),
    (sound, NPM, "kubernitez", "kubernetes", 12_522, "sounds alike"),
    (sound, NPM, "react-zoom", "react-sizeme", 10_054, None),
    (scopes, NPM, "core-tracing", "@azure/core-tracing", 1994, "missing scope"),
    (scopes, NPM, "core-tracing", "@azure/core-tracing", 19_940, None),
    (scopes, NPM, "azure-core-tracing", "@azure/core-tracing", 1994, "scope written as a word"),
    (scopes, NPM, "@typos/node", "@types/node", 22, "look-alike scope"),
    (scopes, NPM, "@babeI/core", "@babel/core", 100, "look-alike scope"),
    (scopes, NPM, "@other/core", "@babel/core", 100, None),
    (scopes, NPM, "node", "@types/node", 22, None),
    (scopes, NPM, "types-node", "@types/node", 22, None),
    (scopes, NPM, "core", "@babel/core", 100, None),
]


@pytest.mark.parametrize(("idea", "ecosystem", "typed", "meant", "rank", "kind"), CASES)
def test_compare(idea: Idea, ecosystem: Ecosystem, typed: str, meant: str, rank: int, kind: str | None) -> None:
    change = idea.compare(Form(ecosystem, typed), Form(ecosystem, meant), rank)
    assert (change.kind if change else None) == kind


@pytest.mark.parametrize(("idea", "ecosystem", "typed", "meant", "rank", "kind"), [c for c in CASES if c[-1]])
def test_keys_meet(idea: Idea, ecosystem: Ecosystem, typed: str, meant: str, rank: int, kind: str) -> None:
    name, target = Form(ecosystem, typed), Form(ecosystem, meant)
    assert set(combine.name_keys(name)) & set(combine.target_keys(target, rank))


@settings(deadline=None, max_examples=150)
@given(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=6, max_size=14),
    st.integers(0, 13),
    st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"),
    st.sampled_from(["omit", "insert", "change", "swap"]),
)
def test_every_single_slip_is_seen_and_found(meant: str, at: int, letter: str, how: str) -> None:
    at %= len(meant) - 1
    typed = {
        "omit": meant[:at] + meant[at + 1 :],
        "insert": meant[:at] + letter + meant[at:],
        "change": meant[:at] + letter + meant[at + 1 :],
        "swap": meant[:at] + meant[at + 1] + meant[at] + meant[at + 2 :],
    }[how]
    if typed == meant:
        return
    name, target = Form(PYPI, typed), Form(PYPI, meant)
    assert edits.compare(name, target, 100) is not None
    assert set(edits.name_keys(name)) & set(edits.target_keys(target, 100))
    assert combine.best(name, target, 100, by_name=False, everyday=False, roughness=len) is not None


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(list(Ecosystem)),
    st.from_regex(r"@?[A-Za-z0-9._~'!()*-]{1,20}(/[A-Za-z0-9._-]{1,9})?", fullmatch=True),
    st.from_regex(r"@?[A-Za-z0-9._~'!()*-]{1,20}(/[A-Za-z0-9._-]{1,9})?", fullmatch=True),
)
def test_any_two_names_can_be_compared(ecosystem: Ecosystem, typed: str, meant: str) -> None:
    name, target = Form(ecosystem, typed), Form(ecosystem, meant)
    assert all(isinstance(key, str) for key in (*combine.name_keys(name), *combine.target_keys(target, 1)))
    for by_name in (False, True):
        scored = combine.best(name, target, 1, by_name=by_name, everyday=True, roughness=len)
        assert scored is None or -10 < scored[0] < 20


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("opencv", "other name of the package"),
        ("opnecv", "swapped letters in another name of it"),
        ("opneccvv", None),
        ("django", None),
    ],
)
def test_by_names(typed: str, kind: str | None) -> None:
    change = known_as.compare(Form(PYPI, typed), Form(PYPI, "opencv"), 533)
    assert (change.kind if change else None) == kind


def test_an_import_name_itself_is_not_near() -> None:
    assert known_as.compare(Form(PYPI, "sklearn"), Form(PYPI, "sklearn"), 60) is None


def _score(typed: str, meant: str, rank: int, *, everyday: bool = False) -> float:
    scored = combine.best(
        Form(PYPI, typed), Form(PYPI, meant), rank, by_name=False, everyday=everyday, roughness=lambda _: 0.0
    )
    assert scored is not None
    return scored[0]


def test_what_makes_a_score_higher() -> None:
    assert _score("reuqests", "requests", 6) > _score("reuqests", "requests", 6000)
    assert _score("cryptograhpy", "cryptography", 100) > _score("falsk", "flask", 100)
    assert _score("reuqests", "requests", 6) > _score("rexuests", "requests", 6)
    assert _score("rexuests", "requests", 6) > _score("xequests", "requests", 6)
    assert _score("rexuests", "requests", 6) > _score("rexuests", "requests", 6, everyday=True)


def test_every_cause_has_a_weight() -> None:
    for _, ecosystem, typed, meant, rank, _ in CASES:
        for by_name in (False, True):
            forms = Form(ecosystem, typed), Form(ecosystem, meant)
            scored = combine.best(*forms, rank, by_name=by_name, everyday=False, roughness=len)
            assert scored is None or scored[1]


def test_roughness_tells_names_from_slips() -> None:
    table = roughness.train(["request", "requests", "python", "quest", "queue", "quote"] * 50)
    assert roughness.is_table(table)
    assert roughness.measure(table, "reqeust") > roughness.measure(table, "request") + 2
    assert roughness.measure(table, "") > 0
