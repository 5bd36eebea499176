"""Whether a label lets a pull request's own exceptions count: put there by one who may, for exactly this commit."""

from __future__ import annotations

from datetime import datetime, timedelta

from depaudit.errors import ApiError
from depaudit.frontends.github import shape
from depaudit.frontends.github.api import Api, read
from depaudit.frontends.github.event import Event, Pull
from depaudit.frontends.github.shape import LOGIN, SHA
from depaudit.model.names import quoted
from depaudit.model.record import record

_MOST_PAGES = 10
_OF_LABELS = ("labeled", "unlabeled")
_NEW_CHANGE = frozenset(
    {
        "head_ref_force_pushed",
        "head_ref_restored",
        "base_ref_changed",
        "base_ref_force_pushed",
        "automatic_base_change_succeeded",
    }
)
"""What makes another change of a pull request than the one that a label was put on.

https://docs.github.com/rest/using-the-rest-api/issue-event-types
"""
_SKEW = timedelta(seconds=3)
"""By how much GitHub's own times of one and the same happening may differ between its parts."""

_MAY_WRITE = frozenset({"admin", "maintain", "write"})
_MAY_NOT = frozenset({"triage", "read", "none"})


@record
class _Account:
    """``person``: an account of a person, neither an app's nor an organisation's."""

    login: str
    id: int
    person: bool


@record
class _Now:
    """The pull request as the API shows it."""

    open: bool
    head_sha: str
    base_ref: str
    author: _Account | None
    labels: tuple[str, ...]


@record
class _Happening:
    """One event in the life of a pull request. ``app``: it was done through an app."""

    id: int
    kind: str
    at: datetime
    label: str
    actor: _Account | None
    app: bool

    @property
    def order(self) -> tuple[datetime, int]:
        return self.at, self.id


def accepted(api: Api, event: Event, label: str) -> tuple[bool, str]:
    """Whether ``label`` counts for the commit that this event is about, and why or why not, as one sentence.

    It counts when the API says that it is on the open pull request now, that the commit and the base branch are those
    of the event, and that it was put there by a person with write access who is not the author, after the last push.
    Whatever cannot be known makes it not count.
    """
    label = label.strip()
    if not label:
        return False, "No label is named that could accept a change's own exceptions."
    if event.pull is None:
        return False, f"The label {quoted(label)} counts on pull requests alone."
    if not api.has_token:
        return False, f"The label {quoted(label)} does not count: without a token nobody can be asked who put it there."
    try:
        who, why_not = _judge(api, event, event.pull, label)
    except ApiError as error:
        return False, f"The label {quoted(label)} does not count, as it could not be looked up. {error}"
    if why_not:
        return False, f"The label {quoted(label)} does not count: {why_not}."
    return True, f"The label {quoted(label)}, put there by {who}, lets this change's own exceptions count."


def _judge(api: Api, event: Event, pull: Pull, label: str) -> tuple[str, str]:
    """Who put the label there, and why that does not count (empty: it does)."""
    place = f"/repos/{event.repository}"
    now: _Now = read(_now, api.get(f"{place}/pulls/{pull.number}"))
    why_not = _not_the_same(now, pull) or _not_there(now, label)
    if why_not:
        return "", why_not
    pages = api.pages(f"{place}/issues/{pull.number}/events", most=_MOST_PAGES)
    if not pages.whole:
        return "", f"the pull request has a longer history than the {len(pages.rows):,} events that are looked at"
    history = sorted((read(_happening, row) for row in pages.rows), key=lambda one: one.order)
    of_label = [one for one in history if one.kind in _OF_LABELS and _same(one.label, label)]
    if not of_label or of_label[-1].kind != "labeled":
        return "", "the pull request's history does not say who put it there"
    put = of_label[-1]
    why_not = _not_by_another_person(put, now, pull) or _before_the_change(put, history, event, pull)
    if why_not or put.actor is None:
        return "", why_not
    return put.actor.login, _may_not_write(api, place, put.actor)


