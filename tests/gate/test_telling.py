"""What a person reads of a run, whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from depaudit.commands.base import Conflict
from depaudit.gate import telling
from depaudit.gate.ledger import Ledger, Refusal
from depaudit.model.finding import Finding, Severity
from depaudit.model.names import NormalizedName
from depaudit.model.record import replace
from depaudit.model.requirement import Requirement
from depaudit.model.verdict import Decision, Verdict
from depaudit.report.terminal import Style
from tests.evidence import NPM, PYPI, evidence, found, release, wish

PLAIN = Style(color=False, width=100, verbose=False, quiet=False)
LOOKS = "sampel looks like a slip for sample, which is far more used."


def finding(rule: str = "typo-adjacent", severity: Severity = Severity.HIGH, message: str = LOOKS) -> Finding:
    suggestions = ("sample",) if rule == "typo-adjacent" else ()
    return Finding(rule=rule, severity=severity, message=message, suggestions=suggestions)


def decision(
    *findings: Finding,
    asked: Requirement | None = None,
    version: str | None = "1.0",
    verdict: Verdict = Verdict.BLOCK,
    **more: Any,
) -> Decision:
    judged = evidence(wishes=(asked or wish("sampel"),), project=found(release("1.0", 3), age=3))
    package = replace(judged.package, version=version)
    return Decision(
        package=package, evidence=replace(judged, package=package), verdict=verdict, findings=findings, **more
    )


def refusal(made: Decision | None, stage: str = "during", **more: Any) -> Refusal:
    fields: dict[str, Any] = {"ecosystem": PYPI, "name": NormalizedName("sampel"), "version": "1.0"}
    return Refusal(**{**fields, "stage": stage, "decision": made, **more})


def told(*refusals: Refusal, person: bool = False, style: Style = PLAIN, by: Sequence[str] = ()) -> list[str]:
    ledger = Ledger()
    for one in refusals:
        ledger.refuse(one)
    for requirer in by:
        ledger.note_requirer(PYPI, requirer, ["sampel"])
    return telling.refusals(ledger, style, person=person)


# --- one refusal


def test_a_refusal_on_a_terminal_says_how_a_person_accepts_it() -> None:
    assert told(refusal(decision(finding())), person=True, by=["flask 3.1"]) == [
        "refused sampel 1.0 (PyPI): sampel looks like a slip for sample, which is far more used. Did you mean",
        "    sample?",
        "    Required by flask 3.1.",
        "    Nothing of it was unpacked.",
        '    After a look, a person can accept it: depaudit allow pypi:sampel --reason "..."',
    ]


def test_without_a_terminal_a_person_is_asked_for_and_no_command_is_shown() -> None:
    lines = told(refusal(decision(finding()), "before"))
    assert lines[1:] == [
        "    sample?",
        "    Asked for in requirements.txt:3.",
        "    The client was not started; nothing was downloaded.",
        "    Ask a person to review it before anything else is tried.",
    ]
    assert "allow" not in "".join(lines)


def test_a_refusal_without_a_decision_says_its_sentence() -> None:
    one = refusal(None, "locked", ecosystem=NPM, name=NormalizedName("@a/b"), version=None, why="Nobody knows.")
    assert told(one, person=True) == [
        "refused @a/b (npm): Nobody knows.",
        "    The files that the command had written were put back as they were.",
    ]


def test_what_could_not_be_judged_says_so() -> None:
    made = decision(verdict=Verdict.UNKNOWN, unknown_because="PyPI timed out")
    lines = told(refusal(made, "after"))
    assert lines[0].startswith("refused sampel 1.0 (PyPI): It could not be judged: PyPI timed out.")
    assert "    It did not pass the gate: take it out again, and look at what else the command did." in lines
    assert not any("Asked for" in line for line in lines)


def test_one_reason_is_enough_unless_more_are_asked_for() -> None:
    made = decision(
        finding(), finding("new-package", Severity.MEDIUM, "It is new."), finding("x", Severity.LOW, "Low.")
    )
    assert "It is new." not in " ".join(told(refusal(made)))
    verbose = " ".join(told(refusal(made), style=replace(PLAIN, verbose=True)))
    assert "It is new." in verbose
    assert "Low." not in verbose


def test_the_worst_comes_first_and_a_line_stands_between() -> None:
    worse = decision(finding("denied", Severity.CRITICAL, "It is bad."))
    lines = told(
        refusal(None, name=NormalizedName("zzz"), why="Why."),
        refusal(decision(finding()), name=NormalizedName("bbb")),
        refusal(worse, name=NormalizedName("ccc")),
    )
    heads = [position for position, line in enumerate(lines) if line.startswith("refused ")]
    assert [lines[one].split()[1] for one in heads] == ["ccc", "bbb", "zzz"]
    assert [lines[one - 1] for one in heads[1:]] == ["", ""]


@pytest.mark.parametrize(
    ("asked", "requirers", "said"),
    [
        (wish("sampel"), ["a 1", "b 2", "c 3", "d 4", "e 5"], "Required by a 1, b 2, c 3 and 2 more."),
        (replace(wish("sampel"), required_by=("flask", "jinja")), [], "Required by flask and jinja."),
        (wish("sampel", path="<command line>"), [], None),
        (wish("sampel", path="/x/<while resolving>"), [], None),
        (wish("sampel", path="a\x1b[31m/pyproject.toml"), [], "Asked for in"),
    ],
    ids=["pages", "lockfile", "typed", "nobody", "hostile"],
)
def test_who_asked_for_it(asked: Requirement, requirers: list[str], said: str | None) -> None:
    lines = told(refusal(decision(finding(), asked=asked)), by=requirers)
    found_ = [line.strip() for line in lines if "Required by" in line or "Asked for" in line]
    assert "\x1b" not in "".join(lines)
    assert (found_ == []) if said is None else found_[0].startswith(said)


def test_a_hostile_name_cannot_speak_to_the_terminal() -> None:
    lines = told(refusal(None, name=NormalizedName("a\x1b]0;x\x07\nb"), why="See https://u:secret@evil.example/."))
    assert not {"\x1b", "\x07"} & set("".join(lines))
    assert "secret" not in "".join(lines)


def test_colours_are_only_paint() -> None:
    painted = told(refusal(decision(finding())), person=True, style=replace(PLAIN, color=True))
    assert painted[0].startswith("\x1b[")
    assert "refused" in painted[0]


# --- the status line


@pytest.mark.parametrize(
    ("made", "phrase"),
    [
        (decision(finding(), version=None), "depaudit refused sampel: did you mean sample?"),
        (decision(finding("denied")), "depaudit refused sampel 1.0: denied"),
        (decision(unknown_because="PyPI timed out"), "depaudit refused sampel 1.0: PyPI timed out"),
        (decision(), "depaudit refused sampel 1.0: it could not be judged"),
        (decision(unknown_because="\r\nX: y\u00e9" + "z" * 200), "depaudit refused sampel 1.0: X: y" + "z" * 77),
    ],
)
def test_a_reason_is_short_ascii(made: Decision, phrase: str) -> None:
    assert telling.reason_phrase(made) == phrase
    assert len(phrase) <= telling.MAX_REASON


# --- the end


def test_a_quiet_line_when_all_is_well() -> None:
    ledger = Ledger()
    for name in ("a", "b"):
        ledger.judged[(PYPI, name)] = decision()
    assert telling.summary(ledger, 0.234, PLAIN) == ["depaudit: 2 packages judged, none refused, 0.2 s"]


def test_what_a_user_should_know_comes_before_it() -> None:
    ledger = Ledger()
    ledger.judged[(PYPI, "a")] = decision()
    ledger.held[(PYPI, "six")] = ("1.10", "1.9")
    ledger.waived[(PYPI, "sampel", "1.0")] = decision()
    ledger.tunnels_refused["evil.example"] = "a lockfile takes archives from evil.example"
    ledger.refuse(refusal(None, why="x"))
    assert telling.summary(ledger, 1.0, PLAIN) == [
        "note: six 1.10 is too fresh and was left out; the release before it was offered. To have it, ask for",
        "      it by version after a look.",
        "note: sampel 1.0 could not be judged and was let through, because on-error is allow.",
        "note: a connection to evil.example was refused: a lockfile takes archives from evil.example.",
        "depaudit: 1 package judged, 1 refused, 1.0 s",
    ]
    assert telling.summary(ledger, 1.0, replace(PLAIN, color=True))[-1].startswith("\x1b[")


def test_a_way_round_the_gate_is_named_with_what_to_do_instead() -> None:
    one = Conflict(option="--proxy=http://u:secret@proxy.example", mend="Set HTTPS_PROXY instead.")
    (*lines,) = telling.conflicts([one], PLAIN)
    text = " ".join(line.strip() for line in lines)
    assert "secret" not in text
    assert text.endswith("would lead the client round the gate, so it was not started. Set HTTPS_PROXY instead.")
    assert text.startswith("depaudit: --proxy=")
    assert telling.conflicts([], PLAIN) == []
