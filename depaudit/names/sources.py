"""``data/SOURCES.toml``: where each file of the bundled data comes from, of which day, under which licence."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from depaudit.model.record import record
from depaudit.names.layout import FORMAT, damaged

FILE = "SOURCES.toml"


@record
class SourceFile:
    """One file of the data. ``rows`` is how many names it holds or speaks of."""

    path: str
    origin: str
    date: date
    licence: str
    rows: int
    sha256: str


def read_sources(folder: Path) -> tuple[SourceFile, ...]:
    """What ``SOURCES.toml`` says. Raises ``DataError`` when it is missing, malformed or of another format."""
    import tomli

    path = folder / FILE
    try:
        document = tomli.loads(path.read_text("utf-8"))
        if document.get("format") != FORMAT:
            raise damaged(f"{FILE} has format {document.get('format')!r}, not {FORMAT}", str(path))
        return tuple(_source(entry) for entry in document["file"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(f"{FILE} cannot be read", str(path)) from error


def write_sources(folder: Path, sources: list[SourceFile]) -> None:
    """Write ``SOURCES.toml`` for ``sources``."""
    lines = ["# Written by depaudit.names.build; see docs/data.md.", f"format = {FORMAT}"]
    for source in sources:
        lines += [
            "",
            "[[file]]",
            f'path = "{source.path}"',
            f'origin = "{source.origin}"',
            f"date = {source.date.isoformat()}",
            f'licence = "{source.licence}"',
            f"rows = {source.rows}",
            f'sha256 = "{source.sha256}"',
        ]
    (folder / FILE).write_bytes(("\n".join(lines) + "\n").encode("utf-8"))


def checksum(path: Path) -> str:
    """The file's SHA-256, in hexadecimal. Raises ``DataError`` when it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise damaged(f"a file cannot be read ({error})", str(path)) from error


def _source(entry: dict[str, Any]) -> SourceFile:
    day = entry["date"]
    texts = [entry[key] for key in ("path", "origin", "licence", "sha256")]
    if type(day) is not date or not isinstance(entry["rows"], int) or not all(isinstance(t, str) for t in texts):
        raise TypeError("a value is of the wrong type")
    return SourceFile(path=texts[0], origin=texts[1], date=day, licence=texts[2], rows=entry["rows"], sha256=texts[3])
