from __future__ import annotations

from depaudit.parsers.lock_graph import Edge, Node, Standing, standings


def node(name: str, *needs: str, version: str | None = "1", local: bool = False) -> Node:
    return Node(name=name, version=version, edges=tuple(Edge(name=need) for need in needs), local=local)


def test_direct_parents_and_groups_follow_the_edges() -> None:
    root = Node(
        name="root",
        version=None,
        local=True,
        edges=(Edge(name="a"), Edge(name="t", label="test"), Edge(name="b", label="test")),
    )
    nodes = [root, node("a", "b"), node("b", "c"), node("c", "a"), node("t", "c"), node("stray", "c")]
    assert standings(nodes) == [
        Standing(direct=False, required_by=(), groups=()),
        Standing(direct=True, required_by=("root", "c"), groups=("main", "test")),
        Standing(direct=True, required_by=("root", "a"), groups=("main", "test")),
        Standing(direct=False, required_by=("b", "t", "stray"), groups=("main", "test")),
        Standing(direct=True, required_by=("root",), groups=("test",)),
        Standing(direct=False, required_by=(), groups=()),
    ]


def test_a_need_with_a_version_is_for_that_version_alone() -> None:
    root = Node(name="root", version=None, local=True, edges=(Edge(name="a", version="2"),))
    other = Node(name="x", version="1", edges=(Edge(name="a"),))
    nodes = [root, node("a", version="1"), node("a", "z", version="2"), other, node("z")]
    assert standings(nodes) == [
        Standing(direct=False, required_by=(), groups=()),
        Standing(direct=False, required_by=("x",), groups=()),
        Standing(direct=True, required_by=("root", "x"), groups=("main",)),
        Standing(direct=False, required_by=(), groups=()),
        Standing(direct=False, required_by=("a",), groups=("main",)),
    ]


def test_needs_stated_apart() -> None:
    assert standings([node("a", "b"), node("b")], [Edge(name="a", label="dev")]) == [
        Standing(direct=True, required_by=(), groups=("dev",)),
        Standing(direct=False, required_by=("a",), groups=("dev",)),
    ]


def test_one_name_a_thousand_times_costs_no_square() -> None:
    nodes = [node("a", "a", "b", version=str(n)) for n in range(20_000)] + [node("b")]
    found = standings(nodes, [Edge(name="a")])
    assert found[0] == Standing(direct=True, required_by=(), groups=("main",))
    assert found[-1] == Standing(direct=False, required_by=("a",), groups=("main",))
