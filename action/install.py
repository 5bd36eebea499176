"""Put depaudit into a private environment for one job: its dependencies by the lock, itself by copying.

``prepare`` says where everything goes; between the two the action restores the archives of an earlier run; ``install``
makes the environment. No build backend is run, nothing is installed that the lock's hashes do not name, and nothing
outside of the job's temporary folder is written. Plain standard library: nothing is installed yet.
"""

# ruff: noqa: INP001  a script, in no package
from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "action" / "requirements.txt"
FORMAT = 1
"""Raised with every change to what the environment or the kept archives look like."""

STAMP = "depaudit-ready.txt"
"""Lies in an environment that is whole."""

PIP_SECONDS = 900
_SHOWN_LINES = 20
_SKIPPED = shutil.ignore_patterns("__pycache__", "*.py[co]")


class InstallError(Exception):
    """depaudit cannot be put in place: what happened and what to do, in a sentence or two."""


@dataclass(frozen=True)
class Place:
    """Where everything goes.

    ``environment``  the private environment; ``archives`` what its dependencies are installed from
    ``key``          under which the archives are kept between runs
    ``stamp``        what the environment says of itself when it is whole, and this one
    """

    environment: Path
    archives: Path
    key: str
    stamp: str

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def ready(self) -> bool:
        """Whether an earlier use in this job has made the environment."""
        try:
            return (self.environment / STAMP).read_text(encoding="utf-8") == self.stamp and self.python.is_file()
        except (OSError, ValueError):
            return False


def main(arguments: Sequence[str]) -> int:
    """Do one of the two halves; returns the exit status, errors being said in the way GitHub shows them."""
    parser = argparse.ArgumentParser(prog="install.py", description=__doc__)
    parser.add_argument("half", choices=("prepare", "install"))
    half = parser.parse_args(arguments).half
    try:
        place = find_place()
        if half == "prepare":
            tell(place)
        elif not place.ready:
            make(place)
    except InstallError as error:
        print(f"::error title=depaudit::{_escaped(str(error))}")
        return 2
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"::error title=depaudit::{_escaped(f'depaudit cannot be put in place: {error.strerror}{where}.')}")
        return 2
    return 0


def find_place() -> Place:
    """Where this action goes on this machine. Raises ``InstallError``, and ``OSError`` where the lock is not there."""
    temporary = Path(_needed("RUNNER_TEMP"))
    if not temporary.is_absolute():
        raise InstallError("RUNNER_TEMP is no absolute path. It is set by the runner; do not change it.")
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    version = f"{platform.python_implementation()}-{'.'.join(map(str, sys.version_info[:2]))}"
    system = f"{sysconfig.get_platform()}-{platform.libc_ver()[0] or 'other'}"
    stamp = "\n".join((str(FORMAT), lock, sys.version, system, os.path.realpath(sys.executable), str(ROOT)))
    short = hashlib.sha256(stamp.encode()).hexdigest()[:16]
    return Place(
        environment=temporary / f"depaudit-{short}",
        archives=temporary / "depaudit-archives",
        key=f"depaudit-{FORMAT}-{system}-{version}-{lock[:32]}",
        stamp=stamp,
    )


