"""A project of many packages that need each other, as real installs are. For benchmarks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Literal

from tests.world.lives import Birth, Life

_SMALLEST, _LARGEST = 5_000, 200_000
"""Bytes of an archive; most are near the smaller end."""


def graph(ecosystem: Literal["pypi", "npm"], names: Sequence[str]) -> tuple[Life, ...]:
    """The lives of ``names``, the same each time: whoever installs the first gets all of them, each once.

    Each requires some of those behind it, six levels deep or so, and most are required by several. All are years old
    and have tens of releases, every twelfth 200. The newest release's archives have 5 to 200 kB.
    """
    return tuple(_life(ecosystem, names, position) for position in range(len(names)))


def _life(ecosystem: str, names: Sequence[str], position: int) -> Life:
    name = names[position]
    random = Random(name)
    behind = names[2 * position + 1 : 2 * position + 3]
    others = names[2 * position + 3 :]
    wanted = (*behind, *random.sample(others, min(len(others), random.randrange(3))))
    requires = tuple(f"{other}>=1.0" if ecosystem == "pypi" else f"{other}@^1.0.0" for other in wanted)
    count = 200 if position % 12 == 5 else random.randrange(12, 60)
    first = timedelta(days=random.randrange(1500, 3500))
    step = (first - timedelta(days=40)) / count
    size = int(_SMALLEST * (_LARGEST / _SMALLEST) ** random.random())
    births = tuple(
        Birth(
            version=f"1.{number}.0",
            ago=first - step * number,
            requires=requires,
            code=_padding(ecosystem, name, size) if number == count - 1 else "",
        )
        for number in range(count)
    )
    return Life(
        name=name,
        first=first,
        releases=births,
        owners=("alice", "bob"),
        repository=f"https://github.com/alice/{name.rpartition('/')[2]}",
        downloads=2_000_000,
    )


def _padding(ecosystem: str, name: str, size: int) -> str:
    """Comments that come to ``size`` bytes when they are packed: a hexadecimal digit holds half a byte."""
    mark = "#" if ecosystem == "pypi" else "//"
    lines = (hashlib.sha512(f"{name} {number}".encode()).hexdigest() for number in range(size // 64))
    return "".join(f"{mark} {line}\n" for line in lines)
