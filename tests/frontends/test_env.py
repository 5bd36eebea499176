"""``depaudit env``: whole audits of what is installed, in the made-up internet."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from depaudit.frontends.cli.main import main
from tests.installed.environments import dist_info, package, venv
from tests.world.archives import core_metadata, wheel, wheel_filename
from tests.world.lives import blank, established
from tests.world.world import World


class Run:
    """One run: its status, its JSON report, what it said on stderr."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err
        self.report: dict[str, Any] = json.loads(out) if out.startswith("{") else {}

    def verdicts(self) -> dict[str, str]:
        return {p["name"]: p["verdict"] for p in self.report["packages"]}

    def package(self, name: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = [p for p in self.report["packages"] if p["name"] == name]
        assert len(found) == 1
        return found[0]


@pytest.fixture
def env(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run ``depaudit env`` in ``tmp_path`` with a JSON report, in no environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)

    def run(*words: str, form: str = "json") -> Run:
        capsys.readouterr()
        status = main(["env", *words, "--format", form])
        captured = capsys.readouterr()
        return Run(status, captured.out, captured.err)

    return run


def test_a_real_environment_and_a_node_modules(world: World, env: Any, tmp_path: Path) -> None:
    world.pypi.add(established("zz-left"), established("zz-right"))
    subprocess.run([sys.executable, "-m", "venv", ".venv"], cwd=tmp_path, check=True)
    files = []
    for name, requires in (("zz-left", ("zz-right>=1",)), ("zz-right", ()), ("reqeusts", ())):
        file = tmp_path / "wheels" / wheel_filename(name, "1.0.0")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(wheel(name, "1.0.0", core_metadata(name, "1.0.0", summary="s", requires=requires)))
        files.append(file)
    pip = [str(tmp_path / ".venv" / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    subprocess.run([*pip, "--no-index", "-f", "wheels", "zz-left", "reqeusts"], cwd=tmp_path, check=True)
    world.pypi.add(blank("reqeusts"))
    world.npm.add(established("left-pad"))
    package(tmp_path / "node_modules" / "left-pad", "left-pad", "1.0.0")
    (tmp_path / "requirements.txt").write_text("zz-left\n")
    (tmp_path / "package.json").write_text('{"dependencies": {"left-pad": "^1.0.0"}}')
    run = env()
    assert run.status == 1
    verdicts = run.verdicts()
    assert {name: verdicts[name] for name in ("zz-left", "zz-right", "reqeusts", "left-pad")} == {
        "zz-left": "pass",
        "zz-right": "pass",
        "reqeusts": "block",
        "left-pad": "pass",
    }
    assert set(verdicts) - {"pip", "setuptools", "wheel"} == {"zz-left", "zz-right", "reqeusts", "left-pad"}
    left, right = run.package("zz-left"), run.package("zz-right")
    site = Path(left["locations"][0]["path"]).parent.parent.as_posix()
    assert left["locations"] == [{"path": f"{site}/zz_left-1.0.0.dist-info/METADATA", "line": 3, "column": 1}]
    assert (left["version"], left["direct"], left["required_by"], left["source"]) == ("1.0.0", True, [], "registry")
    assert (right["direct"], right["required_by"]) == (False, ["zz-left"])
    assert run.report["notes"] == [
        f"{len(verdicts) - 1} distributions in {site}.",
        "Nothing in this project asks for reqeusts, which is installed.",
        "1 package in node_modules.",
    ]


def test_the_active_environment_comes_first(
    world: World, env: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.pypi.add(established("zz-here"), established("zz-active"))
    dist_info(venv(tmp_path / ".venv"), "zz-here", "1.0.0")
    dist_info(venv(tmp_path / "elsewhere"), "zz-active", "1.0.0")
    assert env().verdicts() == {"zz-here": "pass"}
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "elsewhere"))
    assert env().verdicts() == {"zz-active": "pass"}
    assert env(".venv").verdicts() == {"zz-here": "pass"}
    assert env("--python", ".venv", "elsewhere").verdicts() == {"zz-here": "pass", "zz-active": "pass"}


def test_an_interpreter_of_the_tree_is_never_run(env: Any, tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\ntouch ran\n")
    python.chmod(0o755)
    run = env("--python", "bin/python3")
    assert run.status == 2
    assert "is not run to ask it where its packages are" in run.err
    assert not (tmp_path / "ran").exists()


def test_nothing_installed_says_what_to_type(env: Any, tmp_path: Path) -> None:
    run = env()
    assert (run.status, run.out) == (2, "")
    assert run.err == (
        "depaudit: error: there is nothing installed to audit: no virtual environment is active, and this folder holds "
        "neither .venv nor node_modules. Name what to audit: depaudit env PATH, or depaudit env --python "
        "/path/to/python.\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gone",), "there is no 'gone'."),
        (("src",), "'src' is neither a Python environment nor a node_modules folder, and holds none."),
        (("src/file.txt",), "'src/file.txt' belongs to no virtual environment."),
        (("--python", "gone"), "There is no such interpreter or environment."),
    ],
)
def test_what_is_no_environment(env: Any, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "file.txt").write_text("")
    run = env(*words)
    assert run.status == 2
    assert said in run.err


