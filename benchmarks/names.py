"""Real names to measure with, from the bundled data: ``python -m benchmarks.names pypi`` prints them as JSON.

It is a process of its own for the memory and the seconds that going through all names takes.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_TOP = 10_000
_REST = 400
_BEYOND = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """``top``: the most used, in order. ``rest``: some of those beyond the 20,000 most used, the same each time."""

    top: tuple[str, ...]
    rest: tuple[str, ...]


@lru_cache
def names(ecosystem: str) -> Names:
    """Names of ``ecosystem``."""
    command = [sys.executable, "-m", "benchmarks.names", ecosystem]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    return Names(top=tuple(told["top"]), rest=tuple(told["rest"]))


def main(ecosystem: str) -> None:
    from depaudit.model.names import Ecosystem
    from depaudit.names.data import data_folder
    from depaudit.names.shelf import Shelf

    shelf = Shelf(data_folder(), Ecosystem(ecosystem))
    ranks = {name: shelf.look_up(name).rank for name in shelf.trie.keys()}  # noqa: SIM118  a trie, not a dict
    ranked = [(rank, name) for name, rank in ranks.items() if rank is not None]
    others = [name for name, rank in ranks.items() if rank is None or rank > _BEYOND]
    rest = heapq.nsmallest(_REST, others, key=lambda name: hashlib.sha256(name.encode()).digest())
    print(json.dumps({"top": [name for _, name in heapq.nsmallest(_TOP, ranked)], "rest": rest}))


if __name__ == "__main__":
    main(sys.argv[1])
