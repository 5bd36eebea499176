"""The evidence cache: what goes in comes out, and nothing that lies there can hurt."""

from __future__ import annotations

import os
import pickle
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from depaudit.registries.cache import MAX_ENTRY, EvidenceCache
from depaudit.registries.cache_folder import cache_folder

posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX's")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def filled(folder: Path) -> Path:
    """A cache with one entry; its database's path."""
    cache = EvidenceCache(folder)
    cache.write([("good", "value", 60.0)])
    cache.close()
    assert cache.notes == []
    return folder / "evidence" / "cache.db"


def read_all(folder: Path, *keys: str) -> tuple[dict[str, str], list[str]]:
    cache = EvidenceCache(folder)
    found = cache.read(keys)
    cache.close()
    return found, cache.notes


def test_what_goes_in_comes_out(folder: Path) -> None:
    cache = EvidenceCache(folder)
    cache.write([("a", "1", 60.0), ("b", "ü" * 100_000, 60.0), ("a", "2", 60.0)])
    assert cache.read(["a", "b", "c"]) == {"a": "2", "b": "ü" * 100_000}
    cache.close()
    assert read_all(folder, "a") == ({"a": "2"}, [])


def test_what_has_expired_is_gone(folder: Path) -> None:
    cache = EvidenceCache(folder)
    cache.write([("a", "1", -1.0)])
    assert cache.read(["a"]) == {}
    cache.close()


def test_what_is_too_large_is_left_out(folder: Path) -> None:
    cache = EvidenceCache(folder)
    cache.write([("a", "x" * (MAX_ENTRY + 1), 60.0), ("b", "1", 60.0)])
    assert cache.read(["a", "b"]) == {"b": "1"}
    assert cache.notes == []
    cache.close()


def test_nothing_is_made_before_it_is_used(folder: Path) -> None:
    EvidenceCache(folder).close()
    assert not folder.exists()


@posix
def test_only_the_user_may_look(folder: Path) -> None:
    path = filled(folder)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@posix
def test_a_folder_open_to_others_is_closed(folder: Path) -> None:
    path = filled(folder)
    path.parent.chmod(0o777)
    assert read_all(folder, "good") == ({"good": "value"}, [])
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


# --- hostile rows


