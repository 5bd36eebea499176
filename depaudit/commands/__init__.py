"""What a command line would install: one file a client.

``COMMANDS`` lists the readers. Importing this package imports none of them: a reader is loaded when its program is met.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from depaudit.model.record import record, replace

if TYPE_CHECKING:
    from depaudit.commands.base import Command, Reading


@record
class Reader:
    """One client's reader and where it is. ``programs`` repeats what that module says of itself."""

    name: str
    programs: tuple[str, ...]

    def load(self) -> Command:
        """The reader itself: the module of this package that bears its name."""
        reader: Command = importlib.import_module(f"depaudit.commands.{self.name}")
        return reader


COMMANDS: tuple[Reader, ...] = (
    Reader(name="pip", programs=("pip",)),
    Reader(name="uv", programs=("uv", "uvx")),
    Reader(name="poetry", programs=("poetry",)),
    Reader(name="pdm", programs=("pdm",)),
    Reader(name="pipx", programs=("pipx",)),
    Reader(name="pipenv", programs=("pipenv",)),
    Reader(name="npm", programs=("npm", "npx")),
    Reader(name="pnpm", programs=("pnpm", "pnpx")),
    Reader(name="yarn", programs=("yarn",)),
    Reader(name="bun", programs=("bun", "bunx")),
    Reader(name="deno", programs=("deno",)),
)
"""Every client whose command lines depaudit reads."""

_BY_PROGRAM = {program: reader for reader in COMMANDS for program in reader.programs}


def program_of(word: str) -> str | None:
    """The program that ``word`` (a name or a path) starts, by its bare name: ``pip`` for ``/usr/bin/pip3.12``,
    ``uv`` for ``uv.exe``; None when it is no client's."""
    from depaudit.commands.programs import bare_program

    bare = bare_program(word)
    return bare if bare in _BY_PROGRAM else None


def read_command(argv: Sequence[str]) -> Reading | None:
    """Read a command line, program first; None when it starts no client that we know.

    ``python -m pip …``, ``corepack pnpm …`` and ``node …/npm-cli.js …`` are read as the client that they start; the
    reading's ``argv`` keeps the words before it. Locations count from the client's own word.
    """
    from depaudit.commands.programs import started

    start = started(tuple(argv))
    if start is None or start.program not in _BY_PROGRAM:
        return None
    reading = _BY_PROGRAM[start.program].load().read((start.program, *argv[start.stop :]))
    return replace(reading, argv=(*argv[: start.stop], *reading.argv[1:]))
