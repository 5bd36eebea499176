"""The JSON report of a run."""

from __future__ import annotations

import json
from datetime import date

import pytest

from depaudit.commands.base import Conflict
from depaudit.gate.ledger import Ledger, Refusal
from depaudit.gate.reporting import render
from depaudit.gate.run import Outcome
from depaudit.model.names import NormalizedName
from depaudit.model.verdict import Decision, Verdict
from tests.evidence import NOW, NPM, PYPI
from tests.gate.test_telling import decision, finding


def report(outcome: Outcome) -> dict[str, object]:
    read: dict[str, object] = json.loads(render(outcome, date(2026, 11, 1), NOW))
    return read


def refusal(made: Decision | None = None, why: str = "", version: str | None = "1.0") -> Refusal:
    return Refusal(
        ecosystem=PYPI, name=NormalizedName("sampel"), version=version, stage="during", decision=made, why=why
    )


def test_a_quiet_run_says_what_it_judged() -> None:
    ledger = Ledger()
    ledger.judged[(PYPI, "sampel")] = decision(verdict=Verdict.PASS)
    got = report(Outcome(status=0, ledger=ledger, started=True, seconds=0.12345))
    assert got["gate"] == {
        "status": 0,
        "started": True,
        "seconds": 0.123,
        "refused": [],
        "held_back": [],
        "connections_refused": [],
        "conflicts": [],
    }
    assert isinstance(got["packages"], list)
    assert len(got["packages"]) == 1


@pytest.mark.parametrize(
    ("made", "why", "said"),
    [
        (decision(finding()), "", "sampel looks like a slip for sample, which is far more used."),
        (decision(verdict=Verdict.UNKNOWN, unknown_because="PyPI timed out"), "", "PyPI timed out"),
        (None, "Nobody vouches for it.", "Nobody vouches for it."),
        (decision(finding()), "Its archive would come from elsewhere.", "Its archive would come from elsewhere."),
    ],
)
def test_a_refusal_says_why(made: Decision | None, why: str, said: str) -> None:
    ledger = Ledger()
    ledger.refuse(refusal(made, why))
    ledger.note_requirer(PYPI, "flask 3.1", ["sampel"])
    got = report(Outcome(status=40, ledger=ledger, started=True, seconds=0))["gate"]
    assert isinstance(got, dict)
    (one,) = got["refused"]
    assert said in one.pop("why")
    assert one == {
        "ecosystem": "pypi",
        "name": "sampel",
        "version": "1.0",
        "stage": "during",
        "required_by": ["flask 3.1"],
    }


def test_what_else_the_gate_did_holds_no_secret() -> None:
    ledger = Ledger()
    ledger.held[(NPM, "left")] = ("1.1.0",)
    ledger.tunnels_refused["evil.example"] = "see https://u:secret@evil.example/"
    conflicts = (Conflict(option="--proxy=https://u:secret@proxy.example", mend="Set HTTPS_PROXY."),)
    text = render(
        Outcome(status=40, ledger=ledger, started=False, seconds=0, conflicts=conflicts), date(2026, 11, 1), NOW
    )
    gate = json.loads(text)["gate"]
    assert gate["held_back"] == [{"ecosystem": "npm", "name": "left", "versions": ["1.1.0"]}]
    assert [one["host"] for one in gate["connections_refused"]] == ["evil.example"]
    assert [one["mend"] for one in gate["conflicts"]] == ["Set HTTPS_PROXY."]
    assert "secret" not in text
