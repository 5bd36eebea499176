"""Which lines of a file a change adds or alters."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.changes.hunks import EVERY_LINE, ChangedLines, changed_lines
from depaudit.model.record import replace
from tests.changes.repos import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def lines_of(repo: Repo, into: Path, before: str | bytes, after: str | bytes) -> tuple[tuple[int, int], ...]:
    base = repo.commit({"requirements.txt": before})
    head = repo.commit({"requirements.txt": after})
    return changed_lines(repo.sides(into, base, head), "requirements.txt").ranges


@pytest.mark.parametrize(
    ("before", "after", "ranges"),
    [
        ("a\nb\nc\n", "a\nB\nc\nd\ne\n", ((2, 3), (4, 6))),
        ("a\nb\nc\n", "a\nc\n", ()),
        ("a\nb\n", "new\na\nb\n", ((1, 2),)),
        ("a\nb", "a\nb\n", ((2, 3),)),
        ("a\nb\n", "a\r\nb\r\n", ((1, 3),)),
        ("", "a\n", ((1, 2),)),
        ("a\n", "", ()),
        ("a\n\0\n", "a\n\0\nb\0\n", ((3, 4),)),
        ("a\n", "a\n@@ -1 +7 @@\n+++ b/x\n", ((2, 4),)),
        ("a\n", "a\n" + "x" * 3_000_000 + "@@ -1 +9 @@\nb\n", ((2, 4),)),
    ],
    ids=["some", "less", "first", "end of file", "crlf", "from nothing", "to nothing", "binary", "like a hunk", "long"],
)
def test_lines(repo: Repo, tmp_path: Path, before: str, after: str, ranges: tuple[tuple[int, int], ...]) -> None:
    assert lines_of(repo, tmp_path / "into", before, after) == ranges


def test_a_changed_package_among_two_thousand(repo: Repo, tmp_path: Path) -> None:
    before = [f'"p{n}": {{"version": "1.0.{n}"}},\n' for n in range(2_000)]
    after = [*before]
    after[700] = '"p700": {"version": "2.0.0"},\n'
    after[1_500:1_500] = ['"new": {"version": "1.0.0"},\n']
    ranges = lines_of(repo, tmp_path / "into", "".join(before), "".join(after))
    assert ranges == ((701, 702), (1_501, 1_502))


def test_a_renamed_a_new_and_a_missing_file(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"requirements.txt": "a\nb\n"})
    repo.git("mv", "requirements.txt", "requirements-dev.txt")
    head = repo.commit({"requirements-dev.txt": "a\nb\nc\n"})
    sides = repo.sides(tmp_path / "into", base, head)
    assert (sides.changed, sides.removed) == (("requirements-dev.txt",), ("requirements.txt",))
    assert changed_lines(sides, "requirements-dev.txt", "requirements.txt").ranges == ((3, 4),)
    assert changed_lines(sides, "requirements-dev.txt") == EVERY_LINE
    assert changed_lines(sides, "requirements-dev.txt", "nowhere.txt") == EVERY_LINE
    assert changed_lines(sides, "requirements.txt") == ChangedLines()


@pytest.mark.parametrize("path", ["../base/requirements.txt", "/etc/passwd", ".git", "", "a\0b", "x" * 5_000])
def test_paths_that_lead_out_have_no_lines(repo: Repo, tmp_path: Path, path: str) -> None:
    base = repo.commit({"requirements.txt": "a\n"})
    assert changed_lines(repo.sides(tmp_path / "into", base), path) == ChangedLines()


def test_odd_names(repo: Repo, tmp_path: Path) -> None:
    name = "-x\n@@ -1 +5 @@\n/requirements-\u202e.txt"
    base = repo.commit({name: "a\n"})
    repo.write(name, "a\nb\n")
    sides = repo.sides(tmp_path / "into", base)
    assert sides.changed == (name,)
    assert changed_lines(sides, name).ranges == ((2, 3),)


def test_no_attributes_and_settings_count(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = tmp_path / "ran"
    evil = f"[diff]\n\texternal = touch {marker}\n\tinterHunkContext = 9\n\torderFile = /nowhere\n\trelative = true\n"
    evil += f'[diff "evil"]\n\ttextconv = touch {marker};cat\n\tcommand = touch {marker}\n\tbinary = true\n'
    home = Path.home()
    (home / ".gitconfig").write_text(evil + f"[core]\n\tattributesFile = {home}/attributes\n")
    (home / "attributes").write_text("* diff=evil binary\n")
    repo.write(".git/info/attributes", "* diff=evil binary\n")
    own = repo.folder / ".git" / "config"
    own.write_text(own.read_text() + evil)
    attributes = "* diff=evil binary\n# -r .gitattributes\n"
    before = {".gitattributes": attributes, "requirements.txt": "-r .gitattributes\na\nb\nc\n"}
    base = repo.commit(before)
    repo.write("requirements.txt", "-r .gitattributes\nA\nb\nC\n")
    into = repo.folder / "temporary" / "into"  # whoever sets TMPDIR so
    sides = repo.sides(into, base)
    assert (sides.head / ".gitattributes").read_text() == attributes
    (into / ".gitattributes").write_text("* diff=evil binary\n")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {marker}")
    monkeypatch.setenv("GIT_DIFF_OPTS", "-U9")
    monkeypatch.chdir(repo.folder)
    assert changed_lines(sides, "requirements.txt").ranges == ((2, 3), (4, 5))
    assert changed_lines(replace(sides, git=""), "requirements.txt").ranges == ((2, 3), (4, 5))
    assert not marker.exists()


def test_ranges() -> None:
    lines = ChangedLines(ranges=((2, 3), (5, 8), (20, 21)))
    assert [line for line in range(25) if lines.holds(line)] == [2, 5, 6, 7, 20]
    asked = ((1, 2), (1, 3), (3, 5), (3, 6), (6, 30), (8, 20), (8, 21), (21, 99), (7, 7))
    assert [lines.first_in(*one) for one in asked] == [None, 2, None, 5, 6, None, 20, None, None]
    assert EVERY_LINE.first_in(7, 8) == 7
    assert ChangedLines().first_in(1, 99) is None
