"""What GitHub Actions says of itself: the event that started this run, of ``GITHUB_*`` and the payload's file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from depaudit.errors import EventError
from depaudit.frontends.github import shape
from depaudit.frontends.github.shape import BRANCH, LOGIN, REPOSITORY, SHA, MisshapenError
from depaudit.model.names import quoted
from depaudit.model.record import record

PULL_EVENTS = ("pull_request", "pull_request_target")

MAX_PAYLOAD = 32 * 1024 * 1024
"""Bytes. GitHub sends no webhook of more than 25 MB."""

_NAME = re.compile(r"[a-z_]{1,64}")
_RUN = re.compile(r"[0-9]{1,20}")
_NOTHING = re.compile(r"0{40}|0{64}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@record
class Pull:
    """The pull request as it was when the event happened.

    ``author``      login; empty for an account that is gone
    ``head_sha``    the commit that was proposed then
    ``base_sha``    the tip of ``base_ref`` then, which may be older than what the checkout was merged with
    ``from_fork``   the head stands in another repository, or in one that is gone
    ``updated_at``  of GitHub's own clock: nothing in the payload is newer
    ``label``       the one that the action "labeled" or "unlabeled" is about
    ``sender``      login of whoever caused the event; empty when the payload names nobody
    """

    number: int
    author: str
    head_sha: str
    base_sha: str
    base_ref: str
    from_fork: bool
    updated_at: datetime
    label: str = ""
    sender: str = ""


@record
class Event:
    """One run's cause.

    ``name``            "pull_request", "push", "merge_group", "schedule", …
    ``repository``      ``owner/name``
    ``sha``, ``ref``    ``GITHUB_SHA`` (for pull_request a merge commit made for the run) and ``GITHUB_REF``
    ``api_url``, ``server_url``  without "/" at the end
    ``run_url``         the page of this run; empty where there is none
    ``before``          what a push (its branch's tip before) or a merge group (its base) compares with; None: nothing
    ``action``          "opened", "synchronize", "labeled", …; empty for events without
    ``default_branch``  of the repository; empty when the payload does not say
    """

    name: str
    repository: str
    workspace: Path
    sha: str
    ref: str
    api_url: str
    server_url: str
    run_url: str = ""
    pull: Pull | None = None
    before: str | None = None
    action: str = ""
    default_branch: str = ""

    @property
    def caution(self) -> str:
        """What must be said of the event itself, as a sentence; empty for most."""
        if self.name != "pull_request_target":
            return ""
        return (
            "This workflow runs on pull_request_target, with a token that may write and with the repository's "
            "secrets: no step of it may check out the pull request's own code. Use pull_request where you can."
        )


def read_event(environment: Mapping[str, str]) -> Event:
    """The event of this run, from ``environment`` and the file that ``GITHUB_EVENT_PATH`` names.

    Raises ``EventError`` when this is no run of GitHub Actions, or one that says nonsense.
    """
    path = Path(_needed(environment, "GITHUB_EVENT_PATH"))
    try:
        if not path.is_file():  # a pipe would never end
            raise EventError("GITHUB_EVENT_PATH names no file.", mend="It is set by the runner; do not change it.")
        with path.open("rb") as stream:
            payload = stream.read(MAX_PAYLOAD + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such path"
        raise EventError(f"The event's payload, GITHUB_EVENT_PATH, cannot be read: {reason}.") from error
    return parse_event(environment, payload)


def parse_event(environment: Mapping[str, str], payload: bytes) -> Event:
    """``read_event`` of a payload that is read already."""
    name = _checked(environment, "GITHUB_EVENT_NAME", _NAME, "the name of an event")
    repository = _checked(environment, "GITHUB_REPOSITORY", REPOSITORY, "owner/name")
    server = _address(environment, "GITHUB_SERVER_URL", "https://github.com")
    run = environment.get("GITHUB_RUN_ID", "")
    if len(payload) > MAX_PAYLOAD:
        raise EventError("The event's payload has more than 32 MB, which GitHub never sends.")
    try:
        content = shape.read_json(payload)
        default_branch = _of_repository(content, repository)
        pull = _pull(content, repository) if name in PULL_EVENTS else None
        before = _before(content, name)
        action = shape.matching(_NAME, "an action", content, "action") if content.get("action") is not None else ""
    except MisshapenError as error:
        raise EventError(
            f"The event's payload, GITHUB_EVENT_PATH, is not one of {name}: {error}.",
            mend="It is written by the runner; no step may change it.",
        ) from None
    return Event(
        name=name,
        repository=repository,
        workspace=_folder(environment),
        sha=_checked(environment, "GITHUB_SHA", SHA, "a commit id"),
        ref=_checked(environment, "GITHUB_REF", BRANCH, "a reference") if environment.get("GITHUB_REF") else "",
        api_url=_address(environment, "GITHUB_API_URL", "https://api.github.com"),
        server_url=server,
        run_url=f"{server}/{repository}/actions/runs/{run}" if _RUN.fullmatch(run) else "",
        pull=pull,
        before=before,
        action=action,
        default_branch=default_branch,
    )


def _of_repository(content: Any, repository: str) -> str:
    """The default branch of the payload's repository, which must be the run's own."""
    if not isinstance(content, dict):
        raise MisshapenError("", "an object")
    if "repository" not in content:  # as nothing but schedule's of old runners
        return ""
    named = shape.matching(REPOSITORY, "owner/name", content, "repository", "full_name")
    if named.lower() != repository.lower():
        raise MisshapenError("repository.full_name", f"GITHUB_REPOSITORY, {quoted(repository)}")
    if content["repository"].get("default_branch") is None:
        return ""
    return shape.matching(BRANCH, "a branch", content, "repository", "default_branch")


def _pull(content: Any, repository: str) -> Pull:
    pull = shape.within(content, "pull_request")
    base = shape.matching(REPOSITORY, "owner/name", content, "pull_request", "base", "repo", "full_name")
    if base.lower() != repository.lower():
        raise MisshapenError("pull_request.base.repo.full_name", f"GITHUB_REPOSITORY, {quoted(repository)}")
    head = shape.within(content, "pull_request", "head", "repo")
    from_fork = head is None or (
        shape.matching(REPOSITORY, "owner/name", content, "pull_request", "head", "repo", "full_name").lower()
        != repository.lower()
    )
    return Pull(
        number=shape.number(content, "pull_request", "number"),
        author=_login(pull, "user"),
        head_sha=shape.matching(SHA, "a commit id", content, "pull_request", "head", "sha"),
        base_sha=shape.matching(SHA, "a commit id", content, "pull_request", "base", "sha"),
        base_ref=shape.matching(BRANCH, "a branch", content, "pull_request", "base", "ref"),
        from_fork=from_fork,
        updated_at=shape.moment(content, "pull_request", "updated_at"),
        label=shape.text(content, "label", "name", most=256) if content.get("label") is not None else "",
        sender=_login(content, "sender"),
    )


def _login(value: Any, key: str) -> str:
    if not isinstance(value, dict) or value.get(key) is None:
        return ""
    return shape.matching(LOGIN, "an account's name", value, key, "login")


def _before(content: Any, name: str) -> str | None:
    if name == "merge_group":
        return shape.matching(SHA, "a commit id", content, "merge_group", "base_sha")
    if name == "push":
        before = shape.matching(SHA, "a commit id", content, "before")
        return None if _NOTHING.fullmatch(before) else before  # zeros: the branch is new
    return None


def _needed(environment: Mapping[str, str], variable: str) -> str:
    value = environment.get(variable, "")
    if not value:
        raise EventError(
            f"{variable} is not set: this is no run of GitHub Actions.",
            mend="Elsewhere, type depaudit diff BASE.",
        )
    return value


def _checked(environment: Mapping[str, str], variable: str, pattern: re.Pattern[str], what: str) -> str:
    value = _needed(environment, variable)
    if len(value) > 2048 or pattern.fullmatch(value) is None:
        raise EventError(
            f"{variable} is {quoted(value)}, which is not {what}.",
            mend="It is set by the runner; do not change it.",
        )
    return value


def _folder(environment: Mapping[str, str]) -> Path:
    path = Path(_needed(environment, "GITHUB_WORKSPACE"))
    if not path.is_absolute() or "\0" in str(path):
        raise EventError(
            f"GITHUB_WORKSPACE is {quoted(str(path))}, which is not an absolute path.",
            mend="It is set by the runner; do not change it.",
        )
    return path


def _address(environment: Mapping[str, str], variable: str, default: str) -> str:
    """An https address that a token may be sent to; plain http is for this machine alone."""
    value = environment.get(variable, "") or default
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    right = (
        host
        and len(value) <= 2048
        and re.fullmatch(r"[!-~]+", value)
        and not (parts.username or parts.password or parts.query or parts.fragment)
        and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))
    )
    if not right:
        raise EventError(
            f"{variable} is no https address.",  # not shown: it may hold a password
            mend="It is set by the runner; do not change it.",
        )
    return value.rstrip("/")
