"""Two states laid out: what of them is there, and what counts as changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.changes.git import EMPTY, Repository
from depaudit.changes.snapshot import Head, take_sides
from depaudit.errors import GitError
from tests.changes.repos import Repo, laid, said


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def test_two_commits(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit(
        {"requirements.txt": "flask\n", "gone/package.json": "{}", "uv.lock": "a", "poetry.lock": "p", "README": "x"}
    )
    head = repo.commit(
        {
            "requirements.txt": "flask\nrich\n",
            "gone/package.json": None,
            "new/uv.lock": "n",
            "uv.lock": "b",
            "README": "",
        }
    )
    sides = repo.sides(tmp_path / "into", base, head)
    assert sides.base_commit == base
    assert sides.head_name == head
    assert sides.changed == ("new/uv.lock", "requirements.txt", "uv.lock")
    assert sides.removed == ("gone/package.json",)
    assert sides.affected == ()
    assert sides.problems == ()
    assert laid(sides.base) == {"requirements.txt": "flask\n", "gone/package.json": "{}", "uv.lock": "a"}
    assert laid(sides.head) == {"requirements.txt": "flask\nrich\n", "new/uv.lock": "n", "uv.lock": "b"}


def test_nothing_changed(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"package.json": "{}", "package-lock.json": "{}", "depaudit.toml": ""})
    head = repo.commit({"README": "more"})
    sides = repo.sides(tmp_path / "into", base, head)
    assert (sides.changed, sides.removed, sides.affected, sides.problems) == ((), (), (), ())
    assert laid(sides.base) == laid(sides.head) == {"depaudit.toml": "", "package.json": "{}"}


def test_an_empty_base(repo: Repo, tmp_path: Path) -> None:
    head = repo.commit({"requirements.txt": "flask\n"})
    sides = repo.sides(tmp_path / "into", EMPTY, head)
    assert sides.base_commit == EMPTY
    assert sides.changed == ("requirements.txt",)
    assert laid(sides.base) == {}


def test_an_unborn_head(repo: Repo, tmp_path: Path) -> None:
    repo.write("requirements.txt", "flask\n")
    repo.git("add", "requirements.txt")
    repo.write("requirements.txt", "flask\nrich\n")
    assert Repository.open(repo.folder).unborn
    index = repo.sides(tmp_path / "index", EMPTY, Head.INDEX)
    assert laid(index.head) == {"requirements.txt": "flask\n"}
    assert index.head_name == "index"
    tree = repo.sides(tmp_path / "tree", EMPTY, Head.WORK_TREE)
    assert laid(tree.head) == {"requirements.txt": "flask\nrich\n"}
    assert tree.head_name == "work tree"


def test_the_work_tree_with_untracked_ignored_and_deleted_files(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit(
        {
            "a/requirements.txt": "a\n", "b/requirements.txt": "b\n", "staged/requirements.txt": "s\n",
            ".gitignore": "ignored/\ntracked/\n",
        }
    )  # fmt: skip
    repo.write("tracked/requirements.txt", "t\n")
    repo.git("add", "-f", "tracked/requirements.txt")
    repo.write("ignored/requirements.txt", "never\n")
    repo.write("untracked/requirements.txt", "u\n")
    repo.write("node_modules/x/package.json", "{}")
    repo.write("a/requirements.txt", "a\nmore\n")
    repo.git("rm", "-q", "--cached", "staged/requirements.txt")
    (repo.folder / "b/requirements.txt").unlink()
    sides = repo.sides(tmp_path / "into", base)
    assert sides.changed == ("a/requirements.txt", "tracked/requirements.txt", "untracked/requirements.txt")
    # no longer tracked and still there: it would be committed with git add
    assert sides.removed == ("b/requirements.txt",)
    assert laid(sides.head)["staged/requirements.txt"] == "s\n"
    assert "ignored/requirements.txt" not in laid(sides.head)
    assert sides.problems == ()


def test_a_virtual_environment_that_nobody_ignores(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit()
    repo.write("env/pyvenv.cfg")
    repo.write("env/bin/python")
    repo.write("env/share/requirements.txt", "x\n")
    repo.write("no-env/pyvenv.cfg")
    repo.write("no-env/requirements.txt", "x\n")
    assert repo.sides(tmp_path / "into", base).changed == ("no-env/requirements.txt",)


def test_the_index_is_taken_and_not_the_work_tree(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"requirements.txt": "flask\n", "package.json": "{}"})
    repo.write("requirements.txt", "flask\nrich\n")
    repo.git("add", "-A")
    repo.write("requirements.txt", "flask\nrich\nlater\n")
    repo.write("package.json", '{"later": 1}')
    sides = repo.sides(tmp_path / "into", base, Head.INDEX)
    assert sides.changed == ("requirements.txt",)
    assert laid(sides.head) == {"requirements.txt": "flask\nrich\n", "package.json": "{}"}


def test_the_index_that_a_commit_in_progress_names(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``git commit -a`` runs its hooks with an index of its own, and the usual one is stale."""
    base = repo.commit({"requirements.txt": "flask\n"})
    repo.write("requirements.txt", "flask\nrich\n")
    other = repo.folder / ".git" / "next-index"
    other.write_bytes((repo.folder / ".git" / "index").read_bytes())
    blob = repo.blob(b"flask\nrich\n")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
    assert repo.sides(tmp_path / "stale", base, Head.INDEX).changed == ()
    monkeypatch.delenv("GIT_INDEX_FILE")
    repo.git("update-index", "--cacheinfo", f"100644,{blob},requirements.txt")
    (repo.folder / ".git" / "index").rename(other)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
    assert repo.sides(tmp_path / "next", base, Head.INDEX).changed == ("requirements.txt",)


