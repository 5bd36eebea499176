"""Text for terminals: foreign letters made harmless, lines wrapped with hanging indents, colour on request."""

from __future__ import annotations

import re
from collections.abc import Iterable

from depaudit.model.record import record

MAX_TEXT = 1_000
"""Letters of one foreign text (a path, a message) that are shown; beyond it stands an ellipsis."""

# Printable by Unicode's word, yet nothing is seen of them: joiners, fillers, variation selectors, a blank symbol.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

# Logs of builds are read for commands: GitHub takes ``::name::`` at a line's start (and a long text is wrapped at any
# word) and ``##[name]`` anywhere in a line, Azure ``##vso[``, TeamCity ``##teamcity[``.
_COMMAND = re.compile(r"(?<![^ ]):(?=:[A-Za-z])|#(?=#[A-Za-z]*\[)")


@record
class Style:
    """How to print for people: with ANSI colour or not, in how many columns, how much."""

    color: bool = False
    width: int = 100
    verbose: bool = False
    quiet: bool = False

    def paint(self, text: str, *codes: str) -> str:
        """``text`` in the given ANSI styles, when colour is wanted."""
        if not self.color or not text:
            return text
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m"


BOLD, DIM, RED, GREEN, YELLOW, MAGENTA, CYAN = "1", "2", "31", "32", "33", "35", "36"


def safe(text: str, limit: int = MAX_TEXT) -> str:
    """``text`` with everything that moves a cursor, reorders, hides or breaks lines written out as an escape.

    So is what would command the machine that reads a build's log. Letters of all scripts stay. Nothing that comes from
    files or registries reaches a terminal but through here.
    """
    if len(text) > limit:
        text = f"{text[: limit - 3]}..."
    if "::" in text or "##" in text:
        text = _COMMAND.sub(lambda match: f"\\x{ord(match.group()):02x}", text)
    if text.isascii() and text.isprintable():
        return text
    visible = "".join(letter if letter.isprintable() else _escape(letter) for letter in text)
    return _INVISIBLE.sub(lambda match: _escape(match.group()), visible)


def wrap(text: str, width: int, *, first: str = "", rest: str | None = None) -> list[str]:
    """``text`` in lines of at most ``width`` columns, the first after ``first``, the others after ``rest``.

    ``rest`` is by default a hanging indent as wide as ``first``. Words are broken at spaces only, so that commands,
    paths and names can be copied whole, even where one is wider than the line.
    """
    indent = " " * len(first) if rest is None else rest
    lines: list[str] = []
    line, empty = first, True
    for word in text.split():
        if not empty and len(line) + 1 + len(word) > width:
            lines.append(line)
            line, empty = indent, True
        line += word if empty else f" {word}"
        empty = False
    lines.append(line)
    return [line.rstrip() for line in lines]


def listed(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    shown = list(words)
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 package``, ``1,234 packages``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
