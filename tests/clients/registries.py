"""Real registry servers on 127.0.0.1, with the made-up packages in their folders."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import ClassVar

from tests import clients
from tests.clients.packages import NPM, PYPI
from tests.world import World
from tests.world.record import Recorded

_SECONDS = 30  # the longest that a server may take to start


class Server:
    """One server with its own folder. Raises ``LookupError`` where it is not installed.

    ``NAME``  the client's name in the table of pins
    ``HOST``  the host that it plays
    ``url``   what a user configures as the index
    """

    NAME: ClassVar[str]
    HOST: ClassVar[str]
    url: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        found = clients.find(self.NAME)
        if found is None:
            raise LookupError(clients.why_not(self.NAME))
        self.program = found
        self.folder = folder
        self.packages = folder / "packages"
        self.packages.mkdir()
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What starts it."""
        raise NotImplementedError

    def fill(self, world: World) -> None:
        """Put the world's made-up packages into the (empty) folder ``packages``."""
        raise NotImplementedError

    def play(self, world: World) -> str:
        """Give the server this world's packages, instead of all it had, and let it play its host there.

        Returns the index's URL.
        """
        for entry in self.packages.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        self.fill(world)
        world.host(self.HOST, self.port)
        return self.url

    def start(self) -> None:
        """Start it and wait until it listens. Raises ``AssertionError`` with its log when it does not."""
        environment = {"HOME": str(self.folder), "PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": str(self.folder)}
        with (self.folder / "log.txt").open("wb") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = time.monotonic() + _SECONDS
        while not _listens(self.port):
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise AssertionError(f"{self.NAME} did not start: {(self.folder / 'log.txt').read_text('utf-8')}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class PyPIServer(Server):
    """pypiserver: HTML listings without dates or metadata, files on its own host."""

    NAME = "pypiserver"
    HOST = "pypi.real.example"
    url = "https://pypi.real.example/simple/"

    def command(self) -> list[str]:
        """No password, no fallback to PyPI; the folder is read anew for each request."""
        options = ["-p", str(self.port), "-i", "127.0.0.1", "-P", ".", "-a", ".", "--disable-fallback"]
        return [str(self.program), "run", *options, "--backend", "simple-dir", str(self.packages)]

    def fill(self, world: World) -> None:
        """Wheels and sdists of every name that the world's PyPI has."""
        for name in PYPI:
            for url in world.pypi.file_urls(name):
                path = url.split("/", 3)[3]
                (self.packages / path.rpartition("/")[2]).write_bytes(world.pypi.archive(path))


class Verdaccio(Server):
    """verdaccio: whole and abbreviated packuments with dates, tarballs on its own host."""

    NAME = "verdaccio"
    HOST = "npm.real.example"
    url = "https://npm.real.example/"

    def command(self) -> list[str]:
        """No uplink, no password, no interface."""
        runtime = clients.find("node")  # it wants a newer Node.js than many machines have
        if runtime is None:
            raise LookupError(clients.why_not("node"))
        settings = {
            "storage": str(self.packages),
            "uplinks": {},
            "packages": {"**": {"access": "$all", "publish": "$all"}},
            "auth": {"htpasswd": {"file": str(self.folder / "htpasswd"), "max_users": -1}},
            "web": {"enable": False},
            "log": {"type": "stdout", "format": "pretty", "level": "warn"},
        }
        (self.folder / "config.yaml").write_text(json.dumps(settings), "utf-8")  # JSON is YAML
        options = ["--config", str(self.folder / "config.yaml"), "--listen", f"127.0.0.1:{self.port}"]
        return [str(runtime), str(self.program.resolve()), *options]

    def fill(self, world: World) -> None:
        """Every packument with its dates, and its tarballs, as ``npm publish`` would have left them."""
        for name in NPM:
            if world.npm.life(name) is None:
                continue
            asked = Recorded(host="", method="GET", path=f"/{name}", headers=())
            packument = json.loads(world.npm.answer(asked).body)
            place = self.packages / name
            place.mkdir()
            packument |= {"_attachments": {}, "_uplinks": {}, "_distfiles": {}}
            for version, manifest in packument["versions"].items():
                filename = f"{name}-{version}.tgz"
                (place / filename).write_bytes(world.npm.archive(f"{name}/-/{filename}"))
                packument["_attachments"][filename] = {"shasum": manifest["dist"]["shasum"], "version": version}
                manifest["dist"]["tarball"] = f"{self.url}{name}/-/{filename}"
            (place / "package.json").write_text(json.dumps(packument), "utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
