"""On which line of a TOML text a key stands: readers of TOML drop that, and an error without a line helps nobody."""

from __future__ import annotations

from collections.abc import Iterator

Step = str | int
Pointer = tuple[Step, ...]


class Lines:
    """The lines of headers and keys. A TOML reader has accepted ``text``, so a plain look at each line is enough.

    A line inside a multi-line string may be taken for a key; the line told for an error is then off, nothing else.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Pointer, int] = {}
        for pointer, line in _pointers(text):
            self._lines.setdefault(pointer, line)

    def line(self, pointer: Pointer) -> int:
        """The line (from 1) of ``pointer``, else of the nearest thing around it, else the first."""
        for length in range(len(pointer), 0, -1):
            found = self._lines.get(pointer[:length])
            if found is not None:
                return found
        return 1


def _pointers(text: str) -> Iterator[tuple[Pointer, int]]:
    table: Pointer = ()
    counts: dict[Pointer, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if bare.startswith("["):
            path: Pointer = _split(bare.lstrip("[").partition("]")[0])
            if bare.startswith("[["):
                counts[path] = counts.get(path, -1) + 1
                yield path, number
                path = (*path, counts[path])
            table = path
            yield table, number
        elif "=" in bare and not bare.startswith("#"):
            keys = _split(bare.partition("=")[0])
            for length in range(1, len(keys) + 1):
                yield (*table, *keys[:length]), number


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted[:500].split("."))
