"""npm's command line, word by word: a reading of nopt, whose rules no common option parser has.

Values are joined by ``=`` or follow; any unique beginning of an option's name will do; ``--no-no-x`` is ``--x``; one
dash is as good as two; letters are joined (``-gD``); an option that is a switch swallows ``true`` and ``false``.
https://github.com/npm/nopt (``lib/nopt-lib.js``), whose order of questions is kept here.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence

from depaudit.commands.npm_options import (
    NAMES,
    OLD,
    SHORTHANDS,
    STRINGS,
    SWITCHES,
    TYPES,
    beginnings,
)
from depaudit.commands.options import Given, Scan, Word

Piece = tuple[str, int]
"""A word and the index of the typed word that it comes from."""

_KINDS = frozenset(("Boolean", "Number", "String"))
# what JavaScript takes for a number, digits of another base left out
_NUMBER = re.compile(r"\s*(?:[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?))?\s*")
_LETTERS = frozenset(key for key in SHORTHANDS if len(key) == 1)
_SHORT_BEGINNINGS = beginnings(SHORTHANDS)
_LONG_BEGINNINGS = beginnings(name for name in NAMES if name not in OLD)


def scan_npm(pieces: Iterable[Piece]) -> Scan:
    """All options and words of a command line behind the program's name, as npm 11 reads them.

    ``Given.known`` is False for an option of no npm from 6 to 11, and for one that only an old npm knows;
    ``Given.fits`` names what else an abbreviation means to one of them.
    """
    queue = deque(pieces)
    options: list[Given] = []
    words: list[Word] = []
    dashes: int | None = None
    while queue:
        text, index = queue.popleft()
        if _is_dashes(text):
            dashes = index
            words += [Word(text=rest, index=at) for rest, at in queue]
            break
        if len(text) < 2 or not text.startswith("-"):
            words.append(Word(text=text, index=index))
            continue
        name, equals, value = text.partition("=")
        if equals:
            queue.appendleft((value, index))
        expansion = _expansion(name)
        if expansion is not None and (not expansion or expansion[0] != name):
            queue.extendleft((part, index) for part in reversed(expansion))
            continue
        options.append(_option(name, index, queue, equals=bool(equals)))
    return Scan(options=tuple(options), words=tuple(words), stop=index + 1 if options or words else 0, dashes=dashes)


def pieces_of(argv: Sequence[str], start: int = 1) -> tuple[Piece, ...]:
    """``argv`` from ``start`` on, each word with its index."""
    return tuple((text, index) for index, text in enumerate(argv) if index >= start)


def truth(scan: Scan, name: str) -> bool | None:
    """What the last word about a switch says; None where nothing is said, or ``null``."""
    given = scan.given("--" + name)
    if not given:
        return None
    if given[-1].value == "null":
        return None
    return (given[-1].value != "false") is not given[-1].denied


def npx_pieces(argv: Sequence[str]) -> tuple[Piece, ...]:
    """The words of ``npx …`` as npm is given them: ``npx -p a b --c`` is ``npm exec --package a -- b --c``.

    https://github.com/npm/cli ``bin/npx-cli.js``: options end at the first word that is none.
    """
    queue = deque(pieces_of(argv))
    done: list[Piece] = []
    while queue:
        text, index = queue.popleft()
        if text == "--":
            return (*done, (text, index), *queue)
        if not text.startswith("-"):
            return (*done, ("--", index), (text, index), *queue)
        key, equals, value = text.lstrip("-").partition("=")
        whole = f"{equals}{value}"
        removed = key in _NPX_REMOVED_SWITCHES or key in _NPX_REMOVED
        if key == "p":
            text = "--package" + whole
        elif key == "shell":
            text = "--script-shell" + whole
        elif key == "no-install":
            text = "--yes=false"
        elif key in SHORTHANDS and not removed:
            parts = SHORTHANDS[key].split()
            queue.extendleft((part, index) for part in reversed([*parts, *([value] if equals else [])]))
            continue
        if not removed:
            done.append((text, index))
        if not equals and key not in _NPX_SWITCHES:
            follows = queue and (key in _NPX_OPTIONS or not queue[0][0].startswith("-"))
            if follows and removed:
                queue.popleft()
            elif follows:
                done.append(queue.popleft())
    return tuple(done)


_NPX_REMOVED_SWITCHES = frozenset(("always-spawn", "ignore-existing", "shell-auto-fallback"))
_NPX_REMOVED = frozenset(("npm", "node-arg", "n"))
_NPX_SWITCHES = frozenset(
    (
        *_NPX_REMOVED_SWITCHES,
        *SWITCHES,
        *(name for name, kinds in TYPES.items() if "Boolean" in kinds),
        "no-install",
        "quiet",
        "q",
        "version",
        "v",
        "help",
        "h",
    )
)
_NPX_OPTIONS = frozenset((*_NPX_REMOVED, "package", "p", "cache", "userconfig", "call", "c", "shell"))


def _is_dashes(text: str) -> bool:
    return len(text) > 1 and not text.strip("-")


def _expansion(typed: str) -> tuple[str, ...] | None:
    """The words that a shorthand stands for; None where ``typed`` is no shorthand."""
    name = typed.lstrip("-")
    if name in NAMES and name not in OLD:
        return None
    if name in SHORTHANDS:
        return tuple(SHORTHANDS[name].split())
    if all(letter in _LETTERS for letter in name):
        return tuple(part for letter in name for part in SHORTHANDS[letter].split())
    if name in _LONG_BEGINNINGS:
        return None
    short = _SHORT_BEGINNINGS.get(name)
    return tuple(SHORTHANDS[short].split()) if short is not None else None


def _option(typed: str, index: int, queue: deque[Piece], *, equals: bool) -> Given:
    """The option ``typed``; its value, where it takes one, is taken from ``queue``."""
    name = typed.lstrip("-")
    denied: bool | None = None
    while name.lower().startswith("no-"):
        denied = not denied
        name = name[3:]
    meant = _LONG_BEGINNINGS.get(name, name)
    fits = () if name in NAMES or not name else _others(name, meant)
    known = meant in NAMES and meant not in OLD
    value = _value(meant, queue, negated=denied is not None, equals=equals)
    stop = index + 1
    values: tuple[str, ...] = ()
    if value is not None:
        values = (value[0],)
        stop = max(stop, value[1] + 1)
    return Given(name="--" + meant, index=index, stop=stop, values=values, known=known, denied=bool(denied), fits=fits)


def _others(name: str, meant: str) -> tuple[str, ...]:
    """What a beginning may mean to some npm beside what it means to this one."""
    fits = sorted(known for known in NAMES if known.startswith(name))
    return () if fits == [meant] else tuple("--" + known for known in fits)


def _value(name: str, queue: deque[Piece], *, negated: bool, equals: bool) -> Piece | None:
    """The next word, taken from ``queue``, where the option takes it."""
    if not queue:
        return None
    after = queue[0][0]
    unknown = (name not in NAMES or name in OLD) and not equals
    kinds = frozenset() if unknown else TYPES.get(name, frozenset())
    if negated or unknown or name in SWITCHES or "Boolean" in kinds:
        return queue.popleft() if after in ("true", "false") or _fits(after, kinds) else None
    if _is_dashes(after):
        return None
    if name in STRINGS and after.startswith("-") and len(after) > 1:
        return None
    return queue.popleft()


def _fits(word: str, kinds: frozenset[str]) -> bool:
    """Whether a switch of these other types takes ``word`` as its value."""
    if not word:
        return False
    if word in kinds - _KINDS:
        return True
    if "Number" in kinds and _NUMBER.fullmatch(word) and not word.startswith("--"):
        return True
    return "String" in kinds and not (len(word) > 1 and word[0] == "-" and word[1] != "-")
