"""JSON with the place of every key that somebody may be told about, at the speed of the C decoder.

``read_json`` decodes the whole text once, which finds every error. Then it walks, key by key, only the objects that
the caller's ``Shape`` names; whatever lies below them is left to the C decoder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json.decoder import JSONDecodeError
from typing import Any, NoReturn

from depaudit.errors import ParseError
from depaudit.model.names import quoted
from depaudit.model.record import record
from depaudit.model.requirement import Location

Shape = Mapping[str, "Shape"]
"""Which objects to walk: key to the shape of its value; ``*`` stands for every key. A value of ``{}`` is not walked,
nor is an object that has none of the keys that its shape names: it stays the dictionary that the decoder makes."""

MAX_DEPTH = 100
"""Levels of objects that are walked; npm's own lockfiles of version 1 have met some 20."""

MAX_MEMBERS = 300_000
"""Keys of one walked object; the largest lockfiles met in public have some 10,000 packages."""

_SPACE = re.compile(r"[ \t\n\r]*")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|\Z)", re.MULTILINE)
_STRING_OR_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)
_MEND = "Correct it here (JSON has no comments and no commas after the last entry), or let its tool write it anew."
_MAX_DIGITS = 400


@record(kw_only=False)
class Member:
    """One key of a walked object. ``value`` is what JSON says, or an ``Entries`` where the shape goes on.

    ``at`` and ``value_at`` are offsets into the text, of the key's and the value's first character.
    """

    key: str
    value: Any
    at: int
    value_at: int


@record(kw_only=False)
class Entries:
    """A walked object: all its members in their order, keys that stand twice included."""

    members: tuple[Member, ...]

    def get(self, key: str) -> Any:
        """The value that ``key`` has: JSON's readers take the last where it stands twice. None when it is missing."""
        member = self.member(key)
        return None if member is None else member.value

    def member(self, key: str) -> Member | None:
        """The last member of that name."""
        return next((m for m in reversed(self.members) if m.key == key), None)

    def repeated(self) -> tuple[Member, ...]:
        """Members whose key stood before: readers differ on which one counts."""
        seen: set[str] = set()
        found = []
        for member in self.members:
            if member.key in seen:
                found.append(member)
            seen.add(member.key)
        return tuple(found)


