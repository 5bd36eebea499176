"""Settings files of Python's clients, as far as they could lead one round the gate: read, bounded, never obeyed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.commands.programs import started
from depaudit.gate.clients.base import Place
from depaudit.indexes.files import SettingsFiles

MAX_FOLDERS = 40
"""Folders above the working folder that are looked into; no real project lies deeper."""


def settings_files(place: Place) -> SettingsFiles:
    """A reader for the files of ``place``: bounded, once each, knowing whose they are."""
    return SettingsFiles(home=place.home, cwd=place.folder, tree_roots=place.roots)


def upward(folder: Path) -> Iterator[Path]:
    """``folder`` and those above it."""
    yield from islice((folder, *folder.parents), MAX_FOLDERS)


def toml_table(files: SettingsFiles, path: Path) -> dict[str, Any] | None:
    """The file's top table: empty where there is no such file, None where there is one that can't be read."""
    before = len(files.problems)
    text = files.read(path)
    if text is None:
        return {} if len(files.problems) == before else None
    import tomli

    try:
        return tomli.loads(text)
    except (ValueError, RecursionError):  # also of a number of thousands of digits
        return None


def sub_table(table: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """The table within ``table`` at ``keys``; empty where there is none."""
    for key in keys:
        inner = table.get(key)
        if not isinstance(inner, dict):
            return {}
        table = inner
    return table


def user_folder(place: Place, name: str) -> Path:
    """Where ``platformdirs`` puts the user's settings of the program ``name``."""
    if sys.platform == "win32":
        return Path(place.environment.get("APPDATA") or place.home / "AppData" / "Roaming") / name
    if sys.platform == "darwin":
        return place.home / "Library" / "Application Support" / name
    return Path(place.environment.get("XDG_CONFIG_HOME") or place.home / ".config") / name


def expanded(text: str, place: Place) -> Path:
    """A path of a settings file, relative to the working folder, ``~`` being the user's home."""
    if text == "~" or text.startswith(("~/", "~" + os.sep)):
        return place.home / text[2:]
    return place.folder / text


def unreadable(path: Path) -> Conflict:
    """The conflict of a settings file that the client may understand and depaudit does not."""
    return Conflict(
        option=path.name, mend=f"{path} can't be read, so what proxy it names can't be told: mend the file."
    )


def behind_program(reading: Install | Undetermined, words: tuple[str, ...]) -> tuple[str, ...]:
    """The reading's command line with ``words`` right behind the program (``python -m pip`` is one)."""
    start = started(reading.argv)
    stop = 1 if start is None else start.stop
    return (*reading.argv[:stop], *words, *reading.argv[stop:])
