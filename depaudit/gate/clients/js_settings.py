"""Settings files of the JavaScript clients, as far as they could lead one past the gate: read, never obeyed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from depaudit.commands.base import Conflict
from depaudit.indexes.files import SettingsFiles

_MAX_DEPTH = 50
_VARIABLE = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]{0,200})[ \t]*[=:]", re.MULTILINE)


def yaml_table(files: SettingsFiles, path: Path) -> Mapping[str, Any] | None:
    """The file's top table, every plain value as text; empty without such a file, None where it can't be read."""
    before = len(files.problems)
    text = files.read(path)
    if text is None:
        return {} if len(files.problems) == before else None
    import yaml

    if _nesting(text) > _MAX_DEPTH:
        return None
    try:
        table = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  the base loader makes nothing but text
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if table is None or table == "":
        return {}
    return {str(key): value for key, value in table.items()} if isinstance(table, dict) else None


def dotenv_names(text: str) -> frozenset[str]:
    """The variables that a ``.env`` file sets, as loosely read as any reader of such files does."""
    return frozenset(_VARIABLE.findall(text.replace("\r", "\n")))


def in_file(key: str, path: Path, why: str) -> Conflict:
    """The conflict of a setting in a file. ``why`` ends the sentence."""
    return Conflict(option=key, mend=f"Take {key} out of {path}: {why}")


def _nesting(text: str) -> int:
    """How deep flow collections go at most: the parser calls itself for each."""
    deep = most = 0
    for letter in text:
        if letter in "[{":
            deep += 1
            most = max(most, deep)
        elif letter in "]}":
            deep -= 1
    return most