class _Lines:
    """Turns offsets into lines and columns. Quick when asked in the order of the text, as parsers do."""

    __slots__ = ("_at", "_line", "_start", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at, self._line, self._start = 0, 1, 0

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of ``offset``, from 1."""
        if offset < self._at:
            self._at, self._line, self._start = 0, 1, 0
        passed = self._text.count("\n", self._at, offset)
        if passed:
            self._line += passed
            self._start = self._text.rfind("\n", self._at, offset) + 1
        self._at = offset
        return self._line, offset - self._start + 1


@record(kw_only=False)
class Document:
    """A decoded text. ``value`` is all of it, ``root`` the walked top level."""

    text: str
    path: str
    value: dict[str, Any]
    _lines: _Lines

    def walk(self, shape: Shape) -> Entries:
        """The top level and, as far as ``shape`` goes, the objects below, with places.

        Raises ``ParseError`` where the objects that are to be walked are nested too deeply or hold too many keys.
        """
        return self._walk(_after_space(self.text, 0), shape, self.value, 0)[0]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1."""
        return self._lines.position(offset)

    def location(self, offset: int, pointer: str = "") -> Location:
        """The place of ``offset``."""
        line, column = self._lines.position(offset)
        return Location(path=self.path, line=line, column=column, pointer=pointer)

    def error(self, message: str, offset: int = 0, *, mend: str = "") -> ParseError:
        """An error at ``offset``, for the caller to raise."""
        line, column = self._lines.position(offset)
        return ParseError(message, mend=mend, path=self.path, line=line, column=column)

    def _walk(self, at: int, shape: Shape, known: dict[str, Any], depth: int) -> tuple[Entries, int]:
        # The text was decoded before, as ``known``: every step here is known to succeed.
        if depth > MAX_DEPTH:
            raise self.error(f"The objects here are nested more than {MAX_DEPTH} deep.", at, mend=_MEND)
        text = self.text
        rest = shape.get("*", {})
        members: list[Member] = []
        at = _after_space(text, at + 1)
        while text[at] != "}":
            key_at = at
            key, at = _decode(text, at)
            value_at = at = _after_space(text, _after_space(text, at) + 1)
            below = shape.get(key, rest)
            inside = known.get(key)  # of the last of two equal keys
            if (
                below
                and isinstance(inside, dict)
                and text[at] == "{"
                and ("*" in below or not below.keys().isdisjoint(inside))
            ):
                value, at = self._walk(at, below, inside, depth + 1)
            else:
                value, at = _decode(text, at)
            members.append(Member(key, value, key_at, value_at))
            if len(members) > MAX_MEMBERS:
                raise self.error(f"More than {MAX_MEMBERS} keys stand in one object.", key_at, mend=_MEND)
            at = _after_space(text, at)
            if text[at] == ",":
                at = _after_space(text, at + 1)
        return Entries(tuple(members)), at + 1


def read_json(text: str, path: str) -> Document:
    """Decode ``text``, whose top level must be an object.

    Raises ``ParseError`` with line, column, cause and mend for everything that npm would not read, and for text that
    is nested too deeply.
    """
    text = text.removeprefix("\ufeff")
    lines = _Lines(text)

    def fail(message: str, offset: int, mend: str = _MEND) -> NoReturn:
        line, column = lines.position(offset)
        raise ParseError(message, mend=mend, path=path, line=line, column=column)

    start = _after_space(text, 0)
    if start == len(text):
        fail("The file is empty.", 0, "Let its tool write it anew, or remove it.")
    try:
        value, end = _decode(text, start)
    except JSONDecodeError as error:
        marker = _CONFLICT.search(text)
        if marker is not None:
            fail("A merge conflict marker stands here.", marker.start(), "Resolve the conflict first.")
        fail(f"This is not JSON: {error.msg[:1].lower()}{error.msg[1:]}.", min(error.pos, len(text)))
    except _NoNumberError as error:
        fail(str(error), _constant_at(text))
    except RecursionError:
        fail("The JSON is nested too deeply to be a dependency file.", start)
    end = _SPACE.match(text, end).end()  # type: ignore[union-attr]
    if end != len(text):
        marker = _CONFLICT.search(text)
        if marker is not None:
            fail("A merge conflict marker stands here.", marker.start(), "Resolve the conflict first.")
        fail("Something stands after the end of the JSON.", end, "Remove it.")
    if not isinstance(value, dict):
        fail(f"The file holds {_kind(value)} where an object was expected.", start, "Let its tool write it anew.")
    return Document(text, path, value, lines)


def described(value: object) -> str:
    """What ``value`` is, for messages: "a list", "a number"; an ``Entries`` is an object."""
    return "an object" if isinstance(value, Entries) else _kind(value)


def repeated_key(member: Member) -> str:
    """The sentence to say of a key that stands twice in its object."""
    return f"The key {quoted(member.key)} stands here for the second time; tools differ on which one counts."


def encodable(text: str) -> str:
    """``text`` without halves of surrogate pairs, which JSON can hold and no output could be written with."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class _NoNumberError(ValueError):
    """A word that Python's decoder takes for a number and JSON does not."""


def _refuse_constant(word: str) -> NoReturn:
    raise _NoNumberError(f"{word} is no JSON.")


def _bounded_int(digits: str) -> int | float:
    # int() refuses, and is quadratic for, very long numbers; no dependency file has any.
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


_decode = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_bounded_int).raw_decode


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()


def _constant_at(text: str) -> int:
    return next((m.start(1) for m in _STRING_OR_CONSTANT.finditer(text) if m.group(1)), 0)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a number"
