"""How rules put things: ages, places and other people's text, the same in every message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from depaudit.model.evidence import NearName
from depaudit.model.finding import Fact
from depaudit.model.names import Ecosystem

MAX_TEXT = 120
"""Letters of a publisher's own text that are passed on, for people alone."""

MAX_SPECIFIER = 80
"""Letters of a specifier that a message repeats."""


def ago(moment: datetime, now: datetime) -> str:
    """How long before ``now`` it was: "3 days ago", "5 hours ago"; what lies ahead of a wrong clock is "just now"."""
    passed = now - moment
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        count = passed // length
        if count > 0:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def full_days(period: timedelta) -> int:
    """Whole days of ``period``, never below zero."""
    return max(0, period.days)


def listed(words: Iterable[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    items = list(words)
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


def publisher_text(label: str, text: str, source: str = "") -> Fact:
    """A fact that quotes what a publisher wrote: one line, cut, without control or invisible characters."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text[: MAX_TEXT * 4])
    line = " ".join(kept.split())
    return Fact(
        label=f"{label}_text", value=line if len(line) <= MAX_TEXT else f"{line[: MAX_TEXT - 1]}…", source=source
    )


def version_words(version: str) -> str:
    """``version`` where it looks like one and may stand in a message: a registry or a lockfile can say anything."""
    return version if _version_pattern().fullmatch(version) else "of an odd version"


def specifier_words(specifier: str) -> str:
    """``specifier`` where it may stand in a message: every word of it has a figure in it, or it is one tag."""
    words = specifier.split()
    plain = len(specifier) <= MAX_SPECIFIER and all(_specifier_pattern().fullmatch(word) for word in words)
    told = plain and (len(words) == 1 or all(word in ("||", "-", "*") or any(map(str.isdigit, word)) for word in words))
    return f"'{' '.join(words)}'" if words and told else "what is asked for"


def host(url: str) -> str | None:
    """The host that ``url`` names, when it is one that may stand in a message; never a user name or a path."""
    text = url.strip()
    if _scp_pattern().match(text):
        found: str | None = text.partition("@")[2].partition(":")[0]
    elif "://" in text:
        try:
            found = urlsplit(text).hostname
        except ValueError:
            return None
    else:
        found = _SHORTHANDS.get(text.partition(":")[0])
    return found.lower() if found and _host_pattern().fullmatch(found) else None


def spelled(near: NearName, ecosystem: Ecosystem) -> str:
    """A near name as it is typed: with its ecosystem's prefix when that is not the package's own."""
    return near.target if near.ecosystem is ecosystem else f"{near.ecosystem}:{near.target}"


_SHORTHANDS = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": "gist.github.com"}


@cache
def _scp_pattern() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9_.-]{1,64}@[A-Za-z0-9.-]{1,253}:(?!//)")


@cache
def _host_pattern() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


@cache
def _version_pattern() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9][A-Za-z0-9.+!_-]{0,63}")


@cache
def _specifier_pattern() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9.*+!<>=~^|,_-]{1,80}")
