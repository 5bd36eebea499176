"""Opening a repository, naming its commits, and fetching what a shallow clone lacks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from depaudit.changes.git import Repository
from depaudit.changes.program import find_git, told
from depaudit.errors import GitError
from tests.changes.repos import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def refused(call: object, *words: str) -> tuple[str, str]:
    """Message and mend of the ``GitError`` that a call raises."""
    assert callable(call)
    with pytest.raises(GitError) as caught:
        call(*words)
    return caught.value.message, caught.value.mend


def clone(repo: Repo, folder: Path, *options: str) -> Repo:
    repo.git("clone", "-q", *options, f"file://{repo.folder}", str(folder))
    return Repo(folder)


def test_commits_and_their_parents(repo: Repo) -> None:
    first = repo.commit({"a": "1"})
    second = repo.commit({"a": "2"})
    repo.git("tag", "-a", "-m", "x", "v1", first)
    repo.git("checkout", "-q", "-b", "side", first)
    side = repo.commit({"b": "1"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    opened = Repository.open(repo.folder)
    assert opened.top == repo.folder
    assert (opened.shallow, opened.sha256, opened.unborn) == (False, False, False)
    assert [opened.commit(name) for name in ("v1", "HEAD^1", "side", first[:10])] == [first, second, side, first]
    assert opened.parents("HEAD") == (second, side)
    assert opened.parents(first) == ()
    assert opened.merge_base("HEAD", "side") == side
    assert opened.merge_base(second, side) == first
    assert opened.has(first)
    assert not opened.has("0" * 40)
    assert not opened.has("main")


def test_histories_that_have_nothing_in_common(repo: Repo) -> None:
    repo.commit({"a": "1"})
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit({"a": "2"})
    assert Repository.open(repo.folder).merge_base("main", "other") is None


@pytest.mark.parametrize("revision", ["", "-h", "--all", "a\nb", "x" * 1_001, "a\u202eb"])
def test_what_cannot_be_a_revision(repo: Repo, revision: str) -> None:
    repo.commit()
    message, mend = refused(Repository.open(repo.folder).commit, revision)
    assert message.endswith("names no commit.")
    assert mend == "Give a branch, a tag or the id of a commit."


def test_revisions_that_are_not_here(repo: Repo) -> None:
    opened = Repository.open(repo.folder)
    assert refused(opened.commit, "HEAD") == ("This repository has no commit yet.", "Commit something first.")
    repo.commit({"a": "1"})
    assert refused(opened.commit, "origin/x;id") == (
        "The commit 'origin/x;id' is not in this repository.",
        "Check how it is spelt; type git fetch origin 'x;id', or give --fetch.",
    )
    assert refused(opened.commit, "HEAD~7") == (
        "The commit 'HEAD~7' is not in this repository.",
        "Check how it is spelt.",
    )
    assert refused(opened.commit, "HEAD:a")[0] == "The commit 'HEAD:a' is not in this repository."


def test_a_shallow_clone(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit({"requirements.txt": "a\n"})
    second = repo.commit({"requirements.txt": "a\nb\n"})
    repo.git("branch", "release", first)
    shallow = clone(repo, tmp_path / "clone", "--depth=1")
    before = shallow.git("for-each-ref")
    opened = Repository.open(shallow.folder)
    assert opened.shallow
    assert opened.parents("HEAD") == (first,), "what the commit itself says, not where the clone was cut"
    assert not opened.has(first)
    assert refused(opened.commit, first) == (
        f"The commit '{first}' is not in this shallow clone.",
        f"Type git fetch --depth=1 origin {first}, or give --fetch.",
    )
    assert refused(opened.commit, "HEAD~1") == (
        "The commit 'HEAD~1' is not in this repository (it is a shallow clone).",
        "Fetch more of its history: git fetch --deepen=1.",
    )
    assert opened.fetch(first) == first
    assert opened.has(first)
    assert opened.merge_base(second, first) is None
    assert shallow.git("for-each-ref") == before
    assert not (shallow.folder / ".git" / "FETCH_HEAD").exists()
    assert shallow.sides(tmp_path / "into", first, "HEAD").changed == ("requirements.txt",)


def test_fetching_a_branch_by_its_name_here_and_there(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit({"a": "1"})
    repo.commit({"a": "2"})
    repo.git("branch", "release", first)
    opened = Repository.open(clone(repo, tmp_path / "clone", "--depth=1").folder)
    assert opened.fetch("release") == opened.fetch("origin/release") == first
    assert opened.fetch("refs/remotes/origin/release") == first


def test_a_whole_clone_stays_whole(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit({"a": "1"})
    whole = clone(repo, tmp_path / "clone")
    second = repo.commit({"a": "2"})
    opened = Repository.open(whole.folder)
    assert opened.fetch(second) == second
    assert opened.parents(second) == (first,)
    assert opened.has(first)
    assert not Repository.open(whole.folder).shallow


@pytest.mark.parametrize(
    "revision", ["-x", "--upload-pack=x", "+main", "a:b", "HEAD^", "HEAD~1", "a b", "*", "a..b", "@{-1}", "x[", ""]
)
def test_what_cannot_be_fetched(repo: Repo, revision: str) -> None:
    repo.commit()
    message, mend = refused(Repository.open(repo.folder).fetch, revision)
    assert message.endswith("cannot be fetched.")
    assert mend == "Give a branch, a tag or the full id of a commit."


def test_a_fetch_that_fails(repo: Repo, tmp_path: Path) -> None:
    repo.commit()
    opened = Repository.open(repo.folder)
    message, mend = refused(opened.fetch, "main")
    assert message.startswith("'main' could not be fetched from the remote origin: ")
    assert mend == "Check git remote -v, and that this revision was pushed."
    repo.git("remote", "add", "origin", "ext::sh -c touch% ran")
    assert "transport 'ext' not allowed" in refused(opened.fetch, "main")[0]
    assert not (repo.folder / "ran").exists()
    repo.git("remote", "set-url", "origin", f"file://{tmp_path}/nowhere")
    assert "could not be fetched" in refused(opened.fetch, "main")[0]


def test_no_credential_is_told() -> None:
    err = "warning: x\nfatal: unable to access 'https://u:secret@host.example/x.git/': no\nplease mend\n"
    assert told(err) == "'fatal: unable to access 'https://host.example/x.git/': no'"
    assert told("") == "'no reason given'"
    assert told("fatal: \x1b[31m\u202e") == "'fatal: \\x1b[31m\\u202e'"


def test_no_repository_no_work_tree_no_folder(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert refused(lambda: Repository.open(tmp_path / "plain")) == (
        "This is no git repository.",
        "Go to a clone, or use depaudit scan instead.",
    )
    bare = Repo(tmp_path / "made")
    bare.git("init", "-q", "--bare", str(tmp_path / "bare"))
    assert refused(lambda: Repository.open(tmp_path / "bare")) == (
        "This repository has no work tree here.",
        "Run this in a clone with files.",
    )
    assert refused(lambda: Repository.open(tmp_path / "made" / ".git"))[0] == "This repository has no work tree here."
    assert refused(lambda: Repository.open(tmp_path / "nowhere"))[0] == "There is no such folder."


def test_a_top_whose_name_is_odd(tmp_path: Path) -> None:
    folder = tmp_path / "new\nline \u00e9"
    repo = Repo(folder)
    repo.commit({"requirements.txt": "a\n"})
    assert Repository.open(folder).top == folder
    assert repo.sides(tmp_path / "into").changed == ("requirements.txt",)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user(repo: Repo, tmp_path: Path) -> None:
    repo.commit()
    for path in (repo.folder, repo.folder / ".git"):
        os.chown(path, 12_345, 12_345)
    message, mend = refused(lambda: Repository.open(repo.folder))
    assert message == "git does not read this repository, because another user owns it."
    assert mend == f"If you trust it, type git config --global --add safe.directory '{repo.folder}'."
    (Path.home() / ".gitconfig").write_text(f"[safe]\n\tdirectory = {repo.folder}\n")
    assert Repository.open(repo.folder).top == repo.folder


def fake_git(folder: Path, text: str) -> Path:
    """A script called git."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "git"
    script.write_text(f"#!/bin/sh\n{text}\n")
    script.chmod(0o755)
    return script


