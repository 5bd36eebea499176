"""Reads a step's output as GitHub's runner does: which lines are commands, what they say, and what it keeps of it.

After ``ActionCommand.cs`` and ``ActionCommandManager.cs`` of https://github.com/actions/runner (2026-11).
"""

from __future__ import annotations

import re
from typing import NamedTuple

REGISTERED = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path",
    "notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning",
}  # fmt: skip
_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_LEGACY = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))


class Command(NamedTuple):
    """What the runner would do for a line."""

    name: str
    properties: dict[str, str]
    data: str


def commands(output: str) -> list[Command]:
    """The commands in ``output``, in order. The runner reads lines as .NET does: any of CR, LF, CR LF ends one."""
    found = (command(line) for line in re.split(r"\r\n|\r|\n", output))
    return [each for each in found if each is not None]


def plain_lines(output: str) -> list[str]:
    """The lines that are shown as they are."""
    return [line for line in re.split(r"\r\n|\r|\n", output) if line and command(line) is None]


def command(line: str) -> Command | None:
    """The command that a line is, in today's form at its start or in the old one anywhere in it."""
    return _current(line) or _legacy(line)


def _current(line: str) -> Command | None:
    text = line.lstrip()
    end = text.find("::", 2)
    if not text.startswith("::") or end < 0:
        return None
    name, space, given = text[2:end].partition(" ")
    if name.lower() not in REGISTERED:
        return None
    properties = _properties(given.strip(), ",", _PROPERTY) if space else {}
    return Command(name, properties, _unescaped(text[end + 2 :], _DATA))


def _legacy(line: str) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, space, given = line[start + 3 : end].partition(" ")
    if name.lower() not in REGISTERED:
        return None
    properties = _properties(given, ";", _LEGACY) if space else {}
    return Command(name, properties, _unescaped(line[end + 1 :], _LEGACY))


def _properties(text: str, separator: str, mapping: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found = {}
    for each in text.split(separator):
        key, _, value = each.lstrip("=").partition("=")
        if key and value.lstrip("="):
            found[key] = _unescaped(value.lstrip("="), mapping)
    return found


def _unescaped(text: str, mapping: tuple[tuple[str, str], ...]) -> str:
    for escape, letter in mapping:
        text = text.replace(escape, letter)
    return text
