"""One run of a command, measured by the system: wall time, processor time and the most memory it held."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


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
    """Run ``command`` with its output going to pipes, as in CI, and wait for its end.

    The memory is that of the process itself (``wait4``). A child starts as a copy of this process, so this one must
    stay small: whatever needs memory is done in a process of its own.
    """
    error_file = folder / ".stderr"
    with error_file.open("wb") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=subprocess.PIPE, stderr=errors)
        assert process.stdout is not None
        while process.stdout.read(65536):
            pass
        _, code, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(code)
        process.stdout.close()
    return Sample(
        seconds=seconds,
        cpu=usage.ru_utime + usage.ru_stime,
        rss=usage.ru_maxrss * _RSS_UNIT,
        status=process.returncode,
        tail=error_file.read_text("utf-8", "replace")[-400:],
    )


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
