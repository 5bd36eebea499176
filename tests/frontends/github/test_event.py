"""What the runner says of its own run, taken at its word only where that makes sense."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from depaudit.errors import EventError
from depaudit.frontends.github.event import MAX_PAYLOAD, Event, Pull, parse_event, read_event
from depaudit.model.record import replace
from tests.frontends.github.events import environment, told

PULL: dict[str, Any] = {
    "action": "synchronize",
    "number": 7,
    "pull_request": {
        "number": 7,
        "user": {"login": "mallory"},
        "head": {"sha": "a" * 40, "ref": "topic", "repo": {"full_name": "Acme/Shop"}},
        "base": {"sha": "b" * 40, "ref": "main", "repo": {"full_name": "acme/shop"}},
        "updated_at": "2026-11-23T12:01:00Z",
    },
    "repository": {"full_name": "acme/shop", "default_branch": "main"},
    "sender": {"login": "alice"},
}
EXPECTED = Event(
    name="pull_request",
    repository="acme/shop",
    workspace=Path("/home/runner/work/shop/shop"),
    sha="c" * 40,
    ref="refs/pull/7/merge",
    api_url="https://api.github.com",
    server_url="https://github.com",
    run_url="https://github.com/acme/shop/actions/runs/123456",
    pull=Pull(
        number=7,
        author="mallory",
        head_sha="a" * 40,
        base_sha="b" * 40,
        base_ref="main",
        from_fork=False,
        updated_at=datetime(2026, 11, 23, 12, 1, tzinfo=timezone.utc),
        sender="alice",
    ),
    action="synchronize",
    default_branch="main",
)
REPOSITORY = {"full_name": "acme/shop", "default_branch": "trunk"}


def changed(path: str, value: object) -> dict[str, Any]:
    """``PULL`` with another value at ``a.b.c``."""
    copy: dict[str, Any] = json.loads(json.dumps(PULL))
    place = copy
    *way, last = path.split(".")
    for key in way:
        place = place[key]
    place[last] = value
    return copy


def refused(payload: object, **variables: str) -> str:
    with pytest.raises(EventError) as raised:
        parse_event(environment(**variables), json.dumps(payload).encode())
    return raised.value.message


# --- each event


def test_a_pull_request() -> None:
    assert told(PULL) == EXPECTED


def test_a_labelled_pull_request() -> None:
    event = told({**PULL, "action": "labeled", "label": {"name": "Fine: \u202e`x`"}})
    assert event.pull is not None
    assert (event.action, event.pull.label, event.pull.sender) == ("labeled", "Fine: \u202e`x`", "alice")


@pytest.mark.parametrize("repo", [None, {"full_name": "mallory/shop"}])
def test_a_pull_request_of_a_fork(repo: object) -> None:
    event = told(changed("pull_request.head.repo", repo))
    assert event.pull is not None
    assert event.pull.from_fork


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("pull_request.user", None, ""),
        ("pull_request.user.login", "dependabot[bot]", "dependabot[bot]"),
        ("pull_request.user.login", "octo-cat_acme", "octo-cat_acme"),
    ],
)
def test_authors(path: str, value: object, expected: str) -> None:
    pull = told(changed(path, value)).pull
    assert pull is not None
    assert pull.author == expected


def test_longer_commit_ids() -> None:
    pull = told(changed("pull_request.head.sha", "f" * 64)).pull
    assert pull is not None
    assert pull.head_sha == "f" * 64


def test_a_pull_request_target_is_read_alike_and_warned_of() -> None:
    event = told(PULL, GITHUB_EVENT_NAME="pull_request_target", GITHUB_REF="refs/heads/main")
    assert event == replace(EXPECTED, name="pull_request_target", ref="refs/heads/main")
    assert event.caution == (
        "This workflow runs on pull_request_target, with a token that may write and with the repository's secrets: "
        "no step of it may check out the pull request's own code. Use pull_request where you can."
    )
    assert EXPECTED.caution == ""


def test_a_merge_group() -> None:
    payload = {
        "action": "checks_requested",
        "merge_group": {"head_sha": "a" * 40, "base_sha": "d" * 40, "base_ref": "refs/heads/main"},
        "repository": REPOSITORY,
    }
    event = told(payload, GITHUB_EVENT_NAME="merge_group")
    assert (event.pull, event.before, event.action, event.default_branch) == (
        None,
        "d" * 40,
        "checks_requested",
        "trunk",
    )


@pytest.mark.parametrize(("before", "expected"), [("d" * 40, "d" * 40), ("0" * 40, None), ("0" * 64, None)])
def test_a_push(before: str, expected: str | None) -> None:
    payload = {"before": before, "after": "c" * 40, "ref": "refs/heads/main", "repository": REPOSITORY}
    event = told(payload, GITHUB_EVENT_NAME="push", GITHUB_REF="refs/heads/main")
    assert (event.pull, event.before, event.action) == (None, expected, "")


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("schedule", {"schedule": "0 4 * * *"}),
        ("schedule", {"schedule": "0 4 * * *", "repository": REPOSITORY}),
        ("workflow_dispatch", {"inputs": None, "ref": "refs/heads/main", "repository": REPOSITORY}),
        ("release", {"action": "published", "release": {}, "repository": REPOSITORY}),
        ("issue_comment", {**PULL, "action": "created"}),
    ],
)
def test_events_that_compare_with_nothing(name: str, payload: dict[str, Any]) -> None:
    event = told(payload, GITHUB_EVENT_NAME=name)
    assert (event.name, event.pull, event.before) == (name, None, None)


# --- the variables


def test_defaults() -> None:
    event = told(PULL, GITHUB_API_URL="", GITHUB_SERVER_URL="", GITHUB_RUN_ID="", GITHUB_REF="")
    assert event == replace(EXPECTED, run_url="", ref="")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GITHUB_API_URL", "https://github.acme.example/api/v3/"),
        ("GITHUB_API_URL", "http://127.0.0.1:8080"),
        ("GITHUB_API_URL", "http://localhost:8080"),
    ],
)
def test_addresses_that_may_have_the_token(variable: str, value: str) -> None:
    assert told(PULL, **{variable: value}).api_url == value.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "http://api.github.com",
        "https://user:word@api.github.com",
        "https://api.github.com/?x=1",
        "https://api.github.com/#x",
        "ftp://api.github.com",
        "api.github.com",
        "https://",
        "https://[::1",
        "https://a:99999",
        "https://api.github.com/\n",
        "https://api.gıthub.com",
        "https://" + "a" * 3000,
    ],
)
@pytest.mark.parametrize("variable", ["GITHUB_API_URL", "GITHUB_SERVER_URL"])
def test_addresses_that_may_not(variable: str, address: str) -> None:
    assert refused(PULL, **{variable: address}) == f"{variable} is no https address."


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("GITHUB_EVENT_NAME", "pull request", "'pull request', which is not the name of an event"),
        ("GITHUB_EVENT_NAME", "\x1b[2J", r"'\x1b[2J', which is not the name of an event"),
        ("GITHUB_REPOSITORY", "shop", "'shop', which is not owner/name"),
        ("GITHUB_REPOSITORY", "acme/..", "'acme/..', which is not owner/name"),
        ("GITHUB_REPOSITORY", "acme/sh/op", "'acme/sh/op', which is not owner/name"),
        ("GITHUB_REPOSITORY", "acme/shop\n", r"'acme/shop\n', which is not owner/name"),
        ("GITHUB_SHA", "main", "'main', which is not a commit id"),
        ("GITHUB_SHA", "C" * 40, f"'{'C' * 40}', which is not a commit id"),
        ("GITHUB_SHA", "-" + "c" * 39, f"'-{'c' * 39}', which is not a commit id"),
        ("GITHUB_REF", "refs/heads/a b", "'refs/heads/a b', which is not a reference"),
        ("GITHUB_REF", "--upload-pack=x", "'--upload-pack=x', which is not a reference"),
        ("GITHUB_WORKSPACE", "here", "'here', which is not an absolute path"),
        ("GITHUB_WORKSPACE", "/a\0b", r"'/a\x00b', which is not an absolute path"),
    ],
)
def test_variables_that_make_no_sense(variable: str, value: str, sentence: str) -> None:
    assert refused(PULL, **{variable: value}) == f"{variable} is {sentence}."


@pytest.mark.parametrize("variable", ["GITHUB_EVENT_NAME", "GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_WORKSPACE"])
def test_variables_that_are_not_there(variable: str) -> None:
    assert refused(PULL, **{variable: ""}) == f"{variable} is not set: this is no run of GitHub Actions."


def test_a_run_that_is_no_number_has_no_page() -> None:
    assert told(PULL, GITHUB_RUN_ID="1/../../x").run_url == ""


# --- the payload


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("pull_request", [], "pull_request.base is not there"),
        ("pull_request", None, "pull_request.base is not there"),
        ("pull_request.number", "7", "pull_request.number is not a number from 1 on"),
        ("pull_request.number", True, "pull_request.number is not a number from 1 on"),
        ("pull_request.number", 0, "pull_request.number is not a number from 1 on"),
        ("pull_request.number", -7, "pull_request.number is not a number from 1 on"),
        ("pull_request.number", 7.0, "pull_request.number is not a number from 1 on"),
        ("pull_request.number", 2**70, "pull_request.number is not a number from 1 on"),
        ("pull_request.head.sha", "a" * 39, "pull_request.head.sha is not a commit id"),
        ("pull_request.head.sha", "--all", "pull_request.head.sha is not a commit id"),
        ("pull_request.head.sha", None, "pull_request.head.sha is not a commit id"),
        ("pull_request.base.sha", "HEAD", "pull_request.base.sha is not a commit id"),
        ("pull_request.base.ref", "-x", "pull_request.base.ref is not a branch"),
        ("pull_request.base.ref", "a\nb", "pull_request.base.ref is not a branch"),
        ("pull_request.base.ref", "a" * 2000, "pull_request.base.ref is not a branch"),
        ("pull_request.base.repo", None, "pull_request.base.repo.full_name is not there"),
        (
            "pull_request.base.repo.full_name",
            "evil/shop",
            "pull_request.base.repo.full_name is not GITHUB_REPOSITORY, 'acme/shop'",
        ),
        ("pull_request.head.repo.full_name", "../..", "pull_request.head.repo.full_name is not owner/name"),
        ("pull_request.user.login", "a/../b", "user.login is not an account's name"),
        ("pull_request.user", "mallory", "user.login is not there"),
        ("pull_request.updated_at", "yesterday", "pull_request.updated_at is not a time"),
        ("pull_request.updated_at", 1700000000, "pull_request.updated_at is not a time"),
        ("sender", 7, "sender.login is not there"),
        ("label", {"name": "x" * 300}, "label.name is not a text of at most 256 characters"),
        ("label", {"name": None}, "label.name is not a text of at most 256 characters"),
        ("action", "a b", "action is not an action"),
        ("action", 7, "action is not an action"),
        ("repository", None, "repository.full_name is not there"),
        ("repository.full_name", "evil/shop", "repository.full_name is not GITHUB_REPOSITORY, 'acme/shop'"),
        ("repository.default_branch", "a..~b", "repository.default_branch is not a branch"),
    ],
)
def test_a_payload_that_makes_no_sense(path: str, value: object, sentence: str) -> None:
    assert refused(changed(path, value)) == (
        f"The event's payload, GITHUB_EVENT_PATH, is not one of pull_request: {sentence}."
    )


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (b"", "the whole is not JSON"),
        (b"[]", "the whole is not an object"),
        (b'{"number": NaN}', "the whole is not JSON"),
        (b'{"a": \xff}', "the whole is not JSON"),
        (b'{"a": ' + b"[" * 100_000, "the whole is not JSON"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "the whole is not JSON of fewer than 64 levels"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "the whole is not JSON"),
        (b"{}", "pull_request is not there"),
    ],
)
def test_a_payload_that_is_none(payload: bytes, sentence: str) -> None:
    with pytest.raises(EventError) as raised:
        parse_event(environment(), payload)
    assert raised.value.message == f"The event's payload, GITHUB_EVENT_PATH, is not one of pull_request: {sentence}."


@pytest.mark.parametrize(
    ("name", "payload", "sentence"),
    [
        ("push", {"repository": REPOSITORY}, "before is not there"),
        ("push", {"before": "HEAD~1", "repository": REPOSITORY}, "before is not a commit id"),
        ("merge_group", {"repository": REPOSITORY}, "merge_group is not there"),
        ("merge_group", {"merge_group": {"base_sha": 7}, "repository": REPOSITORY}, "merge_group.base_sha is not a"),
    ],
)
def test_other_payloads_that_make_no_sense(name: str, payload: object, sentence: str) -> None:
    assert sentence in refused(payload, GITHUB_EVENT_NAME=name)


# --- the file


def test_the_payload_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(json.dumps(PULL))
    assert read_event(environment(GITHUB_EVENT_PATH=str(tmp_path / "event.json"))) == EXPECTED


def test_no_payload(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    large = tmp_path / "large"
    with large.open("wb") as stream:
        stream.truncate(MAX_PAYLOAD + 1)
    sentences = []
    for path in ("", str(tmp_path / "none"), str(tmp_path), str(tmp_path / "pipe"), "a\0b", str(large)):
        with pytest.raises(EventError) as raised:
            read_event(environment(GITHUB_EVENT_PATH=path))
        sentences.append(raised.value.message)
    assert sentences == [
        "GITHUB_EVENT_PATH is not set: this is no run of GitHub Actions.",
        "GITHUB_EVENT_PATH names no file.",
        "GITHUB_EVENT_PATH names no file.",
        "GITHUB_EVENT_PATH names no file.",
        "GITHUB_EVENT_PATH names no file.",
        "The event's payload has more than 32 MB, which GitHub never sends.",
    ]
