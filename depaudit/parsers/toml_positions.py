"""Where things stand in a TOML text: TOML readers drop positions, and a finding without a line helps nobody.

The text must already have been accepted by a TOML reader; then a tokenizer is enough. It goes over the text once and
notes where each table header, key and array element begins. For lockfiles of tens of megabytes there is
``entry_places``, which notes the ``[[package]]`` tables alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice

Step = str | int
Path = tuple[Step, ...]
Place = tuple[int, int]

_TOKEN = re.compile(
    r"""
      (?P<blank>[ \t\r]+|\#[^\n]*)
    | (?P<newline>\n)
    | (?P<long>\"{3}|'{3})
    | (?P<basic>"(?:[^"\\\n]|\\.)*")
    | (?P<literal>'[^'\n]*')
    | (?P<mark>[\[\]{},=.])
    | (?P<bare>[^\s\[\]{},=."'\#]+)
    """,
    re.VERBOSE,
)
MAX_DEPTH = 16
"""Steps of a path that are told apart; anything deeper has the place of what it stands in."""
MAX_PLACES = 500_000
"""Places kept for one text; a hostile one could hold tens of millions."""

_LONG_END = {'"""': re.compile(r'\\.|"{3,5}', re.DOTALL), "'''": re.compile(r"'{3,5}")}


class Positions:
    """Line and column (from 1) of each path in one TOML text: ``("project", "dependencies", 3)``."""

    def __init__(self, text: str, offsets: dict[Path, int]) -> None:
        self._offsets = offsets
        self._lines = _line_starts(text)

    def place(self, *path: Step) -> Place:
        """The place of ``path``, else that of the nearest thing around it, else the first line."""
        for length in range(len(path), 0, -1):
            offset = self._offsets.get(path[:length])
            if offset is not None:
                return _place(self._lines, offset)
        return 1, 1


def toml_positions(text: str) -> Positions:
    """The places of all headers, keys and array elements of ``text``, which a TOML reader must have accepted."""
    text = text.removeprefix("\ufeff")
    return Positions(text, _Scanner(text).scan())


def entry_places(text: str, table: str, key: str, count: int) -> list[Place]:
    """The places of ``key`` in the ``count`` elements of the top-level array of tables ``table``, in order.

    Where an element lacks the key, its header's place. A text without multi-line strings holds a line ``[[table]]``
    only as a header (in a nested array the word would need quotes), so a search finds them all; when it does not find
    ``count``, the whole text is tokenized.
    """
    text = text.removeprefix("\ufeff")
    if '"""' not in text and "'''" not in text:
        found = _headers(text, table, count)
        if len(found) == count:
            wanted = re.compile(rf"^[ \t]*({re.escape(key)})[ \t]*=", re.MULTILINE)
            places = []
            line, counted = 1, 0
            for index, (start, end) in enumerate(found):
                match = wanted.search(text, end, found[index + 1][0] if index + 1 < count else len(text))
                offset = match.start(1) if match is not None else start
                line += text.count("\n", counted, offset)
                counted = offset
                places.append((line, offset - text.rfind("\n", 0, offset)))
            return places
    positions = toml_positions(text)
    return [positions.place(table, index, key) for index in range(count)]


def _headers(text: str, table: str, count: int) -> list[tuple[int, int]]:
    """Where the brackets that open ``[[table]]`` begin and end, ``count`` times if the search finds them all."""
    word = re.escape(table)
    # as every tool writes them: the fixed text lets the search leap from line to line, ten times as fast
    plain = re.compile(rf"\n(\[\[){word}\]\]")
    found = [match.span(1) for match in islice(plain.finditer(text), count + 1)]
    if len(found) != count:
        spaced = re.compile(rf"^[ \t]*(\[\[)[ \t]*{word}[ \t]*\]\]", re.MULTILINE)
        found = [match.span(1) for match in islice(spaced.finditer(text), count + 1)]
    return found


def pointer(*path: Step) -> str:
    """``path`` as people write it: ``project.dependencies[3]``; keys that are not plain stand in quotes."""
    out = ""
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
        else:
            plain = step if re.fullmatch(r"[A-Za-z0-9_-]{1,200}", step) else repr(step[:200]).replace("'", '"')
            out += f".{plain}" if out else plain
    return out


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _place(lines: list[int], offset: int) -> Place:
    line = bisect_right(lines, offset)
    return line, offset - lines[line - 1] + 1


@dataclass(slots=True)
class _Open:
    """An array (``index`` is the next element's) or inline table (``index`` None) that is being read."""

    path: Path
    index: int | None


class _Scanner:
    """One pass over a text. Keys are gathered until ``=`` or ``]``; values are passed over but for what they hold."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offsets: dict[Path, int] = {}
        self._arrays: dict[Path, int] = {}  # arrays of tables: the index of the newest element
        self._table: Path = ()
        self._open: list[_Open] = []
        self._key: list[str] = []
        self._key_at = -1
        self._header = ""  # "[" or "[[" while a header is read
        self._header_at = 0
        self._value: Path | None = None  # whose value is being read
        self._at = 0

    def scan(self) -> dict[Path, int]:
        text, at, length = self._text, 0, len(self._text)
        while at < length:
            match = _TOKEN.match(text, at)
            if match is None:
                at += 1
                continue
            kind, end = match.lastgroup, match.end()
            self._at = at
            if kind == "long":
                end = _long_end(text, end, match.group())
                self._scalar(match.group(), "")
            elif kind == "newline":
                self._newline()
            elif kind == "mark":
                end = self._mark(match.group(), at)
            elif kind != "blank":
                self._scalar(kind or "", match.group())
            at = end
        return self._offsets

    def _newline(self) -> None:
        if not self._open:
            self._value, self._header = None, ""
            self._key.clear()

    def _in_array(self) -> bool:
        return bool(self._open) and self._open[-1].index is not None and self._value is None

    def _scalar(self, kind: str, token: str) -> None:
        if self._value is not None:
            return
        if self._in_array():
            self._element()
        else:
            if not self._key:
                self._key_at = self._at
            self._key.append(_unquoted(kind, token))

    def _element(self) -> Path:
        """Note that the next element of the innermost array begins here."""
        array = self._open[-1]
        assert array.index is not None
        path = self._step(array.path, array.index, self._at)
        self._value = path
        return path

    def _mark(self, mark: str, at: int) -> int:
        """Take one of ``[]{},=.`` and return where to go on."""
        if mark in "[{":
            return self._opening(mark, at)
        if mark in "]}":
            return self._closing(at)
        if mark == "=" and self._value is None:
            self._value = self._under(self._open[-1].path if self._open else self._table)
        elif mark == "," and self._open:
            if self._open[-1].index is not None:
                self._open[-1].index += 1
            self._value = None
            self._key.clear()
        return at + 1

    def _opening(self, mark: str, at: int) -> int:
        if self._value is None and not self._open:
            double = self._text.startswith("[[", at)
            self._header = "[[" if double else "["
            self._key.clear()
            self._header_at = at
            return at + len(self._header)
        path = self._value
        if path is None:
            path = self._element()
        self._open.append(_Open(path=path, index=0 if mark == "[" else None))
        self._value = None
        self._key.clear()
        return at + 1

    def _closing(self, at: int) -> int:
        if self._header:
            double = self._header == "[["
            self._header = ""
            self._enter(double=double)
            return at + (2 if double else 1)
        if self._open:
            self._value = self._open.pop().path
        return at + 1

    def _step(self, base: Path, step: Step, at: int) -> Path:
        """``base`` one step further, noted at offset ``at`` unless noted before."""
        if len(base) >= MAX_DEPTH:
            return base
        path = (*base, step)
        if len(self._offsets) < MAX_PLACES:
            self._offsets.setdefault(path, at)
        return path

    def _under(self, base: Path) -> Path:
        """``base`` and the gathered key, each part noted where the key begins."""
        path = base
        for part in self._key:
            path = self._step(path, part, self._key_at)
        self._key.clear()
        return path

    def _enter(self, *, double: bool) -> None:
        """Make the header's table the current one, ``[[…]]`` beginning a new element."""
        path: Path = ()
        last = len(self._key) - 1
        for number, part in enumerate(self._key):
            path = self._step(path, part, self._header_at)
            if double and number == last:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            index = self._arrays.get(path)
            if index is not None:
                path = self._step(path, index, self._header_at)
        self._key.clear()
        self._table = path


def _long_end(text: str, at: int, quotes: str) -> int:
    """The end of a multi-line string whose text begins at ``at``."""
    for match in _LONG_END[quotes].finditer(text, at):
        if match.group()[0] != "\\":
            return match.end()
    return len(text)


def _unquoted(kind: str, token: str) -> str:
    if kind == "literal":
        return token[1:-1]
    if kind == "basic":
        if "\\" not in token:
            return token[1:-1]
        import tomli

        try:
            return str(tomli.loads(f"key = {token}")["key"])
        except tomli.TOMLDecodeError:
            return token[1:-1]
    return token
