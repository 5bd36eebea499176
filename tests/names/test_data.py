"""The bundled data's contract, on a tiny data set: exact answers, and plain errors for damaged files."""

from __future__ import annotations

import contextlib
import shutil
import struct
import zlib
from datetime import date
from pathlib import Path

import pytest

from depaudit.errors import DataError
from depaudit.model.evidence import BundledName, NearName
from depaudit.model.names import Ecosystem, normalize
from depaudit.names.data import NameData, data_folder
from tests.names.conftest import SNAPSHOT

PYPI, NPM = Ecosystem.PYPI, Ecosystem.NPM


@pytest.mark.parametrize(
    ("ecosystem", "name", "listed", "rank", "downloads", "month"),
    [
        (PYPI, "requests", True, 6, None, date(2026, 5, 1)),
        (PYPI, "Typing_Extensions", True, 2, None, date(2026, 8, 1)),
        (PYPI, "urllib3", True, 3, None, date(2026, 11, 1)),
        (PYPI, "ocean-tides", True, None, None, date(2005, 9, 1)),  # older months are kept as "21 years ago"
        (PYPI, "undated", True, None, None, None),
        (PYPI, "reuqests", False, None, None, None),
        (NPM, "chalk", True, 1, 1_600_000_000, None),
        (NPM, "@types/node", True, 2, 1_400_000_000, None),
        (NPM, "JSONStream", True, 4, 40_000_000, None),
        (NPM, "jsonstream", False, None, None, None),
        (NPM, "requests", False, None, None, None),
    ],
)
def test_look_up(
    tiny: NameData,
    ecosystem: Ecosystem,
    name: str,
    listed: bool,
    rank: int | None,
    downloads: int | None,
    month: date | None,
) -> None:
    assert tiny.look_up(ecosystem, normalize(ecosystem, name)) == BundledName(
        listed=listed,
        complete=ecosystem is PYPI,
        snapshot=SNAPSHOT,
        rank=rank,
        downloads=downloads,
        newest_release=month,
    )


def near(data: NameData, ecosystem: Ecosystem, name: str, limit: int = 5) -> list[tuple[str, str]]:
    return [(n.target, n.kind) for n in data.near(ecosystem, normalize(ecosystem, name), limit=limit)]


@pytest.mark.parametrize(
    ("ecosystem", "name", "expected"),
    [
        (PYPI, "reuqests", [("requests", "swapped letters")]),
        (PYPI, "request", [("requests", "missing letter")]),
        (PYPI, "dateutilpython", [("python-dateutil", "other word order")]),
        (PYPI, "dateutil-python", [("python-dateutil", "other word order")]),
        (PYPI, "python2-flask", [("flask", "added language name")]),
        (PYPI, "dateutil", [("python-dateutil", "missing language name")]),
        (PYPI, "typingextensions", [("typing-extensions", "missing separator")]),
        (PYPI, "beautifulsoup", [("beautifulsoup4", "other name of the package")]),
        (PYPI, "opnecv", [("opencv-python", "swapped letters in another name of it")]),
        (PYPI, "fIask", [("flask", "look-alike letters")]),
        (PYPI, "requests", []),
        (PYPI, "flask-utils", []),
        (PYPI, "something-else", []),
        (NPM, "cha1k", [("chalk", "look-alike letters")]),
        (NPM, "cros-senv", [("cross-env", "moved separator")]),
        (NPM, "jsonstream", [("JSONStream", "capital letters")]),
        (NPM, "@typos/node", [("@types/node", "look-alike scope")]),
        (NPM, "@types/nod", []),  # only the owner of @types can publish there
        (NPM, "node", []),
        (NPM, "lodash.js", [("lodash", "added language name")]),
    ],
)
def test_near(tiny: NameData, ecosystem: Ecosystem, name: str, expected: list[tuple[str, str]]) -> None:
    assert near(tiny, ecosystem, name) == expected


def test_near_names_are_whole_records(tiny: NameData) -> None:
    (found,) = tiny.near(PYPI, normalize(PYPI, "reuqests"))
    assert found == NearName(
        ecosystem=PYPI,
        target=normalize(PYPI, "requests"),
        kind="swapped letters",
        score=found.score,
        strong=True,
        target_rank=6,
    )
    assert found.score > 4


def test_limit(tiny: NameData) -> None:
    assert near(tiny, PYPI, "reuqests", limit=0) == []


