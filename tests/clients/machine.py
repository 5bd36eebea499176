"""A made-up developer's machine: a home, a project, chosen real clients, and the made-up internet as its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests import clients
from tests.clients.packages import needle
from tests.world import World

SECONDS = 60
"""The longest that one command may take; its whole process group is killed then."""

# What would speak of other things than the test's: news of the client's own releases, funding, background work.
_QUIET = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
    "PDM_CHECK_UPDATE": "0",
    "npm_config_update_notifier": "false",
    "npm_config_fund": "false",
    "npm_config_audit": "false",
    "YARN_ENABLE_TELEMETRY": "0",
    "DENO_NO_UPDATE_CHECK": "1",
    "DO_NOT_TRACK": "1",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "LANG": "C.UTF-8",
}


class Done(NamedTuple):
    """How a command ended.

    ``status``       as a shell tells it: 128+N for signal N
    ``left_running`` whether a process of its group was still there a second after it had ended (it is killed)
    """

    status: int
    stdout: str
    stderr: str
    seconds: float
    left_running: bool

    def __str__(self) -> str:
        return f"status {self.status} after {self.seconds:.1f} s\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


class Machine:
    """One machine beneath ``root``, which must be empty. ``with`` removes it in the end.

    ``home`` ``project`` ``temporary`` ``marks``  its folders; commands run in ``project`` (``folder`` elsewhere)
    ``variables``  further environment of all commands; a test may change it
    ``active``     the virtual environment that commands run in, as if it had been activated
    """

    def __init__(self, world: World, root: Path, *chosen: str) -> None:
        self.world = world
        self.root = root.resolve()
        self.home = self.root / "home"
        self.project = self.root / "project"
        self.temporary = self.root / "tmp"
        self.marks = self.root / "marks"
        self.bin = self.root / "bin"
        self.variables: dict[str, str] = {}
        self.active: Path | None = None
        for folder in (self.home, self.project, self.temporary, self.marks, self.bin):
            folder.mkdir()
        base = Path(getattr(sys, "_base_executable", sys.executable))
        for name in ("python", "python3"):
            (self.bin / name).symlink_to(base)
        self.add(*chosen)

    def add(self, *names: str) -> None:
        """Put clients (keys of ``clients.PINS``) onto PATH, with Node.js where they run on it.

        Raises ``LookupError`` for one that is not installed.
        """
        for name in names:
            programs = clients.programs(name)
            if not programs:
                raise LookupError(clients.why_not(name))
            if clients.PINS[name].kind is clients.Kind.NPM and not (self.bin / "node").exists():
                node = clients.node()
                if node is None:
                    raise LookupError("there is no Node.js on this machine")
                self._link("node", node)
            for program, path in programs.items():
                self._link(program, path)

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """All that a command of this machine finds in its environment: nothing of the real machine's."""
        proxy = self.world.environment()
        path = [str(self.bin), "/usr/local/bin", "/usr/bin", "/bin"]
        environment = _QUIET | proxy
        # Yarn 4 reads no proxy and no bundle but its own; here that is the machine's way out as well.
        environment |= {"YARN_HTTPS_PROXY": proxy["HTTPS_PROXY"], "YARN_HTTPS_CA_FILE_PATH": proxy["SSL_CERT_FILE"]}
        environment |= {"HOME": str(self.home), "USER": "dev", "LOGNAME": "dev", "TMPDIR": str(self.temporary)}
        if self.active is not None:
            environment["VIRTUAL_ENV"] = str(self.active)
            path.insert(0, str(self.active / "bin"))
        environment["PATH"] = os.pathsep.join(path)
        environment |= {key: value for key, value in os.environ.items() if key.startswith(("COVERAGE_", "COV_CORE_"))}
        return {**environment, **self.variables, **(extra or {})}

    # --- commands

    def alone(
        self,
        argv: Sequence[str],
        *,
        folder: Path | None = None,
        variables: Mapping[str, str] | None = None,
        said: str | None = None,
        seconds: float = SECONDS,
    ) -> Done:
        """Run a command by itself, without the gate. ``said`` is its standard input (nothing: /dev/null).

        Raises ``subprocess.TimeoutExpired`` when it takes longer than ``seconds``; all its processes are dead then.
        """
        environment = self.environment(variables)
        found = shutil.which(argv[0], path=environment["PATH"])
        if found is None:
            raise LookupError(f"{argv[0]} is not on this machine's PATH")
        return _run([found, *argv[1:]], environment, folder or self.project, self.root, said, seconds)

    def gated(
        self,
        argv: Sequence[str],
        *,
        options: Sequence[str] = (),
        folder: Path | None = None,
        variables: Mapping[str, str] | None = None,
        said: str | None = None,
        seconds: float = SECONDS,
    ) -> Done:
        """Run a command through ``depaudit run``; ``options`` are depaudit's (``--report``, ``--config``)."""
        command = [sys.executable, "-m", "depaudit", "run", *options, "--", *argv]
        return _run(command, self.environment(variables), folder or self.project, self.root, said, seconds)

    def depaudit(self, *words: str, folder: Path | None = None, seconds: float = SECONDS) -> Done:
        """Run another command of depaudit on this machine."""
        command = [sys.executable, "-m", "depaudit", *words]
        return _run(command, self.environment(), folder or self.project, self.root, None, seconds)

    # --- what there is to work in

    def venv(self, pip: str | None = "26.3", *, name: str = ".venv", active: bool = True) -> Path:
        """A fresh virtual environment in the project with the pinned ``pip`` (None: with none).

        ``active``: commands run in it from now on. Raises ``LookupError`` where that pip is not installed.
        """
        place = self.project / name
        venv.EnvBuilder(symlinks=True, with_pip=False).create(place)
        if pip is not None:
            self._put_pip(pip, place)
        if active:
            self.active = place
        return place

    def write(self, path: str, text: str | Mapping[str, object]) -> Path:
        """Write a file of the project; a mapping becomes JSON."""
        place = self.project / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text if isinstance(text, str) else json.dumps(text, indent=2) + "\n", "utf-8")
        return place

    def _put_pip(self, version: str, place: Path) -> None:
        source = clients.find(f"pip-{version}")
        if source is None:
            raise LookupError(clients.why_not(f"pip-{version}"))
        target = site_packages(place)
        for entry in source.iterdir():
            if entry.name != "bin":
                shutil.copytree(entry, target / entry.name, copy_function=_link_or_copy, symlinks=True)
        script = f"#!{place}/bin/python\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
        for program in ("pip", "pip3"):
            (place / "bin" / program).write_text(script)
            (place / "bin" / program).chmod(0o755)

    def _link(self, program: str, path: Path) -> None:
        place = self.bin / program
        place.unlink(missing_ok=True)
        place.symlink_to(path)

    # --- what happened

    def marks_left(self) -> tuple[str, ...]:
        """Which code of bad packages ran: ``reqeusts.imported``, ``nunpy.built``, ``lodahs.ran``, …, sorted."""
        return tuple(sorted(path.name for path in self.marks.iterdir()))

    def unpacked(self, name: str) -> tuple[str, ...]:
        """Where on this machine files of the bad package ``name`` lie in the clear, relative to its root, sorted.

        Everything is searched: project, virtual environments, node_modules, home with all caches and stores, the
        temporary folder. A downloaded archive that nobody has opened is no hit.
        """
        wanted = needle(name)
        return tuple(sorted(path for path, data in _files(self.root, ("marks", "bin")) if wanted in data))

    def has(self, name: str, version: str | None = None) -> bool:
        """Whether the package lies installed in the project's ``node_modules`` or virtual environment."""
        return self.installed(name) == version if version else self.installed(name) is not None

    def installed(self, name: str) -> str | None:
        """The version of the package that the project has installed: Python's first, then ``node_modules``'."""
        if self.active is not None:
            module = name.replace("-", "_")
            for info in site_packages(self.active).glob(f"{module}-*.dist-info"):
                return info.name.removesuffix(".dist-info").rpartition("-")[2]
        manifest = self.project / "node_modules" / name / "package.json"
        if manifest.exists():
            version: str = json.loads(manifest.read_bytes())["version"]
            return version
        return None


