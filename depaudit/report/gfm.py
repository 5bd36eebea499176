"""Text for GitHub-flavoured Markdown: foreign letters can neither mark anything up nor call anybody.

Nothing is escaped letter by letter, since GitHub looks for ``@names``, ``#1``, commit ids and addresses in the text
that is left when the escapes are gone. Instead every word that is not plainly a word becomes inline code, in which
neither Markdown nor GitHub looks for anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape

from depaudit.report.secrets import HIDDEN, hide
from depaudit.report.terminal import MAX_TEXT, safe

MAX_CODE = 200
"""Letters of one name, path or value."""

_LEADING, _TRAILING = "(\"'", ")\"'.,;:!?"
_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
_PLAIN = re.compile(rf"{_WORD}|\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}(?:[.-]\d{{1,6}}){{0,3}}%?|[–—-]|\.\.\.|…|")
# Seven letters of a commit's id and more make a link.
_COMMIT = re.compile(r"[0-9a-f]{7,}", re.IGNORECASE)
_TICKS = re.compile(r"`+")


def code(text: str, limit: int = MAX_CODE) -> str:
    """``text`` as inline code, without credentials, cut to ``limit`` letters."""
    shown = safe(hide(text), limit) or '""'
    fence = "`" * (max(map(len, _TICKS.findall(shown)), default=0) + 1)
    touching = shown.startswith("`") or shown.endswith("`")
    stripped = shown.startswith(" ") and shown.endswith(" ") and shown.strip(" ")
    pad = " " if touching or stripped else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str, names: Collection[str] = ()) -> str:
    """``text`` as running text: plain words stay, all else and ``names`` become inline code."""
    return " ".join(_word(word, names) for word in safe(hide(text)).split())


def cell(markdown: str) -> str:
    """``markdown`` of one line for a table's cell.

    ``|`` ends a cell even in code and is written ``\\|`` there; where a backslash stands before it already, readers
    disagree on what ends what, and a broken bar stands in its place.
    """
    return markdown.replace("\\|", "\\¦").replace("|", "\\|")


def summary_line(kind: str, text: str = "") -> str:
    """What is seen of a folded part: our own words ``kind``, then a foreign ``text``. HTML."""
    shown = f" <code>{escape(safe(hide(text), MAX_CODE))}</code>" if text else ""
    return f"<summary>{escape(kind)}{shown}</summary>"


def fenced(text: str, language: str) -> str:
    """``text`` of one line as a block of code, to be copied whole."""
    shown = safe(text)
    fence = "`" * max(3, max(map(len, _TICKS.findall(shown)), default=0) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def _word(word: str, names: Collection[str]) -> str:
    core = word.lstrip(_LEADING)
    before = word[: len(word) - len(core)]
    bare = core.rstrip(_TRAILING)
    if "://" in bare and core[len(bare) :].startswith(f"?{HIDDEN}"):  # what was hidden belongs to the address
        bare += f"?{HIDDEN}"
    after = core[len(bare) :]
    if word in names:
        return code(word, MAX_TEXT)
    if bare not in names and _PLAIN.fullmatch(bare) and not _COMMIT.fullmatch(bare):
        return word
    return f"{before}{code(bare, MAX_TEXT)}{after}"
