"""The near-name index finds everything that was filed, whatever the keys."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.names.near_table import build, find


def _find(table: tuple[bytes, bytes], keys: list[str]) -> set[int]:
    return find(memoryview(table[0]), memoryview(table[1]).cast("H"), keys)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text("abc1", max_size=4), max_size=6), max_size=20))
def test_everything_filed_is_found(filed: list[list[str]]) -> None:
    table = build(filed)
    for target, keys in enumerate(filed):
        for key in keys:
            assert target in _find(table, [key])


def test_nothing_is_found_in_an_empty_table() -> None:
    assert _find(build([]), ["a", "b"]) == set()


def test_most_targets_under_one_key_are_the_first_filed() -> None:
    found = _find(build([["same"]] * 100), ["same"])
    assert found == set(range(24))


def test_other_keys_find_little() -> None:
    table = build([[f"key-{n}"] for n in range(5000)])
    wrong = sum(len(_find(table, [f"other-{n}"])) for n in range(5000))
    assert wrong < 200


def test_a_full_table_ends_the_search() -> None:
    assert _find((b"\1" * 11, b"\0" * 22), ["anything"]) <= {0}
