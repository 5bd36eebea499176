"""Build ``data/`` from lists of names: ``python -m depaudit.names.build --help``.

The same lists give the same bytes. What the lists are and where they come from: ``docs/data.md``.
"""

from __future__ import annotations

import argparse
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TextIO

from depaudit.errors import DataError, DepauditError
from depaudit.model.names import Ecosystem, normalize
from depaudit.model.record import record
from depaudit.names import layout, near_table, shelf
from depaudit.names.import_names import import_names
from depaudit.names.similarity import combine, known_as, roughness
from depaudit.names.similarity.form import Form
from depaudit.names.sources import SourceFile, checksum, write_sources

NPM_RANKED = 30_000
"""Names of npm that get a rank and a place in the near-name index."""
_EVERYDAY_FROM = 15
"""Names that must share a word for it to be an everyday word."""
_KNOWN_SCOPE_TO = 15_000
"""A scope is a known organisation's when one of its names is ranked so high."""
_LARGE_SCOPE_NAMES, _LARGE_SCOPE_DOWNLOADS = 10, 50_000_000
"""A large organisation's scope: all its names are in the near-name index. Downloads are a month's."""
_NOT_OWN_NAMES = frozenset({"types"})
"""Scopes whose bases are the names of other packages."""
_TRIES = 3
_MOST_DOWNLOADS = 2**32 - 1
_MOST_RANKS = 2**16
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")

_ORIGIN = {
    "pypi.trie": "the names of PyPI's simple index, https://pypi.org/simple/",
    "pypi.tables": "months of newest releases from PyPI, https://pypi.org/; ranks from the list top-pypi-packages, "
    "https://hugovk.github.io/top-pypi-packages/",
    "npm.trie": "the most downloaded names of the npm registry, https://registry.npmjs.org/",
    "npm.tables": "npm's download counts of the last month, https://api.npmjs.org/downloads/",
}
_LICENCE = "facts of public registries; no licence claimed on names and counts. The arrangement: Apache-2.0"


@record(kw_only=False)
class _Row:
    """``month`` (PyPI) of the newest release as year * 12 + month - 1; ``downloads`` (npm) of a month."""

    name: str
    rank: int | None = None
    month: int | None = None
    downloads: int = 0


@record(kw_only=False)
class _Filed:
    """The targets of a near-name index: trie keys in rank order, then those of the by-names; each one's index keys."""

    targets: list[int]
    by_names: list[str]
    keys: list[list[str]]


