"""One ecosystem's files, opened: which names there are, how much they are used, what lies near a name."""

from __future__ import annotations

import mmap
from bisect import bisect_left, bisect_right
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from depaudit.model.evidence import BundledName, NearName
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.names import layout
from depaudit.names.similarity import roughness

if TYPE_CHECKING:
    import marisa_trie

    from depaudit.names.similarity.form import Form

COMPLETE = frozenset({Ecosystem.PYPI})
"""Whose list holds every name of the registry."""


class Shelf:
    """The trie of names and the tables beside it. Everything stays in the file until it is asked for."""

    __slots__ = ("_by_names", "_months", "_sections", "ecosystem", "snapshot", "trie")

    def __init__(self, folder: Path, ecosystem: Ecosystem) -> None:
        """Map both files. Raises ``DataError`` when one is missing, cut, of another version, or not the other's."""
        self.ecosystem = ecosystem
        tables = layout.read(_mapped(tables_path(folder, ecosystem)))
        self.snapshot = tables.snapshot
        self.trie = _opened_trie(trie_path(folder, ecosystem), tables)
        self._sections = _Sections(tables, ecosystem)
        self._months: tuple[date | None, ...] = ()
        self._by_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.trie)

    def look_up(self, name: str) -> BundledName:
        """What the list says of ``name``."""
        key = self.trie.get(name)
        complete = self.ecosystem in COMPLETE
        if key is None:
            return BundledName(listed=False, complete=complete, snapshot=self.snapshot)
        sections = self._sections
        return BundledName(
            listed=True,
            complete=complete,
            snapshot=self.snapshot,
            rank=self._rank(key),
            downloads=sections.downloads[key] if sections.downloads else None,
            newest_release=self._month(sections.months[key]) if sections.months else None,
        )

    def near(self, name: str, limit: int) -> tuple[NearName, ...]:
        """The far more used names that ``name`` may have been meant for, best first."""
        from depaudit.names import near_table  # what weighs is only loaded for a name that needs weighing
        from depaudit.names.similarity import combine
        from depaudit.names.similarity.form import Form

        form = Form(self.ecosystem, name)
        sections = self._sections
        if form.scope and _holds(sections.scopes, form.scope):
            return ()  # only the owner of a known scope can publish in it
        best: dict[str, NearName] = {}
        for number in near_table.find(sections.tags, sections.slots, set(combine.name_keys(form))):
            near = self._weigh(form, name, number)
            if near is not None and (near.target not in best or near.score > best[near.target].score):
                best[near.target] = near
        if len(best) < 2:
            return tuple(best.values())[:limit]
        return tuple(sorted(best.values(), key=lambda near: (-near.score, near.target)))[:limit]

    def _weigh(self, form: Form, name: str, number: int) -> NearName | None:
        from depaudit.names.similarity import combine
        from depaudit.names.similarity.form import Form

        sections = self._sections
        if number >= len(sections.targets):
            raise layout.damaged("its near-name index points nowhere")
        key = sections.targets[number]
        if key >= len(self.trie):
            raise layout.damaged("its near-name index points nowhere")
        target: str = self.trie.restore_key(key)
        if target == name:
            return None
        by_name = number - sections.first_by_name
        other = Form(self.ecosystem, target if by_name < 0 else self._by_name(by_name))
        new_words = set(form.words).difference(other.words)
        everyday = bool(new_words) and all(_holds(sections.words, word) for word in new_words)
        rank = self._rank(key)
        place = combine.place(rank, of_large_scope=bool(other.scope) and _holds(sections.large, other.scope))
        scored = combine.best(form, other, place, by_name=by_name >= 0, everyday=everyday, roughness=self._roughness)
        if scored is None or scored[0] < combine.FLOOR:
            return None
        return NearName(
            ecosystem=self.ecosystem,
            target=NormalizedName(target),
            kind=scored[1],
            score=round(scored[0], 2),
            strong=scored[0] >= combine.STRONG,
            target_rank=rank,
        )

    def _roughness(self, squeezed: str) -> float:
        return roughness.measure(self._sections.triples, squeezed)

    def _rank(self, key: int) -> int | None:
        sections = self._sections
        if sections.downloads:
            more = len(sections.heights) - bisect_right(sections.heights, sections.downloads[key])
            return more + 1 if sections.downloads[key] >= sections.heights[0] else None
        at = bisect_left(sections.ranked, key)
        if at < len(sections.ranked) and sections.ranked[at] == key:
            rank: int = sections.ranks[at]
            return rank
        return None

    def _month(self, code: int) -> date | None:
        if not self._months:
            last = self.snapshot.year * 12 + self.snapshot.month - 1
            months = range(last, last - 255, -1)
            self._months = (None, *(date(month // 12, month % 12 + 1, 1) for month in months))
        return self._months[code]

    def _by_name(self, number: int) -> str:
        if not self._by_names:
            self._by_names = tuple(bytes(self._sections.by_names).decode("ascii", "replace").split("\n"))
        if number >= len(self._by_names):
            raise layout.damaged("its list of by-names is cut")
        return self._by_names[number]


class _Sections:
    """The sections under the names by which they are used; those of the other ecosystem are empty."""

    __slots__ = (
        "by_names",
        "downloads",
        "first_by_name",
        "heights",
        "large",
        "months",
        "ranked",
        "ranks",
        "scopes",
        "slots",
        "tags",
        "targets",
        "triples",
        "words",
    )

    def __init__(self, tables: layout.Tables, ecosystem: Ecosystem) -> None:
        empty = memoryview(b"")
        pypi = ecosystem is Ecosystem.PYPI
        self.months = tables.bytes_of("months") if pypi else empty
        self.ranked = tables.numbers("ranked", "I") if pypi else empty
        self.ranks = tables.numbers("ranks", "H") if pypi else empty
        self.downloads = empty if pypi else tables.numbers("download", "I")
        self.heights = empty if pypi else tables.numbers("heights", "I")
        self.tags = tables.bytes_of("tags")
        self.slots = tables.numbers("slots", "H")
        self.targets = tables.numbers("targets", "I")
        self.triples = tables.bytes_of("triples")
        self.words = tables.numbers("words", "I")
        self.large = tables.numbers("large", "I")
        self.scopes = tables.numbers("scopes", "I")
        self.by_names = tables.bytes_of("bynames")
        self.first_by_name = len(self.targets) - tables.numbers("counts", "I")[0]
        keys = len(self.months) if pypi else len(self.downloads)
        if keys != tables.trie_keys or len(self.ranked) != len(self.ranks) or len(self.tags) != len(self.slots):
            raise layout.damaged("its sections do not fit together")
        if (
            not roughness.is_table(self.triples)
            or len(self.tags) < 2
            or self.first_by_name < 0
            or not (pypi or self.heights)
        ):
            raise layout.damaged("its near-name index is cut")


def trie_path(folder: Path, ecosystem: Ecosystem) -> Path:
    """The file of the names."""
    return folder / f"{ecosystem.value}.trie"


def tables_path(folder: Path, ecosystem: Ecosystem) -> Path:
    """The file of everything else."""
    return folder / f"{ecosystem.value}.tables"


def code_of(word: str) -> int:
    """The number by which sets of words are kept."""
    return crc32(word.encode())


def _holds(codes: memoryview, word: str) -> bool:
    code = code_of(word)
    at = bisect_left(codes, code)
    return at < len(codes) and codes[at] == code


def _mapped(path: Path) -> memoryview:
    try:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except FileNotFoundError:
        raise layout.damaged("a file is missing", str(path)) from None
    except (OSError, ValueError) as error:  # ValueError: the file is empty
        raise layout.damaged(f"a file cannot be read ({error})", str(path)) from error


def _opened_trie(path: Path, tables: layout.Tables) -> marisa_trie.Trie:
    import marisa_trie

    try:
        size = path.stat().st_size
    except OSError:
        raise layout.damaged("a file is missing", str(path)) from None
    if size != tables.trie_bytes:
        raise layout.damaged("a file is cut, or of another version than the one beside it", str(path))
    try:
        trie = marisa_trie.Trie().mmap(str(path))
    except Exception as error:
        raise layout.damaged(f"its names cannot be read ({error})", str(path)) from error
    if len(trie) != tables.trie_keys:
        raise layout.damaged("the number of names is wrong", str(path))
    return trie
