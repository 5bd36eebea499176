"""Every request to a registry, decided: pages edited, archives passed or refused, doubts never waved through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from depaudit.gate import inspector as module
from depaudit.gate.base import Forward, Reply, Unreachable
from depaudit.model.evidence import Unknown
from depaudit.model.record import replace
from depaudit.model.requirement import Requirement, Source, SourceKind
from depaudit.policy.config import Config, FailOn, OnError
from tests.evidence import NPM, PYPI, found, release, wish
from tests.gate.inspecting import (
    FILES,
    JSON,
    REGISTRY,
    SIMPLE,
    Gate,
    fetched,
    files_of,
    row,
    sound,
)

WHEEL = f"{FILES}sample-1.0-py3-none-any.whl"
SQUAT = f"{FILES}sampel-1.0-py3-none-any.whl"
ACME = "https://pypi.acme.example/simple/"
ACME_NPM = "https://npm.acme.example/"
PRIVATE = {"PIP_EXTRA_INDEX_URL": ACME}
PRIVATE_NPM = {"npm_config_@acme:registry": ACME_NPM}
PASSED = Forward()


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """PyPI and npm with a sound project, ``sample``, and a look-alike, ``sampel``."""
    made = Gate(tmp_path)
    furnish(made)
    return made


def furnish(made: Gate) -> None:
    made.names.similar["sampel"] = "sample"
    made.simple("sample", ("1.0", 900), ("2.0", 400))
    made.simple("sampel", ("1.0", 3))
    made.packument("sample", ("1.0.0", 900), ("2.0.0", 400))
    made.packument("sampel", ("1.0.0", 3))
    made.registries.projects["sample"] = sound(900, 400)


def refused(gate: Gate) -> list[tuple[str, str | None, str]]:
    return [(str(one.name), one.version, one.stage) for one in gate.ledger.refusals.values()]


def passed(gate: Gate) -> list[tuple[str, str]]:
    return sorted((name, version) for _, name, version in gate.ledger.passed)


def reason(answer: Reply | Forward) -> str:
    assert isinstance(answer, Reply)
    return f"{answer.status} {answer.reason}"


def claimed(url: str, name: str = "sample", kind: SourceKind = SourceKind.REGISTRY, **more: Any) -> Requirement:
    return wish(name, source=Source(kind=kind, url=url), **more)


# --- pages


def test_a_sound_page_passes_to_the_byte(gate: Gate) -> None:
    got = gate.ask(f"{SIMPLE}sample/", accept=JSON)
    assert got == Reply(
        status=200,
        reason="OK",
        headers=(("content-type", JSON), ("cache-control", "no-store")),
        body=gate.upstream.answers[f"{SIMPLE}sample/"].body,  # type: ignore[union-attr]
    )
    assert gate.ask(WHEEL) == PASSED
    assert passed(gate) == [("sample", "1")]
    assert gate.ledger.refusals == {}


def test_a_refused_version_stays_listed_where_only_this_run_answers(gate: Gate) -> None:
    ((filename, url),) = files_of(gate.ask(f"{SIMPLE}sampel/", accept=JSON))
    assert filename == "sampel-1.0-py3-none-any.whl"
    assert url.startswith("https://files.pythonhosted.org/depaudit-refused/")
    assert url.endswith("/0/sampel-1.0-py3-none-any.whl")
    assert gate.forgotten == ["sampel"]
    assert gate.ledger.refusals == {}, "nobody selected it yet"
    assert gate.ask(f"{url}.metadata") == Forward(url=f"{SQUAT}.metadata")
    assert gate.ledger.refusals == {}, "metadata runs nothing"
    assert [key[1:] for key in gate.ledger.considered] == [("sampel", "1.0")]
    assert reason(gate.ask(url)) == "403 depaudit refused sampel 1.0: did you mean sample?"
    assert refused(gate) == [("sampel", "1.0", "during")]
    assert reason(gate.ask(SQUAT)).startswith("403 "), "by its true path neither"
    assert passed(gate) == []


@pytest.mark.parametrize("tail", ["1/x.whl", "/x.whl", "x/x.whl", "99999999999/x.whl", "\u0661/x.whl", "-1/x"])
def test_a_path_that_this_run_never_gave_is_refused(tail: str, gate: Gate) -> None:
    ((_, url),) = files_of(gate.ask(f"{SIMPLE}sampel/", accept=JSON))
    start = url.rpartition("/0/")[0]
    assert reason(gate.ask(f"{start}/{tail}")) == "403 depaudit: no such path in this run"


def test_another_runs_path_in_upstreams_listing_is_a_file_like_any_other(gate: Gate) -> None:
    strange = f"https://files.pythonhosted.org/depaudit-refused/{'0' * 16}/0/"
    gate.simple("sample", ("1.0", 900), files=strange)
    ((_, url),) = files_of(gate.ask(f"{SIMPLE}sample/", accept=JSON))
    assert url == f"{strange}sample-1.0-py3-none-any.whl"
    assert gate.ask(url) == PASSED


def test_an_npm_refusal_tells_json_and_no_metadata(gate: Gate) -> None:
    got = gate.ask(f"{REGISTRY}sampel")
    assert isinstance(got, Reply)
    url = json.loads(got.body)["versions"]["1.0.0"]["dist"]["tarball"]
    answer = gate.ask(url)
    assert isinstance(answer, Reply)
    text = "depaudit refused sampel 1.0.0: did you mean sample?"
    assert (answer.status, answer.reason, json.loads(answer.body)) == (403, text, {"error": text})
    assert reason(gate.ask(f"{url}.metadata")) == f"403 {text}"
    assert gate.inspector.marks().keys() >= {b"sampel@1.0.0", b"sampel@npm:1.0.0"}
    (mark,) = (mark for mark in gate.inspector.marks() if b"@" not in mark)
    assert mark in url.encode()


def test_a_young_release_is_left_out_but_not_kept_from_a_lockfile(gate: Gate) -> None:
    gate.simple("sample", ("1.0", 900), ("2.0", 400), ("3.0", 1))
    names = [name for name, _ in files_of(gate.ask(f"{SIMPLE}sample/"))]
    assert names == ["sample-1.0-py3-none-any.whl", "sample-2.0-py3-none-any.whl"]
    assert gate.ledger.held == {(PYPI, "sample"): ("3.0",)}
    assert gate.ask(f"{FILES}sample-3.0-py3-none-any.whl") == PASSED


def test_a_question_about_a_page_alone_is_handed_on(gate: Gate) -> None:
    expected = Forward(without=frozenset({"if-none-match", "if-modified-since", "if-range"}))
    assert gate.ask(f"{SIMPLE}sample/", "HEAD") == expected


def test_a_part_of_a_page_is_never_asked(gate: Gate) -> None:
    gate.ask(f"{SIMPLE}sample/", range="bytes=0-9", if_none_match='"x"', cookie="a=b")
    assert gate.upstream.asked == [(f"{SIMPLE}sample/", {"accept": "*/*", "cookie": "a=b"})]


def test_what_is_written_to_a_registry_passes(gate: Gate) -> None:
    assert gate.ask(f"{REGISTRY}-/npm/v1/security/advisories/bulk", "POST") == PASSED
    assert gate.ask(f"{REGISTRY}-/v1/search?text=a") == PASSED


def test_a_name_that_nobody_knows_stays_unknown(gate: Gate) -> None:
    assert reason(gate.ask(f"{SIMPLE}nothing/")) == "404 Not Found"
    assert gate.ledger.not_found == {(PYPI, "nothing"): {SIMPLE}}
    assert gate.ledger.found == set()
    assert gate.ledger.refusals == {}


# --- what cannot be had


@pytest.mark.parametrize(("agent", "status"), [("pip/26.3", 403), ("npm/11", 403), ("uv/0.9", 451), ("poetry/2", 451)])
def test_a_page_that_cannot_be_had_is_refused(agent: str, status: int, gate: Gate) -> None:
    gate.upstream.answers[f"{SIMPLE}sample/"] = Unreachable("timed out")
    got = gate.ask(f"{SIMPLE}sample/", user_agent=agent)
    assert reason(got) == f"{status} depaudit could not judge sample: timed out"
    (refusal,) = gate.ledger.refusals.values()
    assert refusal.why == "It could not be judged: PyPI gave no usable answer (timed out)."


def test_a_late_answer_takes_the_refusal_back(gate: Gate) -> None:
    good = gate.upstream.answers[f"{SIMPLE}sample/"]
    gate.upstream.answers[f"{SIMPLE}sample/"] = Unreachable("timed out")
    gate.ask(f"{SIMPLE}sample/")
    assert refused(gate) == [("sample", None, "during")]
    gate.upstream.answers[f"{SIMPLE}sample/"] = good
    gate.ask(f"{SIMPLE}sample/")
    assert refused(gate) == []


def test_another_index_answer_does_not_make_up_for_one_that_is_silent(tmp_path: Path) -> None:
    gate = Gate(tmp_path, environment=PRIVATE)
    furnish(gate)
    gate.upstream.answers[f"{ACME}sample/"] = Unreachable("timed out")
    gate.ask(f"{ACME}sample/")
    gate.ask(f"{SIMPLE}sample/")
    assert refused(gate) == [("sample", None, "during")]


def test_an_answer_comes_before_the_client_gives_up(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.05)
    gate.registries.hang = True
    assert reason(gate.ask(WHEEL)) == "403 depaudit could not judge sample: the answer took too long"
    assert refused(gate) == [("sample", None, "during")]
    gate.registries.hang = False
    assert gate.ask(WHEEL) == PASSED
    assert refused(gate) == []


def test_a_page_that_leads_elsewhere_is_not_followed_there(gate: Gate) -> None:
    moved = fetched(f"{SIMPLE}sample/", b"", status=302, reason="Found", location="https://evil.example/sample/")
    gate.upstream.answers[f"{SIMPLE}sample/"] = moved
    expected = "403 depaudit could not judge sample: it sends to evil.example; add that to file-hosts"
    assert reason(gate.ask(f"{SIMPLE}sample/")) == expected
    assert refused(gate) == [("sample", None, "during")]


def test_a_page_that_moved_on_its_host_is_followed(gate: Gate) -> None:
    gate.upstream.answers[f"{SIMPLE}Sample/"] = fetched("", b"", status=301, reason="Moved", location="/simple/sample/")
    assert reason(gate.ask(f"{SIMPLE}Sample/")) == "301 Moved"
    assert gate.ledger.refusals == {}


# --- archives that no page of this run listed


@pytest.mark.parametrize("url", [WHEEL, f"{REGISTRY}sample/-/sample-1.0.0.tgz"])
def test_an_archive_is_judged_by_what_its_place_tells(url: str, gate: Gate) -> None:
    if url != WHEEL:
        gate.registries.projects["sample"] = found(release("1.0.0", 900), ecosystem=NPM, age=900)
    assert gate.ask(url) == PASSED
    assert passed(gate)[0][0] == "sample"


def test_an_archive_of_a_look_alike_is_refused(gate: Gate) -> None:
    gate.registries.projects["sampel"] = sound(2)
    assert reason(gate.ask(SQUAT)) == "403 depaudit refused sampel 1.0: did you mean sample?"
    assert refused(gate) == [("sampel", "1.0", "during")]


def test_an_archive_that_cannot_be_judged_is_refused_or_said(tmp_path: Path) -> None:
    closed, open_ = Gate(tmp_path), Gate(tmp_path, Config(on_error=OnError.ALLOW))
    for gate in (closed, open_):
        gate.names.listed.add("sample")
        gate.registries.projects["sample"] = Unknown("HTTP 503")
    assert reason(closed.ask(WHEEL)).startswith("403 depaudit refused sample 1.0: ")
    assert open_.ask(WHEEL) == PASSED
    assert [key[1:] for key in open_.ledger.waived] == [("sample", "1.0")]
    assert open_.ledger.refusals == {}


def test_never_refuses_no_finding(tmp_path: Path) -> None:
    gate = Gate(tmp_path, Config(fail_on=FailOn.NEVER))
    furnish(gate)
    ((_, url),) = files_of(gate.ask(f"{SIMPLE}sampel/"))
    assert url == SQUAT
    assert gate.ask(SQUAT) == PASSED


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://files.pythonhosted.org/packages/%73ample-1.0.tar.gz", id="hidden letters"),
        pytest.param("https://files.pythonhosted.org/packages//sample-1.0.tar.gz", id="empty folder"),
        pytest.param("https://files.pythonhosted.org/packages/archive.zip", id="no version"),
        pytest.param("https://files.pythonhosted.org/x/sample-1.0.whl/y", id="an archive's name in a folder"),
    ],
)
def test_an_odd_place_that_nobody_vouches_for_is_refused(url: str, gate: Gate) -> None:
    assert reason(gate.ask(url)) == "403 depaudit: no index vouches for this archive"
    ((ecosystem, _, version),) = gate.ledger.refusals
    assert (ecosystem, version) == (PYPI, None)


def test_a_lockfiles_word_is_a_hint_where_to_ask_and_no_proof(tmp_path: Path) -> None:
    listed, unlisted = f"{FILES}odd.zip", f"{FILES}odder.zip"
    gate = Gate(tmp_path, asked=[claimed(listed), claimed(unlisted), claimed(f"{FILES}npm.zip", ecosystem=NPM)])
    rows = [row("sample", "1.0", 900), {"filename": "sample-1.0.zip", "url": listed, "hashes": {}}]
    gate.simple_rows("sample", rows)
    gate.registries.projects["sample"] = sound(900)
    assert reason(gate.ask(unlisted)) == "403 depaudit: no index vouches for this archive"
    assert reason(gate.ask(f"{FILES}npm.zip")) == "403 depaudit: no index vouches for this archive"
    got = gate.ask(listed)
    # its end does not tell what its name says: no client is given it under that name
    assert reason(got) == "403 depaudit: nothing tells which version of sample this is"
    (refusal,) = [one for one in gate.ledger.refusals.values() if one.name == "sample"]
    assert refusal.why == "Nothing tells which version sample-1.0.zip is, so it could not be judged."
    assert len([url for url, _ in gate.upstream.asked if url == f"{SIMPLE}sample/"]) == 1


@pytest.mark.parametrize("tail", ["-/blob/12", "sample/-/sample-1.0.tgz.sig"])
def test_what_a_lockfile_takes_for_an_archive_is_one(tail: str, tmp_path: Path) -> None:
    plain, gate = Gate(tmp_path), Gate(tmp_path, asked=[claimed(f"{REGISTRY}{tail}", ecosystem=NPM)])
    furnish(gate)
    assert plain.ask(f"{REGISTRY}{tail}") == PASSED
    assert reason(gate.ask(f"{REGISTRY}{tail}")) == "403 depaudit: no index vouches for this archive"


def test_a_repository_on_an_indexs_host_is_no_archive(tmp_path: Path) -> None:
    gate = Gate(tmp_path, environment=PRIVATE, asked=[claimed("https://pypi.acme.example/a.git", kind=SourceKind.GIT)])
    assert gate.ask("https://pypi.acme.example/a.git") == PASSED


def test_a_name_does_not_make_an_upload_the_indexs_own(tmp_path: Path) -> None:
    gate = Gate(tmp_path, environment=PRIVATE)
    own, upload = "https://pypi.acme.example/files/", "https://pypi.acme.example/uploads/"
    gate.simple("sample", ("1.0", 900), index=ACME, files=own)
    gate.registries.projects["sample"] = sound(900)
    assert gate.ask(f"{own}sample-1.0-py3-none-any.whl") == PASSED
    assert reason(gate.ask(f"{upload}sample-1.0-py3-none-any.whl")) == "403 depaudit: no index vouches for this archive"


# --- one archive, several names


def test_a_package_that_lists_anothers_archive_does_not_vouch_for_it(tmp_path: Path) -> None:
    gate = Gate(tmp_path, environment=PRIVATE_NPM)
    furnish(gate)
    gate.registries.projects["sampel"] = sound(2)
    gate.packument("@acme/own", ("1.0.0", 900), index=ACME_NPM)
    answer = gate.upstream.answers[f"{ACME_NPM}@acme%2fown"]
    stolen = f"{REGISTRY}sampel/-/sampel-1.0.0.tgz"
    body = answer.body.replace(f"{ACME_NPM}@acme/own/-/own-1.0.0.tgz".encode(), stolen.encode())  # type: ignore[union-attr]
    gate.upstream.answers[f"{ACME_NPM}@acme%2fown"] = replace(answer, body=body)
    gate.ask(f"{ACME_NPM}@acme%2fown")
    assert reason(gate.ask(stolen)) == "403 depaudit refused sampel 1.0.0: did you mean sample?"


@pytest.mark.parametrize("first", [SIMPLE, ACME])
def test_the_worst_that_is_said_of_an_archive_counts(first: str, tmp_path: Path) -> None:
    gate = Gate(tmp_path, environment=PRIVATE)
    furnish(gate)
    gate.simple("sampel", ("1.0", 900), index=ACME)
    for index in dict.fromkeys((first, SIMPLE, ACME)):
        gate.ask(f"{index}sampel/")
    assert reason(gate.ask(SQUAT)) == "403 depaudit refused sampel 1.0: did you mean sample?"


def test_the_same_page_asked_again_is_judged_by_what_is_known_then(gate: Gate) -> None:
    gate.ask(f"{SIMPLE}sampel/")
    gate.simple("sampel", ("1.0", 900))
    gate.names.similar.clear()
    ((_, url),) = files_of(gate.ask(f"{SIMPLE}sampel/"))
    assert url == SQUAT
    assert gate.ask(url) == PASSED


# --- hosts


def test_archives_elsewhere_are_refused_and_their_host_is_not_reached(gate: Gate) -> None:
    gate.simple("sample", ("1.0", 900), files="https://evil.example/x/")
    ((_, url),) = files_of(gate.ask(f"{SIMPLE}sample/"))
    assert url.startswith("https://pypi.org/depaudit-refused/")
    text = "PyPI lists archives on evil.example; add it to file-hosts"
    assert reason(gate.ask(url)) == f"403 depaudit: {text}"
    assert reason(gate.ask(f"{url}.metadata")) == f"403 depaudit: {text}", "nor asked for anything else"
    (refusal,) = gate.ledger.refusals.values()
    assert refusal.why == f"Its archive would come from elsewhere: {text}."
    assert gate.inspector.admits("EVIL.example", 443) == text
    assert gate.ledger.tunnels_refused == {"EVIL.example": text}
    assert gate.inspector.admits("github.com", 443) is None


def test_a_host_that_the_operator_lists_serves_files(tmp_path: Path) -> None:
    gate = Gate(tmp_path, file_hosts=["CDN.example"])
    gate.simple("sample", ("1.0", 900), files="https://cdn.example/x/")
    ((_, url),) = files_of(gate.ask(f"{SIMPLE}sample/"))
    assert url == "https://cdn.example/x/sample-1.0-py3-none-any.whl"
    assert gate.ask(url) == PASSED


def test_a_host_of_both_ecosystems_does_not_mix_them_up(tmp_path: Path) -> None:
    both = {
        "PIP_EXTRA_INDEX_URL": "https://nexus.acme.example/repository/pypi/simple/",
        "npm_config_registry": "https://nexus.acme.example/repository/npm/",
    }
    url = "https://nexus.acme.example/repository/other/sample-1.0.tgz"
    gate = Gate(tmp_path, environment=both)
    gate.registries.projects["sample"] = sound(900)
    assert reason(gate.ask(url)) == "403 depaudit: no index vouches for this archive"
    hinted = Gate(tmp_path, environment=both, asked=[claimed(url, ecosystem=NPM)])
    hinted.ask(url)
    assert [url for url, _ in hinted.upstream.asked] == ["https://nexus.acme.example/repository/npm/sample"]
    assert {ecosystem for ecosystem, _, _ in hinted.ledger.refusals} == {NPM}


# --- who needs what


def test_core_metadata_tells_who_asked(gate: Gate) -> None:
    gate.ask(f"{SIMPLE}sample/")
    body = b"Metadata-Version: 2.1\nRequires-Dist: Left_Pad>=1\nRequires-Dist: right[x]\n\nRequires-Dist: no\n"
    gate.upstream.put(f"{WHEEL}.metadata", body, "application/octet-stream")
    got = gate.ask(f"{WHEEL}.metadata", authorization="Basic eA==")
    assert isinstance(got, Reply)
    assert got.body == body
    assert gate.ledger.required_by(PYPI, "left-pad") == ("sample 1.0",)
    assert gate.ledger.required_by(PYPI, "no") == ()


def test_metadata_that_cannot_be_read_is_the_clients_affair(gate: Gate) -> None:
    gate.ask(f"{SIMPLE}sample/")
    assert gate.ask(f"{WHEEL}.metadata") == PASSED
    assert gate.ask(f"{FILES}other-1.0-py3-none-any.whl.metadata") == PASSED
    assert gate.ask(f"{WHEEL}.metadata", "HEAD") == PASSED
    assert gate.ask(f"{WHEEL}.asc") == PASSED


def test_npm_pages_are_remembered_within_bounds(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(gate.upstream.answers[f"{REGISTRY}sample"].body)  # type: ignore[union-attr]
    monkeypatch.setattr(module, "MAX_KEPT", size * 2 + 10)
    for name in ("sample", "second", "second", "fourth"):
        gate.packument(name, ("1.0.0", 900), ("2.0.0", 400))
        gate.ask(f"{REGISTRY}{name}")
    assert [name for name, _ in gate.inspector.pages] == ["second", "fourth"]
    gate.packument("largest", ("1.0.0", 900), **{f"need-{number}": "1" for number in range(500)})
    gate.ask(f"{REGISTRY}largest")
    assert [name for name, _ in gate.inspector.pages] == ["second", "fourth"]
