"""Records behave as frozen, slotted, keyword-only dataclasses do."""

from __future__ import annotations

from typing import Generic, TypeVar

import pytest

from depaudit.model.record import record, replace

T = TypeVar("T")


@record
class Point:
    """A place."""

    x: int
    y: int = 0

    @property
    def sum(self) -> int:
        return self.x + self.y


@record
class Lone:
    only: str = "one"


@record(kw_only=False)
class Box(Generic[T]):
    value: T
    label: str = ""


@record
class Secret:
    token: str

    def __repr__(self) -> str:
        return "Secret()"


def test_values_defaults_and_methods() -> None:
    assert (Point(x=1).x, Point(x=1).y, Point(x=1, y=2).sum) == (1, 0, 3)
    assert (Lone().only, Box(3).value, Box(3, "b").label, Box(value=3, label="c").label) == ("one", 3, "b", "c")


def test_equality_hash_and_text() -> None:
    assert Point(x=1) == Point(x=1, y=0)
    assert Point(x=1) != Point(x=2)
    others: list[object] = [(1, 0), Lone()]
    assert Point(x=1) not in others
    assert len({Point(x=1), Point(x=1), Lone(), Lone()}) == 2
    assert repr(Point(x=1)) == "Point(x=1, y=0)"
    assert repr(Secret(token="x")) == "Secret()"
    assert Point.__doc__ == "A place."


def test_nothing_can_be_changed_or_added() -> None:
    point = Point(x=1)
    with pytest.raises(AttributeError, match="cannot be changed"):
        point.x = 2
    with pytest.raises(AttributeError, match="cannot be changed"):
        point.z = 2
    with pytest.raises(AttributeError, match="cannot be changed"):
        del point.x
    assert not hasattr(point, "__dict__")


@pytest.mark.parametrize("values", [{}, {"y": 1}, {"x": 1, "z": 2}, {"z": 2}])
def test_wrong_fields_are_refused(values: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point: unknown"):
        Point(**values)


def test_positions_are_for_those_who_allow_them() -> None:
    with pytest.raises(TypeError):
        Point(1)
    with pytest.raises(TypeError, match="too many"):
        Box(1, "a", 2)
    with pytest.raises(TypeError, match="too many"):
        Box(1, value=2)


def test_replace() -> None:
    assert replace(Point(x=1, y=2), y=3) == Point(x=1, y=3)
    assert replace(Lone(), only="two") == Lone(only="two")
    assert replace(Box(1), label="x") == Box(1, "x")
    with pytest.raises(TypeError, match="unknown z"):
        replace(Point(x=1), z=3)


def test_patterns() -> None:
    match Box(7, "b"):
        case Box(value, label):
            assert (value, label) == (7, "b")
