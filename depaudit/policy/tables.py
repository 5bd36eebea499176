"""Strict reading of TOML tables: every wrong type, unknown key or impossible value names its file, line and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from depaudit.errors import ConfigError
from depaudit.model.names import quoted
from depaudit.policy.lines import Lines, Pointer

E = TypeVar("E", bound=Enum)

MAX_DURATION = timedelta(days=36_500)
_DURATION = re.compile(r"([0-9]{1,6})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_URL = re.compile(r"[!-~]+")


class File:
    """A configuration file's text, for saying where something is wrong. ``path`` is as people shall read it."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._text = text
        self._lines: Lines | None = None

    def line(self, pointer: Pointer) -> int:
        """The line of ``pointer``."""
        if self._lines is None:
            self._lines = Lines(self._text)
        return self._lines.line(pointer)

    def error(self, pointer: Pointer, message: str, mend: str = "") -> ConfigError:
        """An error at ``pointer``."""
        return ConfigError(message, mend=mend, path=self.path, line=self.line(pointer))


class Table:
    """One table of a file. Each reading method returns None where the key is absent and raises ``ConfigError``
    where its value is not what it must be.
    """

    def __init__(self, raw: Mapping[str, Any], file: File, pointer: Pointer) -> None:
        self._raw = raw
        self.file = file
        self.pointer = pointer

    def known(self, keys: Iterable[str]) -> None:
        """Refuse every key that is not among ``keys``, naming the nearest that is."""
        allowed = tuple(keys)
        for key in self._raw:
            if key not in allowed:
                raise self.error(key, f"{quoted(key)} is no key of the configuration.", nearest(key, allowed))

    def keys(self) -> tuple[str, ...]:
        """The keys, for tables whose keys are data."""
        return tuple(self._raw)

    def error(self, key: str, message: str, mend: str = "") -> ConfigError:
        """An error at ``key`` of this table."""
        return self.file.error((*self.pointer, key), message, mend)

    def place(self) -> str:
        """``path:line`` of the table itself."""
        return f"{self.file.path}:{self.file.line(self.pointer)}"

    def string(self, key: str) -> str | None:
        value = self._raw.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"{key} must be text, not {_kind(value)}.")
        return value

    def required_string(self, key: str, why: str) -> str:
        value = self.string(key)
        if value is None:
            raise self.file.error(self.pointer, f"an entry has no {key}.", why)
        return value

    def strings(self, key: str) -> tuple[str, ...] | None:
        value = self._raw.get(key)
        if value is None:
            return None
        if not isinstance(value, list):
            raise self.error(key, f"{key} must be a list of texts, not {_kind(value)}.", f'Write {key} = ["…"].')
        for index, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                raise self.file.error(
                    (*self.pointer, key, index), f"{key}[{index}] must be text, not {_kind(item)}.", 'Write "…".'
                )
        return tuple(value)

    def boolean(self, key: str) -> bool | None:
        value = self._raw.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self.error(key, f"{key} must be true or false, not {_kind(value)}.")

    def integer(self, key: str, *, least: int, most: int) -> int | None:
        value = self._raw.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(key, f"{key} must be a whole number, not {_kind(value)}.")
        if not least <= value <= most:
            raise self.error(key, f"{key} must be from {least} to {most}.")
        return value

    def choice(self, key: str, kinds: type[E]) -> E | None:
        value = self.word(key, tuple(str(kind.value) for kind in kinds))
        return None if value is None else kinds(value)

    def word(self, key: str, words: tuple[str, ...]) -> str | None:
        value = self._raw.get(key)
        if value is None:
            return None
        if value not in words:
            said = quoted(value) if isinstance(value, str) else _kind(value)
            raise self.error(key, f"{key} must be {_any_of(words)}, not {said}.", _close(str(value), words))
        return str(value)

    def duration(self, key: str) -> timedelta | None:
        value = self._raw.get(key)
        if value is None:
            return None
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            said = quoted(value) if isinstance(value, str) else _kind(value)
            raise self.error(
                key, f"{key} must be a time, not {said}.", 'Write "12h", "30d" or "2w" (hours, days, weeks).'
            )
        duration = int(match.group(1)) * _UNITS[match.group(2)]
        if duration > MAX_DURATION:
            raise self.error(key, f"{key} is longer than a hundred years.")
        return duration

    def day(self, key: str) -> date | None:
        value: Any = self._raw.get(key)
        if isinstance(value, str):
            return self._day(key, value)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        raise self.error(key, f"{key} must be a date, not {_kind(value)}.", "Write it as 2027-03-01.")

    def _day(self, key: str, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.error(key, f"{key} {quoted(text)} is no date.", "Write it as 2027-03-01.") from None

    def url(self, key: str, *, schemes: tuple[str, ...], off: bool = False) -> str | None:
        """A base URL that ends in ``/``; with ``off``, the word "off" is given back as it is."""
        value = self.string(key)
        if value is None or (off and value == "off"):
            return value
        problem = _url_problem(value, schemes)
        if problem:
            # the value itself is not repeated: it may hold a password
            raise self.error(key, f"{key} {problem}.", f'Write a base URL such as "{schemes[0]}://host.example/path/".')
        return value if value.endswith("/") else f"{value}/"

    def host(self, key: str, index: int, value: str) -> str:
        """``value``, when it is a host's name; ``key[index]`` is where it stands."""
        if _HOST.fullmatch(value) is None or ".." in value:
            raise self.file.error(
                (*self.pointer, key, index), f"{key}[{index}] must be a host's name.", 'Write "files.example.com".'
            )
        return value.lower()

    def table(self, key: str) -> Table | None:
        value = self._raw.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.error(key, f"{key} must be a table, not {_kind(value)}.")
        return Table(value, self.file, (*self.pointer, key))

    def tables(self, key: str) -> tuple[Table, ...] | None:
        value = self._raw.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(
                key, f"{key} must be a list of tables, not {_kind(value)}.", f"Write [[{key}]] above each."
            )
        return tuple(Table(item, self.file, (*self.pointer, key, index)) for index, item in enumerate(value))


def nearest(word: str, words: Iterable[str]) -> str:
    """``Did you mean …?`` with the nearest of ``words``, else all of them."""
    known = sorted(words)
    return _close(word, known) or f"Known are {', '.join(known)}."


def _close(word: str, words: Iterable[str]) -> str:
    from difflib import get_close_matches

    wanted = word.lower().replace("_", "-")[:100]
    known = list(words)
    close = get_close_matches(wanted, known, n=1) or [name for name in known if wanted and name.startswith(wanted)]
    return f"Did you mean {close[0]}?" if close else ""


def _url_problem(value: str, schemes: tuple[str, ...]) -> str:
    if _URL.fullmatch(value) is None:
        return "holds spaces or letters that no URL has"
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return "is no URL"
    if parts.scheme not in schemes:
        return f"must begin with {_any_of(tuple(f'{scheme}://' for scheme in schemes))}"
    if "@" in parts.netloc:
        return "holds a user or password, which belong in .netrc or in the client's own configuration"
    if parts.scheme != "file" and not parts.hostname:
        return "has no host"
    if parts.query or parts.fragment:
        return "must be a base URL, without ? and #"
    return ""


def _any_of(words: tuple[str, ...]) -> str:
    shown = [quoted(word) for word in words]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _kind(value: object) -> str:
    """What a TOML value is, in words."""
    if isinstance(value, str) and not value.strip():
        return "an empty text"
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (int, "a number"),
        (float, "a fraction"),
        (str, "a text"),
        (list, "a list"),
        (dict, "a table"),
        (datetime, "a date with a time"),
        (date, "a date"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "that")