def test_a_merge_conflict(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"requirements.txt": "flask\n"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"requirements.txt": "flask==1\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"requirements.txt": "flask==2\n"})
    with pytest.raises(AssertionError):
        repo.git("merge", "-q", "side")
    index = repo.sides(tmp_path / "index", base, Head.INDEX)
    assert said(index) == [
        ("requirements.txt", "This file was not looked at: it has a merge conflict that is not resolved.")
    ]
    assert index.problems[0].mend == "Resolve it, and type git add for this file."
    assert index.changed == ()
    tree = repo.sides(tmp_path / "tree", base, Head.WORK_TREE)
    assert tree.changed == ("requirements.txt",)
    assert "<<<<<<<" in laid(tree.head)["requirements.txt"]


def test_only_what_stands_in_the_paths(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"README": ""})
    head = repo.commit(
        {
            "svc/requirements.txt": "-r ../shared/pins.txt\n", "shared/pins.txt": "x\n", "shared/more.txt": "x\n",
            "other/requirements.txt": "y\n", "svc2/requirements.txt": "z\n", ".npmrc": "a=b\n", "other/uv.toml": "",
            "other/uv.lock": "", "deps.txt": "odd\n",
        }
    )  # fmt: skip
    sides = repo.sides(tmp_path / "into", base, head, "./svc/", "deps.txt")
    assert sides.changed == (".npmrc", "deps.txt", "shared/pins.txt", "svc/requirements.txt")
    assert sorted(laid(sides.head)) == [
        ".npmrc", "deps.txt", "other/requirements.txt", "other/uv.toml", "shared/pins.txt", "svc/requirements.txt",
        "svc2/requirements.txt",
    ]  # fmt: skip
    assert sides.problems == ()
    wrong = repo.sides(tmp_path / "wrong", base, head, "sv", "../x", "svc")
    assert said(wrong) == [
        ("../x", "The repository has no such file or folder, before or after the change."),
        ("sv", "The repository has no such file or folder, before or after the change."),
    ]
    everything = repo.sides(tmp_path / "all", base, head, ".")
    assert "other/uv.lock" in everything.changed