class Bomb:
    """Its pickle makes the folder named when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def plant(database: Path, column: str, value: object) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute(f"UPDATE Cache SET {column} = ? WHERE key = 'good'", (value,))
    connection.close()


def test_a_planted_pickle_runs_nothing(folder: Path, tmp_path: Path) -> None:
    database, mark = filled(folder), tmp_path / "ran"
    plant(database, "mode", 4)
    plant(database, "value", pickle.dumps(Bomb(mark)))
    assert read_all(folder, "good") == ({}, [])
    assert not mark.exists()
    cache = EvidenceCache(folder)  # and the row can be written over
    cache.write([("good", "new", 60.0)])
    assert cache.read(["good"]) == {"good": "new"}
    cache.close()


def test_diskcache_s_json_disk_would_have_run_it(folder: Path, tmp_path: Path) -> None:
    """Why there is a Disk of our own: the bomb is a real one."""
    import diskcache

    mark = tmp_path / "ran"
    with diskcache.Cache(str(folder), disk=diskcache.JSONDisk) as cache:
        cache["good"] = "value"
    with sqlite3.connect(folder / "cache.db") as connection:
        connection.execute("UPDATE Cache SET mode = 4, value = ?", (pickle.dumps(Bomb(mark)),))
    connection.close()
    cache = diskcache.Cache(str(folder), disk=diskcache.JSONDisk)
    with pytest.raises(TypeError):  # what came out of the pickle is no JSON, but it has run
        cache["good"]
    cache.close()
    assert mark.exists()


def test_a_planted_pickled_key_runs_nothing(folder: Path, tmp_path: Path) -> None:
    database, mark = filled(folder), tmp_path / "ran"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE Cache SET key = ?, raw = 0", (pickle.dumps(Bomb(mark)),))
    connection.close()
    assert read_all(folder, "good") == ({}, [])
    assert not mark.exists()


@pytest.mark.parametrize(
    ("column", "value"), [("mode", 2), ("mode", 3), ("mode", "raw"), ("value", b"x"), ("value", 7)]
)
def test_a_row_that_is_no_text_is_not_there(folder: Path, column: str, value: object) -> None:
    plant(filled(folder), column, value)
    assert read_all(folder, "good") == ({}, [])


def test_a_row_that_names_a_file_neither_shows_nor_deletes_it(folder: Path, tmp_path: Path) -> None:
    database, secret = filled(folder), tmp_path / "secret"
    secret.write_text("mine")
    plant(database, "filename", str(secret))
    plant(database, "mode", 3)
    assert read_all(folder, "good") == ({}, [])
    plant(database, "expire_time", 1.0)
    cache = EvidenceCache(folder)
    cache.write([("good", "new", 60.0), ("other", "new", 60.0)])  # writes over it, and culls what has expired
    cache.close()
    assert secret.read_text() == "mine"


def test_the_disk_takes_text_alone(tmp_path: Path) -> None:
    from depaudit.registries.cache_disk import TextDisk
    from depaudit.registries.errors import ForeignRowError

    disk = TextDisk(str(tmp_path))
    assert disk.get(*disk.put("key")) == "key"
    assert disk.fetch(*disk.store("value", read=False)[1:], read=False) == "value"
    for value in (b"bytes", 7, None, ("tuple",), Bomb(tmp_path / "ran")):
        for refused in (
            lambda value=value: disk.put(value),
            lambda value=value: disk.get(value, True),
            lambda value=value: disk.store(value, read=False),
            lambda value=value: disk.fetch(1, None, value, read=False),
        ):
            with pytest.raises(ForeignRowError):
                refused()
    with pytest.raises(ForeignRowError):
        disk.get("key", False)
    with pytest.raises(ForeignRowError):
        disk.filename()
    assert list(tmp_path.iterdir()) == []


# --- damaged and foreign files


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"\xff" * 4000, os.urandom(9000)])
def test_a_damaged_file_is_set_aside(folder: Path, content: bytes) -> None:
    database = filled(folder)
    for file in database.parent.iterdir():
        file.write_bytes(content)
    cache = EvidenceCache(folder)
    assert cache.read(["good"]) == {}
    cache.write([("good", "again", 60.0)])
    assert cache.read(["good"]) == {"good": "again"}
    cache.close()
    assert cache.notes == [f"The cache in {database.parent} was damaged; it was set aside and begun anew."]
    assert (database.parent / "damaged-cache.db").read_bytes() == content
    assert read_all(folder, "good") == ({"good": "again"}, [])


def test_a_database_of_something_else_is_set_aside(folder: Path) -> None:
    folder.joinpath("evidence").mkdir(parents=True)
    with sqlite3.connect(folder / "evidence" / "cache.db") as connection:
        connection.execute("CREATE TABLE Cache (mine TEXT)")
        connection.execute("CREATE TABLE Settings (mine TEXT)")
    connection.close()
    cache = EvidenceCache(folder)
    cache.write([("a", "1", 60.0)])
    assert cache.read(["a"]) == {"a": "1"}
    assert len(cache.notes) == 1
    cache.close()


def test_planted_settings_do_no_harm(folder: Path) -> None:
    database = filled(folder)
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT OR REPLACE INTO Settings VALUES ('eviction_policy', 'none such')")
        connection.execute("INSERT OR REPLACE INTO Settings VALUES ('size', 'much')")
        connection.execute("INSERT OR REPLACE INTO Settings VALUES ('disk_nothing', 1)")
    connection.close()
    cache = EvidenceCache(folder)
    cache.write([("a", "1", 60.0)])
    assert cache.read(["a"]) == {"a": "1"}
    cache.close()


@posix
@pytest.mark.parametrize("kind", ["symlink", "hardlink", "fifo", "folder"])
def test_what_is_no_plain_file_is_set_aside(folder: Path, tmp_path: Path, kind: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"")
    path = folder / "evidence" / "cache.db"
    path.parent.mkdir(parents=True)
    if kind == "symlink":
        path.symlink_to(elsewhere)
    elif kind == "hardlink":
        path.hardlink_to(elsewhere)
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()
    cache = EvidenceCache(folder)
    cache.write([("a", "1", 60.0)])
    assert cache.read(["a"]) == {"a": "1"}
    cache.close()
    assert elsewhere.read_bytes() == b""
    assert len(cache.notes) == 1


@posix
def test_another_user_s_folder_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(folder)
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)
    note = f"The cache folder {path.parent} belongs to another user; nothing is cached."
    assert read_all(folder, "good") == ({}, [note])


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found, notes = read_all(tmp_path / "file", "a")
    assert found == {}
    assert len(notes) == 1
    assert notes[0].endswith("nothing is cached.")


def test_a_disk_that_is_full_is_borne(folder: Path) -> None:
    cache = EvidenceCache(folder)
    cache.write([("a", "1", 60.0)])
    with sqlite3.connect(folder / "evidence" / "cache.db") as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    cache._store._sql(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to play a full disk
    cache.write([("b", "x" * 1_000_000, 60.0)])
    assert cache.read(["a", "b"]) == {"a": "1"}
    assert cache.notes == []
    cache.close()


# --- many at once


def test_a_busy_cache_is_done_without(folder: Path) -> None:
    filled(folder)
    other = sqlite3.connect(folder / "evidence" / "cache.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    cache = EvidenceCache(folder)
    assert cache.read(["good"]) == {}  # it cannot even be opened now
    other.execute("ROLLBACK")
    assert cache.read(["good"]) == {"good": "value"}
    other.execute("BEGIN IMMEDIATE")
    cache.write([("new", "1", 60.0)])
    assert cache.read(["good", "new"]) == {"good": "value"}  # readers do not wait for writers
    other.execute("ROLLBACK")
    other.close()
    cache.close()
    assert cache.notes == []


_WORKER = """
import sys
from pathlib import Path
from depaudit.registries.cache import EvidenceCache
me = sys.argv[2]
for turn in range(5):
    cache = EvidenceCache(Path(sys.argv[1]))
    cache.write([(f"{me}-{turn}-{i}", f"{me}", 600.0) for i in range(40)] + [("shared", me, 600.0)])
    found = cache.read([f"{me}-{turn}-{i}" for i in range(40)] + ["shared"])
    assert set(found.values()) <= {"0", "1", "2", "3", "4", "5"}, found
    assert cache.notes == [], cache.notes
    cache.close()
"""


def test_many_processes_share_it(folder: Path) -> None:
    workers = [
        subprocess.Popen([sys.executable, "-c", _WORKER, str(folder), str(i)], stderr=subprocess.PIPE) for i in range(6)
    ]
    for worker in workers:
        _, errors = worker.communicate(timeout=60)
        assert (worker.returncode, errors) == (0, b"")
    found, notes = read_all(folder, "shared", *(f"{me}-4-39" for me in range(6)))
    assert notes == []
    assert found["shared"] in "012345"
    assert all(found.get(f"{me}-4-39", str(me)) == str(me) for me in range(6))


# --- where


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, own_world: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == own_world / ".cache" / "depaudit"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == own_world / ".cache" / "depaudit"
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache/me")
    assert cache_folder() == Path("/var/cache/me/depaudit")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder() == own_world / "Library" / "Caches" / "depaudit"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(own_world / "Local"))
    assert cache_folder() == own_world / "Local" / "depaudit" / "Cache"
    monkeypatch.setenv("DEPAUDIT_CACHE_DIR", "~/mine")
    assert cache_folder() == own_world / "mine"
