"""The log of refusals of one CI job: one line of JSON for each gated command that ended with 40 or 41.

A step can swallow the status of a refused install (``pip install … || true``); what stands here cannot be swallowed,
and ``mode: verify`` reads it when the job ends. The first line is written when the gate is put in place, so that a log
that was emptied or taken away is told from one in which nothing was refused. It is a record, no cage: a step that runs
somebody's code as the same user could forge it, and is what the gate was there to prevent.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from depaudit.model.record import record

VARIABLE = "DEPAUDIT_REFUSALS"
"""The environment variable that names the log, as an absolute path."""

SCHEMA_VERSION = 1
REFUSED = 40
FAILED = 41
MAX_BYTES = 32 * 1024 * 1024
"""Of a log that is read."""
MAX_LINE = 256 * 1024
MAX_ENTRIES = 10_000
MAX_PACKAGES = 100
"""Packages of one command that are named; ``Entry.more`` counts the others."""
MAX_WORDS = 50
MAX_WORD = 200
MAX_SENTENCE = 600
_MAX_RULES = 20
_NAMED_SECRETS = ("token", "password", "passwd", "secret", "_auth", "apikey", "api-key", "credential", "proxy-auth")


@record
class Refused:
    """One package that was refused: by which rules, and why in a sentence. ``version`` is None where none was told."""

    ecosystem: str
    name: str
    version: str | None
    rules: tuple[str, ...] = ()
    sentence: str = ""


@record
class Entry:
    """One command that ended with 40 (something was refused) or 41 (depaudit could not do its work).

    ``command``   its words, without credentials
    ``sentence``  why, where no package tells
    ``more``      refused packages beside those named
    """

    time: datetime
    command: tuple[str, ...]
    status: int
    packages: tuple[Refused, ...] = ()
    sentence: str = ""
    more: int = 0


@record
class Log:
    """A log that was read. ``damage``: a sentence on each thing that is not as depaudit writes it."""

    entries: tuple[Entry, ...]
    damage: tuple[str, ...] = ()


def head_line(now: datetime) -> bytes:
    """The first line of every log. ``now`` is aware."""
    return _line({"schema_version": SCHEMA_VERSION, "log": "depaudit refusals", "time": _timestamp(now)})


def entry_line(entry: Entry) -> bytes:
    """``entry`` as its line, in ASCII, at most ``MAX_LINE`` long: of long texts and lists the end is left out."""
    packages = entry.packages[:MAX_PACKAGES]
    return _line(
        {
            "schema_version": SCHEMA_VERSION,
            "time": _timestamp(entry.time),
            "command": list(shown_command(entry.command)),
            "status": entry.status,
            "sentence": _shown(entry.sentence, MAX_SENTENCE),
            "refused": [
                {
                    "ecosystem": _shown(package.ecosystem, 20),
                    "name": _shown(package.name, MAX_WORD),
                    "version": None if package.version is None else _shown(package.version, MAX_WORD),
                    "rules": [_shown(rule, 60) for rule in package.rules[:_MAX_RULES]],
                    "sentence": _shown(package.sentence, MAX_SENTENCE),
                }
                for package in packages
            ],
            "more": entry.more + len(entry.packages) - len(packages),
        }
    )


def shown_command(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a command as they may be kept: credentials left out, each word and their number cut."""
    shown: list[str] = []
    follows = False
    for word in words[:MAX_WORDS]:
        name, equals, _ = word.partition("=")
        secret = any(part in name.lower() for part in _NAMED_SECRETS) and name.startswith("-")
        if follows:
            shown.append("...")
        elif secret and equals:
            shown.append(_shown(f"{name}=...", MAX_WORD))
        else:
            shown.append(_shown(word, MAX_WORD))
        follows = secret and not equals and not follows
    return (*shown, "...") if len(words) > MAX_WORDS else tuple(shown)


