"""npm's versions and ranges, as npm itself reads them: node-semver's "loose" grammar.

https://github.com/npm/node-semver#ranges describes the syntax; npm parses what users write with ``loose: true``
(``npm-package-arg``, ``npm-pick-manifest``), so leading ``v`` and ``=``, leading zeros, ``1.2.3beta`` and stray words
beside a range are accepted here too. All is linear in the length of the text, and the length is bounded.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from depaudit.model.record import record

MAX_VERSION_LENGTH = 256
"""Letters; node-semver's own bound."""

MAX_RANGE_LENGTH = 1024
"""Letters. Real ranges that join many majors with ``||`` reach some 300."""

_MAX_NUMBER = 2**53 - 1  # JavaScript's largest safe integer: node-semver refuses a version beyond it

_NUMBER = r"[0-9]{1,256}"
_WORDS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_PART = rf"({_NUMBER}|[xX*])"

Word = tuple[int, int, str]
"""One dot-separated word of a prerelease, as a sortable value: numbers before words."""


class NpmVersion(NamedTuple):
    """A version in npm's order. ``final`` is 1 without a prerelease, else 0, so that tuples sort as versions do."""

    major: int
    minor: int
    patch: int
    final: int = 1
    prerelease: tuple[Word, ...] = ()

    @property
    def numbers(self) -> tuple[int, int, int]:
        """The three numbers alone."""
        return self[:3]


@record(kw_only=False)
class Comparator:
    """``operator`` is one of ``<``, ``<=``, ``>``, ``>=``, ``=``."""

    operator: str
    version: NpmVersion

    def admits(self, version: NpmVersion) -> bool:
        """Whether ``version`` is on the right side, prereleases or not."""
        if self.operator == "=":
            return version == self.version
        if self.operator == "<":
            return version < self.version
        if self.operator == "<=":
            return version <= self.version
        if self.operator == ">":
            return version > self.version
        return version >= self.version


@record(kw_only=False)
class NpmRange:
    """Alternatives of comparators that must all hold; an alternative without comparators admits every release."""

    alternatives: tuple[tuple[Comparator, ...], ...]

    def admits(self, version: NpmVersion) -> bool:
        """Whether ``version`` satisfies the range.

        A prerelease satisfies an alternative only where one of its comparators is itself a prerelease of the very
        same three numbers.
        """
        return any(_alternative_admits(comparators, version) for comparators in self.alternatives)


def parse_version(text: str) -> NpmVersion | None:
    """The version that ``text`` is; None when it is none. Build metadata is dropped, as it never orders."""
    if len(text) > MAX_VERSION_LENGTH:
        return None
    match = _version_pattern().fullmatch(text.strip())
    if match is None:
        return None
    major, minor, patch = int(match[1]), int(match[2]), int(match[3])
    if max(major, minor, patch) > _MAX_NUMBER:
        return None
    return _version(major, minor, patch, match[4])


@lru_cache(maxsize=4096)
def parse_range(text: str) -> NpmRange | None:
    """The range that ``text`` is; None when it is none (a dist-tag, a URL, ``catalog:``, or simply too long)."""
    if len(text) > MAX_RANGE_LENGTH:
        return None
    alternatives = []
    for part in text.split("||"):
        try:
            comparators = _alternative(" ".join(part.split()))
        except OverflowError:
            return None
        if comparators is not None:
            alternatives.append(comparators)
    if () in alternatives:
        # As npm does: "1.0.0-beta || *" is "*" alone, which admits no prerelease.
        return NpmRange(((),))
    return NpmRange(tuple(alternatives)) if alternatives else None


def _alternative_admits(comparators: tuple[Comparator, ...], version: NpmVersion) -> bool:
    if not all(comparator.admits(version) for comparator in comparators):
        return False
    if version.final:
        return True
    return any(
        not comparator.version.final and comparator.version.numbers == version.numbers for comparator in comparators
    )


def _alternative(text: str) -> tuple[Comparator, ...] | None:
    """The comparators of one side of ``||``; None when nothing in it is a comparator."""
    hyphen = _hyphen_pattern().fullmatch(text)
    if hyphen is not None:
        return _hyphen(_partial(hyphen.groups()[:4]), _partial(hyphen.groups()[4:]))
    if not text:
        return ()
    comparators: list[Comparator] = []
    understood = False
    for token in _space_after_operator_pattern().sub(r"\1", text).split():
        found = _simple(token)
        # Loose reading: a word that is no comparator is passed over beside one that is, as npm does.
        if found is not None:
            understood = True
            comparators.extend(one for one in found if one != _FROM_ZERO)
    return tuple(comparators) if understood else None


class _Partial(NamedTuple):
    """A version of which only the leading numbers may be given; None is ``x``, ``*`` or left out."""

    major: int | None
    minor: int | None
    patch: int | None
    prerelease: str | None

    def floor(self) -> NpmVersion:
        """The first version it stands for."""
        complete = self.minor is not None and self.patch is not None
        return _version(
            self.major or 0,
            self.minor or 0,
            (self.patch or 0) if self.minor is not None else 0,
            self.prerelease if complete else None,
        )

    def ceiling(self) -> NpmVersion:
        """The first prerelease after all that it stands for, where a number is missing."""
        if self.minor is None:
            return _before(self.major or 0, -1)
        return _before(self.major or 0, self.minor)


