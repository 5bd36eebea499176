"""Repositories made to harm: nothing of theirs runs, and nothing is written outside of the two folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from depaudit.changes.git import EMPTY, Repository
from depaudit.changes.hunks import changed_lines
from depaudit.changes.snapshot import Head
from depaudit.errors import GitError
from tests.changes.repos import Repo, laid, said


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_nothing_of_the_repository_is_ever_run(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = repo.commit({"requirements.txt": "a\n", "uv.lock": "x\n", "package.json": "{}"})
    base = repo.commit({"uv.lock": "y\r\n"})
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth=1", f"file://{repo.folder}", str(clone))
    marker = tmp_path / "ran"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\necho $0 $* >> {marker}\ncat\n")
    script.chmod(0o755)
    config = (clone / ".git" / "config").open("a")
    with config:
        config.write(
            f"[core]\n\tfsmonitor = {script}\n\thooksPath = {tmp_path}/hooks\n\tpager = {script}\n\tautocrlf = true\n"
            f"\teditor = {script}\n\talternateRefsCommand = {script}\n"
            f'[filter "evil"]\n\tclean = {script}\n\tsmudge = {script}\n\tprocess = {script}\n\trequired = true\n'
            f'[diff]\n\texternal = {script}\n[diff "evil"]\n\ttextconv = {script}\n\tcommand = {script}\n'
            f'[merge "evil"]\n\tdriver = {script}\n[gpg]\n\tprogram = {script}\n[log]\n\tshowSignature = true\n'
            f'[alias]\n\tls-files = !{script}\n\tdiff = !{script}\n[remote "origin"]\n\tuploadpack = {script}\n'
            f"[uploadpack]\n\tpackObjectsHook = {script}\n[maintenance]\n\tauto = true\n[gc]\n\tauto = 1\n"
        )
    for folder in (tmp_path / "hooks", clone / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        names = ("post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman", "pre-auto-gc")
        for name in names:
            (folder / name).write_bytes(script.read_bytes())
            (folder / name).chmod(0o755)
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "PAGER", "GIT_EDITOR", "GIT_ASKPASS", "GIT_PROXY_COMMAND"):
        monkeypatch.setenv(name, str(script))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(script))
    (clone / ".gitattributes").write_text("* filter=evil diff=evil merge=evil text eol=crlf\n")
    (clone / "requirements.txt").write_bytes(b"a\r\nb\n")
    (clone / "package.json").write_bytes(b"{ }")
    (clone / ".git" / "objects" / "info" / "alternates").write_text(f"{repo.folder}/.git/objects/../objects\n")
    (clone / "git").write_bytes(script.read_bytes())
    (clone / "git").chmod(0o755)

    opened = Repository.open(clone)
    assert opened.fetch(first) == first
    assert opened.parents(base) == (first,)
    shallow = Repo(clone)
    sides = shallow.sides(tmp_path / "into", first)
    assert sides.changed == ("package.json", "requirements.txt", "uv.lock")
    assert laid(sides.head) == {"package.json": "{ }", "requirements.txt": "a\r\nb\n", "uv.lock": "y\r\n"}
    assert changed_lines(sides, "requirements.txt").ranges == ((1, 3),)
    shallow.sides(tmp_path / "index", first, Head.INDEX)
    shallow.sides(tmp_path / "commit", first, base)
    assert not marker.exists(), marker.read_text()
    assert not (clone / ".git" / "FETCH_HEAD").exists()
    # the traps work: others step into them
    with pytest.raises(AssertionError, match="clean filter 'evil' failed"):
        shallow.git("status")
    assert "fsmonitor-watchman" in marker.read_text() or "evil.sh" in marker.read_text()


def test_names_that_lead_elsewhere(repo: Repo, tmp_path: Path) -> None:
    inner = repo.tree([("100644", "requirements.txt", b"x\n"), ("100644", ".npmrc", b"registry=https://x.example/")])
    names = ["..", ".", ".git", ".GIT", "git~1", ".git ", ".g\u200cit", "node_modules", "fine"]
    head = repo.tree_commit([*(("40000", name, inner) for name in names)])
    sides = repo.sides(tmp_path / "into", EMPTY, head)
    assert sides.changed == ("fine/.npmrc", "fine/requirements.txt")
    assert sorted(laid(sides.head)) == ["fine/.npmrc", "fine/requirements.txt"]
    assert sorted(path.name for path in (tmp_path / "into").iterdir()) == ["base", "head"]
    refused = [path for path, _ in said(sides) if path.endswith("requirements.txt")]
    assert sorted(refused) == [
        "../requirements.txt", "./requirements.txt", ".GIT/requirements.txt", ".g\\u200cit/requirements.txt",
        ".git /requirements.txt", ".git/requirements.txt", "git~1/requirements.txt",
    ]  # fmt: skip
    message = "This file was not looked at: it pretends to be a part of git's own folder."
    assert (".GIT/requirements.txt", message) in said(sides)
    assert ("../requirements.txt", "This file was not looked at: no file can be called so.") in said(sides)
    # what was so before is nobody's fault now
    again = repo.tree_commit([("40000", name, inner) for name in names], parent=head)
    assert repo.sides(tmp_path / "again", head, again).problems == ()


@pytest.mark.parametrize(("name", "told"), [("", "empty filename in tree entry"), ("/etc/requirements.txt", "")])
def test_a_tree_that_git_itself_refuses_or_not(repo: Repo, tmp_path: Path, name: str, told: str) -> None:
    head = repo.tree_commit([("100644", name, b"x")])
    if told:
        with pytest.raises(GitError, match=told):
            repo.sides(tmp_path / "into", EMPTY, head)
    else:
        assert said(repo.sides(tmp_path / "into", EMPTY, head)) == [
            ("/etc/requirements.txt", "This file was not looked at: no file can be called so.")
        ]


def test_two_files_of_one_name(repo: Repo, tmp_path: Path) -> None:
    inner = repo.tree([("100644", "requirements.txt", b"x\n")])
    head = repo.tree_commit(
        [
            ("100644", "requirements.txt", b"evil\n"), ("100644", "requirements.txt", b"fine\n"),
            ("100644", "package.json", b"{}"), ("40000", "package.json", inner),
        ]
    )  # fmt: skip
    sides = repo.sides(tmp_path / "into", EMPTY, head)
    assert sides.changed == ("package.json",)
    assert said(sides) == [
        ("package.json/requirements.txt", "This file was not looked at: this machine takes no such file: File exists."),
        ("requirements.txt", "This file was not looked at: it is listed more than once."),
    ]


def test_odd_names_that_are_taken_and_those_that_are_not(repo: Repo, tmp_path: Path) -> None:
    long = "/".join(["x" * 99] * 3)
    taken = [f"{long}/requirements.txt", "new\nline/requirements.txt", "a\\b:c/requirements.txt", "\u202e/package.json"]
    for path in taken:
        repo.write(path, "{}")
    folder = os.fsdecode(b"caf\xe9")
    (repo.folder / folder).mkdir()
    (repo.folder / folder / "requirements.txt").write_text("x\n")
    head = repo.commit()
    for name, state in (("commit", head), ("tree", Head.WORK_TREE), ("index", Head.INDEX)):
        sides = repo.sides(tmp_path / name, EMPTY, state)
        assert sides.changed == tuple(sorted(taken))
        assert sorted(laid(sides.head)) == sorted(taken)
        assert said(sides) == [
            (
                "caf\\udce9/requirements.txt",
                "This file was not looked at: its name is no UTF-8, and reports could not name it.",
            )
        ]


def test_paths_beyond_what_a_file_system_takes(repo: Repo, tmp_path: Path) -> None:
    deep = repo.tree([("100644", "requirements.txt", b"x\n")])
    for _ in range(61):
        deep = repo.tree([("40000", "d", deep)])
    wide = repo.tree([("100644", "requirements.txt", b"x\n")])
    for _ in range(20):
        wide = repo.tree([("40000", "w" * 250, wide)])
    name = "n" * 300
    inner = repo.tree([("100644", "requirements.txt", b"x\n")])
    head = repo.tree_commit([("40000", "deep", deep), (("40000"), name, inner), ("40000", "wide", wide)])
    sides = repo.sides(tmp_path / "into", EMPTY, head)
    assert sides.changed == ()
    assert [message.partition(": ")[2] for _, message in sorted(said(sides))] == [
        "it is more than 60 folders deep.",
        "this machine takes no such file: File name too long.",
        "its path has more than 4000 bytes.",
    ]


def test_more_includes_than_are_followed(repo: Repo, tmp_path: Path) -> None:
    lines = "".join(f"-r x{n}.lst\n" for n in range(20_001))
    head = repo.commit({"requirements.txt": lines, "x1.lst": ""})
    assert said(repo.sides(tmp_path / "into", EMPTY, head)) == [
        (
            "requirements.txt",
            "This file was not looked at: more than 20000 lines of the repository include a file.",
        )
    ]


def test_a_tree_that_unfolds_without_end(repo: Repo, tmp_path: Path) -> None:
    """A handful of objects, a milliard of files."""
    tree = repo.tree([("100644", "requirements.txt", b"x\n")])
    for _ in range(5):
        tree = repo.tree([("40000", f"d{n:03}", tree) for n in range(30)])
    commit = repo.git("commit-tree", "-m", "bomb", tree)
    with pytest.raises(GitError, match="more than 100000 dependency files"):
        repo.sides(tmp_path / "into", EMPTY, commit)


def test_links(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret\n")
    repo.write("real/deps.txt", "real\n")
    links = {
        "in/requirements.txt": "../real/deps.txt",
        "chain/requirements.txt": "../in/requirements.txt",
        "absolute/requirements.txt": str(tmp_path / "secret.txt"),
        "out/requirements.txt": "../../secret.txt",
        "gone/requirements.txt": "nowhere.txt",
        "loop/requirements.txt": "requirements.txt",
        "git/requirements.txt": "../.git/config",
        "folder/requirements.txt": "../real",
        "linked": "real",
        "through/requirements.txt": "../linked/deps.txt",
    }
    for path, target in links.items():
        (repo.folder / path).parent.mkdir(exist_ok=True)
        (repo.folder / path).symlink_to(target)
    repo.write("requirements.txt", "-r linked/deps.txt\n")
    head = repo.commit()
    for name, state in (("commit", head), ("tree", Head.WORK_TREE), ("index", Head.INDEX)):
        sides = repo.sides(tmp_path / name, EMPTY, state)
        assert laid(sides.head) == {
            "in/requirements.txt": "real\n",
            "chain/requirements.txt": "real\n",
            "through/requirements.txt": "real\n",
            "linked/deps.txt": "real\n",
            "requirements.txt": "-r linked/deps.txt\n",
        }
        assert sides.changed == tuple(sorted(laid(sides.head)))
        assert [(path, message.partition(": ")[2]) for path, message in sorted(said(sides))] == [
            ("absolute/requirements.txt", "it is a symbolic link that leads out of the repository."),
            ("git/requirements.txt", "it is a symbolic link that leads nowhere."),
            ("gone/requirements.txt", "it is a symbolic link that leads nowhere."),
            ("loop/requirements.txt", "it is a symbolic link that leads back to itself."),
            ("out/requirements.txt", "it is a symbolic link that leads out of the repository."),
        ]
        # links that were so before are nobody's fault now
        assert repo.sides(tmp_path / f"{name}-again", head, state).problems == ()


def test_links_on_the_way_to_an_included_file(repo: Repo, tmp_path: Path) -> None:
    (repo.folder / "loop").symlink_to("loop")
    (repo.folder / "long").symlink_to("x/" * 2_040)
    (repo.folder / "up").symlink_to("../..")
    (repo.folder / "to-sub").symlink_to("sub/./deeper/..")
    repo.write("sub/deeper/deps.lst", "x\n")
    repo.write("sub/deps.lst", "y\n")
    includes = ("loop/a.lst", "long/a.lst", "up/a.lst", "to-sub/deps.lst", "sub")
    repo.write("requirements.txt", "".join(f"-r {path}\n" for path in includes))
    head = repo.commit()
    for name, state in (("commit", head), ("tree", Head.WORK_TREE)):
        sides = repo.sides(tmp_path / name, EMPTY, state)
        assert sides.changed == ("requirements.txt", "to-sub/deps.lst")
        assert laid(sides.head)["to-sub/deps.lst"] == "y\n"
        assert said(sides) == [
            ("loop/a.lst", "This file was not looked at: it is a symbolic link that leads back to itself."),
            ("up/a.lst", "This file was not looked at: it is a symbolic link that leads out of the repository."),
        ]


def test_a_link_that_a_sparse_checkout_left_out(repo: Repo, tmp_path: Path) -> None:
    repo.write("real/deps.lst", "x\n")
    (repo.folder / "out").mkdir()
    (repo.folder / "out" / "requirements.txt").symlink_to("../real/deps.lst")
    base = repo.commit()
    repo.git("sparse-checkout", "set", "real")
    repo.write("real/deps.lst", "x\ny\n")
    sides = repo.sides(tmp_path / "into", base)
    assert sides.changed == ("out/requirements.txt",)
    assert laid(sides.head) == {"out/requirements.txt": "x\ny\n"}


def test_a_submodule_called_like_a_dependency_file(repo: Repo, tmp_path: Path) -> None:
    commit = repo.commit()
    head = repo.tree_commit([("160000", "requirements.txt", commit), ("40000", "package.json", repo.tree([]))])
    assert repo.sides(tmp_path / "into", EMPTY, head).changed == ()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_nobody_may_read(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"requirements.txt": "a\n"})
    (repo.folder / "requirements.txt").chmod(0)
    assert said(repo.sides(tmp_path / "into", base)) == [
        ("requirements.txt", "This file was not looked at: it cannot be read: Permission denied.")
    ]


def test_a_link_counts_once_with_the_file_that_it_leads_to(repo: Repo, tmp_path: Path) -> None:
    repo.write("requirements.txt", "a\n")
    repo.write("deps.lst", "b\n")
    (repo.folder / "requirements-dev.txt").symlink_to("requirements.txt")
    (repo.folder / "requirements-odd.txt").symlink_to("deps.lst")
    base = repo.commit()
    repo.write("requirements.txt", "a\nmore\n")
    repo.write("deps.lst", "b\nmore\n")
    sides = repo.sides(tmp_path / "into", base)
    # nobody else would tell what changed in deps.lst
    assert sides.changed == ("requirements-odd.txt", "requirements.txt")
    assert laid(sides.head)["requirements-dev.txt"] == "a\nmore\n"


def test_a_folder_of_the_work_tree_that_became_a_link(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "requirements.txt").write_text("secret\n")
    base = repo.commit({"sub/requirements.txt": "a\n"})
    (repo.folder / "sub" / "requirements.txt").unlink()
    (repo.folder / "sub").rmdir()
    (repo.folder / "sub").symlink_to(tmp_path / "outside")
    sides = repo.sides(tmp_path / "into", base)
    assert (sides.changed, sides.removed, sides.problems) == ((), ("sub/requirements.txt",), ())
    assert laid(sides.head) == {}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_pipes_and_folders_in_place_of_files(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"requirements.txt": "a\n", "uv.lock": "l"})
    (repo.folder / "requirements.txt").unlink()
    os.mkfifo(repo.folder / "requirements.txt")
    (repo.folder / "uv.lock").unlink()
    (repo.folder / "uv.lock").mkdir()
    sides = repo.sides(tmp_path / "into", base)
    assert (sides.changed, sides.removed) == ((), ("uv.lock",))
    assert said(sides) == [
        (
            "requirements.txt",
            "This file was not looked at: it is no regular file (a pipe, a socket or a device).",
        )
    ]


def test_a_file_that_is_far_too_large(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"requirements.txt": "a\n"})
    with (repo.folder / "uv.lock").open("wb") as file:
        file.truncate(49 * 1024 * 1024)
    head = repo.commit()
    for name, state in (("commit", head), ("tree", Head.WORK_TREE)):
        sides = repo.sides(tmp_path / name, base, state)
        assert sides.changed == ()
        assert said(sides) == [
            ("uv.lock", "This file was not looked at: it has more than 48 MB, which no dependency file has.")
        ]
        assert repo.sides(tmp_path / f"{name}-again", head, state).problems == ()
