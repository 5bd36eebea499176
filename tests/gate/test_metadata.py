"""A project's page: asked of the registry as the client asked it, read, and edited for the client."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from depaudit.gate import metadata
from depaudit.gate.base import Asked, Unreachable
from tests.gate.inspecting import JSON, REGISTRY, SIMPLE, Gate, fetched
from tests.gate.test_inspector import claimed, furnish, reason

SHORT = "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8"


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    made = Gate(tmp_path)
    furnish(made)
    return made


# --- credentials


def test_credentials_go_to_their_own_host_alone(tmp_path: Path) -> None:
    url = "https://cdn.example/odd.zip"
    gate = Gate(tmp_path, file_hosts=["cdn.example"], asked=[claimed(url)])
    gate.ask(url, authorization="Bearer secret", cookie="a=b", private_token="secret", user_agent="pip/26.3")
    accept = f"{JSON}, text/html;q=0.1"
    assert gate.upstream.asked == [(f"{SIMPLE}sample/", {"accept": accept, "user-agent": "pip/26.3"})]


def test_yarns_name_for_npm_is_npm(gate: Gate) -> None:
    gate.ask("https://registry.yarnpkg.com/sample", authorization="Bearer own")
    assert gate.upstream.asked == [(f"{REGISTRY}sample", {"accept": "application/json", "authorization": "Bearer own"})]


def test_a_request_shows_no_secret() -> None:
    asked = Asked(method="GET", url="https://pypi.org/simple/?token=secret", headers=(("authorization", "secret"),))
    assert repr(asked) == "Asked(GET https://pypi.org/simple/)"


# --- asking


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([503, 200], "200 OK"),
        ([503, 503], "403 depaudit could not judge sample: HTTP 503"),
        ([500, 404], "404 Not Found"),
        ([501], "403 depaudit could not judge sample: HTTP 501"),
        ([401], "401 Who are you"),
    ],
)
def test_a_busy_registry_is_asked_once_more(
    answers: list[int], status: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(_seconds: float) -> None: ...

    monkeypatch.setattr("depaudit.gate.metadata.asyncio.sleep", at_once)
    url = f"{SIMPLE}sample/"
    good = gate.upstream.answers[url]
    texts = {401: "Who are you", 404: "Not Found"}
    made = [good if one == 200 else fetched(url, b"", status=one, reason=texts.get(one, "")) for one in answers]
    gate.upstream.answers[url] = made  # type: ignore[assignment]
    assert reason(gate.ask(url)) == status
    assert len(gate.upstream.asked) == len(answers)


def test_npm_requirers_are_read_from_what_is_there() -> None:
    page = {
        "versions": {
            "1.0.0": {"dependencies": {"a": "1"}, "peerDependencies": {"b": "1"}},
            "2.0.0": {"dependencies": ["a"]},
            "3.0.0": 7,
        }
    }
    wanted = ["a", "b", "c"]
    assert metadata.npm_requirers(json.dumps(page).encode(), wanted) == {"1.0.0": {"a": None, "b": None}}
    for nonsense in (b"{", b"[]", b'{"versions": 7}'):
        assert metadata.npm_requirers(nonsense, wanted) == {}


def test_a_short_packument_does_for_names_that_are_settled_and_quiet(gate: Gate) -> None:
    gate.names.most_used.add("sample")
    gate.ask(f"{REGISTRY}sample", accept=SHORT)
    assert [headers["accept"] for _, headers in gate.upstream.asked] == [SHORT]
    gate.packument("sample", ("1.0.0", 900), ("2.0.0", 1))
    gate.ask(f"{REGISTRY}sample", accept=SHORT)
    assert [headers["accept"] for _, headers in gate.upstream.asked][1:] == [SHORT, "application/json"]


def test_a_short_answer_that_tells_no_date_does_not_do(gate: Gate) -> None:
    gate.names.most_used.add("sample")
    gate.upstream.put(f"{REGISTRY}sample", b'{"name": "sample", "versions": {}}', "application/json")
    gate.ask(f"{REGISTRY}sample", accept=SHORT)
    assert [headers["accept"] for _, headers in gate.upstream.asked] == [SHORT, "application/json"]


@pytest.mark.parametrize("accept", [SHORT, "application/json"])
def test_a_registry_that_cannot_be_reached_is_said(accept: str, gate: Gate) -> None:
    gate.names.most_used.add("sample")
    gate.upstream.answers[f"{REGISTRY}sample"] = Unreachable("timed out")
    assert reason(gate.ask(f"{REGISTRY}sample", accept=accept)) == "403 depaudit could not judge sample: timed out"


@pytest.mark.parametrize(("body", "kind"), [(b"{", JSON), (b"hello", "text/plain"), (b"[]", JSON)])
def test_nonsense_is_no_page(body: bytes, kind: str, gate: Gate) -> None:
    gate.upstream.put(f"{SIMPLE}sample/", body, kind)
    assert reason(gate.ask(f"{SIMPLE}sample/")).startswith("403 depaudit could not judge sample: ")


def test_a_page_in_html_tells_no_dates_so_the_index_is_asked_for_them(gate: Gate) -> None:
    page = b'<html><body><a href="../../packages/sample-1.0.tar.gz">sample-1.0.tar.gz</a></body></html>'
    gate.upstream.put(f"{SIMPLE}sample/", page, "text/html")
    got = gate.ask(f"{SIMPLE}sample/", accept="text/html")
    assert reason(got) == "200 OK"
    assert gate.registries.asked == [(SIMPLE, "sample", False)]