def _not_the_same(now: _Now, pull: Pull) -> str:
    if not now.open:
        return "the pull request is no longer open"
    if now.head_sha != pull.head_sha:
        return f"the pull request is now at {now.head_sha[:7]}, and this run audits {pull.head_sha[:7]}"
    if now.base_ref != pull.base_ref:
        return f"the pull request now goes to the branch {quoted(now.base_ref)}, not to {quoted(pull.base_ref)}"
    return ""


def _not_there(now: _Now, label: str) -> str:
    return "" if any(_same(one, label) for one in now.labels) else "it is not on the pull request now"


def _not_by_another_person(put: _Happening, now: _Now, pull: Pull) -> str:
    actor = put.actor
    if actor is None:
        return "the account that put it there is gone"
    if not actor.person:
        return f"{actor.login}, who put it there, is no person"
    if put.app:
        return f"{actor.login} put it there through an app, which anything may have told to"
    if now.author is None or not pull.author:
        return "nobody can tell whether the pull request's author put it there"
    if actor.id == now.author.id or actor.login.lower() in (now.author.login.lower(), pull.author.lower()):
        return f"{actor.login}, who put it there, is the pull request's author"
    return ""


def _before_the_change(put: _Happening, history: list[_Happening], event: Event, pull: Pull) -> str:
    """Dates in commits are whatever their author typed; the payload's are GitHub's own.

    The payload shows the pull request, with the very head that is audited, as it was at ``updated_at``, and labelling
    is an update too: a label that was put there later was put on that head. A payload that tells of the labelling
    itself was written just after it, and shows what it was put on unless there was another update since.
    """
    if any(one.kind in _NEW_CHANGE and one.at >= put.at for one in history):
        return "the pull request was pushed anew by force, or given another base, after it was put there"
    tells_of_it = (
        event.action == "labeled"
        and _same(pull.label, put.label)
        and put.actor is not None
        and pull.sender.lower() == put.actor.login.lower()
    )
    if put.at >= pull.updated_at + (-_SKEW if tells_of_it else _SKEW):
        return ""
    return (
        "it was put there before the last push, as far as this run can tell; remove it, put it there again "
        "and run the job again"
    )


def _may_not_write(api: Api, place: str, actor: _Account) -> str:
    try:
        answer = api.get(f"{place}/collaborators/{actor.login}/permission")
    except ApiError as error:
        if error.status == 404:
            return f"{actor.login}, who put it there, is no collaborator of this repository"
        raise
    permission, role, login = read(_permission, answer)
    if login.lower() != actor.login.lower():
        return f"the API tells of {login} where it was asked for {actor.login}"
    if permission not in _MAY_WRITE or role in _MAY_NOT:
        return f"{actor.login}, who put it there, has no write access to this repository"
    return ""


def _now(value: object) -> _Now:
    return _Now(
        open=shape.text(value, "state") == "open",
        head_sha=shape.matching(SHA, "a commit id", value, "head", "sha"),
        base_ref=shape.text(value, "base", "ref", most=1024),
        author=_account(value, "user"),
        labels=tuple(shape.text(row, "name") for row in shape.rows(value, "labels")),
    )


def _happening(value: object) -> _Happening:
    kind = shape.text(value, "event", most=100)
    return _Happening(
        id=shape.number(value, "id"),
        kind=kind,
        at=shape.moment(value, "created_at"),
        label=shape.text(value, "label", "name") if kind in _OF_LABELS else "",
        actor=_account(value, "actor") if kind in _OF_LABELS else None,
        app=isinstance(value, dict) and value.get("performed_via_github_app") is not None,
    )


def _account(value: object, key: str) -> _Account | None:
    if shape.within(value, key) is None:
        return None
    return _Account(
        login=shape.matching(LOGIN, "an account's name", value, key, "login"),
        id=shape.number(value, key, "id"),
        person=shape.text(value, key, "type", most=100) == "User",
    )


def _permission(value: object) -> tuple[str, str, str]:
    role = shape.text(value, "role_name", most=100) if isinstance(value, dict) and "role_name" in value else ""
    return (
        shape.text(value, "permission", most=100),
        role.lower(),
        shape.matching(LOGIN, "an account's name", value, "user", "login"),
    )


def _same(one: str, other: str) -> bool:
    """Labels' names are one whatever their case."""
    return one.lower() == other.lower()
