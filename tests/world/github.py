"""A made-up GitHub: its REST API for pull requests, comments, labels and people, as its documents say.

``with GitHub() as github:`` serves on 127.0.0.1; give ``github.url`` as ``GITHUB_API_URL`` and take 127.0.0.1 out of
the proxy (``NO_PROXY``), or let the made-up internet's ``world.host("api.github.com", github.port)`` stand before it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import Any, Literal, final
from urllib.parse import parse_qs

from tests.world import authority
from tests.world.github_http import GitHubFault, GitHubFaultKind, Reply, Server
from tests.world.record import Recorded

Role = Literal["admin", "maintain", "write", "triage", "read", "none"]
Access = Literal["read", "write"]

ACTIONS = "github-actions[bot]"
MAIN = "b" * 40
"""The tip of the base branch, unless a pull request says otherwise."""

_BASE_OF_ROLE = {"maintain": "write", "triage": "read"}


@dataclass(kw_only=True)
class Comment:
    """``app``: slug of the app that wrote it."""

    id: int
    pull: int
    author: str | None
    body: str
    created_at: datetime
    updated_at: datetime
    app: str | None = None


@dataclass(kw_only=True)
class Happening:
    """One issue event."""

    id: int
    event: str
    actor: str | None
    at: datetime
    label: str | None = None
    app: str | None = None


@dataclass(kw_only=True)
class PullRequest:
    """``fork``: full name of the repository that its head stands in; "" when that is gone, None for the same."""

    number: int
    author: str | None
    head: str
    base: str
    base_ref: str
    fork: str | None
    created_at: datetime
    updated_at: datetime
    state: Literal["open", "closed"] = "open"
    labels: list[str] = field(default_factory=list)
    events: list[Happening] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Token:
    """Whose it is and what it may. ``app``: an app's (as a workflow's own), which is no user."""

    login: str
    app: bool
    rights: dict[str, Access]


@final
class GitHub:
    """One repository on one server. Time stands where ``now`` says and goes on by a minute with each thing done."""

    def __init__(
        self,
        repository: str = "acme/shop",
        *,
        private: bool = False,
        tls: bool = False,
        now: datetime = datetime(2026, 11, 23, 12, tzinfo=timezone.utc),
    ) -> None:
        self.repository = repository
        self.private = private
        self.now = now
        self.tokens: dict[str, Token] = {}
        self.pulls: dict[int, PullRequest] = {}
        self.comments: list[Comment] = []
        self.roles: dict[str, Role] = {}
        self.organisations: set[str] = set()
        self._ids: dict[str, int] = {}
        self._last = 1000
        self._server = Server(self, authority.trusted().context("127.0.0.1") if tls else None)

    def __enter__(self) -> GitHub:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        if self._server.defects and error is None:
            raise AssertionError("the made-up GitHub itself is wrong") from self._server.defects[0]

    # --- what a test reads

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """What ``GITHUB_API_URL`` is."""
        return f"{'https' if self._server.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def requests(self) -> tuple[Recorded, ...]:
        """Every request so far."""
        with self._server.lock:
            return tuple(self._server.heard)

    @property
    def asked(self) -> tuple[str, ...]:
        """``METHOD path`` of every request so far, without the query."""
        return tuple(f"{heard.method} {heard.route}" for heard in self.requests)

    def bodies(self, pull: int) -> list[str]:
        """The comments on a pull request."""
        return [comment.body for comment in self.comments if comment.pull == pull]

    def payload(self, pull: int, action: str, *, label: str = "", sender: str = "") -> dict[str, Any]:
        """What GitHub writes into ``GITHUB_EVENT_PATH`` for an event of ``pull`` that happens now."""
        one = self.pulls[pull]
        written: dict[str, Any] = {
            "action": action,
            "number": pull,
            "pull_request": self._pull(one, ""),
            "repository": {"full_name": self.repository, "default_branch": "main", "private": self.private},
            "sender": self._account(sender or one.author),
        }
        if label:
            written["label"] = {"id": self._id(f"label {label}"), "name": label}
        return written

    # --- what a test does

    def token(self, value: str, *, login: str = ACTIONS, app: bool | None = None, **rights: Access) -> str:
        """Let in who brings ``value``; ``pull_requests="write"`` and so on. Returns ``value``."""
        self.tokens[value] = Token(login=login, app=login.endswith("[bot]") if app is None else app, rights=rights)
        return value

    def fail(self, kind: GitHubFaultKind, **how: Any) -> None:
        """Make the next request that fits go wrong; see ``GitHubFault``."""
        with self._server.lock:
            self._server.faults.append(GitHubFault(kind=kind, **how))

    def open_pull(
        self,
        number: int = 7,
        *,
        author: str | None = "mallory",
        head: str = "a" * 40,
        base: str = MAIN,
        base_ref: str = "main",
        fork: str | None = None,
    ) -> PullRequest:
        now = self._tick()
        one = PullRequest(
            number=number,
            author=author,
            head=head,
            base=base,
            base_ref=base_ref,
            fork=fork,
            created_at=now,
            updated_at=now,
        )
        self.pulls[number] = one
        return one

    def push(self, pull: int, head: str, *, force: bool = False) -> None:
        self.pulls[pull].head = head
        if force:
            self.happen(pull, "head_ref_force_pushed", self.pulls[pull].author)
        else:
            self.pulls[pull].updated_at = self._tick()

    def label(self, pull: int, name: str, by: str | None, *, app: str | None = None) -> None:
        self.pulls[pull].labels.append(name)
        self.happen(pull, "labeled", by, label=name, app=app)

    def unlabel(self, pull: int, name: str, by: str | None) -> None:
        self.pulls[pull].labels.remove(name)
        self.happen(pull, "unlabeled", by, label=name)

    def happen(
        self, pull: int, event: str, by: str | None, *, label: str | None = None, app: str | None = None
    ) -> None:
        """Anything else in the life of a pull request."""
        one = self.pulls[pull]
        one.updated_at = self._tick()
        one.events.append(Happening(id=self._next(), event=event, actor=by, at=one.updated_at, label=label, app=app))

    def comment(self, pull: int, body: str, by: str | None, *, app: str | None = None) -> Comment:
        now = self._tick()
        one = Comment(id=self._next(), pull=pull, author=by, body=body, created_at=now, updated_at=now, app=app)
        self.comments.append(one)
        return one

    # --- the API

    def answer(self, heard: Recorded, base: str) -> Reply:
        """https://docs.github.com/rest, API version 2022-11-28."""
        if not heard.header("User-Agent"):
            return _error(403, "Request forbidden by administrative rules.")
        if heard.header("X-GitHub-Api-Version") not in ("", "2022-11-28"):
            return _error(400, "X-GitHub-Api-Version is not a valid API version.")
        token = self.tokens.get(heard.header("Authorization").partition("Bearer ")[2])
        if token is None:
            return _error(401, "Bad credentials")
        route = re.sub(r"\A/api(?:/v3(?=/)|(?=/graphql))", "", heard.route)
        if route == "/graphql" and heard.method == "POST":
            return Reply(value={"data": {"viewer": {"login": token.login}}})
        if route == "/user":
            return _refused(token, "") if token.app else Reply(value=self._account(token.login))
        match = re.fullmatch(r"/repos/([^/]+/[^/]+)/(.+)", route)
        if match is None or match[1].lower() != self.repository.lower():
            return _error(404, "Not Found")
        return self._of_repository(heard, match[2], token, base)

    def _of_repository(self, heard: Recorded, rest: str, token: Token, base: str) -> Reply:
        writes = heard.method != "GET"
        if match := re.fullmatch(r"collaborators/([^/]+)/permission", rest):
            return self._permission(match[1])
        accepted = ("pull_requests",) if rest.startswith("pulls/") else ("issues", "pull_requests")
        if not self._may(token, accepted, writes):
            return _refused(token, "; ".join(f"{one}={'write' if writes else 'read'}" for one in accepted))
        if match := re.fullmatch(r"issues/comments/([0-9]+)", rest):
            return self._one_comment(heard, int(match[1]))
        match = re.fullmatch(r"(pulls|issues)/([0-9]+)(/comments|/events|/labels)?", rest)
        pull = self.pulls.get(int(match[2])) if match else None
        if match is None or pull is None:
            return _error(404, "Not Found")
        if match[3] is None:
            return Reply(value=self._pull(pull, base))
        if match[3] == "/comments":
            if writes:
                return self._write_comment(heard, pull, token)
            rows = [self._comment(one) for one in self.comments if one.pull == pull.number]
        elif match[3] == "/events":
            rows = [self._happening(one) for one in pull.events]
        else:
            rows = [{"name": name} for name in pull.labels]
        return _page(heard, rows, base)

    def _may(self, token: Token, accepted: tuple[str, ...], writes: bool) -> bool:
        if not writes and not self.private:
            return True
        return any(token.rights.get(one) in (("write",) if writes else ("read", "write")) for one in accepted)

    def _permission(self, login: str) -> Reply:
        role = self.roles.get(login, "none" if self.private else "read")
        if login in self.organisations:
            return _error(404, f"{login} is not a user")
        account = self._account(login)
        return Reply(value={"permission": _BASE_OF_ROLE.get(role, role), "role_name": role, "user": account})

    def _write_comment(self, heard: Recorded, pull: PullRequest, token: Token) -> Reply:
        body = json.loads(heard.body).get("body")
        if not isinstance(body, str) or not body or len(body) > 65_536:
            return _error(422, "Validation Failed")
        one = self.comment(pull.number, body, token.login, app=token.login.removesuffix("[bot]") if token.app else None)
        return Reply(status=201, value=self._comment(one))

    def _one_comment(self, heard: Recorded, number: int) -> Reply:
        one = next((comment for comment in self.comments if comment.id == number), None)
        if one is None:
            return _error(404, "Not Found")
        if heard.method == "DELETE":
            self.comments.remove(one)
            return Reply(status=204)
        if heard.method == "PATCH":
            one.body = json.loads(heard.body)["body"]
            one.updated_at = self._tick()
        return Reply(value=self._comment(one))

    # --- what things look like

    def _pull(self, one: PullRequest, base: str) -> dict[str, Any]:
        head = self.repository if one.fork is None else one.fork
        return {
            "id": self._id(f"pull {one.number}"),
            "url": f"{base}/repos/{self.repository}/pulls/{one.number}",
            "number": one.number,
            "state": one.state,
            "user": self._account(one.author),
            "labels": [{"id": self._id(f"label {name}"), "name": name} for name in one.labels],
            "head": {"sha": one.head, "ref": "topic", "repo": {"full_name": head} if head else None},
            "base": {"sha": one.base, "ref": one.base_ref, "repo": {"full_name": self.repository}},
            "created_at": _time(one.created_at),
            "updated_at": _time(one.updated_at),
        }

    def _comment(self, one: Comment) -> dict[str, Any]:
        return {
            "id": one.id,
            "user": self._account(one.author),
            "body": one.body,
            "created_at": _time(one.created_at),
            "updated_at": _time(one.updated_at),
            "performed_via_github_app": {"slug": one.app} if one.app else None,
        }

    def _happening(self, one: Happening) -> dict[str, Any]:
        written: dict[str, Any] = {
            "id": one.id,
            "event": one.event,
            "actor": self._account(one.actor),
            "commit_id": None,
            "created_at": _time(one.at),
            "performed_via_github_app": {"slug": one.app} if one.app else None,
        }
        return {**written, "label": {"name": one.label, "color": "ededed"}} if one.label else written

    def _account(self, login: str | None) -> dict[str, Any] | None:
        if login is None:
            return None
        kind = "Organization" if login in self.organisations else "Bot" if login.endswith("[bot]") else "User"
        return {"login": login, "id": self._id(login.lower()), "type": kind, "site_admin": False}

    def _id(self, of: str) -> int:
        return self._ids.setdefault(of, len(self._ids) + 1)

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def _page(heard: Recorded, rows: list[Any], base: str) -> Reply:
    """https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api"""
    asked = {key: int(values[0]) for key, values in parse_qs(heard.query).items() if values[0].isdecimal()}
    size, page = min(asked.get("per_page", 30), 100), asked.get("page", 1)
    last = max(1, -(-len(rows) // size))
    links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    named = [
        f'<{base}{re.sub(r"^/api/v3", "", heard.route)}?per_page={size}&page={number}>; rel="{name}"'
        for name, number in links.items()
        if 1 <= number <= last
        and not (name in ("prev", "first") and page == 1)
        and not (name == "last" and page == last)
    ]
    shown = rows[(page - 1) * size : page * size]
    return Reply(value=shown, headers={"Link": ", ".join(named)} if last > 1 else {})


def _error(status: int, message: str, **headers: str) -> Reply:
    value = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return Reply(status=status, value=value, headers=headers)


def _refused(token: Token, accepted: str) -> Reply:
    by = "integration" if token.app else "personal access token"
    reply = _error(403, f"Resource not accessible by {by}")
    if accepted:
        reply.headers["X-Accepted-GitHub-Permissions"] = accepted
    return reply


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
