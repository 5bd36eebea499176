"""The data that ships: what it says of itself is true, and its judgement keeps its promises."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import marisa_trie
import pytest

from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.names.data import NameData, data_folder
from depaudit.names.sources import checksum

PYPI, NPM = Ecosystem.PYPI, Ecosystem.NPM
_SHARED = Path(os.environ.get("DEPAUDIT_SHARED") or Path(__file__).resolve().parents[2].parent / "shared")
_MOST_BYTES = 12_000_000
_MOST_STRONG = 0.003


def test_sources_are_true(bundled: NameData) -> None:
    sources = bundled.sources()
    folder = data_folder()
    assert {source.path for source in sources} == {p.name for p in folder.iterdir()} - {"SOURCES.toml"}
    for source in sources:
        assert checksum(folder / source.path) == source.sha256
        assert source.date == bundled.snapshot
        trie = marisa_trie.Trie().mmap(str(folder / source.path.replace(".tables", ".trie")))
        assert len(trie) == source.rows
    bundled.verify()


def test_size() -> None:
    assert sum(path.stat().st_size for path in data_folder().iterdir()) <= _MOST_BYTES


@pytest.mark.parametrize(
    ("ecosystem", "name", "rank"), [(PYPI, "boto3", 1), (PYPI, "requests", 6), (NPM, "debug", 3), (NPM, "react", 234)]
)
def test_ranks(bundled: NameData, ecosystem: Ecosystem, name: str, rank: int) -> None:
    assert bundled.look_up(ecosystem, NormalizedName(name)).rank == rank


@pytest.mark.parametrize(
    ("ecosystem", "name", "target"),
    [
        (PYPI, "reuqests", "requests"),
        (PYPI, "djangoo", "django"),
        (PYPI, "nunpy", "numpy"),
        (PYPI, "pandsa", "pandas"),
        (PYPI, "scikitlearn", "scikit-learn"),
        (PYPI, "python-numpy", "numpy"),
        (PYPI, "cryptograhpy", "cryptography"),
        (PYPI, "tensorfiow", "tensorflow"),
        (PYPI, "flask-sqlalchmey", "flask-sqlalchemy"),
        (PYPI, "colourama", "colorama"),
        (NPM, "expresss", "express"),
        (NPM, "loadsh", "lodash"),
        (NPM, "reactt-dom", "react-dom"),
        (NPM, "momnet", "moment"),
        (NPM, "@babeI/core", "@babel/core"),
        (NPM, "@angualr/core", "@angular/core"),
        (NPM, "axios.js", "axios"),
    ],
)
def test_the_meant_name_comes_first(bundled: NameData, ecosystem: Ecosystem, name: str, target: str) -> None:
    assert [near.target for near in bundled.near(ecosystem, normalize(ecosystem, name))][:1] == [target]


@pytest.mark.parametrize(
    ("ecosystem", "name"),
    [
        (PYPI, "flask-core"),
        (PYPI, "types-requests-new-thing"),
        (PYPI, "boto3-utils"),
        (PYPI, "my-company-billing"),
        (NPM, "@babel/plugin-of-tomorrow"),
        (NPM, "react-sdk"),
        (NPM, "@my-company/react"),
    ],
)
def test_families_and_own_names_are_near_nothing(bundled: NameData, ecosystem: Ecosystem, name: str) -> None:
    assert bundled.near(ecosystem, normalize(ecosystem, name)) == ()


@pytest.mark.parametrize("ecosystem", list(Ecosystem))
def test_honest_names_are_hardly_ever_strongly_near(bundled: NameData, ecosystem: Ecosystem) -> None:
    path = _SHARED / "eval" / f"legit_longtail_{ecosystem.value}.tsv"
    if not path.is_file():
        pytest.skip("the labelled names are not here (DEPAUDIT_SHARED)")
    names = _names(path, ecosystem)
    strong = [name for name in names if any(near.strong for near in bundled.near(ecosystem, name))]
    assert len(strong) <= _MOST_STRONG * len(names), strong


def _names(path: Path, ecosystem: Ecosystem) -> list[NormalizedName]:
    with path.open(newline="", encoding="utf-8") as file:
        return [
            normalize(ecosystem, row["name"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
