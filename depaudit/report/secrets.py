"""The last door before print: nothing of a credential leaves in a URL, whoever let it come this far."""

from __future__ import annotations

import re
from functools import cache

HIDDEN = "..."


def hide(text: str) -> str:
    """``text`` whose URLs have lost user, password and query.

    Where an unescaped ``/`` or ``?`` makes it impossible to tell a password from a path, the whole rest is hidden.
    """
    return _after_scheme().sub(_bare, text) if "://" in text else text


@cache
def _after_scheme() -> re.Pattern[str]:
    # up to the next scheme: a URL's path may hold another URL
    return re.compile(r"(?<=://)(?:(?!://)[^\s'\"<>])+(://)?")


def _bare(match: re.Match[str]) -> str:
    end = match.group(1) or ""
    body, mark, query = match.group().removesuffix("://").partition("?")
    authority, slash, path = body.partition("/")
    host = authority.rpartition("@")[2]
    name, colon, port = host.rpartition(":")
    unclear = bool(colon) and not port.isdecimal() and not host.endswith("]") and bool(name)
    if (unclear and ("@" in path or (end and not slash))) or (not slash and "@" in query):
        return HIDDEN + end
    return f"{host}{slash}{path}{mark}{HIDDEN if mark else ''}{end}"
