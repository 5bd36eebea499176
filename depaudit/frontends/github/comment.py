"""The one comment on a pull request: found by a marker and its author, kept up to date, never anybody else's."""

from __future__ import annotations

import re
from typing import Literal

from depaudit.errors import ApiError
from depaudit.frontends.github import shape
from depaudit.frontends.github.api import Api, read
from depaudit.frontends.github.event import Event
from depaudit.frontends.github.shape import MisshapenError
from depaudit.model.names import quoted
from depaudit.model.record import record

Mode = Literal["auto", "always", "never"]

MAX_BODY = 65_536
"""Characters that GitHub takes in one comment; those beyond the basic plane are counted twice here, to be sure."""

ACTIONS_BOT = "github-actions[bot]"
"""Who writes with a workflow's own token."""

_KEY = re.compile(r"[A-Za-z0-9._-]{0,100}")
_MOST_PAGES = 30
_TRIES = 3


@record
class Said:
    """What became of the comment.

    ``notice``  a sentence for people when it could not be as asked; empty otherwise
    ``done``    "created", "updated", "unchanged", or "" when nothing was to be done or could be
    """

    notice: str = ""
    done: Literal["created", "updated", "unchanged", ""] = ""


@record
class _Comment:
    """One that begins with our marker, whoever wrote it."""

    id: int
    body: str
    author: str
    bot: bool


def publish(api: Api, event: Event, body: str, *, mode: Mode, clean: bool, key: str = "") -> Said:
    """Put ``body`` (Markdown) on the event's pull request, in the one comment of ``key``.

    ``mode``   auto: a comment only when there is something to say, or where there is one already; always; never
    ``clean``  there is nothing to say: ``body`` is then the short form
    ``key``    tells several uses in one workflow apart
    """
    if mode == "never" or event.pull is None:
        return Said()
    if _KEY.fullmatch(key) is None:
        return Said(
            notice=f"No comment was written: the key {quoted(key)} has other characters than letters, digits, '.', "
            "'_' and '-', or more than 100 of them."
        )
    marker = f"<!-- depaudit:{key} -->"
    whole = f"{marker}\n{_sendable(body)}"
    if len(whole.encode("utf-16-le")) // 2 > MAX_BODY:
        return Said(notice=f"No comment was written: it has more than the {MAX_BODY:,} characters that GitHub takes.")
    try:
        return _Sticky(api, event.repository, event.pull.number, marker).put(
            whole, create=mode == "always" or not clean
        )
    except ApiError as error:
        return Said(notice=_why(error, event))


class _Sticky:
    """The comment of one marker on one pull request. Its methods raise ``ApiError``."""

    def __init__(self, api: Api, repository: str, number: int, marker: str) -> None:
        self._api = api
        self._comments = f"/repos/{repository}/issues/comments"
        self._on_pull = f"/repos/{repository}/issues/{number}/comments"
        self._marker = marker

    def put(self, body: str, *, create: bool) -> Said:
        ours = self._ours()
        if ours:
            return self._update(ours, body)
        return self._create(body) if create else Said()

    def _update(self, ours: tuple[_Comment, ...], body: str) -> Said:
        """Keep the oldest, as its place in the conversation is where people know it; drop the others."""
        kept, *others = ours
        same = _normal(kept.body) == _normal(body)
        if not same:
            self._api.patch(f"{self._comments}/{kept.id}", {"body": body})
        for other in others:
            self._api.delete(f"{self._comments}/{other.id}")
        return Said(done="unchanged" if same else "updated")

    def _create(self, body: str) -> Said:
        for attempt in range(1, _TRIES + 1):
            try:
                self._api.post(self._on_pull, {"body": body})
                return Said(done="created")
            except ApiError as error:
                if not error.unclear or attempt == _TRIES or not self._api.pause(attempt):
                    raise
            # It may be there all the same: look before writing it twice.
            ours = self._ours()
            if ours:
                said = self._update(ours, body)
                return Said(done="created") if said.done == "unchanged" else said
        raise AssertionError("the last attempt returns or raises")

    def _ours(self) -> tuple[_Comment, ...]:
        """Our comments with the marker, oldest first."""
        pages = self._api.pages(self._on_pull, most=_MOST_PAGES)
        marked = [
            comment for comment in (read(_comment, row) for row in pages.rows) if comment.body.startswith(self._marker)
        ]
        known = [comment for comment in marked if comment.bot and comment.author == ACTIONS_BOT]
        if marked and not known:
            me = self._me()
            known = [comment for comment in marked if comment.author.lower() == me.lower()]
        if not known and not pages.whole:
            raise ApiError(f"The pull request has more than {len(pages.rows):,} comments; ours was not among them.")
        return tuple(sorted(known, key=lambda comment: comment.id))

    def _me(self) -> str:
        """Who the token writes as."""
        try:
            user = self._api.get("/user")
        except ApiError as error:
            if error.status not in (401, 403, 404):
                raise
            return self._api.viewer()  # an app's token, which is no user's
        login: str = read(lambda value: shape.matching(shape.LOGIN, "a login", value, "login"), user)
        return login


def _comment(row: object) -> _Comment:
    """Strict in what makes a comment ours alone: no stranger's oddity keeps us from our own."""
    number = shape.number(row, "id")
    try:
        body = shape.text(row, "body", most=1_000_000)
        author = shape.matching(shape.LOGIN, "an account's name", row, "user", "login")
        return _Comment(id=number, body=body, author=author, bot=shape.text(row, "user", "type") == "Bot")
    except MisshapenError:
        return _Comment(id=number, body="", author="", bot=False)


def _sendable(text: str) -> str:
    """``text`` without what no JSON reader takes for text."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def _normal(text: str) -> str:
    """A body whatever its line ends: GitHub's own editor writes others."""
    return text.replace("\r\n", "\n").strip()


def _why(error: ApiError, event: Event) -> str:
    """Why there is no comment, for people."""
    pull = event.pull
    if error.permission and error.status == 403 and pull is not None and (pull.from_fork or _dependabot(event)):
        whose = "a fork" if pull.from_fork else "Dependabot"
        return (
            f"No comment was written: on a pull request of {whose} the token may only read. "
            "The job's summary holds the report."
        )
    return f"No comment was written: {_lowered(str(error))}"


def _dependabot(event: Event) -> bool:
    pull = event.pull
    return pull is not None and "dependabot[bot]" in (pull.author, pull.sender)


def _lowered(sentence: str) -> str:
    return sentence if sentence.startswith("GitHub") else sentence[:1].lower() + sentence[1:]
