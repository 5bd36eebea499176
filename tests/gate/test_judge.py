"""The verdict on every version of a project, and what it comes to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from depaudit.gate.base import Treatment
from depaudit.gate.hosts import NPM as NPM_INDEX
from depaudit.gate.hosts import PYPI as PYPI_INDEX
from depaudit.gate.judge import Judged, is_absent, refuses
from depaudit.model.evidence import Absent, Found, Lookup, Unknown
from depaudit.model.names import NormalizedName
from depaudit.model.project import Project
from depaudit.model.record import replace
from depaudit.model.requirement import IndexOptions, IndexRef, Source, SourceKind
from depaudit.model.route import Index
from depaudit.model.verdict import Decision, Verdict
from depaudit.policy.config import Config, FailOn, OnError
from depaudit.policy.exceptions import Deny
from depaudit.policy.patterns import parse_pattern
from tests.evidence import NOW, NPM, PYPI, days_ago, evidence, found, release, wish
from tests.gate.inspecting import Gate, sound

PASS, REFUSE, HOLD = Treatment.PASS, Treatment.REFUSE, Treatment.HOLD
SAMPLE = NormalizedName("sample")


def project(gate: Gate, *ages: float, name: str = "sample", index: Index = PYPI_INDEX) -> Judged:
    """All of a project's versions, 1.0, 2.0, … of these ages, judged by the page that passes."""
    passing = sound(*ages)
    assert isinstance(passing, Found)
    value = replace(passing.value, name=NormalizedName(name))
    return asyncio.run(gate.judge.project(PYPI, NormalizedName(name), index, value))


def treatments(judged: Judged) -> dict[str, Treatment]:
    return {version: one for version, one in judged.treatments.items() if version}


def cached(answer: Lookup[Project]) -> Lookup[Project]:
    assert isinstance(answer, Found)
    return Found(answer.value, source=answer.source, cached=True)


# --- what a verdict comes to


@pytest.mark.parametrize(
    ("verdict", "config", "refused"),
    [
        (Verdict.PASS, {}, False),
        (Verdict.WARN, {}, False),
        (Verdict.WARN, {"fail_on": FailOn.WARN}, True),
        (Verdict.BLOCK, {}, True),
        (Verdict.BLOCK, {"fail_on": FailOn.WARN}, True),
        (Verdict.BLOCK, {"fail_on": FailOn.NEVER}, False),
        (Verdict.BLOCK, {"on_error": OnError.ALLOW}, True),
        (Verdict.UNKNOWN, {}, True),
        (Verdict.UNKNOWN, {"on_error": OnError.ALLOW}, False),
        (Verdict.UNKNOWN, {"fail_on": FailOn.NEVER}, True),
    ],
)
def test_the_policy_says_what_a_verdict_comes_to(verdict: Verdict, config: dict[str, Any], refused: bool) -> None:
    judged = evidence()
    decision = Decision(package=judged.package, evidence=judged, verdict=verdict)
    assert refuses(decision, Config(**config)) is refused


def test_an_absent_project_is_told_from_one_that_nobody_could_ask_for() -> None:
    for lookup, absent in ((Absent("pypi"), True), (Unknown("timed out"), False), (found(), False)):
        judged = evidence(project=lookup)
        assert is_absent(Decision(package=judged.package, evidence=judged, verdict=Verdict.PASS)) is absent


@pytest.mark.parametrize(("on_error", "treatment"), [(OnError.BLOCK, REFUSE), (OnError.ALLOW, PASS)])
def test_what_nobody_can_tell_is_unknown(on_error: OnError, treatment: Treatment, tmp_path: Path) -> None:
    assert Gate(tmp_path, Config(on_error=on_error)).judge.unjudged is treatment


# --- holding back


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        pytest.param((900, 400, 1), {"1.0": PASS, "2.0": PASS, "3.0": HOLD}, id="one young release"),
        pytest.param((900, 400, 200), {"1.0": PASS, "2.0": PASS, "3.0": PASS}, id="none"),
        pytest.param((900, 2, 1), {"1.0": PASS, "2.0": HOLD, "3.0": HOLD}, id="two"),
        pytest.param((900, 1), {"1.0": PASS, "2.0": PASS}, id="woken after long"),
        pytest.param((20, 2, 1), {"1.0": PASS, "2.0": PASS, "3.0": PASS}, id="a young project"),
    ],
)
def test_a_young_release_of_a_sound_project_is_held(
    ages: tuple[float, ...], expected: dict[str, Treatment], tmp_path: Path
) -> None:
    assert treatments(project(Gate(tmp_path), *ages)) == expected


