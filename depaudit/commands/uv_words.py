"""What the words and options of a uv command line ask for."""

from __future__ import annotations

from depaudit.commands.base import FileUse
from depaudit.commands.options import Given, Scan
from depaudit.commands.python_words import Typed, comma_separated

_PIP = ("pip install", "pip sync", "pip compile")
_TOOL = ("tool run", "tool install")


def gather(typed: Typed, command: str, found: Scan) -> None:
    """Note what ``command`` asks for. The words of ``uv run`` and ``uvx`` are another program's, and not among them."""
    groups = _groups(command, found)
    for word in found.words:
        if command in ("pip sync", "pip compile"):
            typed.requirements_file(word.text)
        elif command == "pip install":
            typed.word(word.text, word.index)
        elif command == "add":
            typed.word(word.text, word.index, groups=groups, marker=found.last("--marker") or "")
        elif command == "tool install":
            typed.tool(word.text, word.index)
        # uv tool upgrade goes by what is installed, from wherever: a name alone says nothing of that
    for one in found.options:
        if one.known and one.value is not None:
            _packages(typed, command, one, one.value)
            _files(typed, command, one, one.value)


def _packages(typed: Typed, command: str, one: Given, value: str) -> None:
    """The options that name packages."""
    if one.name in ("--with", "--with-executables-from"):
        for text in comma_separated(value):
            typed.word(text, one.index)
    elif one.name == "--with-editable":
        for text in comma_separated(value):
            typed.editable(text, one.index)
    elif one.name == "--editable":
        typed.editable(value, one.index)
    elif one.name == "--from" and command in _TOOL:
        typed.tool(value, one.index)


def _files(typed: Typed, command: str, one: Given, value: str) -> None:
    """The options that name files."""
    if one.name in ("--requirements", "--with-requirements"):
        for text in value.split(",") if one.name == "--with-requirements" else (value,):
            typed.requirements_file(text.strip())
    elif one.name in ("--constraints", "--overrides", "--build-constraints", "--excludes"):
        typed.file(value, FileUse.CONSTRAINTS)
    elif one.name == "--script":
        typed.file(value, FileUse.SCRIPT)
    elif one.name == "--group" and command in _PIP:
        path, colon, _ = value.rpartition(":")
        typed.file(path if colon else "pyproject.toml", FileUse.PROJECT)


def _groups(command: str, found: Scan) -> tuple[str, ...]:
    if command != "add":
        return ("main",)
    if found.has("--dev"):
        return ("dev",)
    return found.all("--group", "--optional")[-1:] or ("main",)