def _partial(groups: tuple[str | None, ...]) -> _Partial:
    numbers = [None if group is None or group in ("x", "X", "*") else int(group) for group in groups[:3]]
    if any(number is not None and number > _MAX_NUMBER for number in numbers):
        raise OverflowError
    major, minor, patch = numbers
    if major is None:
        return _Partial(None, None, None, None)
    if minor is None:
        return _Partial(major, None, None, None)
    return _Partial(major, minor, patch, groups[3] if patch is not None else None)


def _simple(token: str) -> tuple[Comparator, ...] | None:
    """What one word of a range says; None when it is no comparator."""
    match = _simple_pattern().fullmatch(token)
    if match is None:
        return None
    operator = match[1]
    groups = match.groups()[1:]
    if operator[:1] not in ("~", "^") and _number_after_wildcard(groups):
        return None  # "1.x.3" means nothing; npm overlooks it after ~ and ^ and between hyphens alone
    partial = _partial(groups)
    if partial.major is None:
        # Nothing is less than everything, or greater than everything.
        return (_NOTHING,) if operator in ("<", ">") else ()
    if operator.startswith("~"):
        return (Comparator(">=", partial.floor()), Comparator("<", partial.ceiling()))
    if operator == "^":
        return (Comparator(">=", partial.floor()), Comparator("<", _caret_ceiling(partial)))
    if partial.patch is None:
        return _x_range(operator, partial)
    return (Comparator(operator or "=", partial.floor()),)


def _number_after_wildcard(groups: tuple[str | None, ...]) -> bool:
    wild = [group in ("x", "X", "*") for group in groups[:3] if group is not None]
    return wild != sorted(wild)


def _x_range(operator: str, partial: _Partial) -> tuple[Comparator, ...]:
    if operator == ">":
        return (Comparator(">=", _release(partial.ceiling())),)
    if operator == ">=":
        return (Comparator(">=", partial.floor()),)
    if operator == "<":
        return (Comparator("<", _version(*partial.floor().numbers, "0")),)
    if operator == "<=":
        return (Comparator("<", partial.ceiling()),)
    return (Comparator(">=", partial.floor()), Comparator("<", partial.ceiling()))


def _caret_ceiling(partial: _Partial) -> NpmVersion:
    major = partial.major or 0
    if major or partial.minor is None:
        return _before(major, -1)
    if partial.minor or partial.patch is None:
        return _before(0, partial.minor)
    return _version(0, 0, partial.patch + 1, "0")


def _hyphen(first: _Partial, last: _Partial) -> tuple[Comparator, ...]:
    comparators = []
    if first.major is not None and first.floor() != _FROM_ZERO.version:
        comparators.append(Comparator(">=", first.floor()))
    if last.major is not None:
        if last.patch is None:
            comparators.append(Comparator("<", last.ceiling()))
        else:
            comparators.append(Comparator("<=", last.floor()))
    return tuple(comparators)


def _before(major: int, minor: int) -> NpmVersion:
    """The very first prerelease after ``major.minor``; ``minor`` -1 means after the whole ``major``."""
    return _version(major + 1, 0, 0, "0") if minor < 0 else _version(major, minor + 1, 0, "0")


def _release(version: NpmVersion) -> NpmVersion:
    return NpmVersion(*version.numbers)


def _version(major: int, minor: int, patch: int, prerelease: str | None) -> NpmVersion:
    if prerelease is None:
        return NpmVersion(major, minor, patch)
    words: tuple[Word, ...] = tuple(
        (0, int(word), "") if word.isdigit() else (1, 0, word) for word in prerelease.split(".")
    )
    return NpmVersion(major, minor, patch, 0, words)


_FROM_ZERO = Comparator(">=", NpmVersion(0, 0, 0))  # says nothing
_NOTHING = Comparator("<", NpmVersion(0, 0, 0, 0, ((0, 0, ""),)))


@cache
def _version_pattern() -> re.Pattern[str]:
    return re.compile(rf"[v=\s]*({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-?({_WORDS}))?(?:\+{_WORDS})?")


@cache
def _simple_pattern() -> re.Pattern[str]:
    return re.compile(rf"(~>?|\^|[<>]?=?){_partial_pattern()}")


@cache
def _hyphen_pattern() -> re.Pattern[str]:
    return re.compile(rf"{_partial_pattern()} - {_partial_pattern()}")


@cache
def _space_after_operator_pattern() -> re.Pattern[str]:
    return re.compile(r"([<>=~^])\s+")


def _partial_pattern() -> str:
    return rf"[v=\s]*{_PART}(?:\.{_PART}(?:\.{_PART}(?:-?({_WORDS}))?(?:\+{_WORDS})?)?)?"
