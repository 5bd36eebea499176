"""The run's own record."""

from __future__ import annotations

import pytest

from depaudit.gate import ledger as module
from depaudit.gate.ledger import Ledger, Refusal, key_of
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.verdict import Decision, Verdict
from tests.evidence import NPM, PYPI, evidence

SAMPLE = NormalizedName("sample")


def refusal(version: str | None = "1.0", why: str = "", decision: Decision | None = None) -> Refusal:
    return Refusal(ecosystem=PYPI, name=SAMPLE, version=version, stage="during", why=why, decision=decision)


@pytest.mark.parametrize(
    ("ecosystem", "one", "other", "same"),
    [
        (PYPI, "1.0", "1.0.0", True),
        (PYPI, "1.0-beta1", "1.0b1", True),
        (PYPI, "1.0", "1.0.1", False),
        (PYPI, "no version", "no version", True),
        (NPM, "1.0.0", "1.0.0", True),
        (NPM, "1.0", "1.0.0", False),
    ],
)
def test_a_version_has_one_key_however_it_is_spelled(ecosystem: Ecosystem, one: str, other: str, same: bool) -> None:
    assert (key_of(ecosystem, "sample", one) == key_of(ecosystem, "sample", other)) is same


def test_the_first_refusal_of_a_version_stands() -> None:
    ledger = Ledger()
    for why in ("first", "second"):
        ledger.refuse(refusal(why=why))
    assert [one.why for one in ledger.refusals.values()] == ["first"]


def test_only_what_was_said_of_a_missing_page_is_taken_back() -> None:
    judged = evidence()
    decision = Decision(package=judged.package, evidence=judged, verdict=Verdict.BLOCK)
    for kept, one in ((0, refusal(None, "silent")), (1, refusal("1.0", "x")), (1, refusal(None, decision=decision))):
        ledger = Ledger()
        ledger.refuse(one)
        ledger.withdraw(PYPI, SAMPLE)
        ledger.withdraw(NPM, SAMPLE)
        assert len(ledger.refusals) == kept


def test_who_asked_is_told_in_order_and_once() -> None:
    ledger = Ledger()
    ledger.note_requirer(PYPI, "flask 3.1", ["sample", "other"])
    ledger.note_requirer(PYPI, "flask 3.1", ["sample"])
    ledger.note_requirer(PYPI, "django 6", ["sample"])
    assert ledger.required_by(PYPI, "sample") == ("flask 3.1", "django 6")
    assert ledger.required_by(NPM, "sample") == ()


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_REQUIRERS", 2)
    ledger = Ledger()
    ledger.note_requirer(PYPI, "evil 1", ["a", "b", "c"])
    assert [ledger.required_by(PYPI, name) for name in "abc"] == [("evil 1",), ("evil 1",), ()]