@pytest.mark.parametrize("pin", ["3.0", "3", "3.0.0"])
def test_a_release_that_is_asked_for_by_version_is_not_held(pin: str, tmp_path: Path) -> None:
    gate = Gate(tmp_path, asked=[wish(specifier=f"=={pin}", pin=pin)])
    assert treatments(project(gate, 900, 400, 1)) == {"1.0": PASS, "2.0": PASS, "3.0": PASS}


def test_who_only_wants_to_be_told_has_nothing_held(tmp_path: Path) -> None:
    gate = Gate(tmp_path, Config(fail_on=FailOn.NEVER))
    assert treatments(project(gate, 900, 400, 1)) == {"1.0": PASS, "2.0": PASS, "3.0": PASS}


def test_nothing_is_held_where_nothing_good_would_be_left(tmp_path: Path) -> None:
    bad = tuple(Deny(pattern=parse_pattern(f"pypi:sample=={one}"), reason="broken") for one in ("1.0", "2.0"))
    gate = Gate(tmp_path, Config(deny=bad))
    assert treatments(project(gate, 900, 400, 1)) == {"1.0": REFUSE, "2.0": REFUSE, "3.0": PASS}


# --- where evidence comes from


def test_a_squat_is_refused_in_all_its_versions(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.names.similar["sampel"] = "sample"
    judged = project(gate, 3, 2, name="sampel")
    assert judged.treatments == {"": REFUSE, "1.0": REFUSE, "2.0": REFUSE}
    assert judged.decisions["1.0"].suggestions == ("sample",)
    assert gate.judge.exactly(judged, "") is judged.decisions[""]
    assert gate.judge.exactly(judged, "2.0").package.version == "2.0"
    assert gate.registries.asked == []


def test_a_private_index_is_judged_as_private_whatever_name_is_asked_of_it(tmp_path: Path) -> None:
    acme = Index(ecosystem=NPM, url="https://npm.acme.example/", public=False)
    gate = Gate(tmp_path, environment={"npm_config_@acme:registry": acme.url})
    passing = found(release("1.0.0", 3), ecosystem=NPM, age=3, index=acme.url)
    judged = asyncio.run(gate.judge.project(NPM, SAMPLE, acme, passing.value))
    assert (judged.index, treatments(judged)) == (acme.url, {"1.0.0": PASS})
    assert judged.decisions["1.0.0"].evidence.route.indexes == (acme,)
    assert judged.decisions["1.0.0"].findings == ()


def test_a_cached_answer_without_the_version_is_asked_for_anew(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.registries.projects["sample"] = cached(sound(900))
    gate.registries.fresh["sample"] = sound(900, 400)
    for version, fresh in (("1.0", False), ("2.0", True)):
        gate.registries.asked.clear()
        _, treatment = asyncio.run(gate.judge.version(PYPI, SAMPLE, version, PYPI_INDEX))
        assert treatment is PASS
        assert (PYPI_INDEX.url, "sample", True) in gate.registries.asked if fresh else True
        assert len(gate.registries.asked) == 1 + fresh


def test_an_index_that_failed_is_asked_again(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.names.listed.add("sample")
    gate.registries.projects["sample"] = Unknown("HTTP 503")
    gate.registries.fresh["sample"] = sound(900)
    got = [asyncio.run(gate.judge.version(PYPI, SAMPLE, "1.0", PYPI_INDEX))[1] for _ in range(2)]
    assert got == [REFUSE, PASS]


def test_an_index_that_hangs_is_unknown(tmp_path: Path) -> None:
    gate = Gate(tmp_path, seconds=0.01)
    gate.registries.hang = True
    assert asyncio.run(gate.judge.look_up(PYPI, SAMPLE, PYPI_INDEX)) == Unknown("timed out")


def test_details_that_do_not_come_in_time_are_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(tmp_path, seconds=0.01)
    gate.names.similar["sampel"] = "sample"

    async def details(_name: NormalizedName) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(gate.registries, "details", details)
    assert treatments(project(gate, 3, name="sampel")) == {"1.0": REFUSE}


@pytest.mark.parametrize(
    ("age", "fresh"), [(1, True), (400, False), (None, True)], ids=["young", "old", "nobody tells"]
)
def test_what_is_fresh(age: float | None, fresh: bool, tmp_path: Path) -> None:
    assert Gate(tmp_path).judge.is_fresh(None if age is None else days_ago(age)) is fresh
    assert NOW.tzinfo is not None


def test_only_the_most_used_are_settled_by_the_bundled_data(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.names.most_used.add("sample")
    gate.names.listed.add("other")
    assert gate.judge.is_settled(NPM, SAMPLE)
    assert not gate.judge.is_settled(PYPI, NormalizedName("other"))
    assert NPM_INDEX.public


# --- what files and words ask for


def test_an_audit_answers_in_order(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.names.similar["sampel"] = "sample"
    gate.registries.projects |= {"sample": sound(900, 400), "sampel": sound(3)}
    asked = [wish("sampel"), wish("sample"), wish("nothing")]
    decisions = asyncio.run(gate.judge.audit(asked))
    assert [(str(one.package.name), one.verdict) for one in decisions] == [
        ("sampel", Verdict.BLOCK),
        ("sample", Verdict.PASS),
        ("nothing", Verdict.BLOCK),
    ]


def test_a_name_that_no_index_knew_is_explained_where_it_was_asked_for(tmp_path: Path) -> None:
    gate = Gate(tmp_path, asked=[wish("nothing", path="a/requirements.txt")])
    known = asyncio.run(gate.judge.absent(PYPI, NormalizedName("nothing")))
    other = asyncio.run(gate.judge.absent(PYPI, NormalizedName("other")))
    assert [finding.rule for finding in known.findings] == ["nonexistent"]
    assert known.package.requirements[0].location.path == "a/requirements.txt"
    assert other.package.requirements[0].location.path == str(tmp_path / "<while resolving>")


@pytest.mark.parametrize("named", ["settings", "file"])
def test_what_lies_in_a_folder_of_archives_is_judged_as_a_path(named: str, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "ours-1.0-py3-none-any.whl").write_bytes(b"")
    ours = wish("ours")
    if named == "file":
        ours = replace(ours, indexes=IndexOptions(find_links=(IndexRef(url="wheels"),)))
    variables = {"PIP_FIND_LINKS": str(wheels)} if named == "settings" else {}
    gate = Gate(tmp_path, environment=variables, asked=[ours])
    gate.registries.projects["squat"] = sound(1)
    gate.names.similar["squat"] = "sample"
    decisions = asyncio.run(gate.judge.audit([ours, wish("squat"), wish("nothing")]))
    assert [(one.package.source, refuses(one, Config())) for one in decisions] == [
        (SourceKind.PATH, False),
        (SourceKind.REGISTRY, True),
        (SourceKind.REGISTRY, True),
    ]


def test_a_folder_of_archives_excuses_nobody_whom_an_index_knows(tmp_path: Path) -> None:
    (tmp_path / "squat-1.0-py3-none-any.whl").write_bytes(b"")
    gate = Gate(tmp_path, environment={"PIP_FIND_LINKS": str(tmp_path)})
    gate.names.similar["squat"] = "sample"
    gate.registries.projects["squat"] = sound(1)
    (decision,) = asyncio.run(gate.judge.audit([wish("squat")]))
    assert (decision.package.source, decision.verdict) == (SourceKind.REGISTRY, Verdict.BLOCK)


def test_what_comes_from_a_url_is_judged_as_such(tmp_path: Path) -> None:
    given = wish("given", source=Source(kind=SourceKind.GIT, url="git+https://git.example/given"))
    (decision,) = asyncio.run(Gate(tmp_path).judge.audit([given]))
    assert [finding.rule for finding in decision.findings] == ["unverified-source"]


def test_releases_that_are_alike_share_a_decision(tmp_path: Path) -> None:
    judged = project(Gate(tmp_path), 900, 800, 400)
    assert judged.decisions["1.0"] is judged.decisions["2.0"]
    yanked = sound(900, 800)
    assert isinstance(yanked, Found)
    releases = (release("1.0", 900, yanked="broken"), release("2.0", 800))
    value = replace(yanked.value, releases=releases)
    other = asyncio.run(Gate(tmp_path).judge.project(PYPI, SAMPLE, PYPI_INDEX, value))
    assert other.decisions["1.0"] is not other.decisions["2.0"]
