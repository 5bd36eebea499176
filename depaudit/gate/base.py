"""The gate's own records: what a client asks, what it is answered, and what a version is treated as."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from enum import Enum
from typing import Protocol

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.record import record


class Treatment(str, Enum):
    """What a listing says of one version in this run."""

    PASS = "pass"  # noqa: S105  a verdict, no password
    REFUSE = "refuse"  # stays listed, under a fresh path that answers 403
    HOLD = "hold"  # left out: a young release of a sound project


@record
class Asked:
    """One request of the client, read by the proxy.

    ``url``      absolute, as asked: ``https://pypi.org/simple/six/``
    ``headers``  name (lower case) and value, in order; hop-by-hop headers and ``proxy-authorization`` are gone
    ``body``     the whole body, for the few requests that have one (bounded by the proxy)
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __repr__(self) -> str:  # headers hold credentials, and a query may
        return f"Asked({self.method} {self.url.partition('?')[0]})"

    def header(self, name: str) -> str:
        """The first value under ``name`` (lower case), ``""`` without one."""
        return next((value for key, value in self.headers if key == name), "")


@record
class Reply:
    """A whole answer that the gate makes itself. ``reason`` is short ASCII: pip and uv show nothing else."""

    status: int
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@record
class Forward:
    """Ask upstream and stream what it says, untouched.

    ``url``      where to ask, when it is not the URL asked for
    ``without``  request headers (lower case) to leave out
    """

    url: str | None = None
    without: frozenset[str] = frozenset()


@record
class Fetched:
    """An upstream answer, read whole (bounded). Header names are in lower case; the body is decoded (identity)."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    url: str

    def header(self, name: str) -> str:
        """The first value under ``name`` (lower case), ``""`` without one."""
        return next((value for key, value in self.headers if key == name), "")


@record(kw_only=False)
class Unreachable:
    """Upstream gave no whole answer; ``reason`` is a few words for people, without any secret."""

    reason: str


class Upstream(Protocol):
    """The network behind the gate: verified TLS, the proxy that the machine has, bounded sizes."""

    async def fetch(
        self, method: str, url: str, *, headers: Mapping[str, str], limit: int, seconds: float, body: bytes = b""
    ) -> Fetched | Unreachable: ...


class Inspector(Protocol):
    """What decides about each intercepted request. Never raises; the proxy answers 403 when it does all the same."""

    async def answer(self, asked: Asked) -> Reply | Forward: ...

    def admits(self, host: str, port: int) -> str | None:
        """None: a CONNECT to a host that is not intercepted may be tunnelled; else why not, short ASCII."""
        ...


@record
class ListedFile:
    """One archive that a listing offers. ``url`` is absolute, without fragment."""

    ecosystem: Ecosystem
    name: NormalizedName
    version: str
    url: str
    filename: str
    size: int | None = None


class RefusedPath(Protocol):
    """Gives the fresh URL of this run under which a refused archive is listed: same host, same file name."""

    def __call__(self, file: ListedFile) -> str: ...


Stream = AsyncIterator[bytes]