def test_sources_speak_of_every_file(tiny: NameData, tiny_folder: Path) -> None:
    sources = tiny.sources()
    assert [(source.path, source.rows, source.date) for source in sources] == [
        ("pypi.trie", 13, SNAPSHOT),
        ("pypi.tables", 13, SNAPSHOT),
        ("npm.trie", 7, SNAPSHOT),
        ("npm.tables", 7, SNAPSHOT),
    ]
    tiny.verify()


def _copy(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "copy"))


@pytest.mark.parametrize("file", ["pypi.trie", "pypi.tables", "npm.trie", "npm.tables"])
def test_missing_empty_cut_and_foreign_files(tiny_folder: Path, tmp_path: Path, file: str) -> None:
    folder = _copy(tiny_folder, tmp_path)
    whole = (folder / file).read_bytes()
    for content in (None, b"", whole[: len(whole) // 2], whole + b"\0" * 8, b"\0" * len(whole), b"PK\x03\x04"):
        (folder / file).unlink()
        if content is not None:
            (folder / file).write_bytes(content)
        with pytest.raises(DataError) as caught:
            NameData.open(folder)
        assert caught.value.mend == "Reinstall depaudit: pip install --force-reinstall depaudit"
        (folder / file).write_bytes(whole)
    assert NameData.open(folder).snapshot == SNAPSHOT


def test_another_version_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    folder = _copy(tiny_folder, tmp_path)
    path = folder / "npm.tables"
    data = bytearray(path.read_bytes())
    data[8:10] = struct.pack("<H", 99)
    path.write_bytes(data)
    with pytest.raises(DataError, match="a file has format 99, this depaudit reads format 1"):
        NameData.open(folder)


def test_a_garbled_header_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    folder = _copy(tiny_folder, tmp_path)
    path = folder / "pypi.tables"
    whole = path.read_bytes()
    for at in range(10, 60, 3):
        data = bytearray(whole)
        data[at] ^= 0x55
        path.write_bytes(data)
        with pytest.raises(DataError):
            NameData.open(folder)


def test_one_ecosystems_tables_are_not_the_others(tiny_folder: Path, tmp_path: Path) -> None:
    folder = _copy(tiny_folder, tmp_path)
    for ending in ("trie", "tables"):
        shutil.copy(folder / f"npm.{ending}", folder / f"pypi.{ending}")
    with pytest.raises(DataError, match="its section 'months' is missing"):
        NameData.open(folder)


def test_verify_finds_a_changed_byte(tiny_folder: Path, tmp_path: Path) -> None:
    folder = _copy(tiny_folder, tmp_path)
    data = bytearray((folder / "npm.tables").read_bytes())
    data[-9] ^= 1
    (folder / "npm.tables").write_bytes(data)
    with pytest.raises(DataError, match="a file's checksum is wrong"):
        NameData.open(folder).verify()


def test_garbled_tables_give_answers_or_data_errors(tiny_folder: Path, tmp_path: Path) -> None:
    folder = _copy(tiny_folder, tmp_path)
    path = folder / "pypi.tables"
    whole = path.read_bytes()
    (count,) = struct.unpack_from("<H", whole, 10)
    start = 32 + count * 16 + 4
    path.write_bytes(whole[:start] + bytes(zlib.crc32(bytes([i % 251])) & 0xFF for i in range(len(whole) - start)))
    for name in ("requests", "reuqests", "beautifulsoup", "six"):
        with contextlib.suppress(DataError):
            data = NameData.open(folder)
            data.look_up(PYPI, normalize(PYPI, name))
            data.near(PYPI, normalize(PYPI, name))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "format = 2\n",
        "format = 1\n",
        "format = 1\nfile = 3\n",
        'format = 1\n[[file]]\npath = "a"\n',
        'format = 1\n[[file]]\npath="a"\norigin="b"\ndate="2026"\nlicence="c"\nrows=1\nsha256="d"\n',
        "format = [",
    ],
)
def test_malformed_sources(tiny_folder: Path, tmp_path: Path, text: str | None) -> None:
    folder = _copy(tiny_folder, tmp_path)
    (folder / "SOURCES.toml").unlink()
    if text is not None:
        (folder / "SOURCES.toml").write_text(text)
    with pytest.raises(DataError):
        NameData.open(folder).sources()


def test_the_default_folder_holds_the_bundled_data() -> None:
    assert (data_folder() / "SOURCES.toml").is_file()
