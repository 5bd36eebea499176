"""One run of a command, measured by the system: wall time, processor time and the most memory it held."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run. Times in seconds; ``rss`` in bytes; ``status`` is the exit status; ``tail`` the end of its stderr."""

    seconds: float
    cpu: float
    rss: int
    status: int
    tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Several runs of the same command: medians, the most memory, and every exit status that came."""

    seconds: float
    spread: float
    cpu: float
    rss: int
    statuses: tuple[int, ...]
    tail: str
    runs: int


def run(command: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> Sample:
    """Run ``command`` with its output going to pipes, as in CI, and wait for its end."""
    wish = {"command": list(command), "environment": dict(environment), "folder": str(folder)}
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(_LAUNCH)],
        input=json.dumps(wish),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Sample(**json.loads(done.stdout))


def summarize(samples: Sequence[Sample]) -> Summary:
    """The medians of ``samples``; ``spread`` is the range of their times."""
    times = [sample.seconds for sample in samples]
    return Summary(
        seconds=statistics.median(times),
        spread=max(times) - min(times),
        cpu=statistics.median(sample.cpu for sample in samples),
        rss=max(sample.rss for sample in samples),
        statuses=tuple(sorted({sample.status for sample in samples})),
        tail=samples[-1].tail,
        runs=len(samples),
    )