def site_packages(environment: Path) -> Path:
    """The folder of a virtual environment's modules."""
    return next(environment.glob("lib/python3*/site-packages"))


def snapshot(folder: Path, *, without: Iterable[str] = ("node_modules", ".venv", "__pycache__")) -> dict[str, bytes]:
    """Every file beneath ``folder`` by its relative path; folders of the names in ``without`` are left out.

    A symbolic link is told as ``-> target``.
    """
    return dict(_files(folder, tuple(without)))


def _files(folder: Path, without: tuple[str, ...]) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in without]
        for name in (*files, *(name for name in folders if Path(place, name).is_symlink())):
            path = Path(place, name)
            if path.is_symlink():
                found.append((str(path.relative_to(folder)), f"-> {path.readlink()}".encode()))
            elif path.is_file():
                found.append((str(path.relative_to(folder)), path.read_bytes()))
    return found


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, root: Path, said: str | None, seconds: float
) -> Done:
    """Output goes to files: a process left behind that holds a pipe would make us wait for it."""
    with (
        tempfile.TemporaryFile(dir=root) as out,
        tempfile.TemporaryFile(dir=root) as err,
        tempfile.TemporaryFile(dir=root) as given,
    ):
        if said is not None:
            given.write(said.encode())
            given.seek(0)
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL if said is None else given,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired as late:
            _kill(process.pid)
            process.wait()
            raise subprocess.TimeoutExpired(command, seconds, _text(out), _text(err)) from late
        took = time.monotonic() - started
        left = _lingers(process.pid)
        if left:
            _kill(process.pid)
        return Done(128 - status if status < 0 else status, _text(out), _text(err), took, left)


def _text(file: object) -> str:
    file.seek(0)  # type: ignore[attr-defined]  # typeshed has no public name for a temporary file
    data: bytes = file.read()  # type: ignore[attr-defined]
    return data.decode("utf-8", "replace")


def _lingers(group: int) -> bool:
    for _ in range(20):
        try:
            os.killpg(group, 0)
        except OSError:
            return False
        time.sleep(0.05)
    return True


def _kill(group: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(group, signal.SIGKILL)
