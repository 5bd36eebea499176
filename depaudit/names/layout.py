"""The form of the binary tables in ``data/``: a header, a directory of sections, the sections.

Everything is little-endian and aligned to eight bytes, so that a section can be used where it lies in the file. The
header speaks for the trie beside it too, whose form is marisa's own: size, number of keys and checksum.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Mapping
from datetime import date
from typing import Literal

from depaudit.errors import DataError
from depaudit.model.record import record

FORMAT = 1
"""Raised with every change to what the sections hold or to the keys of the near-name index."""

_MAGIC = b"depaudit"
_HEADER = struct.Struct("<8sHHIIIII")  # magic, format, sections, snapshot, file's size, trie's size, keys, checksum
_ENTRY = struct.Struct("<8sII")  # section's name, offset, length in bytes
_CHECKSUM = struct.Struct("<I")
_ALIGN = 8
_MOST_SECTIONS = 64


@record
class Tables:
    """One ecosystem's opened tables: its sections by name, and what the header says of the trie."""

    snapshot: date
    trie_bytes: int
    trie_keys: int
    trie_checksum: int
    sections: Mapping[str, memoryview]

    def bytes_of(self, name: str) -> memoryview:
        """A section of single bytes; ``DataError`` when there is none."""
        try:
            return self.sections[name]
        except KeyError:
            raise damaged(f"its section {name!r} is missing") from None

    def numbers(self, name: str, code: Literal["H", "I"]) -> memoryview:
        """A section of numbers of the ``struct`` code ``H`` or ``I``; ``DataError`` when there is none."""
        section = self.bytes_of(name)
        if len(section) % struct.calcsize(code):
            raise damaged(f"its section {name!r} is cut")
        if sys.byteorder == "big":
            from array import array

            swapped = array(code, section.tobytes())
            swapped.byteswap()
            return memoryview(swapped)
        return section.cast(code)


def damaged(why: str, path: str = "") -> DataError:
    """The error for data that cannot be used."""
    return DataError(
        f"The bundled name data is damaged or of another version: {why}.",
        mend="Reinstall depaudit: pip install --force-reinstall depaudit",
        path=path,
    )


def pack_numbers(code: Literal["H", "I"], numbers: list[int]) -> bytes:
    """``numbers`` as a section of the ``struct`` code ``H`` or ``I``."""
    return struct.pack(f"<{len(numbers)}{code}", *numbers)


def write(snapshot: date, trie: bytes, trie_keys: int, sections: Mapping[str, bytes]) -> bytes:
    """The whole file, the same bytes for the same input."""
    start = _HEADER.size + len(sections) * _ENTRY.size + _CHECKSUM.size
    entries, bodies, offset = [], [], _aligned(start)
    for name, body in sections.items():
        entries.append(_ENTRY.pack(name.encode("ascii"), offset, len(body)))
        bodies.append(body + b"\0" * (_aligned(len(body)) - len(body)))
        offset += len(bodies[-1])
    day = snapshot.year * 10_000 + snapshot.month * 100 + snapshot.day
    header = _HEADER.pack(_MAGIC, FORMAT, len(sections), day, offset, len(trie), trie_keys, zlib.crc32(trie))
    head = header + b"".join(entries)
    head += _CHECKSUM.pack(zlib.crc32(head))
    return head + b"\0" * (_aligned(start) - start) + b"".join(bodies)


def read(data: memoryview) -> Tables:
    """Check the header and the directory, and say where the sections lie. Raises ``DataError``."""
    if len(data) < _HEADER.size + _CHECKSUM.size:
        raise damaged("a file is cut")
    magic, version, count, day, size, trie_bytes, trie_keys, trie_checksum = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        raise damaged("a file is none of depaudit's")
    if version != FORMAT:
        raise damaged(f"a file has format {version}, this depaudit reads format {FORMAT}")
    end = _HEADER.size + count * _ENTRY.size
    if count > _MOST_SECTIONS or size != len(data) or end + _CHECKSUM.size > size:
        raise damaged("a file is cut")
    if _CHECKSUM.unpack_from(data, end)[0] != zlib.crc32(data[:end]):
        raise damaged("the checksum of a header is wrong")
    sections = {}
    for number in range(count):
        name, offset, length = _ENTRY.unpack_from(data, _HEADER.size + number * _ENTRY.size)
        if offset % _ALIGN or offset + length > size:
            raise damaged("a section lies outside its file")
        sections[name.rstrip(b"\0").decode("ascii", "replace")] = data[offset : offset + length]
    try:
        snapshot = date(day // 10_000, day // 100 % 100, day % 100)
    except ValueError:
        raise damaged("its date is no date") from None
    return Tables(
        snapshot=snapshot,
        trie_bytes=trie_bytes,
        trie_keys=trie_keys,
        trie_checksum=trie_checksum,
        sections=sections,
    )


def _aligned(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN
