"""What a client wrote: compared with its state before, read by version, put back to the byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from depaudit.gate import after
from depaudit.gate.after import Kept
from depaudit.model.names import Ecosystem

TOKEN = b"0123456789abcdef"


def asked(written: after.Written) -> list[tuple[Ecosystem, str, str | None]]:
    return [(wish.ecosystem, wish.name, wish.pinned_version) for wish in written.wishes]


# --- what was there


def test_files_are_kept_with_what_is_not_there(tmp_path: Path) -> None:
    lock, none = tmp_path / "a.lock", tmp_path / "b.lock"
    lock.write_bytes(b"one\r\n")
    kept = after.keep([lock, none, lock])
    assert kept == Kept({lock: b"one\r\n", none: None})
    assert after.changed(kept) == ()
    lock.write_bytes(b"two")
    none.write_bytes(b"new")
    assert after.changed(kept) == (lock, none)


def test_what_cannot_be_kept_is_never_taken_for_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after, "MAX_BYTES", 4)
    large, folder, small = tmp_path / "large", tmp_path / "folder", tmp_path / "small"
    large.write_bytes(b"12345")
    folder.mkdir()
    small.write_bytes(b"1234")
    kept = after.keep([large, folder, small])
    assert kept == Kept({small: b"1234"}, (large, folder))
    large.write_bytes(b"1")
    assert after.changed(kept) == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "uv.lock"
    os.mkfifo(pipe)
    assert after.keep([pipe]) == Kept({}, (pipe,))


# --- putting back


def test_files_are_put_back_to_the_byte_with_their_permissions(tmp_path: Path) -> None:
    lock, none, gone = tmp_path / "a.lock", tmp_path / "b.lock", tmp_path / "c.lock"
    lock.write_bytes(b"\xff\r\n")
    gone.write_bytes(b"gone")
    kept = after.keep([lock, none, gone])
    lock.write_bytes(b"evil")
    lock.chmod(0o600)
    none.write_bytes(b"evil")
    gone.unlink()
    assert after.put_back(kept, after.changed(kept)) == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.lock", "c.lock"]
    assert (lock.read_bytes(), gone.read_bytes()) == (b"\xff\r\n", b"gone")
    assert lock.stat().st_mode & 0o777 == 0o600


def test_a_linked_file_stays_a_link(tmp_path: Path) -> None:
    real, link, dangling = tmp_path / "real.lock", tmp_path / "a.lock", tmp_path / "b.lock"
    real.write_bytes(b"good")
    link.symlink_to("real.lock")
    dangling.symlink_to("nowhere")
    kept = after.keep([link, dangling])
    assert kept == Kept({link: b"good", dangling: None})
    link.write_bytes(b"evil")
    dangling.write_bytes(b"evil")
    assert after.put_back(kept, after.changed(kept)) == ()
    assert link.is_symlink()
    assert real.read_bytes() == b"good"
    assert dangling.is_symlink()
    assert not dangling.exists()


def test_what_cannot_be_put_back_is_said(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    lock.write_bytes(b"good")
    kept = after.keep([lock])
    lock.unlink()
    lock.mkdir()  # a folder is not replaced by a file
    assert after.put_back(kept, [lock]) == (f"{lock} could not be put back as it was (Is a directory).",)
    assert [path.name for path in tmp_path.iterdir()] == ["a.lock"]


# --- what is asked for now


def test_only_what_is_new_is_asked_about(tmp_path: Path) -> None:
    path, output, strange = tmp_path / "requirements.txt", tmp_path / "locked.out", tmp_path / "notes.md"
    path.write_text("six==1.16.0\n")
    kept = after.keep([path, output, strange])
    path.write_text("six==1.16.0\nidna==3.7\n")
    output.write_text("evil==1.0\n")
    strange.write_text("evil==2.0\n")
    written = after.new_wishes(kept, after.changed(kept), tmp_path, [output])
    assert asked(written) == [(Ecosystem.PYPI, "idna", "3.7"), (Ecosystem.PYPI, "evil", "1.0")]
    assert written.problems == ()


def test_a_file_that_cannot_be_read_afterwards_is_a_problem(tmp_path: Path) -> None:
    lock = tmp_path / "uv.lock"
    kept = after.keep([lock])
    lock.write_text("version = 1\n[[package\n")
    written = after.new_wishes(kept, [lock], tmp_path)
    assert asked(written) == []
    assert [Path(problem.path).name for problem in written.problems] == ["uv.lock"]


def test_a_file_that_is_gone_asks_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("six\n")
    kept = after.keep([path])
    path.unlink()
    assert after.new_wishes(kept, [path], tmp_path) == after.Written(wishes=())


# --- marks


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(b'"foo@1.0.1":\n', [b"foo@1.0.1"], id="yarn 1"),
        pytest.param(b'resolution: "foo@npm:1.0.1"\n', [b"foo@npm:1.0.1"], id="Berry"),
        pytest.param(b"  /foo@1.0.1(react@18.0.0):\n", [b"foo@1.0.1"], id="pnpm"),
        pytest.param(b"  /foo@1.0.1_react@18.0.0:\n", [b"foo@1.0.1"], id="older pnpm"),
        pytest.param(b"  '@acme/foo@1.0.1':\n", [b"@acme/foo@1.0.1"], id="scope"),
        pytest.param(b'["foo@1.0.1", "", {}]', [b"foo@1.0.1"], id="bun"),
        pytest.param(b'"https://r.example/depaudit-refused/' + TOKEN + b'/1/foo.tgz"', [TOKEN + b"/1/"], id="path"),
        pytest.param(b"foo@1.0.10 foo@1.0.1-rc.1 foo@1.0.1+b", [], id="a longer version"),
        pytest.param(b"barfoo@1.0.1 bar-foo@1.0.1 @other/foo@1.0.1", [], id="a longer name"),
        pytest.param(b"/depaudit-refused/" + TOKEN + b"/11/foo.tgz", [], id="a longer number"),
        pytest.param(b"a@" * 50_000, [], id="nothing, at length"),
    ],
)
def test_marks_are_found_whole(text: bytes, found: list[bytes], tmp_path: Path) -> None:
    marks = [b"foo@1.0.1", b"foo@npm:1.0.1", b"@acme/foo@1.0.1", TOKEN + b"/1/"]
    path = tmp_path / "lock"
    kept = after.keep([path])
    path.write_bytes(text)
    assert list(after.mentions(kept, [path], marks)) == found
    assert after.mentions(kept, [path], []) == ()


def test_a_mark_that_stood_there_before_is_not_this_runs_doing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"foo@1.0.1 ")
    kept = after.keep([path])
    path.write_bytes(b"foo@1.0.1 bar@2.0.0 ")
    assert after.mentions(kept, [path], [b"foo@1.0.1", b"bar@2.0.0"]) == (b"bar@2.0.0",)