def test_an_empty_environment_is_sound(world: World, env: Any, tmp_path: Path) -> None:
    venv(tmp_path / ".venv")
    run = env()
    assert (run.status, run.verdicts()) == (0, {})


def test_a_broken_distribution_is_told_and_the_rest_is_judged(world: World, env: Any, tmp_path: Path) -> None:
    world.pypi.add(established("zz-sound"), established("zz-broken"))
    site = venv(tmp_path / ".venv")
    dist_info(site, "zz-sound", "1.0.0")
    dist_info(site, "zz-broken", "1.0.0", metadata="")
    (tmp_path / "node_modules" / "zz-left").mkdir(parents=True)
    (tmp_path / "node_modules" / "zz-left" / "package.json").write_text("{")
    world.npm.add(established("zz-left"))
    run = env()
    assert run.status == 2
    assert run.verdicts() == {"zz-sound": "pass", "zz-broken": "pass", "zz-left": "pass"}
    assert [(error["path"], error["message"]) for error in run.report["errors"]] == [
        (
            ".venv/lib/python3.11/site-packages/zz_broken-1.0.0.dist-info/METADATA",
            "The file says no Name. Remove the distribution and install it again.",
        ),
        (
            "node_modules/zz-left/package.json",
            "The file is not JSON. Remove the package's folder and install again.",
        ),
    ]


def test_sources_beside_the_registry(world: World, env: Any, tmp_path: Path) -> None:
    site = venv(tmp_path / ".venv")
    own = {"url": f"file://{tmp_path}", "dir_info": {"editable": True}}
    dist_info(site, "zz-own", "0.1", direct_url=json.dumps(own))
    git = {"url": "https://me:s3cret@git.example/zz.git", "vcs_info": {"vcs": "git", "commit_id": "a" * 40}}
    dist_info(site, "zz-git", "0.1", direct_url=json.dumps(git))
    run = env()
    assert (run.status, run.verdicts()) == (0, {"zz-own": "pass", "zz-git": "warn"})
    assert [run.package(name)["source"] for name in ("zz-own", "zz-git")] == ["workspace", "git"]
    assert [finding["rule"] for finding in run.package("zz-git")["findings"]] == ["unverified-source"]
    assert "s3cret" not in run.out + run.err
    assert world.requests == ()


def test_settings_that_a_package_brings_along_count_for_nobody(world: World, env: Any, tmp_path: Path) -> None:
    world.npm.add(established("zz-left"))
    folder = package(tmp_path / "node_modules" / "zz-left", "zz-left", "1.0.0")
    (folder / ".npmrc").write_text("registry=https://evil.example/\n")
    run = env()
    assert (run.status, run.verdicts()) == (0, {"zz-left": "pass"})
    assert world.asked("evil.example") == ()