def build(pypi: Path, npm: Path, snapshot: date, out: Path) -> None:
    """Write the data of both lists, as of ``snapshot``, into ``out``. Raises ``DataError`` for a malformed list."""
    out.mkdir(parents=True, exist_ok=True)
    lists = {
        Ecosystem.PYPI: list(_pypi_rows(pypi, snapshot)),
        Ecosystem.NPM: _ranked_by_downloads(list(_npm_rows(npm))),
    }
    for ecosystem, rows in lists.items():
        if not rows:
            raise DataError(f"The list of {ecosystem.registry} names is empty.")
        _build_one(ecosystem, rows, snapshot, out)
    write_sources(
        out,
        [
            SourceFile(
                path=path.name,
                origin=_ORIGIN[path.name],
                date=snapshot,
                licence=_LICENCE,
                rows=len(rows),
                sha256=checksum(path),
            )
            for ecosystem, rows in lists.items()
            for path in (shelf.trie_path(out, ecosystem), shelf.tables_path(out, ecosystem))
        ],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m depaudit.names.build", description="Build the bundled name data.")
    parser.add_argument("--pypi", type=Path, required=True, help="name, newest_release_month, download_rank (tsv, xz)")
    parser.add_argument("--npm", type=Path, required=True, help="name, downloads_last_month (tsv, xz)")
    parser.add_argument("--snapshot", type=date.fromisoformat, required=True, help="day of the lists, YYYY-MM-DD")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    options = parser.parse_args(arguments)
    try:
        build(options.pypi, options.npm, options.snapshot, options.out)
    except (DepauditError, OSError) as error:
        print(f"depaudit.names.build: {error}", file=sys.stderr)
        return 2
    return 0


def _build_one(ecosystem: Ecosystem, rows: list[_Row], snapshot: date, out: Path) -> None:
    import marisa_trie

    path = shelf.trie_path(out, ecosystem)
    trie = marisa_trie.Trie((row.name for row in rows), num_tries=_TRIES)
    if len(trie) != len(rows):
        raise DataError(f"The list of {ecosystem.registry} names holds a name twice.")
    trie.save(str(path))
    keys = {row.name: trie[row.name] for row in rows}
    ranked = sorted((row for row in rows if row.rank is not None), key=lambda row: row.rank or 0)
    large = _large_scopes(rows)
    filed = _file(ecosystem, rows, ranked, keys, large)
    if len(filed.targets) > near_table.MOST_TARGETS:
        raise DataError(f"The near-name index holds at most {near_table.MOST_TARGETS} targets.")
    sections = _usage(ecosystem, rows, ranked, keys, snapshot)
    tags, slots = near_table.build(filed.keys)
    sections |= {
        "tags": tags,
        "slots": slots,
        "targets": layout.pack_numbers("I", filed.targets),
        "bynames": "\n".join(filed.by_names).encode("ascii"),
        "counts": layout.pack_numbers("I", [len(filed.by_names)]),
        "triples": roughness.train(Form(ecosystem, row.name).squeezed for row in rows),
        "words": _codes(_everyday_words(ecosystem, rows)),
        "large": _codes(large),
        "scopes": _codes({scope for row in ranked if (row.rank or 0) <= _KNOWN_SCOPE_TO for scope in _scope(row.name)}),
    }
    tables = layout.write(snapshot, path.read_bytes(), len(rows), sections)
    shelf.tables_path(out, ecosystem).write_bytes(tables)


def _usage(
    ecosystem: Ecosystem, rows: list[_Row], ranked: list[_Row], keys: dict[str, int], snapshot: date
) -> dict[str, bytes]:
    """The sections by trie key: PyPI's months and ranks, npm's downloads and what each rank had."""
    if ecosystem is Ecosystem.NPM:
        downloads = [0] * len(rows)
        for row in rows:
            downloads[keys[row.name]] = row.downloads
        heights = sorted(row.downloads for row in ranked)
        return {"download": layout.pack_numbers("I", downloads), "heights": layout.pack_numbers("I", heights)}
    months = bytearray(len(rows))
    last = snapshot.year * 12 + snapshot.month - 1
    for row in rows:
        if row.month is not None:
            months[keys[row.name]] = min(last - row.month + 1, 255)
    by_key = sorted((keys[row.name], row.rank or 0) for row in ranked)
    return {
        "months": bytes(months),
        "ranked": layout.pack_numbers("I", [key for key, _ in by_key]),
        "ranks": layout.pack_numbers("H", [rank for _, rank in by_key]),
    }


def _file(ecosystem: Ecosystem, rows: list[_Row], ranked: list[_Row], keys: dict[str, int], large: set[str]) -> _Filed:
    """Everything that a name may be near to, and under which keys."""
    targets, filed = [], []
    ranks = {row.name: row.rank or 0 for row in ranked}
    rest = [row.name for row in rows if row.rank is None and large.intersection(_scope(row.name))]
    for name in (*ranks, *rest):
        place = combine.place(ranks.get(name), of_large_scope=bool(large.intersection(_scope(name))))
        targets.append(keys[name])
        filed.append(list(combine.target_keys(Form(ecosystem, name), place)))
    by_names = _by_names(keys) if ecosystem is Ecosystem.PYPI else {}
    for by_name, name in by_names.items():
        if name in ranks:
            targets.append(keys[name])
            filed.append(list(combine.by_name_keys(Form(ecosystem, by_name), ranks[name])))
    return _Filed(targets, [by_name for by_name, name in by_names.items() if name in ranks], filed)


def _by_names(keys: dict[str, int]) -> dict[str, str]:
    """Import names and by-names that are worth a target of their own, and the distribution that each means."""
    pairs = {name: distributions[0] for name, distributions in import_names().items()} | known_as.BY_NAMES
    return {
        name: target
        for name, target in sorted(pairs.items())
        if target in keys and known_as.worth_filing(name) and name != target
    }


def _everyday_words(ecosystem: Ecosystem, rows: list[_Row]) -> set[str]:
    counts = Counter(word for row in rows for word in set(Form(ecosystem, row.name).words))
    return {word for word, count in counts.items() if count >= _EVERYDAY_FROM and len(word) > 2}


def _large_scopes(rows: list[_Row]) -> set[str]:
    names: Counter[str] = Counter()
    downloads: Counter[str] = Counter()
    for row in rows:
        for scope in _scope(row.name):
            names[scope] += 1
            downloads[scope] += row.downloads
    return {
        scope
        for scope, count in names.items()
        if count >= _LARGE_SCOPE_NAMES and downloads[scope] >= _LARGE_SCOPE_DOWNLOADS and scope not in _NOT_OWN_NAMES
    }


def _scope(name: str) -> tuple[str, ...]:
    """The scope without its ``@``, or nothing."""
    return (name[1 : name.index("/")].lower(),) if name.startswith("@") else ()


def _codes(words: set[str]) -> bytes:
    return layout.pack_numbers("I", sorted({shelf.code_of(word) for word in words}))


def _ranked_by_downloads(rows: list[_Row]) -> list[_Row]:
    """The rows by name, those of the most used with their rank; equal downloads share the better rank."""
    most_used = sorted(rows, key=lambda row: (-row.downloads, row.name))[:NPM_RANKED]
    ranks: dict[str, int] = {}
    for place, row in enumerate(most_used, 1):
        before = most_used[place - 2] if place > 1 else None
        ranks[row.name] = ranks[before.name] if before and before.downloads == row.downloads else place
    return [_Row(row.name, rank=ranks.get(row.name), downloads=row.downloads) for row in sorted(rows, key=_name)]


def _name(row: _Row) -> str:
    return row.name


def _pypi_rows(path: Path, snapshot: date) -> Iterator[_Row]:
    last = snapshot.year * 12 + snapshot.month - 1
    for line, (name, month, rank) in _lines(path, ("name", "newest_release_month", "download_rank")):
        match = _MONTH.fullmatch(month)
        number = int(match[1]) * 12 + int(match[2]) - 1 if match else None
        if (month and number is None) or (number is not None and number > last):
            raise DataError(f"{month!r} is no month up to the snapshot's.", path=str(path), line=line)
        if rank and (not rank.isdecimal() or not 0 < int(rank) < _MOST_RANKS):
            raise DataError(f"{rank!r} is no rank.", path=str(path), line=line)
        if normalize(Ecosystem.PYPI, name) != name:
            raise DataError(f"{name!r} is not normalised (PEP 503).", path=str(path), line=line)
        yield _Row(name, month=number, rank=int(rank) if rank else None)


def _npm_rows(path: Path) -> Iterator[_Row]:
    for line, (name, downloads) in _lines(path, ("name", "downloads_last_month")):
        if not downloads.isdecimal() or int(downloads) > _MOST_DOWNLOADS:
            raise DataError(f"{downloads!r} is no number of downloads.", path=str(path), line=line)
        yield _Row(str(normalize(Ecosystem.NPM, name)), downloads=int(downloads))


def _opened(path: Path) -> TextIO:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8", newline="\n")
    return path.open("r", encoding="utf-8", newline="\n")


def _lines(path: Path, header: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a list with their line numbers, after its header was found to be ``header``."""
    with _opened(path) as file:
        for number, line in enumerate(file, 1):
            cells = line.rstrip("\n").split("\t")
            if number == 1:
                if tuple(cells) != header:
                    raise DataError(f"The columns must be {', '.join(header)}.", path=str(path), line=1)
                continue
            if len(cells) != len(header):
                raise DataError(f"{len(cells)} columns instead of {len(header)}.", path=str(path), line=number)
            yield number, cells


if __name__ == "__main__":
    raise SystemExit(main())
