"""``depaudit diff`` over real git repositories, in the made-up internet."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from depaudit.frontends.cli.main import main
from tests.changes.repos import Repo
from tests.world.lives import established
from tests.world.world import World

REGISTRY = "https://registry.npmjs.org"


def npm_lock(versions: dict[str, str]) -> str:
    packages: dict[str, Any] = {"": {"name": "app", "version": "1.0.0"}}
    for name, version in versions.items():
        packages[f"node_modules/{name}"] = {
            "version": version,
            "resolved": f"{REGISTRY}/{name}/-/{name}-{version}.tgz",
            "integrity": "sha512-" + "A" * 86 + "==",
        }
    lock = {"name": "app", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}
    return json.dumps(lock, indent=2) + "\n"


def uv_lock(versions: dict[str, str]) -> str:
    entries = [
        f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "https://pypi.org/simple" }}\n'
        for name, version in versions.items()
    ]
    return "\n".join(['version = 1\nrequires-python = ">=3.10"\n', *entries])


class Clone(Repo):
    """A repository in which the command line is run."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(folder)
        self._capsys = capsys

    def diff(self, *words: str) -> tuple[int, dict[str, Any]]:
        self._capsys.readouterr()
        status = main(["diff", *words, "--format", "json"])
        captured = self._capsys.readouterr()
        assert captured.out, captured.err
        return status, json.loads(captured.out)

    def fails(self, *words: str) -> str:
        self._capsys.readouterr()
        assert main(["diff", *words]) == 2
        return self._capsys.readouterr().err

    def said(self, *words: str) -> str:
        self._capsys.readouterr()
        main(["diff", *words])
        return self._capsys.readouterr().out


