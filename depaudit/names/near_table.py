"""The near-name index: from keys to target numbers, in three bytes a slot that are used where they lie in the file.

An open-addressing hash table with double hashing. A slot is a tag of one byte (0: empty) and a target number of two.
A tag that matches by chance brings up a wrong target now and then: whoever asks compares the names themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

MOST_TARGETS = 1 << 16
_MOST_A_KEY = 24
"""Targets filed under one key; the first filed, so the most used, are kept."""
_LOAD = 0.66
_LONGEST_CHAIN = 400
"""A damaged table must not be searched for ever. ``build`` checks that no chain of its own is longer."""


def build(filed: Sequence[Iterable[str]]) -> tuple[bytes, bytes]:
    """The tags and the targets of a table in which target ``n`` is found under every key of ``filed[n]``."""
    by_key: dict[str, list[int]] = {}
    for target, keys in enumerate(filed):
        for key in dict.fromkeys(keys):
            there = by_key.setdefault(key, [])
            if len(there) < _MOST_A_KEY:
                there.append(target)
    size = _next_prime(int(sum(map(len, by_key.values())) / _LOAD) + 3)
    tags, targets = bytearray(size), bytearray(2 * size)
    for key, numbers in by_key.items():
        code = crc32(key.encode())
        slot, tag, step = code % size, code >> 24 or 1, 1 + code // size % (size - 1)
        length = 0
        for number in numbers:
            while tags[slot]:
                slot = (slot + step) % size
                length += 1
            tags[slot] = tag
            targets[2 * slot : 2 * slot + 2] = number.to_bytes(2, "little")
        if length >= _LONGEST_CHAIN - 1:
            raise ValueError(f"a chain of {length} slots: lower the load of the table")
    return bytes(tags), bytes(targets)


def find(tags: memoryview, targets: memoryview, keys: Iterable[str]) -> set[int]:
    """The numbers of all targets filed under any of ``keys``, and now and then of one that is not."""
    size = len(tags)
    found = set()
    for key in keys:
        code = crc32(key.encode())
        slot = code % size
        tag = tags[slot]
        if not tag:
            continue
        wanted = code >> 24 or 1
        step = 1 + code // size % (size - 1)
        for _ in range(_LONGEST_CHAIN):
            if tag == wanted:
                found.add(targets[slot])
            slot += step
            if slot >= size:
                slot -= size
            tag = tags[slot]
            if not tag:
                break
    return found


def _next_prime(number: int) -> int:
    number |= 1
    while any(number % divisor == 0 for divisor in range(3, int(number**0.5) + 1, 2)):
        number += 2
    return number
