"""The benchmarks measure what they say: their lockfiles are real ones, their table tells goals from misses."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import lockfiles, table
from benchmarks.cases import MEGABYTE, Case
from benchmarks.internet import Internet
from benchmarks.measure import Sample, run, summarize
from depaudit.parsers import parser_for

VERSIONS = {f"name-{number}": f"1.{number}.0" for number in range(50)}
SCOPED = VERSIONS | {"@scope/name": "2.0.0"}


@pytest.mark.parametrize(
    ("filename", "write", "versions"),
    [
        ("requirements.txt", lockfiles.requirements, VERSIONS),
        ("uv.lock", lockfiles.uv_lock, VERSIONS),
        ("package-lock.json", lockfiles.package_lock, SCOPED),
    ],
)
def test_generated_lockfiles_are_read_whole(filename: str, write: Callable[..., str], versions: dict[str, str]) -> None:
    parser = parser_for(filename)
    assert parser is not None
    parsed = parser.parse(write(tuple(versions), versions), filename)
    assert parsed.problems == ()
    assert {
        wish.name: wish.pinned_version for wish in parsed.requirements if wish.source.kind == "registry"
    } == versions


def test_a_run_is_measured(tmp_path: Path) -> None:
    script = "import sys; print(len(bytearray(60_000_000))); sys.stderr.write('done'); sys.exit(3)"
    sample = run([sys.executable, "-c", script], environment=dict(os.environ), folder=tmp_path)
    assert (sample.status, sample.tail) == (3, "done")
    assert 60_000_000 < sample.rss < 200_000_000
    assert sample.seconds > 0
    assert sample.cpu > 0


def test_memory_is_the_commands_own(tmp_path: Path) -> None:
    ballast = bytearray(300_000_000)
    sample = run([sys.executable, "-c", "pass"], environment=dict(os.environ), folder=tmp_path)
    assert sample.rss < len(ballast) / 2


def samples(*times: float, rss: int = 50, status: int = 0) -> list[Sample]:
    return [Sample(seconds=time, cpu=time, rss=rss * MEGABYTE, status=status, tail="") for time in times]


def test_the_table_tells_goals_from_misses() -> None:
    cases = (
        Case(id="base", what="base", command=()),
        Case(id="near", what="near", command=(), against="base", measure="ratio", goal=3),
        Case(id="far", what="far", command=(), against="base", goal=0.5, memory_goal=40 * MEGABYTE),
        Case(id="broken", what="broken", command=(), against="base", goal=9),
        Case(id="left out", what="left out", command=()),
    )
    results = {
        "base": summarize(samples(0.1, 0.1, 0.4)),
        "near": summarize(samples(0.2, 0.25, 0.3)),
        "far": summarize(samples(0.9)),
        "broken": summarize([*samples(0.1), *samples(0.1, status=2)]),
    }
    assert table.render(cases, results, {"far": {"b.example": 2, "a.example": 1}}) == (
        "| what | median | compared | goal | memory | requests | |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n"
        "| base | 100 ms |  |  | 50 MB |  |  |\n"
        "| near | 250 ms | 2.5 × | ≤ 3 × | 50 MB |  | met |\n"
        "| far | 900 ms | +0.80 s | ≤ +0.5 s, ≤ 40 MB | 50 MB | a.example 1, b.example 2 | **missed: time, memory** |\n"
        "| broken | 100 ms | +0.00 s | ≤ +9 s | 50 MB |  | **failed: exit 0, 2** |\n"
    )


def test_names_are_locked_at_versions_that_the_made_up_internet_has() -> None:
    with Internet(latency=0) as internet:
        internet.warm("npm", ["one", "@two/three"])
        newest = internet.newest("npm", ["one", "@two/three"])
        assert set(newest) == {"one", "@two/three"}
        assert internet.count() == {}