def test_nobody_is_called_unasked_where_it_cannot_be_told(world: World, env: Any, tmp_path: Path) -> None:
    world.pypi.add(established("zz-left"))
    dist_info(venv(tmp_path / ".venv"), "zz-left", "1.0.0")
    count = "1 distribution in .venv/lib/python3.11/site-packages."
    assert env().report["notes"] == [count]  # no manifest at all
    (tmp_path / "requirements.txt").write_text("numpy\n")
    asked_by_nobody = "Nothing in this project asks for zz-left, which is installed."
    assert env().report["notes"] == [count, asked_by_nobody]
    (tmp_path / "setup.py").write_text("")
    assert env().report["notes"] == [count]


def test_an_alias_is_judged_as_what_it_is_and_an_impostor_as_what_was_asked_for(
    world: World, env: Any, tmp_path: Path
) -> None:
    world.npm.add(established("zz-real"), established("zz-claimed"))
    package(tmp_path / "node_modules" / "al", "zz-real", "1.0.0")
    package(tmp_path / "node_modules" / "zz-made-up", "zz-claimed", "1.0.0")
    (tmp_path / "package.json").write_text('{"dependencies": {"al": "npm:zz-real@^1.0.0", "zz-made-up": "*"}}')
    run = env()
    assert run.status == 1
    assert run.verdicts() == {"zz-real": "pass", "zz-made-up": "block"}
    assert run.report["notes"] == [
        "2 packages in node_modules.",
        "zz-made-up calls itself zz-claimed in its package.json; it was judged as zz-made-up.",
    ]


def test_what_else_the_summary_says(world: World, env: Any, tmp_path: Path) -> None:
    world.pypi.add(established("zz-torch"))
    dist_info(venv(tmp_path / ".venv", system=True), "zz-torch", "1.0.0+cu121")
    modules = tmp_path / "node_modules"
    big = package(modules / "zz-big", "zz-big", "1.0.0", bundleDependencies=["zz-in"])
    package(big / "node_modules" / "zz-in", "zz-in", "1.0.0")
    (modules / "out").symlink_to("/nowhere/at/all")
    world.npm.add(established("zz-big"))
    run = env("--no-cache")
    base = "which were not audited; type depaudit env --python /usr/bin/python3."
    bundled = "1 more inside of others' archives (not judged by themselves)"
    assert run.report["notes"] == [
        "1 distribution in .venv/lib/python3.11/site-packages.",
        f".venv also sees the packages of its base interpreter, {base}",
        "PyPI serves no local versions; judged as the release they were made from: zz-torch 1.0.0+cu121.",
        f"1 package in node_modules, {bundled}; 1 link out of the project is not followed: out.",
    ]
    assert run.verdicts()["zz-torch"] == "pass"


def test_conda_packages_are_counted_and_not_judged(world: World, env: Any, tmp_path: Path) -> None:
    world.pypi.add(established("zz-left"))
    site = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
    (tmp_path / "env" / "conda-meta").mkdir(parents=True)
    dist_info(site, "zz-of-conda", "1.0", INSTALLER="conda\n")
    dist_info(site, "zz-left", "1.0.0", INSTALLER="pip\n")
    run = env("env")
    assert (run.status, run.verdicts()) == (0, {"zz-left": "pass"})
    assert run.report["summary"]["not_audited"] == {"conda": 1}
    assert env("env", "--strict").status == 2


def test_options_are_those_of_scan(world: World, env: Any, tmp_path: Path) -> None:
    dist_info(venv(tmp_path / ".venv"), "zz-made-up-by-a-model", "1.0.0")
    assert env().status == 1
    assert env("--fail-on", "never").status == 0
    offline = env("--offline", "--output", "json=report.json", form="table")
    assert offline.status in (1, 3)
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["packages"] == 1
