"""The made-up internet as a process of its own, for benchmarks.

Prints its environment as one line of JSON and ends when its standard input does. Each line on standard input is
answered by one line of JSON:

``count``            ``{"requests": n, "hosts": {host: n}}``, and the record starts anew
``newest pypi NAME …`` (or ``npm``)  the newest version of each name
``warm pypi NAME …`` (or ``npm``)  the answers of these names are made now, so that no measurement pays for that
``graph pypi NAME …`` (or ``npm``)  the names are published with archives, and the first requires all others
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from typing import Any

from tests.world.crowd import everybody
from tests.world.graph import graph
from tests.world.world import World


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.world", description=__doc__)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds of one round trip")
    parser.add_argument("--everybody", action="store_true", help="every name exists, with a plausible life")
    options = parser.parse_args()
    with World(latency=options.latency, crowd=everybody if options.everybody else None) as world:
        print(json.dumps(world.environment()), flush=True)
        for line in sys.stdin:
            print(json.dumps(_obey(world, line.split())), flush=True)


def _obey(world: World, words: list[str]) -> dict[str, Any]:
    if words[0] == "count":
        heard = world.requests
        world.forget()
        return {"requests": len(heard), "hosts": Counter(recorded.host for recorded in heard)}
    registry = world.pypi if words[1] == "pypi" else world.npm
    if words[0] == "graph":
        registry.add(*graph("pypi" if words[1] == "pypi" else "npm", words[2:]))
        return {"published": len(words) - 2}
    if words[0] == "warm":
        return {"warm": registry.warm(*words[2:])}
    return {name: life.births()[-1].version for name in words[2:] if (life := registry.life(name)) is not None}


if __name__ == "__main__":
    main()