def test_included_files_of_any_name(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit(
        {
            "requirements.txt": "-r deps/one.lst\n", "deps/one.lst": "-c two.lst\nflask\n",
            "deps/two.lst": "flask==1\n", "deps/unused.lst": "x\n", "same/requirements.in": "-r ../deps/unused.lst\n",
        }
    )  # fmt: skip
    head = repo.commit({"deps/two.lst": "flask==2\n", "requirements.txt": "-r docs/../deps/one.lst\n", "docs/x": ""})
    sides = repo.sides(tmp_path / "into", base, head)
    assert sides.changed == ("deps/two.lst", "requirements.txt")
    assert sorted(laid(sides.head)) == [
        "deps/one.lst", "deps/two.lst", "deps/unused.lst", "requirements.txt", "same/requirements.in",
    ]  # fmt: skip
    # the path of the line that includes it leads through this folder
    assert (sides.head / "docs/../deps/one.lst").read_text() == "-c two.lst\nflask\n"


def test_a_file_counts_as_new_when_it_is_included_now(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"requirements.txt": "flask\n", "deps.lst": "evil\n"})
    head = repo.commit({"requirements.txt": "flask\n-r deps.lst\n"})
    sides = repo.sides(tmp_path / "into", base, head)
    assert sides.changed == ("deps.lst", "requirements.txt")
    assert "deps.lst" not in laid(sides.base)
    back = repo.sides(tmp_path / "back", head, base)
    assert (back.changed, back.removed) == (("requirements.txt",), ("deps.lst",))


