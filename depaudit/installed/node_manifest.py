"""An installed package's package.json, as far as it says what the package is and what it needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from depaudit.errors import ParseError
from depaudit.model.names import quoted
from depaudit.model.record import record
from depaudit.parsers.json_positions import encodable, read_json

MAX_BYTES = 8 * 1024 * 1024
"""Of one package.json. The largest met in public, which lists every file of an icon set, has some 2 MB."""

MAX_ASKED = 20_000
"""Dependencies of one package."""

REINSTALL = "Remove the package's folder and install again."

_TABLES = ("dependencies", "optionalDependencies", "peerDependencies")


@record
class InstalledManifest:
    """``name`` and ``version`` as written, ``""`` where nothing is.

    ``resolved``  what npm before its version 7 noted of the archive's origin (``_resolved``)
    ``asks``      (name, specifier) of all that it needs to run
    ``bundles``   the names that came inside of its archive (``bundleDependencies``); True: all that it needs
    """

    name: str
    version: str
    resolved: str = ""
    asks: tuple[tuple[str, str], ...] = ()
    bundles: frozenset[str] | bool = False


def read_installed_manifest(data: bytes, path: str) -> InstalledManifest:
    """Read a package.json. Raises ``ParseError`` where it is no JSON object, or its name or version is no text."""
    if len(data) > MAX_BYTES:
        raise ParseError(f"The file has more than {MAX_BYTES // 2**20} MB.", mend=REINSTALL, path=path)
    try:
        value = json.loads(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise ParseError("The file is not JSON.", mend=REINSTALL, path=path, line=line) from error
    if not isinstance(value, dict):
        raise ParseError("The file holds no object.", mend=REINSTALL, path=path, line=1)
    for key in ("name", "version"):
        if not isinstance(value.get(key, ""), str):
            raise ParseError(f"The {key} here is no text.", mend=REINSTALL, path=path, line=1)
    return InstalledManifest(
        name=encodable(value.get("name", "")),
        version=encodable(value.get("version", "")).strip(),
        resolved=_text(value.get("_resolved")),
        asks=_asks(value),
        bundles=_bundles(value),
    )


def line_of_version(data: bytes, path: str) -> int:
    """The line of the top level's ``version``; 1 where it has none, or the text cannot be read."""
    try:
        document = read_json(data.decode("utf-8", "replace"), path)
        member = document.walk({}).member("version")
    except ParseError:
        return 1
    return 1 if member is None else document.position(member.at)[0]


def bad_name(name: str, path: str) -> ParseError:
    """The error to raise for a name that npm could not hold."""
    return ParseError(f"{quoted(name)} is not a name that npm could hold.", mend=REINSTALL, path=path, line=1)


def _asks(value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    for table in _TABLES:
        entries = value.get(table)
        if isinstance(entries, dict):
            found += [(encodable(key), _text(spec)) for key, spec in entries.items()]
    return tuple(found[:MAX_ASKED])


def _bundles(value: Mapping[str, Any]) -> frozenset[str] | bool:
    stated = value.get("bundleDependencies", value.get("bundledDependencies", False))
    if isinstance(stated, list):
        return frozenset(name for name in stated if isinstance(name, str))
    return stated is True


def _text(value: object) -> str:
    return encodable(value)[:8_192] if isinstance(value, str) else ""