def test_no_git_at_all(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(lambda: Repository.open(repo.folder)) == (
        "git was not found on PATH.",
        "Install git, or put its folder on PATH.",
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("echo git version 2.29.3", "git 2.29 is too old to be run safely."),
        ("echo hello", "The git on PATH does not say its version."),
        ("exit 3", "The git on PATH does not say its version."),
    ],
)
def test_a_git_that_is_too_old_or_none(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, message: str
) -> None:
    fake_git(tmp_path / "bin", answer)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert refused(lambda: Repository.open(repo.folder))[0] == message


def test_a_git_that_cannot_be_started(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_git(tmp_path / "bin", "").write_bytes(b"\x00\x01\x02")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert refused(lambda: Repository.open(repo.folder))[0] == "git cannot be started: Exec format error."


def test_git_is_never_taken_from_the_repository_or_the_current_folder(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("git")
    assert real is not None
    marker = tmp_path / "ran"
    repo.commit({"requirements.txt": "a\n"})
    for folder in (repo.folder, repo.folder / "tools" / "bin", tmp_path / "here"):
        fake_git(folder, f"touch {marker}")
    fake_git(tmp_path / "linked", "").unlink()
    (tmp_path / "linked" / "git").symlink_to(repo.folder / "git")
    monkeypatch.chdir(tmp_path / "here")
    folders = ["", ".", "tools/bin", str(repo.folder), str(repo.folder / "tools" / "bin"), str(tmp_path / "here")]
    folders += [str(tmp_path / "linked"), str(Path(real).parent)]
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    assert find_git((repo.folder,)) == real
    assert Repository.open(repo.folder / "tools").git.program == real
    assert repo.sides(tmp_path / "into").git == real
    assert not marker.exists()