def test_includes_that_lead_astray(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret\n")
    lines = [
        "-r ../secret.txt", "-r /etc/passwd", "-r file:///etc/passwd", "-r https://example.org/x.txt", "-r ${X}.txt",
        "-r nowhere.txt", "-r .git/config", "-r a/../../secret.txt", "-r requirements.txt", "-r ' '", "-r folder",
    ]  # fmt: skip
    repo.write("folder/file", "")
    repo.commit({"requirements.txt": "\n".join(lines)})
    sides = repo.sides(tmp_path / "into")
    assert sorted(laid(sides.head)) == ["requirements.txt"]
    assert sides.problems == ()


def test_files_below_settings_that_changed(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit(
        {
            "web/.npmrc": "registry=https://one.example/\n", "web/package-lock.json": "{}",
            "web/app/package.json": "{}", "web/yarn.lock": "", "py/uv.lock": "l",
            "py/pyproject.toml": "[project]\nname='x'\ndependencies=[]\n",
            "py/sub/requirements.txt": "flask\n", "poetry.lock": "",
        }
    )  # fmt: skip
    head = repo.commit(
        {
            "web/.npmrc": "registry=https://two.example/\n",
            "py/pyproject.toml": "[project]\nname='x'\ndependencies=['rich']\n",
        }
    )
    sides = repo.sides(tmp_path / "into", base, head)
    assert sides.changed == ("py/pyproject.toml", "web/.npmrc")
    # yarn.lock is in a format that nobody here reads; the requirements of pyproject.toml lead to no other index
    assert sides.affected == ("web/app/package.json", "web/package-lock.json")
    assert laid(sides.base)["web/package-lock.json"] == laid(sides.head)["web/package-lock.json"] == "{}"
    # uv.lock was not changed, but that it stands there says that uv's settings count
    assert "py/uv.lock" in laid(sides.head)
    index = repo.commit({"py/pyproject.toml": "[[tool.uv.index]]\nurl='https://x.example/'\n"})
    assert repo.sides(tmp_path / "uv", head, index).affected == ("py/sub/requirements.txt", "py/uv.lock")
    gone = repo.commit({"web/.npmrc": None})
    assert repo.sides(tmp_path / "gone", index, gone).affected == ("web/app/package.json", "web/package-lock.json")
    assert repo.sides(tmp_path / "elsewhere", index, gone, "py").affected == ()


def test_two_thousand_lockfiles_of_which_one_changed(repo: Repo, tmp_path: Path) -> None:
    lines = b"".join(b"M 100644 inline p%d/package-lock.json\ndata 2\n{}\n" % n for n in range(2_000))
    stream = b"commit refs/heads/main\ncommitter T <t@e.org> 1 +0000\ndata 1\nx\n" + lines + b"\n"
    repo.git("fast-import", "--quiet", stdin=stream)
    base = repo.git("rev-parse", "main")
    change = b"M 100644 inline p7/package-lock.json\ndata 3\n{ }\n"
    stream = b"commit refs/heads/main\ncommitter T <t@e.org> 1 +0000\ndata 1\ny\nfrom refs/heads/main^0\n" + change
    repo.git("fast-import", "--quiet", stdin=stream)
    sides = repo.sides(tmp_path / "into", base, "main")
    assert sides.changed == ("p7/package-lock.json",)
    assert laid(sides.base) == {"p7/package-lock.json": "{}"}
    assert laid(sides.head) == {"p7/package-lock.json": "{ }"}


def test_a_repository_with_ids_of_64_digits(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", "--object-format=sha256")
    base = repo.commit({"requirements.txt": "flask\n", "uv.lock": "same"})
    assert len(base) == 64
    repo.write("requirements.txt", "flask\nrich\n")
    sides = repo.sides(tmp_path / "into", base)
    assert sides.changed == ("requirements.txt",)
    assert laid(sides.head) == {"requirements.txt": "flask\nrich\n", "uv.lock": "same"}


def test_a_linked_work_tree_and_a_detached_head(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"requirements.txt": "flask\n"})
    head = repo.commit({"requirements.txt": "flask\nrich\n"})
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"), base)
    linked = Repo(tmp_path / "linked")
    linked.write("sub/package.json", "{}")
    sides = linked.sides(tmp_path / "into", "HEAD")
    assert sides.base_commit == base
    assert sides.changed == ("sub/package.json",)
    assert laid(linked.sides(tmp_path / "other", head).head)["requirements.txt"] == "flask\n"
    assert Repository.open(tmp_path / "linked" / "sub").top == tmp_path / "linked"


def test_a_sparse_checkout_is_as_whole_as_its_index(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"in/requirements.txt": "a\n", "out/requirements.txt": "b\n", "out/uv.lock": "l"})
    repo.git("sparse-checkout", "set", "in")
    assert not (repo.folder / "out").exists()
    assert repo.sides(tmp_path / "same", base).removed == ()
    repo.write("out/requirements.txt", "b\nnew\n")
    sides = repo.sides(tmp_path / "into", base)
    assert (sides.changed, sides.removed) == (("out/requirements.txt",), ())
    assert laid(sides.head)["out/requirements.txt"] == "b\nnew\n"


def test_submodules_are_left_alone(repo: Repo, tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.commit({"requirements.txt": "evil\n"})
    base = repo.commit({"requirements.txt": "flask\n"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.folder), "sub")
    head = repo.commit()
    assert (repo.folder / "sub" / "requirements.txt").exists()
    for name, state in (("commit", head), ("index", Head.INDEX), ("tree", Head.WORK_TREE)):
        sides = repo.sides(tmp_path / name, base, state)
        assert (sides.changed, sides.problems) == ((), ())
    nested = Repo(repo.folder / "nested")
    nested.commit({"package.json": "{}"})
    assert repo.sides(tmp_path / "nested", base).changed == ()


def test_a_partial_clone_that_lacks_a_content(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"requirements.txt": "flask\n"})
    head = repo.commit({"requirements.txt": "flask\nrich\n"})
    repo.git("config", "uploadpack.allowFilter", "true")
    url = f"file://{repo.folder}"
    repo.git("clone", "-q", "--no-checkout", "--filter=blob:none", url, str(tmp_path / "clone"))
    with pytest.raises(GitError, match="lacks the contents of files that have to be compared") as caught:
        Repo(tmp_path / "clone").sides(tmp_path / "into", base, head)
    assert caught.value.mend == "Clone it without --filter; if it was, try git fsck."


def test_a_folder_that_cannot_be_used(repo: Repo, tmp_path: Path) -> None:
    repo.commit()
    with pytest.raises(GitError, match="The temporary folder cannot be used: No such file"):
        take_sides(Repository.open(repo.folder), EMPTY, "HEAD", tmp_path / "nowhere")