def append(path: Path, line: bytes) -> str:
    """Add ``line`` to the log in one write; give a few words on why that was not possible, else nothing.

    The file is made (for its owner alone) where it is not there: without its first line it is then a damaged log. A
    symbolic link, a pipe or a device is never written to.
    """
    if not path.is_absolute():
        return "it is no absolute path"
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "O_BINARY"):  # Windows lacks some, others know no O_BINARY
        flags |= getattr(os, name, 0)
    try:
        handle = os.open(path, flags, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return "it is no plain file"
            return "" if os.write(handle, line) == len(line) else "it could not be written whole"
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or "no such path")


def read(path: Path) -> Log:
    """Read the log at ``path``. Raises ``FileNotFoundError`` when there is none; all else that is wrong is damage."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return Log(entries=(), damage=("The log is no plain file.",))
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such path"
        return Log(entries=(), damage=(f"The log cannot be read: {why}.",))
    return parse(raw)


def parse(raw: bytes) -> Log:
    """The entries of a log, strictly: a line that depaudit would not have written is damage, never passed over."""
    if len(raw) > MAX_BYTES:
        return Log(entries=(), damage=(f"The log has more than {MAX_BYTES // 2**20} MiB.",))
    lines = raw.split(b"\n")
    damage = []
    if lines.pop():
        damage.append("The log's last line was cut off.")
    if not lines or not _is_head(lines[0]):
        damage.append("The log does not begin as it was put in place.")
    entries: list[Entry] = []
    for number, line in enumerate(lines, start=1):
        if number == 1 and _is_head(line):
            continue
        if len(entries) == MAX_ENTRIES or len(damage) == MAX_PACKAGES:
            damage.append(f"Lines from {number} on were not read: there are too many.")
            break
        try:
            entries.append(_entry(line))
        except (ValueError, KeyError, TypeError, RecursionError):
            damage.append(f"Line {number} of the log is damaged.")
    return Log(entries=tuple(entries), damage=tuple(damage))


def _is_head(line: bytes) -> bool:
    try:
        document = _document(line)
        _time(document.pop("time"))
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    return document == {"schema_version": SCHEMA_VERSION, "log": "depaudit refusals"}


def _entry(line: bytes) -> Entry:
    document = _document(line)
    if document.pop("schema_version") != SCHEMA_VERSION or document["status"] not in (REFUSED, FAILED):
        raise ValueError
    entry = Entry(
        time=_time(document.pop("time")),
        command=tuple(_text(word, MAX_WORD) for word in _list(document.pop("command"), MAX_WORDS + 1)),
        status=_number(document.pop("status")),
        packages=tuple(_refused(package) for package in _list(document.pop("refused"), MAX_PACKAGES)),
        sentence=_text(document.pop("sentence"), MAX_SENTENCE),
        more=_number(document.pop("more")),
    )
    if document:
        raise ValueError
    return entry


def _refused(value: Any) -> Refused:
    if not isinstance(value, dict) or set(value) != {"ecosystem", "name", "version", "rules", "sentence"}:
        raise ValueError
    return Refused(
        ecosystem=_text(value["ecosystem"], 20),
        name=_text(value["name"], MAX_WORD),
        version=None if value["version"] is None else _text(value["version"], MAX_WORD),
        rules=tuple(_text(rule, 60) for rule in _list(value["rules"], _MAX_RULES)),
        sentence=_text(value["sentence"], MAX_SENTENCE),
    )


def _document(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise ValueError
    document = json.loads(line.decode("ascii"))
    if not isinstance(document, dict):
        raise TypeError
    return document


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise ValueError
    return value


def _list(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10**9:
        raise ValueError
    return value


def _time(value: Any) -> datetime:
    return datetime.strptime(_text(value, 30), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=True, separators=(", ", ": ")).encode("ascii") + b"\n"


def _shown(text: str, limit: int) -> str:
    from depaudit.report.secrets import hide
    from depaudit.report.terminal import safe

    # credentials are only known for such in a whole URL; an escape is longer than the letter that it stands for
    return safe(hide(text), limit)[:limit]