@pytest.fixture
def clone(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Clone:
    folder = tmp_path / "clone"
    repo = Clone(folder, capsys)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    return repo


def names(report: dict[str, Any]) -> dict[str, str]:
    return {package["name"]: package["verdict"] for package in report["packages"]}


def places(report: dict[str, Any], name: str) -> list[tuple[str, int]]:
    (package,) = [package for package in report["packages"] if package["name"] == name]
    return [(place["path"], place["line"]) for place in package["locations"]]


@pytest.mark.parametrize("ecosystem", ["npm", "pypi"])
def test_of_two_thousand_locked_packages_the_twelve_that_change_are_asked_for(
    ecosystem: str, clone: Clone, world: World
) -> None:
    before = {f"zz-locked-{number}": "1.0.0" for number in range(2_000)}
    after = before | {f"zz-locked-{number}": "1.0.1" for number in range(0, 1_200, 100)}
    index = world.npm if ecosystem == "npm" else world.pypi
    for number in range(0, 1_200, 100):
        index.add(established(f"zz-locked-{number}"))
    path, write = ("package-lock.json", npm_lock) if ecosystem == "npm" else ("uv.lock", uv_lock)
    clone.commit({path: write(before)})
    clone.commit({path: write(after)})
    world.forget()
    _, report = clone.diff("HEAD~1", "HEAD", "--no-cache")
    changed = {f"zz-locked-{number}" for number in range(0, 1_200, 100)}
    assert set(names(report)) == changed
    host = "registry.npmjs.org" if ecosystem == "npm" else "pypi.org"
    asked = world.asked(host)
    assert {name for name in before if any(f"/{name}/" in f"{one}/" for one in asked)} == changed
    assert report["summary"]["change"]["files"] == 1
    lines = set(clone.git("diff", "-U0", "HEAD~1", "HEAD", "--", path).split("\n"))
    text = (clone.folder / path).read_text().split("\n")
    for package in report["packages"]:
        for place in package["locations"]:
            assert f"+{text[place['line'] - 1]}" in lines


def test_a_branch_adds_a_bad_name_and_the_base_decides(clone: Clone) -> None:
    clone.commit({"requirements.txt": "requests\n"})
    clone.git("checkout", "-q", "-b", "topic")
    clone.commit(
        {
            "requirements.txt": "requests\nfastapii>=0.1\n",
            "depaudit.toml": 'fail-on = "never"\n[[allow]]\nname = "pypi:fastapii"\nreason = "mine"\n',
        }
    )
    status, report = clone.diff("main", "HEAD", "--offline")
    assert status == 1
    assert names(report) == {"fastapii": "block"}
    assert places(report, "fastapii") == [("requirements.txt", 2)]
    assert report["packages"][0]["pending_exception"] == "depaudit.toml:2"
    assert report["summary"]["change"] == {
        "base": clone.git("rev-parse", "main"),
        "head": clone.git("rev-parse", "HEAD"),
        "files": 1,
    }
    assert "This change brings its own exception (depaudit.toml:2); it takes effect once merged." in clone.said(
        "main", "--offline"
    )


def test_an_exception_of_the_base_counts_whatever_the_change_does_to_it(clone: Clone) -> None:
    allowed = '[[allow]]\nname = "pypi:fastapii"\nreason = "ours"\n'
    clone.commit({"depaudit.toml": allowed, "requirements.txt": "requests\n"})
    clone.commit({"depaudit.toml": "nonsense = 1\n", "requirements.txt": "requests\nfastapii\n"})
    status, report = clone.diff("HEAD~1", "--offline")
    assert (status, names(report)) == (0, {"fastapii": "pass"})
    (first, *_) = report["packages"][0]["suppressed"]
    assert first["exception"]["where"].startswith("depaudit.toml (at ")
    assert any("breaks the configuration" in note for note in report["notes"])


def test_a_broken_configuration_of_the_base_is_an_error(clone: Clone) -> None:
    clone.commit({"depaudit.toml": "fail-on = 3\n"})
    clone.commit({"requirements.txt": "requests\n"})
    assert "depaudit.toml (at " in clone.fails("HEAD~1", "--offline")


def test_the_merge_base_is_what_counts_and_the_base_itself_on_request(clone: Clone) -> None:
    clone.commit({"requirements.txt": "requests\n"})
    clone.git("checkout", "-q", "-b", "topic")
    clone.commit({"requirements.txt": "requests\nnumpy\n"})
    clone.git("checkout", "-q", "main")
    clone.commit({"requirements.txt": "flask\n"})
    clone.git("checkout", "-q", "topic")
    for words in (("main",), ("main...topic",), ("main", "topic")):
        assert names(clone.diff(*words, "--offline")[1]) == {"numpy": "pass"}
    for words in (("main", "--exact-base"), ("main..topic",)):
        assert names(clone.diff(*words, "--offline")[1]) == {"requests": "pass", "numpy": "pass"}


def test_what_is_staged_and_what_lies_in_the_work_tree(clone: Clone) -> None:
    clone.write("requirements.txt", "requests\n")
    clone.git("add", "-A")
    assert names(clone.diff("--staged", "--offline")[1]) == {"requests": "pass"}  # nothing is committed yet
    clone.commit()
    clone.write("requirements.txt", "requests\nnumpy\n")
    clone.write("web/requirements.txt", "flask\n")
    assert clone.diff("--staged", "--offline")[1]["packages"] == []
    assert names(clone.diff("HEAD", "--offline")[1]) == {"numpy": "pass", "flask": "pass"}
    assert names(clone.diff("HEAD", "--offline", "--path", "web")[1]) == {"flask": "pass"}


def test_a_change_without_dependencies_is_calm(clone: Clone) -> None:
    clone.commit({"requirements.txt": "requests\n", "a/package.json": '{"dependencies": {"react": "1.0.0"}}\n'})
    clone.commit(
        {"README.md": "text\n", "b/package.json": '{"dependencies": {"react": "1.0.0"}}\n', "a/package.json": None}
    )
    status, report = clone.diff("HEAD~1", "--offline")
    assert (status, report["packages"]) == (0, [])
    assert clone.said("HEAD~1", "--offline").startswith("This change adds no dependency. Compared with ")
    clone.commit({"environment.yml": "dependencies: [numpy]\n"})
    status, report = clone.diff("HEAD~1", "--offline")
    assert (status, report["packages"]) == (0, [])
    assert any("environment.yml" in note for note in report["notes"])
    assert clone.diff("HEAD~1", "--offline", "--strict")[0] == 2


def test_an_index_that_the_change_brings_is_foreign_and_not_asked(clone: Clone, world: World) -> None:
    manifest = '{\n "dependencies": {\n  "zz-ours": "1.0.0"\n }\n}\n'
    clone.commit({"web/package.json": manifest})
    clone.commit({"web/.npmrc": "registry=https://evil.example/npm/\n"})
    world.forget()
    status, report = clone.diff("HEAD~1", "--no-cache")
    assert status == 1
    assert [finding["rule"] for finding in report["packages"][0]["findings"]] == ["foreign-index"]
    assert places(report, "zz-ours") == [("web/.npmrc", 1)]
    assert world.requests == ()
    assert world.refused == ()


def test_an_index_that_the_base_names_is_the_operators(clone: Clone) -> None:
    npmrc = "registry=https://npm.corp.example/\n"
    clone.commit({".npmrc": npmrc, "package.json": '{"dependencies": {"zz-a": "1.0.0"}}\n'})
    clone.commit({"package.json": '{"dependencies": {"zz-a": "1.0.0", "zz-b": "1.0.0"}}\n'})
    status, report = clone.diff("HEAD~1", "--offline")
    assert status == 3  # not asked offline, and not foreign
    assert [(p["name"], p["verdict"], p["findings"]) for p in report["packages"]] == [("zz-b", "unknown", [])]


def test_a_shallow_clone_says_what_to_fetch_and_fetches_it(
    clone: Clone, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    base = clone.commit({"requirements.txt": "requests\n"})
    clone.commit({"requirements.txt": "requests\nnumpy\n"})
    clone.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone.git("clone", "-q", "--depth=1", f"file://{clone.folder}", str(tmp_path / "shallow"))
    shallow = Clone(tmp_path / "shallow", capsys)
    monkeypatch.chdir(shallow.folder)
    assert f"git fetch --depth=1 origin {base}, or give --fetch." in shallow.fails(base, "--offline")
    assert names(shallow.diff(base, "--offline", "--fetch")[1]) == {"numpy": "pass"}


def test_nothing_of_a_hostile_tree_has_effect(clone: Clone, tmp_path: Path) -> None:
    clone.commit({"requirements.txt": "requests\n"})
    marker = tmp_path / "ran"
    evil = f"open({str(marker)!r}, 'w').write('x')\n"
    program = f"#!/bin/sh\necho x > '{marker}'\n"
    clone.git("config", "filter.evil.clean", f"sh -c 'echo x > {marker}'")
    clone.git("config", "filter.evil.smudge", f"sh -c 'echo x > {marker}'")
    clone.git("config", "diff.evil.textconv", f"sh -c 'echo x > {marker}; cat'")
    for path in ("pip.py", "venv.py", "sitecustomize.py", "depaudit/__init__.py", "setup.py", "tomli.py"):
        clone.write(path, evil)
    clone.write("git", program).chmod(stat.S_IRWXU)
    clone.write(".gitattributes", "* filter=evil diff=evil\n")
    clone.write("depaudit.toml", '[[allow]]\nname = "*"\nreason = "all"\n')
    clone.write("uv.toml", '[[index]]\nurl = "https://evil.example/simple"\ndefault = true\n')
    clone.write("requirements.txt", "requests\nfastapii\n")
    status, report = clone.diff("HEAD", "--offline")
    assert status == 1
    assert names(report)["fastapii"] == "block"
    assert not marker.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "there is nothing to compare with"),
        (("a", "b", "c"), "is one revision too many"),
        (("nowhere",), "'nowhere' is not in this repository"),
        (("--staged", "HEAD", "HEAD"), "there is no HEAD to give"),
        (("HEAD", "--path", "../elsewhere"), "lies outside of the repository"),
        (("..HEAD",), "names no base"),
        (("HEAD", "--", "-x"), "-x"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], said: str, clone: Clone) -> None:
    clone.commit({"requirements.txt": "requests\n"})
    assert said in clone.fails(*words)


def test_outside_of_a_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["diff", "main"]) == 2
    assert "This is no git repository" in capsys.readouterr().err
