"""The METADATA (or PKG-INFO) file of a distribution: its name, its version, what it requires.

https://packaging.python.org/specifications/core-metadata/. The file is read as Python's own ``email`` parser reads it,
which pip and ``importlib.metadata`` use: the headers end at the first line that is none.
"""

from __future__ import annotations

import re

from depaudit.errors import ParseError
from depaudit.model.names import quoted
from depaudit.model.record import record

MAX_HEADER_BYTES = 1024 * 1024
"""Of the headers alone. The largest met in public, with every extra of a cloud's SDK, have some 60 kB."""

MAX_REQUIRES = 20_000

REINSTALL = "Remove the distribution and install it again."

_NEWLINE = re.compile(r"\r\n|\r|\n")
_HEADER = re.compile(r"([!-9;-~]+):[ \t]*(.*)", re.DOTALL)
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]{0,127}")


@record
class CoreMetadata:
    """What counts here. ``name`` and ``version`` are as written; ``line`` is the version's, from 1."""

    name: str
    version: str
    line: int
    requires: tuple[str, ...] = ()


def read_core_metadata(data: bytes, path: str) -> CoreMetadata:
    """Read the headers. ``path`` is for messages.

    Raises ``ParseError`` where ``Name`` or ``Version`` is missing, stands twice, or is nothing that could be one.
    """
    found: dict[str, list[tuple[str, int]]] = {"name": [], "version": [], "requires-dist": []}
    for key, value, line in _headers(data.decode("utf-8", "replace")):
        if key in found:
            found[key].append((value, line))
    name, _ = _only(found["name"], "Name", path)
    version, line = _only(found["version"], "Version", path)
    if _VERSION.fullmatch(version) is None:
        raise ParseError(f"{quoted(version)} is no version.", mend=REINSTALL, path=path, line=line)
    return CoreMetadata(
        name=name,
        version=version,
        line=line,
        requires=tuple(value for value, _ in found["requires-dist"][:MAX_REQUIRES]),
    )


def _headers(text: str) -> list[tuple[str, str, int]]:
    """Every header: its name in lower case, its value in one line, and its line."""
    headers: list[tuple[str, str, int]] = []
    for number, line in enumerate(_NEWLINE.split(text.removeprefix("\ufeff")), 1):
        if line[:1] in (" ", "\t") and headers:
            key, value, at = headers[-1]
            if key == "requires-dist":  # the only header of ours that is ever folded; descriptions are long
                headers[-1] = (key, f"{value} {line.strip()}"[:65_536], at)
            continue
        header = _HEADER.fullmatch(line)
        if header is None:
            break
        headers.append((header[1].lower(), header[2].strip(), number))
    return headers


def _only(found: list[tuple[str, int]], header: str, path: str) -> tuple[str, int]:
    if len(found) == 1 and found[0][0]:
        return found[0]
    if len(found) > 1:
        raise ParseError(
            f"{header} stands {len(found)} times; tools differ on which one counts.",
            mend=REINSTALL,
            path=path,
            line=found[1][1],
        )
    raise ParseError(f"The file says no {header}.", mend=REINSTALL, path=path, line=found[0][1] if found else 1)
