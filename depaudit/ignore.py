"""Patterns of ``.gitignore`` files, as git reads them (https://git-scm.com/docs/gitignore).

A path is matched part by part, so that no pattern can take more time than its length times the path's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from functools import lru_cache

from depaudit.model.record import record

MAX_PATTERNS = 5_000
"""Of one file; what stands below is not read."""

MAX_PATTERN_LENGTH = 1_000
"""Letters; a longer line is not read."""

_Part = Callable[[str], object]
_WILD = frozenset("*?[\\")


@record(kw_only=False)
class Pattern:
    """One line. ``parts`` are matchers of path parts, None for ``**``; ``literal`` the name where it is only that."""

    negated: bool
    folders_only: bool
    parts: tuple[_Part | None, ...]
    literal: str | None = None

    def matches(self, path: Sequence[str], *, folder: bool) -> bool:
        """Whether the pattern speaks of the path, given in parts relative to the pattern's own folder."""
        if self.folders_only and not folder:
            return False
        return _match(self.parts, path)


@record(kw_only=False)
class PatternSet:
    """The patterns of one file, in their order.

    ``folders`` and ``names`` are those that are plain names (of folders, of anything), kept apart for speed where the
    order does not matter; ``rest`` are all others.
    """

    folders: frozenset[str]
    names: frozenset[str]
    rest: tuple[Pattern, ...]

    def verdict(self, path: Sequence[str], *, folder: bool) -> bool | None:
        """True: ignored. False: explicitly not. None: no pattern speaks of the path."""
        if path and (path[-1] in self.names or (folder and path[-1] in self.folders)):
            return True
        for pattern in reversed(self.rest):
            if pattern.matches(path, folder=folder):
                return not pattern.negated
        return None


def read_patterns(lines: Iterable[str]) -> PatternSet:
    """The patterns of a ``.gitignore`` file's lines."""
    found: list[Pattern] = []
    for line in lines:
        pattern = _pattern(line)
        if pattern is not None:
            found.append(pattern)
        if len(found) == MAX_PATTERNS:
            break
    if any(pattern.negated for pattern in found):
        return PatternSet(frozenset(), frozenset(), tuple(found))
    return PatternSet(
        frozenset(p.literal for p in found if p.literal is not None and p.folders_only),
        frozenset(p.literal for p in found if p.literal is not None and not p.folders_only),
        tuple(p for p in found if p.literal is None),
    )


def _pattern(line: str) -> Pattern | None:
    line = line.rstrip("\r\n")
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    if not line or line.startswith("#") or len(line) > MAX_PATTERN_LENGTH:
        return None
    negated = line.startswith("!")
    line = line[negated:]
    folders_only = line.endswith("/")
    line = line.rstrip("/") if folders_only else line
    if not line:
        return None
    anchored = "/" in line
    words = line.removeprefix("/").split("/")
    parts = tuple(None if word == "**" else _part(word) for word in words)
    if not anchored:
        literal = words[0] if not negated and not _WILD & set(words[0]) else None
        return Pattern(negated, folders_only, (None, *parts), literal)
    return Pattern(negated, folders_only, parts)


def _match(parts: Sequence[_Part | None], path: Sequence[str]) -> bool:
    # Wildcard matching with one step back: to the last "**", which then takes one part more.
    at = position = 0
    star = resume = -1
    while position < len(path):
        part = parts[at] if at < len(parts) else _NOTHING
        if part is None:
            if at == len(parts) - 1:
                return True  # "a/**": anything inside, of which there is something
            star, resume = at, position
            at += 1
        elif part(path[position]):
            at += 1
            position += 1
        elif star >= 0:
            resume += 1
            at, position = star + 1, resume
        else:
            return False
    return at == len(parts)


def _NOTHING(_: str) -> bool:  # noqa: N802  stands where a constant of the same type as a matcher does
    return False


@lru_cache(maxsize=4096)
def _part(word: str) -> _Part:
    if not _WILD & set(word):
        return word.__eq__
    if word.startswith("*.") and not _WILD & set(word[1:]):
        ending = word[1:]
        return lambda name: name.endswith(ending)
    # fnmatch's expressions do not go back over what a "*" has taken: they are linear
    return re.compile(translate(_as_fnmatch(word))).match


def _as_fnmatch(word: str) -> str:
    # fnmatch knows no backslash and writes "not" in a class as "!" alone
    out = []
    at = 0
    while at < len(word):
        letter = word[at]
        if letter == "\\" and at + 1 < len(word):
            at += 1
            out.append(f"[{word[at]}]" if word[at] in "*?[" else word[at])
        elif letter == "[":
            end = word.find("]", at + (3 if word[at + 1 : at + 2] in ("!", "^") else 2))
            if end < 0:
                out.append("[[]")
            else:
                inner = word[at + 1 : end].replace("\\", "")
                out.append("[" + ("!" + inner[1:] if inner[:1] == "^" else inner) + "]")
                at = end
        else:
            out.append(letter)
        at += 1
    return "".join(out)
