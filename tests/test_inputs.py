"""The reading edge: from the paths of a command line to requirements and problems."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

import depaudit.file_reader as file_reader
from depaudit.errors import UsageError
from depaudit.inputs import Inputs, read_inputs, read_stdin, read_text
from depaudit.parsers.base import MAX_INPUT_BYTES


def plant(root: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)


def read(root: Path, *paths: str, exclude: tuple[str, ...] = (), format_name: str | None = None) -> Inputs:
    return read_inputs([Path(p) for p in paths or (".",)], exclude=exclude, cwd=root, format_name=format_name)


def found(inputs: Inputs) -> list[tuple[str, str, int]]:
    return [(r.name, r.location.path, r.location.line) for r in inputs.requirements]


def told(inputs: Inputs) -> list[tuple[str, int | None, str]]:
    assert all(problem.mend for problem in inputs.problems)
    return [(p.path, p.line, p.message) for p in inputs.problems]


# --- what is named


def test_a_folder_is_searched_and_everything_is_counted(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "package.json": '{"dependencies": {"left-pad": "1", "x": "jsr:@a/b"}}',
            "sub/requirements.txt": "flask\n",
            "sub/yarn.lock": "",
            "sub/Cargo.toml": "",
            "sub/Cargo.lock": "",
            "old/requirements.txt": "django\n",
            ".gitignore": "constraints.txt\n",
            "constraints.txt": "six\n",
        },
    )
    (tmp_path / "uv.lock").symlink_to("nowhere")
    inputs = read(tmp_path, exclude=("old/**",))
    assert found(inputs) == [("left-pad", "package.json", 1), ("flask", "sub/requirements.txt", 1)]
    assert inputs.problems == ()
    assert inputs.not_audited == (("cargo", 2), ("jsr", 1), ("yarn-lock", 1))
    assert (inputs.files, inputs.excluded, inputs.roots) == (2, 1, (tmp_path,))
    assert inputs.notes == (
        "Known, but not read by this version: sub/Cargo.lock, sub/Cargo.toml, sub/yarn.lock.",
        "Not read, because .gitignore names them: constraints.txt.",
        "Not read, because they are links that lead out of the folder or nowhere: uv.lock.",
    )


def test_files_are_read_as_what_they_are_called(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "a/package.json": '{"dependencies": {"a": "1"}}',
            "deps.txt": "b\n",
            "deps.IN": "c\n",
            "poetry.lock": "",
            "deps.conf": "d\n",
            "yarn.lock": "",
        },
    )
    inputs = read(tmp_path, "a/package.json", "deps.txt", "deps.IN", "deps.conf", "yarn.lock", "gone", "a\0b")
    assert found(inputs) == [("a", "a/package.json", 1), ("b", "deps.txt", 1), ("c", "deps.IN", 1)]
    assert told(inputs) == [
        ("deps.conf", None, "This is not a dependency file that depaudit knows."),
        ("gone", None, "There is no such file or folder."),
        ("a\\x00b", None, "There is no such file or folder."),
    ]
    assert inputs.not_audited == (("yarn-lock", 1),)
    assert inputs.roots == (tmp_path / "a", tmp_path)


def test_a_format_may_be_named(tmp_path: Path) -> None:
    plant(tmp_path, {"deps.conf": "d\n", "package.json": "e\n"})
    inputs = read(tmp_path, "deps.conf", "package.json", format_name="requirements-txt")
    assert found(inputs) == [("d", "deps.conf", 1), ("e", "package.json", 1)]
    with pytest.raises(UsageError):
        read(tmp_path, "deps.conf", format_name="nonsense")


def test_a_folder_without_anything_is_told(tmp_path: Path) -> None:
    plant(tmp_path, {"a/readme.md": "", "b/go.mod": ""})
    inputs = read(tmp_path, "a", "b")
    assert told(inputs) == [("a", None, "The folder holds no dependency file.")]
    assert inputs.not_audited == (("go", 1),)


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    plant(tmp_path, {"a/requirements.txt": "x\n"})
    (tmp_path / "requirements.txt").symlink_to("a/requirements.txt")
    inputs = read(tmp_path, ".", "a/requirements.txt", str(tmp_path / "a"))
    assert (found(inputs), inputs.files) == ([("x", "a/requirements.txt", 1)], 1)


def test_paths_outside_of_the_current_folder_are_shown_whole(tmp_path: Path) -> None:
    plant(tmp_path, {"here/x": "", "there/requirements.txt": "x\n"})
    inputs = read_inputs([tmp_path / "there", Path("../there/requirements.txt")], cwd=tmp_path / "here")
    assert found(inputs) == [("x", f"{tmp_path.as_posix()}/there/requirements.txt", 1)]


def test_the_shrinkwrap_wins_over_the_lockfile_beside_it(tmp_path: Path) -> None:
    def lock(name: str) -> str:
        return json.dumps({"lockfileVersion": 3, "packages": {f"node_modules/{name}": {"version": "1.0.0"}}})

    plant(
        tmp_path,
        {
            "package.json": '{"dependencies": {"asked": "1"}}',
            "package-lock.json": lock("locked"),
            "npm-shrinkwrap.json": lock("shrunk"),
            "other/package-lock.json": lock("elsewhere"),
        },
    )
    assert [name for name, _, _ in found(read(tmp_path))] == ["shrunk", "elsewhere", "asked"]
    assert [name for name, _, _ in found(read(tmp_path, "package-lock.json"))] == ["locked"]


# --- what cannot be read


def test_everything_that_cannot_be_read_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "bom/requirements.txt": b"\xef\xbb\xbfone\n",
            "utf16/requirements.txt": "two\n".encode("utf-16"),
            "latin/requirements.txt": b"# caf\xe9\nthree\nfo\xfcr\n",
            "coding/requirements.txt": b"# -*- coding: latin-1 -*-\n# caf\xe9\nfive\n",
            "deep/package.json": '{"a":' * 100_000,
            "empty/package.json": "",
            "null/package-lock.json": "null",
            "conflict/package.json": '{\n<<<<<<< ours\n"dependencies": {"a": "1"}\n=======\n>>>>>>> theirs\n}',
        },
    )
    os.mkfifo(tmp_path / "package.json")
    with (tmp_path / "package-lock.json").open("wb") as file:
        file.truncate(MAX_INPUT_BYTES + 1)
    (tmp_path / "requirements.txt").mkdir()
    inputs = read(tmp_path)
    assert [name for name, _, _ in found(inputs)] == ["one", "five", "three", "two"]
    problems = {path: (line, message) for path, line, message in told(inputs)}
    assert problems["package.json"] == (None, "This is no regular file (a pipe, a socket or a device).")
    assert problems["package-lock.json"] == (None, "The file has more than 48 MB, which no dependency file has.")
    assert problems["deep/package.json"][1].startswith("The JSON is nested too deeply")
    assert problems["empty/package.json"] == (1, "The file is empty.")
    assert problems["null/package-lock.json"] == (1, "The file holds null where an object was expected.")
    assert problems["conflict/package.json"] == (2, "A merge conflict marker stands here.")
    latin = [(line, message) for path, line, message in told(inputs) if path == "latin/requirements.txt"]
    assert latin[0] == (1, "The byte 0xe9 here is no UTF-8; tools may read this file in different ways.")
    assert [line for line, _ in latin[1:]] == [3]
    assert set(problems) == {
        "package.json",
        "package-lock.json",
        "deep/package.json",
        "empty/package.json",
        "null/package-lock.json",
        "conflict/package.json",
        "latin/requirements.txt",
    }


def test_all_texts_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {f"{number}/requirements.txt": "x" * 9 for number in range(3)})
    monkeypatch.setattr(file_reader, "MAX_TOTAL_CHARACTERS", 10)
    inputs = read(tmp_path)
    assert len(found(inputs)) == 2
    assert [(p, m) for p, _, m in told(inputs)] == [
        ("2/requirements.txt", "The file was not read: those before it have more than 0 MB in all.")
    ]


# --- what is included


def test_includes_are_read_once_and_with_their_own_places(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "requirements.txt": "-r more/base\n-r ./more/base\na\n-c limits\n",
            "requirements-dev.txt": "-r requirements.txt\nb\n",
            "more/base": "c\n-r deeper/last.txt\n",
            "more/deeper/last.txt": "\nd\n",
            "limits": "e==1\nnot a requirement at all\n-r more/unwished\n",
            "more/unwished": "f\n",
        },
    )
    inputs = read(tmp_path)
    assert found(inputs) == [
        ("b", "requirements-dev.txt", 2),
        ("a", "requirements.txt", 3),
        ("c", "more/base", 1),
        ("d", "more/deeper/last.txt", 2),
    ]
    assert [(path, line) for path, line, _ in told(inputs)] == [("limits", 2)]
    assert inputs.files == 6


def test_a_constraints_file_that_a_folder_holds_is_no_wish_where_it_is_used_as_one(tmp_path: Path) -> None:
    plant(tmp_path, {"requirements.txt": "a\n-c constraints.txt\n", "constraints.txt": "b==1\n"})
    assert [name for name, _, _ in found(read(tmp_path))] == ["a"]
    assert [name for name, _, _ in found(read(tmp_path, "constraints.txt", "requirements.txt"))] == ["b", "a"]


def test_a_lockfile_may_be_included(tmp_path: Path) -> None:
    lock = 'lock-version = "1.0"\ncreated-by = "x"\n[[packages]]\nname = "a"\nversion = "1.0"\n'
    plant(tmp_path, {"in/requirements.txt": "-r ../pylock.toml\n", "pylock.toml": lock})
    assert [name for name, _, _ in found(read(tmp_path, "in/requirements.txt"))] == ["a"]


def test_includes_that_cannot_be_read_are_told_with_their_line(tmp_path: Path) -> None:
    plant(
        tmp_path / "in",
        {
            "requirements.txt": "-r gone.txt\n"
            "-r https://host.example/a.txt\n"
            "-c http://host.example/c.txt\n"
            "-r ../outside.txt\n"
            "-r /etc/passwd\n"
            "-r link.txt\n"
            "-r ${HOME}/x.txt\n"
            "-r .\n"
            "-r loop\n"
            "-r " + "x" * 5000 + "\n"
            "a\n",
            "../outside.txt": "secret\n",
        },
    )
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "in" / "loop").symlink_to("loop")
    inputs = read_inputs([Path("requirements.txt")], cwd=tmp_path / "in")
    assert found(inputs) == [("a", "requirements.txt", 11)]
    start = "The file {} that this line includes was not read: "
    assert told(inputs)[:7] == [
        ("requirements.txt", 1, start.format("'gone.txt'") + "there is no such file."),
        ("requirements.txt", 2, start.format("'https://host.example/a.txt'") + "depaudit fetches no such files."),
        ("requirements.txt", 3, start.format("'http://host.example/c.txt'") + "depaudit fetches no such files."),
        ("requirements.txt", 4, start.format("'../outside.txt'") + "it stands outside of the scanned tree."),
        ("requirements.txt", 5, start.format("'/etc/passwd'") + "it stands outside of the scanned tree."),
        ("requirements.txt", 6, start.format("'link.txt'") + "it stands outside of the scanned tree."),
        ("requirements.txt", 8, start.format("'.'") + "it is a folder."),
    ]
    assert [(path, line) for path, line, _ in told(inputs)[7:]] == [("requirements.txt", 9), ("requirements.txt", 10)]


def test_file_urls_are_paths(tmp_path: Path) -> None:
    plant(tmp_path, {"a b.txt": "x\n"})
    plant(tmp_path, {"requirements.txt": f"-r file://{tmp_path.as_posix()}/a%20b.txt\n-r file://[/x\n"})
    inputs = read(tmp_path, "requirements.txt")
    assert [name for name, _, _ in found(inputs)] == ["x"]
    assert [line for _, line, _ in told(inputs)] == [2]


def test_what_stands_in_the_same_repository_may_be_included(tmp_path: Path) -> None:
    plant(tmp_path / "repo", {".git/HEAD": "", "a/requirements.txt": "-r ../base.txt\n", "base.txt": "x\n"})
    (tmp_path / "elsewhere").mkdir()
    inputs = read_inputs([tmp_path / "repo" / "a"], cwd=tmp_path / "elsewhere")
    assert [name for name, _, _ in found(inputs)] == ["x"]
    assert inputs.problems == ()


def test_the_home_folder_is_no_project(tmp_path: Path, own_world: Path) -> None:
    plant(own_world, {"proj/requirements.txt": "-r ../.netrc\n", ".netrc": "machine x password hunter2\n"})
    inputs = read(own_world, "proj")
    assert told(inputs) == [
        (
            "proj/requirements.txt",
            1,
            "The file '../.netrc' that this line includes was not read: it stands outside of the scanned tree.",
        )
    ]


def test_loops_are_told_and_end(tmp_path: Path) -> None:
    plant(tmp_path, {"requirements.txt": "-r sub/b.txt\na\n", "sub/b.txt": "b\n-r ../requirements.txt\n-r b.txt\n"})
    inputs = read(tmp_path)
    assert found(inputs) == [("a", "requirements.txt", 2), ("b", "sub/b.txt", 1)]
    assert told(inputs) == [
        ("sub/b.txt", 2, "The files include each other in a loop: requirements.txt → sub/b.txt → requirements.txt."),
        ("sub/b.txt", 3, "The files include each other in a loop: sub/b.txt → sub/b.txt."),
    ]


def test_depth_and_number_of_includes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {f"f{n}": f"-r f{n + 1}\np{n}\n" for n in range(30)})
    plant(tmp_path, {"requirements.txt": "-r f0\n"})
    inputs = read(tmp_path, "requirements.txt")
    assert len(found(inputs)) == 20
    assert told(inputs) == [
        ("f19", 1, "The file 'f20' that this line includes was not read: more than 20 files include one another.")
    ]
    monkeypatch.setattr(file_reader, "MAX_INCLUDES", 3)
    inputs = read(tmp_path, "requirements.txt")
    assert len(found(inputs)) == 3
    assert told(inputs) == [
        ("f2", 1, "The file 'f3' that this line includes was not read: more than 3 lines of this scan include a file.")
    ]


def test_index_options_count_for_all_files_of_a_run(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "requirements.txt": "--extra-index-url https://extra.example/simple\n-r base.in\na\n",
            "base.in": "--index-url https://main.example/simple\nb\n",
            "sub/requirements.txt": "c\n",
        },
    )
    inputs = read(tmp_path)
    urls = {
        r.name: r.indexes
        and (r.indexes.index_url and r.indexes.index_url.url, tuple(extra.url for extra in r.indexes.extra))
        for r in inputs.requirements
    }
    both = ("https://main.example/simple", ("https://extra.example/simple",))
    assert urls == {"a": both, "b": both, "c": None}


# --- workspaces


def test_members_of_a_workspace_are_local(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            ".git/HEAD": "",
            "package.json": '{"name": "root", "workspaces": ["packages/*"], "dependencies": {"@acme/a": "^1"}}',
            "packages/a/package.json": '{"name": "@acme/a", "version": "1.2.0"}',
            "packages/b/package.json": '{"name": "b", "dependencies": {"@acme/a": "^1.0", "left-pad": "1"}}',
            "packages/c/package.json": '{"name": "c", "dependencies": {"@acme/a": "^2"}}',
            "packages/d/package.json": "{",
        },
    )

    def kinds(inputs: Inputs) -> list[tuple[str, str]]:
        return [(r.name, r.source.kind.value) for r in inputs.requirements]

    assert kinds(read(tmp_path)) == [
        ("@acme/a", "workspace"),
        ("@acme/a", "workspace"),
        ("left-pad", "registry"),
        ("@acme/a", "registry"),
    ]
    # a part of it scanned alone: the root is found above, and what is wrong elsewhere is not told
    inputs = read(tmp_path, "packages/b")
    assert (kinds(inputs), inputs.problems, inputs.files) == (
        [("@acme/a", "workspace"), ("left-pad", "registry")],
        (),
        1,
    )
    assert kinds(read(tmp_path, "packages/b/package.json")) == kinds(inputs)


# --- texts


def test_reads_one_text(tmp_path: Path) -> None:
    inputs = read_text(
        "--index-url https://main.example/simple\na\n-r b.txt\n", "old/requirements.txt", "requirements-txt"
    )
    assert found(inputs) == [("a", "old/requirements.txt", 2)]
    assert inputs.requirements[0].indexes is not None
    assert told(inputs) == [
        ("old/requirements.txt", 3, "The file 'b.txt' that this line includes was not read."),
    ]
    assert told(read_text("[", "package.json", "package-json")) != []
    with pytest.raises(UsageError):
        read_text("", "x", "nonsense")


def test_reads_standard_input() -> None:
    inputs = read_stdin(io.BytesIO(b'{"dependencies": {"a": "1"}}'), "package-json")
    assert (found(inputs), inputs.problems, inputs.files) == ([("a", "-", 1)], (), 1)
    inputs = read_stdin(io.BytesIO(b"# coding: latin-1\na # \xe9\n"), "requirements-txt")
    assert (found(inputs), inputs.problems) == ([("a", "-", 2)], ())
    inputs = read_stdin(io.BytesIO(b"a\n# \xe9\n"), "requirements-txt")
    assert (found(inputs), len(inputs.problems)) == ([("a", "-", 1)], 1)
    assert read_stdin(io.BytesIO(b"a\0b\0"), "requirements-txt").problems != ()
    with pytest.raises(UsageError):
        read_stdin(io.BytesIO(b""), "nonsense")
