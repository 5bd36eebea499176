"""The measurements as a Markdown table."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.cases import MEGABYTE, Case
from benchmarks.measure import Summary

_HEAD = "| what | median | compared | goal | memory | requests | |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |"


def render(cases: tuple[Case, ...], results: Mapping[str, Summary], requests: Mapping[str, Mapping[str, int]]) -> str:
    """One row a case."""
    rows = [_HEAD]
    for case in cases:
        if case.id not in results:
            continue
        result = results[case.id]
        asked = requests.get(case.id, {})
        per_host = ", ".join(f"{host} {count}" for host, count in sorted(asked.items()))
        rows.append(
            f"| {case.what} | {result.seconds * 1000:.0f} ms | {_compared(case, results)} | {_goal(case)} "
            f"| {result.rss / MEGABYTE:.0f} MB | {per_host} | {word(case, results)} |"
        )
    return "\n".join(rows) + "\n"


def word(case: Case, results: Mapping[str, Summary]) -> str:
    """``met``, what was missed, or that the command did not do its work."""
    result = results[case.id]
    if result.statuses != (case.status,):
        return f"**failed: exit {', '.join(map(str, result.statuses))}**"
    missed = []
    value = compared(case, results)
    if case.goal is not None and value is not None and value > case.goal:
        missed.append("time")
    if case.memory_goal is not None and result.rss > case.memory_goal:
        missed.append("memory")
    if missed:
        return f"**missed: {', '.join(missed)}**"
    return "met" if case.goal is not None else ""


def compared(case: Case, results: Mapping[str, Summary]) -> float | None:
    """The ratio to, or the seconds over, the case that it is compared with."""
    if case.against not in results:
        return None
    base, own = results[case.against].seconds, results[case.id].seconds
    return own / base if case.measure == "ratio" else own - base


def _compared(case: Case, results: Mapping[str, Summary]) -> str:
    value = compared(case, results)
    if value is None:
        return ""
    return f"{value:.1f} ×" if case.measure == "ratio" else f"+{value:.2f} s"


def _goal(case: Case) -> str:
    parts = []
    if case.goal is not None:
        parts.append(f"≤ {case.goal:g} ×" if case.measure == "ratio" else f"≤ +{case.goal:g} s")
    if case.memory_goal is not None:
        parts.append(f"≤ {case.memory_goal // MEGABYTE} MB")
    return ", ".join(parts)