def tell(place: Place) -> None:
    """Write the step's outputs."""
    outputs = {
        "python": sys.executable,
        "environment-python": str(place.python),
        "archives": str(place.archives),
        "key": place.key,
        "ready": "true" if place.ready else "false",
    }
    for value in outputs.values():
        if not value.isprintable():
            raise InstallError("The path of the temporary folder or of Python holds a character that cannot be passed.")
    with Path(_needed("GITHUB_OUTPUT")).open("a", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{name}={value}\n" for name, value in outputs.items())


def make(place: Place) -> None:
    """Make the environment anew. Raises ``InstallError`` and ``OSError``."""
    if place.environment.exists():
        shutil.rmtree(place.environment)  # of a run that was broken off
    make_environment(place)
    install_dependencies(place)
    place_package(place)
    (place.environment / STAMP).write_text(place.stamp, encoding="utf-8")


def make_environment(place: Place) -> None:
    """An empty environment, without pip: installing pip takes longer than all the rest."""
    done = _run([sys.executable, "-I", "-m", "venv", "--without-pip", str(place.environment)])
    if done.returncode != 0 or not place.python.is_file():
        raise InstallError(
            f"Python {platform.python_version()} ({sys.executable}) cannot make an environment"
            f"{_last_line(done)}. Give the input python-version, as in python-version: '3.12'."
        )


def install_dependencies(place: Place) -> None:
    """What the lock names, from the kept archives; where they are missing or wrong, from the registry."""
    pip = _pip(place)
    if place.archives.is_dir() and any(place.archives.iterdir()):
        if _install(pip, place).returncode == 0:
            return
        print("The archives kept of an earlier run are not those of the lock; they are downloaded anew.")
    shutil.rmtree(place.archives, ignore_errors=True)
    place.archives.mkdir(parents=True)
    done = _run([*pip, "download", *_exactly_the_lock(), "--dest", str(place.archives)], cwd=place.environment)
    if done.returncode != 0:
        shutil.rmtree(place.archives, ignore_errors=True)  # nothing half is kept for the next run
        _show(done)
        raise InstallError(
            f"depaudit's dependencies could not be downloaded from PyPI{_last_line(done)}. Nothing was audited. "
            "See the log above; check the runner's way out (HTTPS_PROXY), then run the job again."
        )
    done = _install(pip, place)
    if done.returncode != 0:
        _show(done)
        raise InstallError(f"depaudit's dependencies could not be installed{_last_line(done)}. Nothing was audited.")


def place_package(place: Place) -> None:
    """Copy depaudit and its data to where the environment's interpreter finds them."""
    asked = [str(place.python), "-I", "-X", "utf8", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    done = _run(asked)
    target = Path(done.stdout.strip()) / "depaudit"
    if done.returncode != 0 or not target.is_relative_to(place.environment):
        raise InstallError(f"The environment for depaudit does not work{_last_line(done)}.")
    shutil.copytree(ROOT / "depaudit", target, ignore=_SKIPPED)
    shutil.copytree(ROOT / "data", target / "data", ignore=_SKIPPED)


def _exactly_the_lock() -> list[str]:
    return [
        "--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--require-hashes", "--no-deps",
        "--only-binary", ":all:", "--requirement", str(LOCK),
    ]  # fmt: skip


def _install(pip: Sequence[str], place: Place) -> subprocess.CompletedProcess[str]:
    """Install from the archives alone, each of which pip holds to the lock's hashes."""
    from_archives = ["--no-index", "--find-links", str(place.archives), "--no-compile", "--no-warn-script-location"]
    return _run([*pip, "install", *_exactly_the_lock(), *from_archives], cwd=place.environment)


def _pip(place: Place) -> list[str]:
    """How pip is started for the environment: from the archive that comes with Python, where it can be found."""
    start = [str(place.python), "-I", "-X", "utf8"]
    try:
        import ensurepip

        bundled = Path(ensurepip.__file__).parent / "_bundled" / f"pip-{ensurepip.version()}-py3-none-any.whl"
    except ImportError:  # some distributions keep it in a package of its own
        bundled = None
    if bundled is not None and bundled.is_file():
        return [*start, str(bundled / "pip"), "--isolated"]
    done = _run([*start, "-m", "ensurepip", "--default-pip"], cwd=place.environment)
    if done.returncode != 0:
        raise InstallError(
            f"Python {platform.python_version()} ({sys.executable}) comes without pip{_last_line(done)}. "
            "Give the input python-version, as in python-version: '3.12', or install python3-venv on the runner."
        )
    return [*start, "-m", "pip", "--isolated"]


def _run(command: Sequence[str], *, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program of ours, none of whose settings come from the environment or this machine's files."""
    environment = {key: value for key, value in os.environ.items() if not key.upper().startswith(("PIP_", "PYTHON"))}
    environment["PIP_CONFIG_FILE"] = os.devnull  # pip then reads no file at all
    try:
        return subprocess.run(  # noqa: S603  Python itself, with words of ours
            command,
            cwd=ROOT if cwd is None else cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PIP_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InstallError(f"{Path(command[0]).name} took more than {PIP_SECONDS // 60} minutes.") from error


def _show(done: subprocess.CompletedProcess[str]) -> None:
    """Show the last of what a program said, none of it as a command to the runner."""
    token = os.urandom(16).hex()
    lines = f"{done.stdout}\n{done.stderr}".splitlines()
    print(f"::stop-commands::{token}", *lines[-_SHOWN_LINES:], f"::{token}::", sep="\n", flush=True)


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return f": {(errors or lines)[-1][:300].rstrip('.')}" if lines else ""


def _needed(variable: str) -> str:
    value = os.environ.get(variable, "")
    if not value:
        raise InstallError(f"{variable} is not set: this is no step of GitHub Actions.")
    return value


def _escaped(text: str) -> str:
    """As the message of a workflow command."""
    plain = "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)
    return plain.replace("%", "%25").replace("\n", "%0A")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
