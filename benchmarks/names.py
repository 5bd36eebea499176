"""Real names to measure with, from the bundled data. Run as a process of its own, for the memory it takes:

``python -m benchmarks.names pypi top 1000`` prints the most used, ``… rest 200`` some of the others.
"""

from __future__ import annotations

import argparse
import hashlib
import heapq
import json
import subprocess
import sys
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
Part = Literal["top", "rest"]


def names(ecosystem: str, part: Part, count: int) -> tuple[str, ...]:
    """``count`` names of ``ecosystem``, the same each time for the same data."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.names", ecosystem, part, str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return tuple(json.loads(done.stdout))


def _select(ecosystem: str, part: str, count: int) -> list[str]:
    from depaudit.model.names import Ecosystem
    from depaudit.names.data import data_folder
    from depaudit.names.shelf import Shelf

    shelf = Shelf(data_folder(), Ecosystem(ecosystem))
    ranked = ((shelf.look_up(name).rank, name) for name in shelf.trie.keys())  # noqa: SIM118  a trie, not a dict
    if part == "top":
        return [name for _, name in heapq.nsmallest(count, ((rank, name) for rank, name in ranked if rank))]
    others = (name for rank, name in ranked if rank is None or rank > 20_000)
    return heapq.nsmallest(count, others, key=lambda name: hashlib.sha256(name.encode()).digest())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ecosystem", choices=("pypi", "npm"))
    parser.add_argument("part", choices=("top", "rest"))
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    print(json.dumps(_select(options.ecosystem, options.part, options.count)))


if __name__ == "__main__":
    main()
