"""PyPI's JSON API: what a project says of itself, and who owns it."""

from __future__ import annotations

import json
from typing import Any

from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.project import Details
from depaudit.registries.errors import Failure, nonsense
from depaudit.registries.repository import repository_of

MAX_SUMMARY = 512
MAX_OWNERS = 100

_SOURCE_LABELS = ("source", "repository", "repo", "code", "github", "gitlab", "git", "scm", "vcs")
_PAGE_LABELS = ("homepage", "home", "documentation", "docs")
_NOT_ITS_OWN = ("sponsor", "fund", "donat", "twitter", "chat", "discord", "slack")
_MISSHAPEN = nonsense("JSON that describes no project")


def read_details(name: NormalizedName, body: bytes) -> Details | Failure:
    """The details in an answer of ``/pypi/{name}/json``."""
    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        return nonsense("not JSON")
    info = page.get("info") if isinstance(page, dict) else None
    if not isinstance(info, dict) or not isinstance(info.get("name"), str):
        return _MISSHAPEN
    if not _same(info["name"], name):
        return nonsense("a page of another project")
    links = _links(info)
    repository = next((found for _, link in links if (found := repository_of(link)) is not None), None)
    return Details(
        summary=clean(info.get("summary"))[:MAX_SUMMARY],
        description=bool(clean(info.get("description"))),
        repository=repository,
        homepage=next((link for _, link in links if is_page(link) and repository_of(link) is None), None),
        owners=_owners(page.get("ownership")),
    )


def clean(value: object) -> str:
    """A text field; old uploads say ``UNKNOWN`` for nothing."""
    text = value.strip() if isinstance(value, str) else ""
    return "" if text == "UNKNOWN" else text


def is_page(link: str) -> bool:
    """Whether ``link`` is a web address short enough to be shown."""
    return link.startswith(("https://", "http://")) and len(link) <= MAX_SUMMARY and link.isprintable()


def _links(info: dict[str, Any]) -> list[tuple[int, str]]:
    """The project's links, those that claim to be its source first, then its pages, then any other."""
    urls = info.get("project_urls")
    labelled = [(str(label), link) for label, link in urls.items()] if isinstance(urls, dict) else []
    labelled.append(("homepage", info.get("home_page")))
    links = [
        (_order(label.lower()), clean(link))
        for label, link in labelled[:200]
        if clean(link) and not any(word in label.lower() for word in _NOT_ITS_OWN)
    ]
    return sorted(links, key=lambda link: link[0])


def _order(label: str) -> int:
    if any(word in label for word in _SOURCE_LABELS):
        return 0
    return 1 if any(word in label for word in _PAGE_LABELS) else 2


def _owners(ownership: object) -> tuple[str, ...]:
    """The accounts with a role, and the organization: ``{"roles": [{"role", "user"}], "organization": …}``."""
    if not isinstance(ownership, dict):
        return ()
    roles = ownership.get("roles")
    users = [role.get("user") for role in roles if isinstance(role, dict)] if isinstance(roles, list) else []
    organization = ownership.get("organization")
    if isinstance(organization, dict):
        organization = organization.get("name")
    found = {user.lower() for user in (*users, organization) if isinstance(user, str) and 0 < len(user) <= MAX_SUMMARY}
    return tuple(sorted(found))[:MAX_OWNERS]


def _same(spelled: str, name: NormalizedName) -> bool:
    from depaudit.errors import InvalidNameError

    try:
        return normalize(Ecosystem.PYPI, spelled) == name
    except InvalidNameError:
        return False
