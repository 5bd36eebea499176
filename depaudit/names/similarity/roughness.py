"""How unlike a name a text reads: slips leave letters together that nobody would put together.

``reuqests`` is rougher than ``requests``; ``pyaerial`` is not rougher than ``pyserial`` and may well be a name of its
own. Measured with the letters that follow pairs of letters in all names of the registry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

_LETTERS = 37
_CODES = bytes(
    c - 96 if 97 <= c <= 122 else c - 21 if 48 <= c <= 57 else 0  # a-z: 1-26, 0-9: 27-36, all else and the ends: 0
    for c in range(256)
)
_STEPS = 20.0
"""Steps of the table for one unit of the natural logarithm."""
_RARE = 0.5
_PAIRS = 20.0


def train(texts: Iterable[str]) -> bytes:
    """The table for ``texts``: for each three letters how surprising the third is after the first two."""
    triples: Counter[int] = Counter()
    for text in texts:
        triples.update(_triples(text))
    pairs: Counter[int] = Counter()
    for triple, count in triples.items():
        pairs[triple // _LETTERS] += count
    table = bytearray()
    for triple in range(_LETTERS**3):
        share = (triples[triple] + _RARE) / (pairs[triple // _LETTERS] + _PAIRS)
        table.append(min(255, round(-log(share) * _STEPS)))
    return bytes(table)


def measure(table: Sequence[int], text: str) -> float:
    """The roughness of ``text``, in natural logarithms, by a table of ``train``."""
    return sum(table[triple] for triple in _triples(text)) / _STEPS


def is_table(table: Sequence[int]) -> bool:
    """Whether ``table`` has the size of one."""
    return len(table) == _LETTERS**3


def _triples(text: str) -> list[int]:
    codes = (b"  " + text.encode() + b" ").translate(_CODES)
    return [(a * _LETTERS + b) * _LETTERS + c for a, b, c in zip(codes, codes[1:], codes[2:])]  # noqa: B905  speed
