"""The run's own folder: private, whole, and gone afterwards."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from depaudit.gate import workshop as module
from depaudit.gate.workshop import Workshop, child_environment


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_run_leaves_nothing_but_the_caches(own_folder: Path, tmp_path: Path) -> None:
    caches = tmp_path / "caches"
    with Workshop({"A": "1"}, caches) as workshop:
        assert workshop.folder.stat().st_mode & 0o777 == 0o700
        wiring = workshop.wiring("http://127.0.0.1:1", b"old\n", b"extra\n", b"own\n", "pip")
        assert (wiring.bundle.read_bytes(), wiring.authority.read_bytes()) == (b"old\nown\n", b"extra\nown\n")
        assert wiring.bundle.stat().st_mode & 0o777 == 0o600
        assert (wiring.proxy, wiring.caches, wiring.environment, wiring.client) == (
            "http://127.0.0.1:1", caches, {"A": "1"}, "pip",
        )  # fmt: skip
    assert list(own_folder.iterdir()) == []


def test_a_run_that_fails_leaves_nothing_either(own_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Workshop({}, tmp_path / "caches"):
        raise KeyboardInterrupt
    assert list(own_folder.iterdir()) == []


def test_without_a_cache_folder_caches_end_with_the_run(own_folder: Path) -> None:
    with Workshop({}, Path()) as workshop:
        wiring = workshop.wiring("http://127.0.0.1:1", b"", b"", b"")
        assert wiring.caches == workshop.folder / "caches"
    assert list(own_folder.iterdir()) == []


def test_the_childs_environment_leads_through_the_gate(tmp_path: Path) -> None:
    before = {"KEPT": "1", "NO_PROXY": "*", "no_proxy": "*"}
    with Workshop(before, tmp_path / "caches") as workshop:
        wiring = workshop.wiring("http://gate:token@127.0.0.1:1", b"", b"", b"")
        got = child_environment(wiring)
    assert got["KEPT"] == "1"
    assert got["HTTPS_PROXY"] == got["https_proxy"] == "http://gate:token@127.0.0.1:1"
    assert "*" not in (got.get("NO_PROXY"), got.get("no_proxy"))
    assert before == {"KEPT": "1", "NO_PROXY": "*", "no_proxy": "*"}


@pytest.mark.skipif(os.name != "posix", reason="elsewhere nothing is swept")
def test_folders_of_runs_that_were_killed_days_ago_are_swept(own_folder: Path, tmp_path: Path) -> None:
    names = (f"{module.PREFIX}old", f"{module.PREFIX}new", "other", f"{module.PREFIX}file", f"{module.PREFIX}link")
    old, new, other, file, link = (own_folder / name for name in names)
    target = tmp_path / "target"
    for folder in (old, new, other, target):
        folder.mkdir()
        (folder / "x").write_text("")
    file.write_text("")
    link.symlink_to(target)
    past = time.time() - module.STALE - 60
    for path in (old, other, file, target):
        os.utime(path, (past, past))
    os.utime(link, (past, past), follow_symlinks=False)
    with Workshop({}, tmp_path / "caches"):
        pass
    assert sorted(path.name for path in own_folder.iterdir()) == sorted(path.name for path in (new, other, file, link))
    assert (target / "x").exists()


def test_a_machine_without_a_place_to_sweep_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depaudit.gate.workshop.os.scandir", _fails)
    with Workshop({}, tmp_path / "caches"):
        pass


def _fails(_path: str) -> None:
    raise PermissionError(13, "Permission denied")
