"""What people install: the wheel, built, put into a clean environment, and used from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow

# These tests do what a user does, with the machine's own package index: its settings must not be hidden from pip.
_MACHINE = {"PIP_CONFIG_FILE": ""} | {
    key: value
    for key, value in os.environ.items()
    if key.upper().startswith(("PIP_", "UV_")) or key in {"HOME", "PATH", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}
    or key.lower() in {"http_proxy", "https_proxy", "no_proxy"}
}  # fmt: skip


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={"LC_ALL": "C.UTF-8", "PATH": os.defpath, "PIP_CONFIG_FILE": os.devnull, **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    isolation = ["--no-build-isolation"] if find_spec("hatchling") else []
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel"]
    done = run(*pip, ROOT, "--no-deps", *isolation, "-w", out, cwd=out, **_MACHINE)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of a clean environment that holds the wheel and what it asks for, nothing else."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, with_pip=True)
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [commands / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    done = run(*pip, wheel, cwd=folder, **_MACHINE)
    assert done.returncode == 0, done.stdout + done.stderr
    return commands


def test_what_the_wheel_holds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"depaudit"}
    assert "depaudit/py.typed" in names
    assert {f"depaudit/data/{name}" for name in ("SOURCES.toml", "pypi.tables", "npm.tables")} <= set(names)
    assert {f"depaudit/report/templates/report.{kind}" for kind in ("html", "css", "js")} <= set(names)
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".xz", ".tsv"))] == []
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "depaudit").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == sources


def test_the_wheel_is_small_enough_to_be_fetched_in_a_second(wheel: Path) -> None:
    assert wheel.stat().st_size < 20 * 1024 * 1024


def test_it_works_from_another_folder(installed: Path, tmp_path: Path) -> None:
    done = run(
        installed / "depaudit", "check", "--offline", "--format", "json", "requests", "reqeusts",
        cwd=tmp_path, HOME=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    packages = {package["name"]: package for package in json.loads(done.stdout)["packages"]}
    assert {name: package["verdict"] for name, package in packages.items()} == {"requests": "pass", "reqeusts": "block"}
    assert packages["reqeusts"]["suggestions"][0] == "requests"


def test_both_doors_lead_to_the_same_program(installed: Path, tmp_path: Path) -> None:
    by_script = run(installed / "depaudit", "--version", cwd=tmp_path, HOME=str(tmp_path))
    by_module = run(installed / "python", "-m", "depaudit", "--version", cwd=tmp_path, HOME=str(tmp_path))
    assert (by_script.returncode, by_script.stdout) == (by_module.returncode, by_module.stdout)
    assert by_script.stdout.startswith("depaudit ")


def test_what_it_asks_for_is_consistent(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "python", "-m", "pip", "check", cwd=tmp_path, HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout


def test_the_examples_made_up_names_are_caught(installed: Path, tmp_path: Path) -> None:
    """The example is audited as its readme says, by the installed program, without network."""
    done = run(
        installed / "depaudit", "scan", "--offline", "--format", "json", ROOT / "examples" / "weather-bot",
        cwd=tmp_path, HOME=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    verdicts: dict[str, set[str]] = {}
    for package in json.loads(done.stdout)["packages"]:
        verdicts.setdefault(package["verdict"], set()).add(f"{package['ecosystem']}:{package['name']}")
    invented = {
        "pypi:reqeusts", "pypi:huggingface-cli", "pypi:openmeteo-client", "pypi:beautifulsoup5",
        "npm:react-codeshift", "npm:unused-imports", "npm:axios-retry-handler",
    }  # fmt: skip
    assert verdicts["block"] | verdicts.get("unknown", set()) == invented
    assert {"pypi:reqeusts", "pypi:beautifulsoup5"} <= verdicts["block"]  # by their names, however old the list is
