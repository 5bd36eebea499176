"""Who brings in what: shortest ways, file by file, whatever the files say."""

from __future__ import annotations

from itertools import pairwise

from depaudit.report.chains import LEFT_OUT, MAX_LENGTH, Chains
from tests.report.sample import package, wish


def locked(name: str, *required_by: str, direct: bool = False, path: str = "uv.lock") -> object:
    return package(wish(name, f"{path}:1", version="1", direct=direct, required_by=required_by))


def chains(*packages: object) -> list[list[tuple[str, ...]]]:
    found = Chains(packages)  # type: ignore[arg-type]  # a test's shorthand
    return [found.of(wish, 10) for one in packages for wish in one.requirements]  # type: ignore[attr-defined]


def test_from_the_top_down_by_the_shortest_way() -> None:
    assert chains(
        locked("a", "project", direct=True),
        locked("b", "a"),
        locked("c", "b", "a"),
        locked("d", "c", "b"),
    ) == [
        [("project", "a")],
        [("a", "b")],
        [("a", "b", "c"), ("a", "c")],
        [("a", "c", "d"), ("a", "b", "d")],
    ]


def test_what_the_file_does_not_hold_is_where_a_chain_begins() -> None:
    assert chains(locked("d", "c")) == [[("c", "d")]]


def test_a_circle_that_nobody_asked_for() -> None:
    assert chains(locked("a", "b"), locked("b", "a")) == [[("b", "a")], [("a", "b")]]


def test_a_package_that_asks_for_itself() -> None:
    assert chains(locked("a", "a")) == [[("a", "a")]]


def test_each_file_for_itself() -> None:
    assert chains(locked("b", "a"), locked("a", "z", path="other.lock")) == [[("a", "b")], [("z", "a")]]


def test_of_a_long_chain_the_middle_is_left_out() -> None:
    names = [f"n{number}" for number in range(30)]
    packages = [locked(names[0], direct=True), *(locked(one, above) for above, one in pairwise(names))]
    last = chains(*packages)[-1]
    assert last == [("n0", LEFT_OUT, *names[30 - (MAX_LENGTH - 2) :])]
    assert len(last[0]) == MAX_LENGTH


def test_ten_thousand_in_one_chain_take_no_time() -> None:
    names = [f"n{number}" for number in range(10_000)]
    packages = [locked(names[0], direct=True), *(locked(one, above) for above, one in pairwise(names))]
    assert chains(*packages)[5_000][0][0] == "n0"


def test_no_more_than_asked_for() -> None:
    subject = locked("a", *(f"p{number}" for number in range(50)))
    assert len(Chains([subject]).of(subject.requirements[0], 10)) == 10  # type: ignore[list-item,attr-defined]  # a test's shorthand
