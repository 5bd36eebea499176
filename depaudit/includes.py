"""What files include: the graph of ``-r`` and ``-c`` lines, and what follows from it for the files that it joins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import IndexOptions, IndexRef, Location
from depaudit.parsers.base import IncludeKind


@record
class Edge:
    """A line that includes a file. Files are named by a key of the caller's."""

    target: str
    kind: IncludeKind
    location: Location


@dataclass(slots=True)
class Node:
    """A file: how people know it, its own index options, and what it includes, each file once and kind."""

    shown: str
    indexes: IndexOptions | None = None
    edges: list[Edge] = field(default_factory=list)


Graph = Mapping[str, Node]


def required_files(graph: Graph, starts: Iterable[str], explicit: Iterable[str]) -> set[str]:
    """Files whose lines are wishes: not constraints files that are only ever included as such.

    A requirements file that another one takes for its constraints (pip-tools' layers) is installed all the same.

    ``starts`` are the files found or named, of which ``explicit`` count whoever includes them.
    """
    included: dict[str, set[IncludeKind]] = {}
    for node in graph.values():
        for edge in node.edges:
            included.setdefault(edge.target, set()).add(edge.kind)
    named = set(explicit)
    waiting = [
        key
        for key in starts
        if key in named or not _is_constraints(key) or included.get(key) != {IncludeKind.CONSTRAINTS}
    ]
    required: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key in required:
            continue
        required.add(key)
        waiting.extend(e.target for e in graph[key].edges if e.kind is IncludeKind.REQUIREMENTS)
    return required


def _is_constraints(key: str) -> bool:
    return "constraint" in key.replace("\\", "/").rpartition("/")[2].lower()


def loops(graph: Graph) -> list[Problem]:
    """One problem for each line that closes a loop."""
    problems: list[Problem] = []
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            key, leaving = waiting.pop()
            if leaving:
                path.pop()
                done.add(key)
                continue
            if key in done:
                continue
            path.append(key)
            waiting.append((key, True))
            problems.extend(
                _loop(graph, [*path[path.index(edge.target) :], edge.target], edge.location)
                for edge in graph[key].edges
                if edge.target in path
            )
            # a file that waits twice is met once: the second time it is done
            waiting.extend((e.target, False) for e in reversed(graph[key].edges) if e.target not in path)
    return problems


def joined_options(graph: Graph) -> dict[str, IndexOptions]:
    """The index options that count for each file: pip takes those of all files that one run reads together.

    A file that several others include gets the options of all of them: none that might count is lost.
    """
    targets = {edge.target for node in graph.values() for edge in node.edges}
    options: dict[str, IndexOptions] = {}
    covered: set[str] = set()
    # first those that nobody includes; what is left then stands in a loop
    for root in (*(key for key in graph if key not in targets), *graph):
        if root in targets and root in covered:
            continue
        order, together = _read_together(graph, root)
        covered.update(order)
        if together is not None:
            for key in order:
                options[key] = _joined(options.get(key), together)
    return options


def _read_together(graph: Graph, root: str) -> tuple[list[str], IndexOptions | None]:
    # All files of one run of pip, and their options in the order in which pip meets them.
    order: list[str] = []
    urls: list[IndexRef] = []
    extra: dict[str, IndexRef] = {}
    links: dict[str, IndexRef] = {}
    no_index = False
    waiting: list[str | IndexRef] = [root]
    seen: set[str] = set()
    while waiting:
        step = waiting.pop()
        if isinstance(step, IndexRef):
            urls.append(step)
            continue
        if step in seen:
            continue
        seen.add(step)
        order.append(step)
        node = graph[step]
        steps: list[tuple[int, str | IndexRef]] = [(edge.location.line, edge.target) for edge in node.edges]
        own = node.indexes
        if own is not None:
            if own.index_url is not None:
                place = own.index_url.location
                steps.append((place.line if place is not None else 0, own.index_url))
            extra.update((ref.url, ref) for ref in own.extra if ref.url not in extra)
            links.update((ref.url, ref) for ref in own.find_links if ref.url not in links)
            no_index = no_index or own.no_index
        steps.sort(key=lambda pair: pair[0], reverse=True)
        waiting.extend(step for _, step in steps)
    if not (urls or extra or links or no_index):
        return order, None
    # pip: the last --index-url wins
    url = urls[-1] if urls else None
    return order, IndexOptions(
        index_url=url, extra=tuple(extra.values()), find_links=tuple(links.values()), no_index=no_index
    )


def _joined(first: IndexOptions | None, second: IndexOptions) -> IndexOptions:
    if first is None or first == second:
        return second
    main = first.index_url or second.index_url
    extra: dict[str, IndexRef] = {}
    for ref in (*first.extra, second.index_url, *second.extra):
        if ref is not None and (main is None or ref.url != main.url):
            extra.setdefault(ref.url, ref)
    links = {ref.url: ref for ref in (*first.find_links, *second.find_links)}
    return IndexOptions(
        index_url=main,
        extra=tuple(extra.values()),
        find_links=tuple(links.values()),
        no_index=first.no_index and second.no_index,
    )


def _loop(graph: Graph, keys: list[str], location: Location) -> Problem:
    return Problem(
        path=location.path,
        message=f"The files include each other in a loop: {' → '.join(graph[key].shown for key in keys)}.",
        mend="Remove one of the lines.",
        line=location.line,
        column=location.column,
    )
