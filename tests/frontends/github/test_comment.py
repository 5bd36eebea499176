"""The one comment, on a made-up pull request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from depaudit.frontends.github.api import Api
from depaudit.frontends.github.comment import Mode, Said, publish
from depaudit.frontends.github.event import Event
from depaudit.model.record import replace
from tests.frontends.github.conftest import TOKEN
from tests.frontends.github.events import happened, told
from tests.world.github import ACTIONS, GitHub

MARKER = "<!-- depaudit: -->"
COMMENTS = "/repos/acme/shop/issues/7/comments"


def put(api: Api, github: GitHub, body: str = "Two findings.", **how: Any) -> Said:
    """``publish`` for the pull request as it was opened."""
    return publish(api, happened(github, "opened"), body, **{"mode": "auto", "clean": False, **how})


# --- when there is one, when not


@pytest.mark.parametrize(
    ("mode", "clean", "there", "done", "left"),
    [
        ("auto", False, None, "created", ["new"]),
        ("auto", False, "old", "updated", ["new"]),
        ("auto", False, "new", "unchanged", ["new"]),
        ("auto", True, None, "", []),
        ("auto", True, "old", "updated", ["new"]),
        ("always", True, None, "created", ["new"]),
        ("always", True, "old", "updated", ["new"]),
        ("always", False, None, "created", ["new"]),
        ("never", False, None, "", []),
        ("never", False, "old", "", ["old"]),
    ],
)
def test_modes(
    github: GitHub, api: Api, mode: Mode, clean: bool, there: str | None, done: str, left: list[str]
) -> None:
    if there is not None:
        github.comment(7, f"{MARKER}\n{there}", ACTIONS)
    assert put(api, github, "new", mode=mode, clean=clean) == Said(done=done)  # type: ignore[arg-type]  # one of them
    assert github.bodies(7) == [f"{MARKER}\n{body}" for body in left]


def test_never_asks_nothing(github: GitHub, api: Api) -> None:
    put(api, github, mode="never")
    assert github.asked == ()


def test_an_equal_comment_is_left_alone(github: GitHub, api: Api) -> None:
    github.comment(7, f"{MARKER}\r\none\r\ntwo\r\n", ACTIONS)
    assert put(api, github, "one\ntwo\n") == Said(done="unchanged")
    assert github.asked == (f"GET {COMMENTS}",)


def test_an_event_without_a_pull_request(github: GitHub, api: Api) -> None:
    event = told({"before": "0" * 40, "repository": {"full_name": "acme/shop"}}, GITHUB_EVENT_NAME="push")
    assert publish(api, event, "body", mode="always", clean=False) == Said()
    assert github.asked == ()


def test_keys_have_a_comment_each(github: GitHub, api: Api) -> None:
    put(api, github, "one", key="web")
    put(api, github, "two", key="web-2")
    put(api, github, "three")
    put(api, github, "four", key="web")
    assert github.bodies(7) == [
        "<!-- depaudit:web -->\nfour",
        "<!-- depaudit:web-2 -->\ntwo",
        "<!-- depaudit: -->\nthree",
    ]


@pytest.mark.parametrize("key", ["--> x", "a b", "\n", "x" * 101, "ü"])
def test_a_key_that_would_end_the_marker(github: GitHub, api: Api, key: str) -> None:
    said = put(api, github, key=key)
    assert said.notice.startswith("No comment was written: the key '")
    assert (said.done, github.asked) == ("", ())


# --- whose it is


def test_a_marker_that_others_copied_is_not_ours(github: GitHub, api: Api) -> None:
    github.comment(7, f"{MARKER}\nforged", "mallory")
    github.comment(7, f"{MARKER}\nof a stranger's app", "other[bot]", app="other")
    github.comment(7, f"{MARKER}\nof somebody who is gone", None)
    github.comment(7, f"see {MARKER}", ACTIONS)
    assert put(api, github, "new") == Said(done="created")
    assert put(api, github, "newer") == Said(done="updated")
    assert github.bodies(7) == [
        f"{MARKER}\nforged",
        f"{MARKER}\nof a stranger's app",
        f"{MARKER}\nof somebody who is gone",
        f"see {MARKER}",
        f"{MARKER}\nnewer",
    ]


def test_nobody_may_call_themselves_the_bot(github: GitHub, api: Api) -> None:
    """An organisation or user of that name would be of another type."""
    github.organisations.add(ACTIONS)
    github.comment(7, f"{MARKER}\nforged", ACTIONS)
    github.token(TOKEN, login="ours[bot]", pull_requests="write")
    put(api, github, "new")
    assert github.bodies(7) == [f"{MARKER}\nforged", f"{MARKER}\nnew"]


def test_a_persons_token(github: GitHub, api_of: Callable[..., Api]) -> None:
    github.comment(7, f"{MARKER}\nforged", "mallory")
    api = api_of(github.token("github_pat_1", login="Robot", issues="write"))
    put(api, github, "one")
    put(api, github, "two")
    assert github.bodies(7) == [f"{MARKER}\nforged", f"{MARKER}\ntwo"]


def test_an_apps_token(github: GitHub, api_of: Callable[..., Api]) -> None:
    api = api_of(github.token("ghs_2", login="acme-robot[bot]", pull_requests="write"))
    put(api, github, "one")
    put(api, github, "two")
    assert github.bodies(7) == [f"{MARKER}\ntwo"]
    assert github.asked[-4:] == (
        f"GET {COMMENTS}",
        "GET /user",
        "POST /graphql",
        f"PATCH /repos/acme/shop/issues/comments/{github.comments[0].id}",
    )


def test_who_we_are_cannot_be_known(github: GitHub, api: Api) -> None:
    github.comment(7, f"{MARKER}\nof whom", "other[bot]", app="other")
    github.fail("status", path="/graphql", status=404, message="Not Found", times=None)
    said = put(api, github, "new")
    assert said.notice.startswith("No comment was written: GitHub's API knows nothing there")
    assert github.bodies(7) == [f"{MARKER}\nof whom"]


def test_two_of_ours_become_one_again(github: GitHub, api: Api) -> None:
    for body in ("first", "second", "third"):
        github.comment(7, f"{MARKER}\n{body}", ACTIONS)
    github.comment(7, f"{MARKER}\nforged", "mallory")
    assert put(api, github, "new") == Said(done="updated")
    assert github.bodies(7) == [f"{MARKER}\nnew", f"{MARKER}\nforged"]


def test_one_that_another_run_deleted_first(github: GitHub, api: Api) -> None:
    for _ in range(2):
        github.comment(7, f"{MARKER}\nold", ACTIONS)
    github.fail("lost", method="DELETE")
    assert put(api, github, "new") == Said(done="updated")
    assert github.bodies(7) == [f"{MARKER}\nnew"]


def test_ours_on_a_late_page(github: GitHub, api: Api) -> None:
    for count in range(250):
        github.comment(7, str(count), "alice")
    github.comment(7, f"{MARKER}\nold", ACTIONS)
    assert put(api, github, "new") == Said(done="updated")


def test_more_comments_than_are_looked_at(github: GitHub, api: Api) -> None:
    for count in range(3001):
        github.comment(7, str(count), "alice")
    assert put(api, github) == Said(
        notice="No comment was written: the pull request has more than 3,000 comments; ours was not among them."
    )
    assert len(github.comments) == 3001


@pytest.mark.parametrize(
    "odd",
    [
        {"id": 1, "body": None, "user": {"login": ACTIONS, "type": "Bot"}},
        {"id": 1, "body": f"{MARKER}\nx", "user": {"login": "a/../b", "type": "Bot"}},
        {"id": 1, "body": f"{MARKER}\nx", "user": {"login": ACTIONS}},
        {"id": 1, "body": f"{MARKER}\nx", "user": ACTIONS},
        {"id": 1},
    ],
)
def test_what_strangers_write_keeps_us_from_nothing(github: GitHub, api: Api, odd: object) -> None:
    github.fail("json", method="GET", value=[odd])
    assert put(api, github) == Said(done="created")


# --- what is sent


@pytest.mark.parametrize(
    ("body", "fits"),
    [("x" * 65_517, True), ("x" * 65_518, False), ("\U0001f512" * 32_758, True), ("\U0001f512" * 32_760, False)],
)
def test_the_longest_comment(github: GitHub, api: Api, body: str, fits: bool) -> None:
    said = put(api, github, body)
    assert said == (
        Said(done="created")
        if fits
        else Said(notice="No comment was written: it has more than the 65,536 characters that GitHub takes.")
    )


def test_text_that_is_none(github: GitHub, api: Api) -> None:
    assert put(api, github, "a\0b\ud800c") == Said(done="created")
    assert github.bodies(7) == [f"{MARKER}\na\N{REPLACEMENT CHARACTER}b?c"]


# --- what goes wrong


def forked(github: GitHub) -> Event:
    event = happened(github, "opened")
    assert event.pull is not None
    return replace(event, pull=replace(event.pull, from_fork=True))


def test_the_token_of_a_fork_only_reads(github: GitHub, api_of: Callable[..., Api]) -> None:
    api = api_of(github.token("reader", pull_requests="read"))
    said = publish(api, forked(github), "body", mode="auto", clean=False)
    assert said == Said(
        notice="No comment was written: on a pull request of a fork the token may only read. "
        "The job's summary holds the report."
    )


def test_the_token_of_dependabot_only_reads(github: GitHub, api_of: Callable[..., Api]) -> None:
    github.pulls[7].author = "dependabot[bot]"
    said = put(api_of(github.token("reader", pull_requests="read")), github)
    assert said.notice.startswith("No comment was written: on a pull request of Dependabot the token may only read.")


def test_a_workflow_without_the_permission(github: GitHub, api_of: Callable[..., Api]) -> None:
    said = put(api_of(github.token("reader", contents="read")), github)
    assert said == Said(
        notice="No comment was written: GitHub's API does not let this token do that (403, it says 'Resource not "
        "accessible by integration'). Write pull-requests: write under the job's permissions."
    )


def test_no_token(github: GitHub, api_of: Callable[..., Api]) -> None:
    assert put(api_of(""), github) == Said(
        notice="No comment was written: there is no token to ask GitHub's API with. Give the action's input token."
    )


def test_a_comment_that_was_written_though_no_answer_came(github: GitHub, api: Api) -> None:
    github.fail("lost", method="POST")
    assert put(api, github) == Said(done="created")
    assert github.bodies(7) == [f"{MARKER}\nTwo findings."]


def test_a_comment_that_was_not_written_and_no_answer_came(github: GitHub, api: Api, waits: list[float]) -> None:
    github.fail("reset", method="POST", times=2)
    assert put(api, github) == Said(done="created")
    assert github.bodies(7) == [f"{MARKER}\nTwo findings."]
    assert waits == [1.0, 2.0]


def test_a_locked_conversation(github: GitHub, api: Api) -> None:
    message = "Unable to create comment because issue is locked."
    github.fail("status", method="POST", status=403, message=message)
    assert publish(api, forked(github), "body", mode="auto", clean=False) == Said(
        notice=f"No comment was written: GitHub's API does not let this token do that (403, it says '{message}')."
    )


def test_a_comment_that_another_run_wrote_meanwhile(github: GitHub, api: Api) -> None:
    github.fail("json", method="GET", value=[])
    github.fail("status", method="POST", status=502)
    github.comment(7, f"{MARKER}\ntheirs", ACTIONS)
    assert put(api, github) == Said(done="updated")
    assert github.bodies(7) == [f"{MARKER}\nTwo findings."]


def test_a_comment_that_somebody_deleted_meanwhile(github: GitHub, api: Api) -> None:
    github.comment(7, f"{MARKER}\nold", ACTIONS)
    github.fail("status", method="PATCH", status=404, message="Not Found")
    assert put(api, github).notice.startswith("No comment was written: GitHub's API knows nothing there")


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 404, "message": "Not Found"}),
        ("status", {"status": 410, "message": "Issues are disabled"}),
        ("status", {"status": 403, "message": "API rate limit exceeded", "headers": {"X-RateLimit-Remaining": "0"}}),
        ("status", {"status": 429, "headers": {"Retry-After": "3600"}}),
        ("reset", {}),
        ("page", {}),
        ("redirect", {"target": "https://evil.example/"}),
        ("json", {"value": None}),
        ("json", {"value": {"id": 1}}),
        ("json", {"value": ["x"]}),
        ("json", {"value": [{"id": "1", "body": MARKER, "user": None}]}),
    ],
)
def test_whatever_the_api_does_is_said_and_no_more(github: GitHub, api: Api, kind: Any, how: dict[str, Any]) -> None:
    github.fail(kind, times=None, **how)
    said = put(api, github)
    assert said.notice.startswith("No comment was written: ")
    assert said.done == ""
    assert TOKEN not in said.notice


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_trouble_in_the_middle(github: GitHub, api: Api, method: str) -> None:
    if method == "PATCH":
        github.comment(7, f"{MARKER}\nold", ACTIONS)
    github.fail("status", method=method, status=500, times=None)
    assert put(api, github) == Said(
        notice="No comment was written: GitHub's API is out of order (500, it says 'Server Error')."
    )
