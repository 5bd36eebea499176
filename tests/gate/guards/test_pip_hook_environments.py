"""Environments made by a hooked interpreter are hooked too."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from depaudit.gate.guards.hook_source import LINE_FILE, MODULE_FILE
from tests import clients
from tests.gate.guards.hooked import Environment, Ran, interpreters, run, version_of


@pytest.fixture(scope="module", params=[interpreters()[0], interpreters()[-1]], ids=version_of)
def extreme(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("extreme") / "env", request.param).hook()


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("one") / "env", Path(sys.executable)).hook()


def _site(folder: Path) -> Path:
    return next(folder.glob("lib/python3*/site-packages"))


def _has_hook(folder: Path, like: Environment) -> bool:
    """Whether the two files are there, as they are in the environment that made it."""
    site = _site(folder)
    there = [name for name in (MODULE_FILE, LINE_FILE) if (site / name).exists()]
    assert there in ([], [MODULE_FILE, LINE_FILE])
    assert all((site / name).read_bytes() == (like.site / name).read_bytes() for name in there)
    assert [path.name for path in site.iterdir() if path.name.startswith(f"{MODULE_FILE}.")] == []
    return bool(there)


def _venv(environment: Environment, *words: str, cwd: Path | None = None) -> Ran:
    done = run([str(environment.python), *words], cwd=cwd)
    assert (done.status, done.err) == (0, "")
    return done


@pytest.mark.slow
def test_python_m_venv(extreme: Environment, tmp_path: Path) -> None:
    """pip of the new environment is put there by ``ensurepip``, which needs no network and is not handed over."""
    assert _venv(extreme, "-m", "venv", str(tmp_path / "new")).out == ""
    assert _has_hook(tmp_path / "new", extreme)
    python = tmp_path / "new" / "bin" / "python"
    assert run([str(tmp_path / "new" / "bin" / "pip"), "install", "x"]).handed_over[4:] == ["install", "x"]
    assert run([str(python), "-m", "pip", "install", "x"]).handed_over[4:] == ["pip", "install", "x"]
    done = run([str(python), "-m", "ensurepip", "--upgrade"])
    assert done.status == 0
    assert "Requirement already satisfied: pip" in done.out


def test_folders_options_and_spellings(hooked: Environment, tmp_path: Path) -> None:
    bare = ("-m", "venv", "--without-pip")
    (tmp_path / "venv").mkdir()  # as people name it; the module venv is another
    _venv(hooked, *bare, "venv", "other", cwd=tmp_path)
    assert _has_hook(tmp_path / "venv", hooked)
    assert _has_hook(tmp_path / "other", hooked)
    _venv(hooked, *bare, "--clear", "other", cwd=tmp_path)
    assert _has_hook(tmp_path / "other", hooked)
    (_site(tmp_path / "other") / LINE_FILE).unlink()
    _venv(hooked, *bare, "--upgrade", "other", cwd=tmp_path)
    assert _has_hook(tmp_path / "other", hooked)
    _venv(hooked, *bare, "--copies", "--system-site-packages", "third", cwd=tmp_path)
    assert _has_hook(tmp_path / "third", hooked)
    _venv(hooked, "-Imvenv", "--without-pip", "fourth", cwd=tmp_path)
    assert _has_hook(tmp_path / "fourth", hooked)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    _venv(hooked, *bare, "link/fifth", cwd=tmp_path)
    assert _has_hook(tmp_path / "real" / "fifth", hooked)


def test_environments_of_environments(hooked: Environment, tmp_path: Path) -> None:
    _venv(hooked, "-m", "venv", "--without-pip", str(tmp_path / "child"))
    done = run(
        [str(tmp_path / "child" / "bin" / "python"), "-m", "venv", "--without-pip", str(tmp_path / "grandchild")]
    )
    assert done == (0, "", "")
    assert _has_hook(tmp_path / "grandchild", hooked)


def test_upgrading_its_pip_passes_the_gate_too(hooked: Environment, tmp_path: Path) -> None:
    """``--upgrade-deps`` (3.9) downloads pip into the new environment, before venv is through with it."""
    log = tmp_path / "log"
    words = ["-m", "venv", "--without-pip", "--upgrade-deps", str(tmp_path / "new")]
    done = run([str(hooked.python), *words], STUB_STATUS="0", STUB_LOG=str(log))
    assert (done.status, done.err) == (0, "")
    handed: list[str] = json.loads(log.read_text())
    assert Path(handed[2]).parent == tmp_path / "new" / "bin"
    assert [*handed[:2], *handed[3:8]] == ["run", "--", "-m", "pip", "install", "--upgrade", "pip"]


def test_a_program_that_makes_environments(hooked: Environment, tmp_path: Path) -> None:
    """As ``python -m build`` and tox do it: ``venv`` inside another program that the hook watches."""
    (tmp_path / "build.py").write_text("import venv, sys; venv.EnvBuilder(with_pip=False).create(sys.argv[1])")
    _venv(hooked, "-m", "build", str(tmp_path / "new"), cwd=tmp_path)
    assert _has_hook(tmp_path / "new", hooked)


def test_a_failing_venv_fails_as_it_does(hooked: Environment, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    plain = run([sys.executable, "-m", "venv", str(tmp_path / "file")])
    done = run([str(hooked.python), "-m", "venv", str(tmp_path / "file")])
    assert (done.status, done.out, done.err) == (plain.status, plain.out, plain.err)


def test_a_hook_that_cannot_be_written_is_said(hooked: Environment, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    _venv(hooked, "-m", "venv", "--without-pip", str(folder))
    (_site(folder) / MODULE_FILE).unlink()
    (_site(folder) / MODULE_FILE).mkdir()
    done = run([str(hooked.python), "-m", "venv", "--without-pip", "--upgrade", str(folder)])
    assert done.status == 0
    assert done.err.startswith(f"depaudit: pip in the new environment will not pass the gate ({_site(folder)}: ")


@pytest.mark.slow
@pytest.mark.parametrize("target", interpreters(), ids=version_of)
def test_virtualenv(target: Path, tmp_path: Path) -> None:
    """Run by a hooked Python, for whichever Python: the hook's two files are the same for all."""
    installed = clients.find("virtualenv")
    if installed is None:
        pytest.skip(clients.why_not("virtualenv"))
    environment = Environment(tmp_path / "env", Path(sys.executable)).hook()
    environment.link(_site(installed.parent.parent))
    options = ["--no-seed", "--no-periodic-update", "--python", str(target)]
    done = run([str(environment.python), "-m", "virtualenv", *options, str(tmp_path / "new")])
    assert done.status == 0, done.out + done.err
    assert done.err == ""
    assert _has_hook(tmp_path / "new", environment)
    own = str(tmp_path / "new" / "bin" / "python")
    assert run([own, "-m", "pip", "install", "x"]).handed_over == ["run", "--", own, "-m", "pip", "install", "x"]
