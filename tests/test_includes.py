"""What follows from files including each other."""

from __future__ import annotations

from itertools import pairwise

from depaudit.includes import Edge, Node, joined_options, loops, required_files
from depaudit.model.requirement import IndexOptions, IndexRef, Location
from depaudit.parsers.base import IncludeKind

R, C = IncludeKind.REQUIREMENTS, IncludeKind.CONSTRAINTS


def edge(target: str, kind: IncludeKind = R, line: int = 1, path: str = "?") -> Edge:
    return Edge(target=target, kind=kind, location=Location(path=path, line=line))


def ref(url: str, line: int = 1) -> IndexRef:
    return IndexRef(url=url, location=Location(path="?", line=line))


def urls(options: IndexOptions | None) -> tuple[str | None, list[str], list[str], bool] | None:
    if options is None:
        return None
    return (
        options.index_url.url if options.index_url else None,
        [extra.url for extra in options.extra],
        [link.url for link in options.find_links],
        options.no_index,
    )


def graph(**files: list[Edge]) -> dict[str, Node]:
    return {name: Node(f"{name}.txt", edges=edges) for name, edges in files.items()}


def test_what_is_only_a_constraint_is_no_wish() -> None:
    files = graph(a=[edge("b"), edge("c", C)], b=[edge("d", C)], c=[edge("e")], d=[], e=[])
    assert required_files(files, ["a"], []) == {"a", "b"}
    named = graph(a=[edge("constraints", C)], constraints=[])
    # found by itself under another name than a constraints file's, it is installed all the same
    assert required_files(files, ["a", "c", "d"], []) == {"a", "b", "c", "d", "e"}
    assert required_files(named, ["a", "constraints"], []) == {"a"}
    assert required_files(files, ["a", "c"], ["c"]) == {"a", "b", "c", "e"}
    assert required_files(named, ["a", "constraints"], ["constraints"]) == {"a", "constraints"}
    assert required_files(files, ["e"], []) == {"e"}


def test_a_file_included_both_ways_is_a_wish() -> None:
    assert required_files(graph(a=[edge("b", C)], b=[], c=[edge("b")]), ["a", "b", "c"], []) == {"a", "b", "c"}


def test_loops_are_named_once() -> None:
    files = graph(
        a=[edge("b", line=3, path="a.txt")],
        b=[edge("c", path="b.txt"), edge("d", path="b.txt")],
        c=[edge("a", line=7, path="c.txt"), edge("d", path="c.txt")],
        d=[edge("d", C, line=2, path="d.txt")],
        e=[edge("a"), edge("c"), edge("d")],
    )
    assert [(p.path, p.line, p.message) for p in loops(files)] == [
        ("c.txt", 7, "The files include each other in a loop: a.txt → b.txt → c.txt → a.txt."),
        ("d.txt", 2, "The files include each other in a loop: d.txt → d.txt."),
    ]


def test_a_file_reached_twice_is_no_loop() -> None:
    assert loops(graph(a=[edge("b"), edge("c")], b=[edge("d")], c=[edge("d"), edge("b")], d=[])) == []


def test_long_chains_are_no_trouble() -> None:
    names = [f"f{number}" for number in range(5000)]
    files = {name: Node(name, edges=[edge(after)]) for name, after in pairwise(names)}
    files[names[-1]] = Node(names[-1], IndexOptions(no_index=True))
    assert loops(files) == []
    assert set(joined_options(files)) == set(names)


def test_options_count_for_all_that_one_run_reads() -> None:
    files = graph(a=[edge("b", line=2), edge("c", C, line=3)], b=[], c=[], alone=[], other=[])
    files["a"].indexes = IndexOptions(index_url=ref("https://a/", 1), extra=(ref("https://x/"),))
    files["b"].indexes = IndexOptions(index_url=ref("https://b/", 9), extra=(ref("https://x/"), ref("https://y/")))
    files["c"].indexes = IndexOptions(find_links=(ref("./wheels"),), no_index=True)
    files["other"].indexes = IndexOptions(extra=(ref("https://z/"),))
    joined = {name: urls(options) for name, options in joined_options(files).items()}
    together = ("https://b/", ["https://x/", "https://y/"], ["./wheels"], True)
    assert joined == {"a": together, "b": together, "c": together, "other": (None, ["https://z/"], [], False)}


def test_the_last_index_url_wins_as_in_pip() -> None:
    files = graph(a=[edge("b", line=2)], b=[])
    files["a"].indexes = IndexOptions(index_url=ref("https://a/", 5))
    files["b"].indexes = IndexOptions(index_url=ref("https://b/", 1))
    assert urls(joined_options(files)["b"]) == ("https://a/", [], [], False)


def test_a_file_of_several_runs_has_the_options_of_all() -> None:
    files = graph(dev=[edge("base")], prod=[edge("base")], base=[])
    files["dev"].indexes = IndexOptions(index_url=ref("https://d/"), extra=(ref("https://x/"),), no_index=True)
    files["prod"].indexes = IndexOptions(index_url=ref("https://p/"), extra=(ref("https://x/"), ref("https://y/")))
    joined = joined_options(files)
    assert urls(joined["base"]) == ("https://d/", ["https://x/", "https://p/", "https://y/"], [], False)
    assert urls(joined["dev"]) == ("https://d/", ["https://x/"], [], True)


def test_options_within_a_loop_count_for_the_loop() -> None:
    files = graph(a=[edge("b")], b=[edge("a")], c=[])
    files["b"].indexes = IndexOptions(extra=(ref("https://x/"),))
    joined = joined_options(files)
    assert set(joined) == {"a", "b"}
    assert urls(joined["a"]) == (None, ["https://x/"], [], False)
