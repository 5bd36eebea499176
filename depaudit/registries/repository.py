"""Links that projects give, reduced to the repository they mean: ``host/owner/name`` in lower case."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "git.sr.ht"})
_ALIASES = {"www.github.com": "github.com", "www.gitlab.com": "gitlab.com", "sr.ht": "git.sr.ht"}
_SHORT = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}
_DEEP = frozenset({"gitlab.com"})  # groups within groups

# github.com's own pages, which look like an owner and a repository
_NOT_OWNERS = frozenset(
    (
        "about",
        "apps",
        "collections",
        "contact",
        "customer-stories",
        "enterprise",
        "events",
        "explore",
        "features",
        "issues",
        "login",
        "marketplace",
        "new",
        "notifications",
        "orgs",
        "pricing",
        "pulls",
        "search",
        "security",
        "settings",
        "site",
        "sponsors",
        "stars",
        "topics",
        "trending",
        "users",
        "-",
    )
)
_PART = re.compile(r"~?[A-Za-z0-9_.][A-Za-z0-9_.-]{0,127}")
_SCP = re.compile(r"(?:[A-Za-z0-9_.-]{1,64}@)?([A-Za-z0-9.-]{1,255}):(?!/)(\S{1,512})")
_MAX_LINK = 2048


def repository_of(link: object, *, shorthand: bool = False) -> str | None:
    """The repository that ``link`` points to or into, None when it names none on a known host.

    Understands web, ``git+https``, ``ssh`` and ``git@host:`` forms; with ``shorthand`` also npm's ``github:o/n`` and
    ``o/n``.
    """
    if type(link) is not str or not link or len(link) > _MAX_LINK:
        return None
    text = link.strip().removeprefix("scm:").removeprefix("git+")
    if "://" not in text:
        if shorthand and (short := _of_shorthand(text)) is not None:
            return short
        match = _SCP.fullmatch(text)
        text = f"ssh://{match[1]}/{match[2]}" if match is not None else f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    host = _ALIASES.get(host, host)
    return _join(host, unquote(parts.path)) if host in _HOSTS else None


def _of_shorthand(text: str) -> str | None:
    service, colon, rest = text.partition(":")
    if colon and service in _SHORT:
        return _join(_SHORT[service], rest.partition("#")[0])
    if not colon and text.count("/") == 1 and "." not in text.partition("/")[0]:
        return _join("github.com", text.partition("#")[0])
    return None


def _join(host: str, path: str) -> str | None:
    parts = [part for part in path.split("/") if part]
    if host not in _DEEP:
        parts = parts[:2]
    elif "-" in parts:  # gitlab.com/group/subgroup/name/-/tree/main
        parts = parts[: parts.index("-")]
    if len(parts) < 2 or parts[0].lower() in _NOT_OWNERS:
        return None
    parts[-1] = parts[-1].removesuffix(".git")
    if not all(_PART.fullmatch(part) and part not in (".", "..") for part in parts[:8]):
        return None
    return "/".join((host, *parts[:8])).lower()
