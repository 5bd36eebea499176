"""``python -m benchmarks``: measure everything and print the table.

Each round runs every case once, so that whatever else the machine does meets all of them alike; the table shows
medians over the rounds. Exit status 1 when a goal is missed or a command fails.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from benchmarks import gate, table
from benchmarks.cases import Case, prepare
from benchmarks.internet import Internet
from benchmarks.measure import Sample, Summary, run, summarize

_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each case (default 7)")
    parser.add_argument(
        "--only", default="*", metavar="GLOB", help="cases to run; those they are compared with run too"
    )
    parser.add_argument("--latency", type=float, default=0.05, help="seconds of a round trip (default 0.05)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name, Internet(latency=options.latency) as internet:
        folder = Path(name)
        cases = _chosen((*prepare(folder, internet), *gate.prepare(folder, internet)), options.only)
        results, requests = _measure(cases, options.rounds, folder, internet)
    print(
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, ",
        end="",
    )
    print(f"{options.rounds} rounds, {options.latency * 1000:.0f} ms a round trip\n")
    print(table.render(cases, results, requests))
    for case in cases:
        if "failed" in table.word(case, results):
            print(f"{case.id}: {results[case.id].tail.strip()}\n", file=sys.stderr)
    return 1 if any("**" in table.word(case, results) for case in cases) else 0


def _chosen(cases: tuple[Case, ...], glob: str) -> tuple[Case, ...]:
    wanted = {case.id for case in cases if fnmatch(case.id, glob)}
    wanted |= {case.against for case in cases if case.id in wanted}
    return tuple(case for case in cases if case.id in wanted)


def _measure(
    cases: tuple[Case, ...], rounds: int, folder: Path, internet: Internet
) -> tuple[dict[str, Summary], dict[str, Mapping[str, int]]]:
    for case in cases:
        for ecosystem, names in case.warm:
            internet.warm(ecosystem, names)
    samples: dict[str, list[Sample]] = {case.id: [] for case in cases}
    requests: dict[str, Mapping[str, int]] = {}
    for number in range(rounds + 1):
        for case in cases:
            _say(f"{number}/{rounds} {case.id}")
            sample = _once(case, folder, internet)
            if number:  # the first round only fills the system's file cache and Python's bytecode
                samples[case.id].append(sample)
            if case.online:
                requests[case.id] = internet.count()
    _say("")
    return {key: summarize(each) for key, each in samples.items()}, requests


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _once(case: Case, folder: Path, internet: Internet) -> Sample:
    """One run with a home of its own, so that nothing of this machine's settings is read."""
    if case.reset is not None:
        case.reset()
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    if case.online:
        environment |= internet.environment
    with _home(case, folder) as home:
        environment |= {"HOME": home, "USERPROFILE": home, "PIP_CONFIG_FILE": os.devnull}
        environment |= dict(case.variables)
        return run(case.command, environment=environment, folder=folder / case.folder)


@contextmanager
def _home(case: Case, folder: Path) -> Iterator[str]:
    if case.home:
        lasting = folder / "homes" / case.home
        lasting.mkdir(parents=True, exist_ok=True)
        yield str(lasting)
    else:
        with tempfile.TemporaryDirectory(prefix="home-", dir=folder) as home:
            yield home


if __name__ == "__main__":
    sys.exit(main())
