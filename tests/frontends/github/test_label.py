"""Who may let a change's own exceptions count, and when: the whole table, on a made-up pull request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from depaudit.frontends.github.api import Api
from depaudit.frontends.github.event import Event
from depaudit.frontends.github.label import accepted
from tests.frontends.github.events import happened, told
from tests.world.github import GitHub, Role

LABEL = "dependencies: accepted"
COUNTS = "The label 'dependencies: accepted', put there by alice, lets this change's own exceptions count."
BEFORE = (
    "it was put there before the last push, as far as this run can tell; remove it, put it there again "
    "and run the job again"
)


def not_counting(why: str) -> tuple[bool, str]:
    return False, f"The label 'dependencies: accepted' does not count: {why}."


@pytest.fixture
def github(github: GitHub) -> GitHub:
    github.roles["alice"] = "write"
    return github


# --- it counts


def test_put_there_after_the_push_that_is_audited(github: GitHub, api: Api) -> None:
    """The job of the push, run again once the label is there: its payload is the old one."""
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    assert accepted(api, event, LABEL) == (True, COUNTS)
    assert github.asked == (
        "GET /repos/acme/shop/pulls/7",
        "GET /repos/acme/shop/issues/7/events",
        "GET /repos/acme/shop/collaborators/alice/permission",
    )


def test_the_event_of_the_labelling_itself(github: GitHub, api: Api) -> None:
    github.label(7, LABEL, "alice")
    event = happened(github, "labeled", label=LABEL, sender="alice")
    assert accepted(api, event, LABEL) == (True, COUNTS)


@pytest.mark.parametrize(("seconds", "counts"), [(-1, True), (0, True), (3, True), (4, False), (600, False)])
def test_a_labelling_told_late(github: GitHub, api: Api, seconds: int, counts: bool) -> None:
    """GitHub wrote the payload after something else, maybe a push, had touched the pull request."""
    github.label(7, LABEL, "alice")
    github.pulls[7].updated_at += timedelta(seconds=seconds)
    event = happened(github, "labeled", label=LABEL, sender="Alice")
    assert accepted(api, event, LABEL) == ((True, COUNTS) if counts else not_counting(BEFORE))


def test_whatever_the_case_and_the_spaces_around(github: GitHub, api: Api) -> None:
    github.label(7, "Dependencies: ACCEPTED", "alice")
    event = happened(github, "labeled", label="Dependencies: ACCEPTED", sender="alice")
    assert accepted(api, event, f" {LABEL} ") == (True, COUNTS)


@pytest.mark.parametrize("role", ["admin", "maintain", "write"])
def test_roles_that_may_write(github: GitHub, api: Api, role: Role) -> None:
    github.roles["alice"] = role
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    assert accepted(api, event, LABEL) == (True, COUNTS)


def test_a_role_that_the_organisation_made_up(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    value = {"permission": "write", "role_name": "release manager", "user": {"login": "alice"}}
    github.fail("json", path="*/permission", value=value)
    assert accepted(api, event, LABEL) == (True, COUNTS)


def test_a_server_that_knows_no_roles_yet(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    github.fail("json", path="*/permission", value={"permission": "admin", "user": {"login": "alice"}})
    assert accepted(api, event, LABEL) == (True, COUNTS)


def test_removed_and_put_there_again(github: GitHub, api: Api) -> None:
    github.label(7, LABEL, "mallory")
    github.unlabel(7, LABEL, "mallory")
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    assert accepted(api, event, LABEL) == (True, COUNTS)


def test_other_things_that_happen_meanwhile(github: GitHub, api: Api) -> None:
    github.happen(7, "base_ref_changed", "mallory")
    github.push(7, "d" * 40, force=True)
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    github.label(7, "other", "mallory")
    github.unlabel(7, "other", "mallory")
    github.happen(7, "review_requested", "mallory")
    assert accepted(api, event, LABEL) == (True, COUNTS)


def test_a_token_that_may_read_a_private_repository(github: GitHub, api_of: Callable[..., Api]) -> None:
    github.private = True
    api = api_of(github.token("reader", pull_requests="read"))
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    assert accepted(api, event, LABEL) == (True, COUNTS)


# --- there is nothing to ask for


@pytest.mark.parametrize("label", ["", "  "])
def test_no_label_named(github: GitHub, api: Api, label: str) -> None:
    event = happened(github, "synchronize")
    assert accepted(api, event, label) == (False, "No label is named that could accept a change's own exceptions.")
    assert github.asked == ()


@pytest.mark.parametrize("name", ["push", "schedule", "workflow_dispatch", "merge_group"])
def test_no_pull_request(github: GitHub, api: Api, name: str) -> None:
    payload = {"before": "b" * 40, "merge_group": {"base_sha": "b" * 40}, "repository": {"full_name": "acme/shop"}}
    event = told(payload, GITHUB_EVENT_NAME=name)
    assert accepted(api, event, LABEL) == (
        False,
        "The label 'dependencies: accepted' counts on pull requests alone.",
    )
    assert github.asked == ()


def test_no_token(github: GitHub, api_of: Callable[..., Api]) -> None:
    github.label(7, LABEL, "alice")
    event = happened(github, "labeled", label=LABEL, sender="alice")
    assert accepted(api_of(""), event, LABEL) == not_counting("without a token nobody can be asked who put it there")
    assert github.asked == ()


# --- another pull request than the one that is audited


def test_it_is_closed(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    github.pulls[7].state = "closed"
    assert accepted(api, event, LABEL) == not_counting("the pull request is no longer open")


def test_an_old_run_again_after_a_push(github: GitHub, api: Api) -> None:
    github.label(7, LABEL, "alice")
    event = happened(github, "labeled", label=LABEL, sender="alice")
    github.push(7, "d" * 40)
    assert accepted(api, event, LABEL) == not_counting(
        "the pull request is now at ddddddd, and this run audits aaaaaaa"
    )


def test_it_goes_to_another_branch_now(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    github.pulls[7].base_ref = "release"
    assert accepted(api, event, LABEL) == not_counting(
        "the pull request now goes to the branch 'release', not to 'main'"
    )


def test_it_is_gone(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    del github.pulls[7]
    counts, sentence = accepted(api, event, LABEL)
    assert not counts
    assert sentence.startswith(
        "The label 'dependencies: accepted' does not count, as it could not be looked up. GitHub's"
    )


# --- the label


def test_it_is_not_there(github: GitHub, api: Api) -> None:
    github.label(7, "another", "alice")
    event = happened(github, "synchronize")
    assert accepted(api, event, LABEL) == not_counting("it is not on the pull request now")
    assert len(github.asked) == 1


def test_it_was_removed(github: GitHub, api: Api) -> None:
    github.label(7, LABEL, "alice")
    event = happened(github, "labeled", label=LABEL, sender="alice")
    github.unlabel(7, LABEL, "bob")
    assert accepted(api, event, LABEL) == not_counting("it is not on the pull request now")


@pytest.mark.parametrize("history", ["none", "removed", "of another"])
def test_the_history_does_not_say_who(github: GitHub, api: Api, history: str) -> None:
    event = happened(github, "synchronize")
    if history == "removed":
        github.label(7, LABEL, "alice")
        github.unlabel(7, LABEL, "alice")
    elif history == "of another":
        github.label(7, f"{LABEL}!", "alice")
    github.pulls[7].labels.append(LABEL)
    assert accepted(api, event, LABEL) == not_counting("the pull request's history does not say who put it there")


def test_put_there_before_the_push(github: GitHub, api: Api) -> None:
    github.label(7, LABEL, "alice")
    github.push(7, "d" * 40)
    assert accepted(api, happened(github, "synchronize"), LABEL) == not_counting(BEFORE)


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (0, False), (2, False), (3, True)])
def test_put_there_about_when_it_was_pushed(github: GitHub, api: Api, seconds: int, counts: bool) -> None:
    github.push(7, "d" * 40)
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    github.pulls[7].events[-1].at += timedelta(seconds=seconds - 60)
    assert accepted(api, event, LABEL) == ((True, COUNTS) if counts else not_counting(BEFORE))


@pytest.mark.parametrize(
    ("action", "label", "sender"),
    [
        ("labeled", "another", "alice"),
        ("labeled", LABEL, "bob"),
        ("unlabeled", LABEL, "alice"),
        ("synchronize", LABEL, "alice"),
        ("edited", "", "alice"),
        ("labeled", "", "alice"),
    ],
)
def test_events_that_do_not_tell_of_it(github: GitHub, api: Api, action: str, label: str, sender: str) -> None:
    github.label(7, LABEL, "alice")
    github.push(7, "d" * 40)
    event = happened(github, action, label=label, sender=sender)
    assert accepted(api, event, LABEL) == not_counting(BEFORE)


@pytest.mark.parametrize(
    "kind",
    [
        "head_ref_force_pushed",
        "head_ref_restored",
        "base_ref_changed",
        "base_ref_force_pushed",
        "automatic_base_change_succeeded",
    ],
)
def test_another_change_since(github: GitHub, api: Api, kind: str) -> None:
    """The head may be the same commit as before: forced away and back again."""
    github.label(7, LABEL, "alice")
    event = happened(github, "labeled", label=LABEL, sender="alice")
    github.happen(7, kind, "mallory")
    assert accepted(api, event, LABEL) == not_counting(
        "the pull request was pushed anew by force, or given another base, after it was put there"
    )


def test_a_long_history_is_read_wholly(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    for _ in range(150):
        github.happen(7, "subscribed", "bob")
    github.unlabel(7, LABEL, "alice")
    github.label(7, LABEL, "mallory")
    assert accepted(api, event, LABEL) == not_counting("mallory, who put it there, is the pull request's author")


def test_a_history_longer_than_that(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    for _ in range(1000):
        github.happen(7, "subscribed", "mallory")
    assert accepted(api, event, LABEL) == not_counting(
        "the pull request has a longer history than the 1,000 events that are looked at"
    )


# --- who put it there


@pytest.mark.parametrize(
    ("actor", "app", "why"),
    [
        (None, None, "the account that put it there is gone"),
        ("mallory", None, "mallory, who put it there, is the pull request's author"),
        ("github-actions[bot]", "github-actions", "github-actions[bot], who put it there, is no person"),
        ("renovate[bot]", None, "renovate[bot], who put it there, is no person"),
        ("acme", None, "acme, who put it there, is no person"),
        ("alice", "helper", "alice put it there through an app, which anything may have told to"),
        ("bob", None, "bob, who put it there, has no write access to this repository"),
        ("trent", None, "trent, who put it there, has no write access to this repository"),
        ("eve", None, "eve, who put it there, has no write access to this repository"),
    ],
)
def test_those_who_may_not(github: GitHub, api: Api, actor: str | None, app: str | None, why: str) -> None:
    github.organisations.add("acme")
    github.roles.update({"mallory": "admin", "trent": "triage", "eve": "none", "acme": "admin"})
    github.roles["github-actions[bot]"] = github.roles["renovate[bot]"] = "write"
    github.label(7, LABEL, actor, app=app)
    event = happened(github, "labeled", label=LABEL, sender=actor or "mallory")
    assert accepted(api, event, LABEL) == not_counting(why)


def test_an_author_of_another_name_since(github: GitHub, api: Api) -> None:
    """Whoever renames an account is the same one still."""
    github.roles["mallory2"] = "write"
    event = happened(github, "synchronize")
    github.label(7, LABEL, "mallory2")
    github._ids["mallory2"] = github._ids["mallory"]
    assert accepted(api, event, LABEL) == not_counting("mallory2, who put it there, is the pull request's author")


def test_an_author_who_is_gone(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    github.pulls[7].author = None
    assert accepted(api, event, LABEL) == not_counting("nobody can tell whether the pull request's author put it there")


def test_no_collaborator_at_all(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    github.fail("status", path="*/permission", status=404, message="Not Found")
    assert accepted(api, event, LABEL) == not_counting("alice, who put it there, is no collaborator of this repository")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (
            {"permission": "admin", "role_name": "admin", "user": {"login": "root"}},
            "the API tells of root where it was asked for alice",
        ),
        (
            {"permission": "write", "role_name": "triage", "user": {"login": "alice"}},
            "alice, who put it there, has no write access to this repository",
        ),
        (
            {"permission": "super", "role_name": "super", "user": {"login": "alice"}},
            "alice, who put it there, has no write access to this repository",
        ),
    ],
)
def test_answers_that_do_not_say_so(github: GitHub, api: Api, value: object, why: str) -> None:
    event = happened(github, "synchronize")
    github.label(7, LABEL, "alice")
    github.fail("json", path="*/permission", value=value)
    assert accepted(api, event, LABEL) == not_counting(why)


# --- the API fails


@pytest.mark.parametrize("path", ["*/pulls/7", "*/events", "*/permission"])
@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("status", {"status": 403, "message": "Resource not accessible by integration"}),
        ("status", {"status": 500}),
        ("status", {"status": 429, "headers": {"Retry-After": "3600"}}),
        ("reset", {}),
        ("page", {}),
        ("redirect", {"target": "https://evil.example/"}),
        ("json", {"value": None}),
        ("json", {"value": [{"id": 1, "event": "labeled", "created_at": "2099-01-01T00:00:00Z"}]}),
        ("json", {"value": {"permission": "admin", "state": "open", "labels": [{"name": LABEL}]}}),
    ],
)
def test_what_cannot_be_known_does_not_count(
    github: GitHub, api: Api, path: str, kind: Any, how: dict[str, Any]
) -> None:
    github.label(7, LABEL, "alice")
    event = happened(github, "labeled", label=LABEL, sender="alice")
    github.fail(kind, path=path, times=None, **how)
    counts, sentence = accepted(api, event, LABEL)
    assert not counts
    assert sentence.startswith(
        "The label 'dependencies: accepted' does not count, as it could not be looked up. GitHub's API "
    )


def test_a_missing_permission_is_named(github: GitHub, api_of: Callable[..., Api]) -> None:
    github.private = True
    api = api_of(github.token("blind", contents="read"))
    event: Event = happened(github, "synchronize")
    counts, sentence = accepted(api, event, LABEL)
    assert not counts
    assert sentence == (
        "The label 'dependencies: accepted' does not count, as it could not be looked up. GitHub's API does not let "
        "this token do that (403, it says 'Resource not accessible by integration'). "
        "Write pull-requests: read under the job's permissions."
    )


def test_a_label_that_is_an_attack(github: GitHub, api: Api) -> None:
    event = happened(github, "synchronize")
    counts, sentence = accepted(api, event, "x\n::error::forged\x1b[2J\u202e")
    assert not counts
    assert sentence.isprintable()
    assert sentence.isascii()
