"""The log of refusals: written in one go, read strictly, and never a way to write or read somebody else's file."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime, timezone
from pathlib import Path

import pytest

from depaudit.gate.refusals import (
    MAX_BYTES,
    MAX_LINE,
    MAX_PACKAGES,
    Entry,
    Log,
    Refused,
    append,
    entry_line,
    head_line,
    parse,
    read,
    shown_command,
)
from tests.report.hostile import SECRET, SECRET_URL, TEXTS

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
HEAD = head_line(NOW)
REFUSED = Refused(
    ecosystem="pypi",
    name="reqeusts",
    version="1.0",
    rules=("typo-adjacent", "new-package"),
    sentence="reqeusts is requests with two letters swapped. Did you mean requests?",
)
ENTRY = Entry(time=NOW, command=("pip", "install", "reqeusts"), status=40, packages=(REFUSED,))


def test_a_line_is_json_and_comes_back() -> None:
    line = entry_line(ENTRY)
    assert json.loads(line) == {
        "schema_version": 1,
        "time": "2026-11-23T12:00:00Z",
        "command": ["pip", "install", "reqeusts"],
        "status": 40,
        "sentence": "",
        "refused": [
            {
                "ecosystem": "pypi",
                "name": "reqeusts",
                "version": "1.0",
                "rules": ["typo-adjacent", "new-package"],
                "sentence": "reqeusts is requests with two letters swapped. Did you mean requests?",
            }
        ],
        "more": 0,
    }
    assert parse(HEAD + line + line) == Log(entries=(ENTRY, ENTRY))
    assert parse(HEAD) == Log(entries=())


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_texts_stay_on_one_bounded_line(text: str) -> None:
    hostile = Refused(ecosystem="npm", name=text, version=text, rules=(text,) * 50, sentence=f"{text} in {SECRET_URL}")
    entry = Entry(
        time=NOW, command=(text, SECRET_URL) * 50, status=41, packages=(hostile,) * (MAX_PACKAGES + 7), sentence=text
    )
    line = entry_line(entry)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert len(line) <= MAX_LINE
    assert SECRET.encode() not in line
    log = parse(HEAD + line)
    assert log.damage == ()
    assert [(len(one.packages), one.more, one.status) for one in log.entries] == [(MAX_PACKAGES, 7, 41)]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("pip", "install", "x"), ("pip", "install", "x")),
        (("pip", "-i", SECRET_URL), ("pip", "-i", "https://git.example/x.git?...")),
        (("npm", f"--//registry.example/:_authToken={SECRET}"), ("npm", "--//registry.example/:_authToken=...")),
        (("uv", "--token", SECRET, "x"), ("uv", "--token", "...", "x")),
        (("uv", "--password=", "x"), ("uv", "--password=...", "x")),
        (("twine", "--password", "--token", "x"), ("twine", "--password", "...", "x")),
        (("pip", "install", "token"), ("pip", "install", "token")),
        (("a" * 300, "\x1b[2J\n::error::x"), ("a" * 197 + "...", "\\x1b[2J\\n::error::x")),
        (("x",) * 60, (*("x",) * 50, "...")),
    ],
)
def test_a_command_is_kept_without_credentials(words: tuple[str, ...], shown: tuple[str, ...]) -> None:
    assert shown_command(words) == shown


def test_a_credential_at_the_cut_is_not_shown() -> None:
    for length in range(150, 230):
        (word,) = shown_command((f"https://host.example/{'a' * length}://user:{SECRET}@git.example/",))
        assert SECRET[:4] not in word


def test_appending(tmp_path: Path) -> None:
    path = tmp_path / "log"
    assert append(path, HEAD) == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert append(path, entry_line(ENTRY)) == ""
    assert read(path) == Log(entries=(ENTRY,))


def test_many_at_once_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "log"
    append(path, HEAD)
    line = entry_line(ENTRY)
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            for _ in range(50):
                append(path, line)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    assert read(path) == Log(entries=(ENTRY,) * 400)


def test_only_a_plain_file_is_written_to(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "dangling").symlink_to(tmp_path / "new")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "closed").write_text("")
    for name in ("link", "dangling", "pipe", "folder", "missing/log", "nul\0"):
        assert append(tmp_path / name, HEAD) != "", name
    assert append(Path("/dev/null"), HEAD) == "it is no plain file"
    assert append(Path("log"), HEAD) == "it is no absolute path"
    assert target.read_text() == "mine"
    assert not (tmp_path / "new").exists()


def test_only_a_plain_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(HEAD)
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe")
    assert read(tmp_path / "pipe") == Log(entries=(), damage=("The log is no plain file.",))
    assert read(Path("/dev/null")) == Log(entries=(), damage=("The log is no plain file.",))
    (told,) = read(tmp_path / "link").damage
    assert told.startswith("The log cannot be read: ")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"not json",
        b'{"a": ' * 5000,
        b"[" * 100_000,
        b"\xff\xfe",
        HEAD.strip(),
        entry_line(ENTRY).strip().replace(b'"status": 40', b'"status": 0'),
        entry_line(ENTRY).strip().replace(b'"status": 40', b'"status": true'),
        entry_line(ENTRY).strip().replace(b'"more": 0', b'"more": -1'),
        entry_line(ENTRY).strip().replace(b'"more": 0', b'"more": 0, "new": 1'),
        entry_line(ENTRY).strip().replace(b'"schema_version": 1', b'"schema_version": 2'),
        entry_line(ENTRY).strip().replace(b"12:00:00Z", b"25:00:00Z"),
        entry_line(ENTRY).strip().replace(b'"reqeusts"]', b"7]"),
        entry_line(ENTRY).strip().replace(b'"name": "reqeusts"', b'"name": null'),
        entry_line(ENTRY).strip().replace(b'"rules": [', b'"rulez": ['),
        entry_line(ENTRY).strip().replace(b"two letters swapped", b"x" * 1000),
        entry_line(ENTRY).strip().replace(b'"refused": [{', b'"refused": [7, {'),
    ],
)
def test_a_damaged_line_is_said(line: bytes) -> None:
    raw = HEAD + entry_line(ENTRY) + line + b"\n" + entry_line(ENTRY)
    assert parse(raw) == Log(entries=(ENTRY, ENTRY), damage=("Line 3 of the log is damaged.",))


def test_a_log_without_its_beginning_or_end_is_damaged() -> None:
    headless = "The log does not begin as it was put in place."
    assert parse(b"") == Log(entries=(), damage=(headless,))
    assert parse(entry_line(ENTRY)) == Log(entries=(ENTRY,), damage=(headless,))
    assert parse(HEAD[:-1]).damage == ("The log's last line was cut off.", headless)
    assert parse(HEAD + entry_line(ENTRY)[:-9]).damage == ("The log's last line was cut off.",)
    assert parse(b"\n").damage == (headless, "Line 1 of the log is damaged.")


def test_a_log_beyond_all_bounds_is_damaged() -> None:
    assert parse(b"x" * (MAX_BYTES + 1)) == Log(entries=(), damage=("The log has more than 32 MiB.",))
    log = parse(HEAD + b"x\n" * 1000)
    assert len(log.damage) == MAX_PACKAGES + 1
    assert log.damage[-1] == "Lines from 102 on were not read: there are too many."
    many = parse(HEAD + entry_line(Entry(time=NOW, command=(), status=41)) * 10_001)
    assert (len(many.entries), many.damage) == (10_000, ("Lines from 10002 on were not read: there are too many.",))
