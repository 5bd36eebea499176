"""What a shim starts past the gate must install nothing: each line is held against the client's own reader."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from depaudit.commands import COMMANDS, read_command
from depaudit.commands.base import NotAnInstall
from depaudit.commands.programs import bare_program
from depaudit.gate.guards.direct import DIRECT, TOOLS, Direct, direct_of

READERS = {program: reader.name for reader in COMMANDS for program in reader.programs}


def lines_of(tool: str, direct: Direct) -> Iterator[tuple[str, ...]]:
    """Command lines that the shim of ``tool`` starts by itself, one for each entry, and with more words behind it."""
    if direct.bare:
        yield (tool,)
    yield from ((tool, word) for word in direct.alone)
    subcommands = [(word,) for word in (*direct.words, *direct.scripts)]
    subcommands += [(first, second) for first, seconds in direct.pairs for second in seconds]
    for words in subcommands:
        yield (tool, *words)
        yield (tool, *words, "left-pad")
        yield from ((tool, flag, *words) for flag in direct.flags)
    if direct.flags and subcommands:
        yield (tool, *direct.flags, *subcommands[0])


def reads_nothing(line: tuple[str, ...]) -> bool:
    return isinstance(read_command(line), NotAnInstall)


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_started_directly_is_no_install(tool: str) -> None:
    reader = READERS[bare_program(tool)]
    if importlib.util.find_spec(f"depaudit.commands.{reader}") is None:
        pytest.skip(f"the reader of {reader} is not there yet")
    assert [" ".join(line) for line in lines_of(tool, direct_of(tool)) if not reads_nothing(line)] == []


def test_every_program_that_is_read_has_a_shim() -> None:
    assert set(READERS) <= set(TOOLS)
    assert set(DIRECT) <= set(TOOLS)
    assert len(set(TOOLS)) == len(TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
def test_words_can_stand_in_a_shell_pattern(tool: str) -> None:
    direct = direct_of(tool)
    words = [*direct.alone, *direct.flags, *direct.words, *direct.scripts]
    words += [word for first, seconds in direct.pairs for word in (first, *seconds)]
    assert [word for word in words if not word.replace("-", "").isalnum()] == []
    # a word in two places would mean what the first says
    assert len(words) - len({*words}) <= sum(len(seconds) for _, seconds in direct.pairs)
    assert not {*direct.words} & {*direct.scripts} | {first for first, _ in direct.pairs} & {*direct.words}
