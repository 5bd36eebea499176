"""The baseline's file: JSON with one entry a line, sorted, so that a review shows what came and what went."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from depaudit.errors import ConfigError, UsageError
from depaudit.model.finding import Severity
from depaudit.model.names import MAX_NAME_LENGTH, Ecosystem, quoted
from depaudit.model.requirement import SourceKind
from depaudit.policy.baseline import MAX_ABOUT, Entry, Old, in_order

FORMAT = 1
"""Raised with every change that an older depaudit could not read."""

MAX_BYTES = 8 * 1024 * 1024
MAX_ENTRIES = 50_000
MAX_PATHS = 50_000
"""Files of one entry."""

MAX_PATH = 50_000
"""Letters: of 4,096 bytes, each may be written out as an escape."""

_MAX_LINE = MAX_ABOUT + 100  # a text that was cut ends in a digest

_HEAD = "depaudit_baseline"
_REQUIRED = ("ecosystem", "name", "source", "rule", "severity", "paths")
_OPTIONAL = ("about", "registered")
_RULE = re.compile(r"[a-z][a-z0-9-]{0,63}")
_RENEW = "Write it anew: depaudit scan --write-baseline FILE."


def render(entries: Iterable[Entry], tool_version: str) -> str:
    """The file's text. It says nothing of when or where it was written: the same findings give the same text.

    Raises ``UsageError`` where there is more to write than ``parse`` would read.
    """
    entries = in_order(entries)
    text = _rendered(entries, tool_version)
    if len(entries) > MAX_ENTRIES or len(text) > MAX_BYTES:
        raise UsageError(
            f"{len(entries):,} findings are too many for one baseline.",
            mend="Mend what they have in common first, or scan parts of the project by themselves.",
        )
    return text


def parse(text: str, where: str) -> Old:
    """Read a baseline. ``where`` is its path for people. Raises ``ConfigError`` for anything but a baseline."""
    document = _document(text, where) if _HEAD in text else None
    if not isinstance(document, dict) or _HEAD not in document:
        mend = "Name another file, or write one: depaudit scan --write-baseline FILE."
        raise ConfigError("this is no baseline of depaudit.", path=where, mend=mend)
    _expect_format(document, where)
    _expect_keys(document, (_HEAD, "written_by", "entries"), (), "the file", where)
    entries = document["entries"]
    if not isinstance(entries, list) or len(entries) > MAX_ENTRIES:
        raise _wrong(f"entries is no list of at most {MAX_ENTRIES:,} entries", where)
    return Old(entries=tuple(_entry(value, f"entries[{n}]", where) for n, value in enumerate(entries)), where=where)


def is_baseline(text: str) -> bool:
    """Whether ``text`` is a baseline of any format, even one that cannot be read: it may be written over."""
    return f'"{_HEAD}"' in text[:200]


def _rendered(entries: Iterable[Entry], tool_version: str) -> str:
    lines = ",\n    ".join(_encoded(_members(entry)) for entry in entries)
    body = f"[\n    {lines}\n  ]" if lines else "[]"
    written_by = _encoded(f"depaudit {tool_version}")
    return f'{{\n  "{_HEAD}": {FORMAT},\n  "written_by": {written_by},\n  "entries": {body}\n}}\n'


def _encoded(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)


def _members(entry: Entry) -> dict[str, Any]:
    return {
        "ecosystem": entry.ecosystem.value,
        "name": entry.name,
        "source": entry.source.value,
        **({} if entry.about is None else {"about": entry.about}),
        "rule": entry.rule,
        "severity": str(entry.severity),
        **({} if entry.registered else {"registered": False}),
        "paths": list(entry.paths),
    }


def _document(text: str, where: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        mend = "Take one side of the merge, then write it anew: depaudit scan --write-baseline FILE."
        conflict = any(mark in text for mark in ("<<<<<<<", ">>>>>>>"))
        raise ConfigError(
            f"this is no JSON: {error.msg}.",
            path=where,
            line=error.lineno,
            column=error.colno,
            mend=mend if conflict else _RENEW,
        ) from None
    except RecursionError:
        raise ConfigError("this is nested too deeply for a baseline.", path=where, mend=_RENEW) from None
    except ValueError as error:  # a key twice, NaN, a number of thousands of digits
        raise ConfigError(f"this is no JSON of ours: {error}.", path=where, mend=_RENEW) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return members


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no value")


def _expect_format(document: dict[str, Any], where: str) -> None:
    form = document[_HEAD]
    if form == FORMAT and type(form) is int:
        return
    writer = document.get("written_by")
    by = f" by {quoted(writer)[1:-1]}" if isinstance(writer, str) and writer else ""
    shown = quoted(str(form)[:20])[1:-1]
    raise ConfigError(
        f"this baseline was written{by} in format {shown}; this depaudit reads format {FORMAT}.",
        path=where,
        mend="Use that depaudit, or write the file anew with this one: depaudit scan --write-baseline FILE.",
    )


def _entry(value: Any, place: str, where: str) -> Entry:
    if not isinstance(value, dict):
        raise _wrong(f"{place} is no object", where)
    _expect_keys(value, _REQUIRED, _OPTIONAL, place, where)
    try:
        ecosystem = Ecosystem(value["ecosystem"])
        source = SourceKind(value["source"])
        severity = Severity[str(value["severity"]).upper()]
    except (ValueError, KeyError):
        raise _wrong(f"{place} has an ecosystem, source or severity that there is not", where) from None
    rule = _text(value["rule"], f"{place}.rule", where, 64)
    if _RULE.fullmatch(rule) is None:
        raise _wrong(f"{place}.rule is no rule's id", where)
    registered = value.get("registered", True)
    if not isinstance(registered, bool):
        raise _wrong(f"{place}.registered is neither true nor false", where)
    return Entry(
        ecosystem=ecosystem,
        name=_text(value["name"], f"{place}.name", where, MAX_NAME_LENGTH[ecosystem]),
        source=source,
        about=_text(value["about"], f"{place}.about", where, _MAX_LINE) if "about" in value else None,
        rule=rule,
        severity=severity,
        registered=registered,
        paths=_paths(value["paths"], f"{place}.paths", where),
    )


def _paths(value: Any, place: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_PATHS:
        raise _wrong(f"{place} is no list of 1 to {MAX_PATHS:,} paths", where)
    return tuple(sorted({_text(path, f"{place}[{n}]", where, MAX_PATH) for n, path in enumerate(value)}))


def _text(value: Any, place: str, where: str, longest: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise _wrong(f"{place} is no text of 1 to {longest:,} letters", where)
    return value


def _expect_keys(
    value: dict[str, Any], required: tuple[str, ...], optional: tuple[str, ...], place: str, where: str
) -> None:
    missing = [key for key in required if key not in value]
    if missing:
        raise _wrong(f"{place} lacks {', '.join(missing)}", where)
    unknown = [key for key in value if key not in required and key not in optional]
    if unknown:
        raise _wrong(f"{place} has the unknown key {quoted(unknown[0])}", where)


def _wrong(what: str, where: str) -> ConfigError:
    return ConfigError(f"{what}.", path=where, mend=_RENEW)
