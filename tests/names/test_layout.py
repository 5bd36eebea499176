"""The form of the tables: what was written is read back, and any other bytes are refused with ``DataError``."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.errors import DataError
from depaudit.names.layout import pack_numbers, read, write

_DAY = date(2026, 11, 1)


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=8), st.lists(st.integers(0, 2**32 - 1), max_size=9), max_size=9
    )
)
def test_written_is_read_back(sections: dict[str, list[int]]) -> None:
    data = write(_DAY, b"trie", 3, {name: pack_numbers("I", numbers) for name, numbers in sections.items()})
    tables = read(memoryview(data))
    assert (tables.snapshot, tables.trie_bytes, tables.trie_keys) == (_DAY, 4, 3)
    assert {name: list(tables.numbers(name, "I")) for name in tables.sections} == sections


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=120))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(DataError):
        read(memoryview(data))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 59), st.integers(1, 255))
def test_a_changed_head_is_refused(at: int, change: int) -> None:
    data = bytearray(write(_DAY, b"trie", 3, {"one": b"1234", "two": b"12"}))
    data[at] ^= change
    with pytest.raises(DataError):
        read(memoryview(data))


def test_a_section_of_the_wrong_length_is_refused() -> None:
    tables = read(memoryview(write(_DAY, b"", 0, {"odd": b"123"})))
    with pytest.raises(DataError, match="its section 'odd' is cut"):
        tables.numbers("odd", "I")
    with pytest.raises(DataError, match="its section 'none' is missing"):
        tables.bytes_of("none")
