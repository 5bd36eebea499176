"""pip, of its versions 21 to 26.3."""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.commands.base import FileUse, Install, NotAnInstall, Reading
from depaudit.commands.options import OPTPARSE, Scan, scan
from depaudit.commands.pip_options import GENERAL, INSTALL, STEERING, pip_indexes
from depaudit.commands.python_words import Typed
from depaudit.commands.steering import Steered, steer, undetermined, unknown_option
from depaudit.model.names import Ecosystem, quoted
from depaudit.model.record import replace

NAME = "pip"
PROGRAMS = ("pip",)

_INSTALLING = frozenset({"install", "download", "wheel", "lock"})
_HARMLESS = frozenset(
    (
        *("uninstall", "freeze", "inspect", "list", "show", "check", "config", "search", "cache", "index", "hash"),
        *("completion", "debug", "help"),
    )
)


def read(argv: Sequence[str]) -> Reading:
    """Read ``pip …``."""
    before = scan(argv, 1, GENERAL, OPTPARSE, until_word=True)
    harmless = NotAnInstall(client=NAME, argv=tuple(argv))
    if not before.unknown and (before.has("--version", "--help") or before.stop >= len(argv)):
        return harmless
    command = argv[before.stop] if before.stop < len(argv) else ""
    if not before.unknown and command in _HARMLESS:
        return harmless
    found = before.and_then(scan(argv, before.stop + 1, INSTALL, OPTPARSE))
    steered = steer(argv, found, STEERING)
    why = unknown_option(found)
    if why is None and command in _INSTALLING and found.has("--help"):
        return harmless
    if before.unknown or command not in _INSTALLING:
        return undetermined(NAME, steered, why or f"{quoted(command)} is no pip command that depaudit knows.")
    typed = Typed()
    _gather(typed, found)
    return _reading(command, found, steered, typed, why)


def _gather(typed: Typed, found: Scan) -> None:
    """What the words and options ask for, in pip's order: words, then editables, then files."""
    for word in found.words:
        typed.word(word.text, word.index)
    for one in found.options:
        if not one.known or one.value is None:
            continue
        if one.name == "--editable":
            typed.editable(one.value, one.index)
        elif one.name == "--requirement":
            typed.requirements_file(one.value)
        elif one.name in ("--constraint", "--build-constraint"):
            typed.file(one.value, FileUse.CONSTRAINTS)
        elif one.name == "--requirements-from-script":
            typed.file(one.value, FileUse.SCRIPT)
        elif one.name == "--group":
            path, colon, _ = one.value.rpartition(":")
            typed.file(path if colon else "pyproject.toml", FileUse.PROJECT)


def _reading(command: str, found: Scan, steered: Steered, typed: Typed, why: str | None) -> Reading:
    indexes = pip_indexes(found)
    if why is not None or typed.why is not None:
        return replace(
            undetermined(NAME, steered, typed.why or why or ""),
            requirements=tuple(typed.requirements) if why is None else (),
            files=tuple(typed.files),
            indexes=indexes,
        )
    whole = any(one.path != "pyproject.toml" for one in typed.files) or not found.given("--group")
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.PYPI,
        requirements=tuple(typed.requirements),
        files=tuple(typed.files),
        left_out=() if whole else ("main",),
        indexes=indexes,
        target=found.last("--target", "--prefix", "--root", "--python"),
        writes=command in ("download", "wheel"),
        neutralised=steered.neutralised,
        conflicts=steered.conflicts,
        roots=steered.roots,
        outputs=(found.last("--output") or "pylock.toml",) if command == "lock" else (),
    )
