"""The made-up internet, switched on."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from types import TracebackType
from typing import Any, final

from tests.world import authority
from tests.world.advisories import Osv
from tests.world.answers import Answer, Player
from tests.world.door import Door, Visitor
from tests.world.downloads import NpmDownloads, PyPIStats
from tests.world.evil import Evil
from tests.world.faults import Fault, FaultKind, Faults
from tests.world.lives import Life
from tests.world.npm import Npm
from tests.world.pypi import PyPI
from tests.world.record import Knock, Recorded
from tests.world.site import Site

_ROOT_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "NODE_EXTRA_CA_CERTS",
    "npm_config_cafile",
    "DENO_CERT",
)


@final
class World:
    """A context manager; inside it the made-up internet answers at ``environment()``'s proxy.

    ``latency``  seconds of one round trip: each CONNECT takes two (reaching the host, the handshake), each request one
    ``now``      what the lives are told relative to; the real present by default
    ``crowd``    a life for names that nobody added (``everybody``); None: they do not exist
    """

    def __init__(
        self,
        *,
        latency: float = 0.0,
        now: datetime | None = None,
        crowd: Callable[[str], Life | None] | None = None,
    ) -> None:
        self.now = now or datetime.now(timezone.utc)
        self.pypi = PyPI(base="https://pypi.org", files="https://files.pythonhosted.org", now=self.now, crowd=crowd)
        self.npm = Npm(base="https://registry.npmjs.org", now=self.now, crowd=crowd)
        self.private_pypi = PyPI(base="https://pypi.acme.example", files="https://pypi.acme.example", now=self.now)
        self.private_npm = Npm(base="https://npm.acme.example", now=self.now)
        self.osv = Osv(now=self.now)
        self.evil = Evil()
        self._faults = Faults()
        players: dict[str, Player] = {
            "pypi.org": self.pypi,
            "files.pythonhosted.org": _Files(self.pypi),
            "registry.npmjs.org": self.npm,
            "registry.yarnpkg.com": self.npm,
            "api.npmjs.org": NpmDownloads(self.npm.life, now=self.now),
            "pypistats.org": PyPIStats(self.pypi.life),
            "api.osv.dev": self.osv,
            "pypi.acme.example": self.private_pypi,
            "npm.acme.example": self.private_npm,
            "evil.example": self.evil,
        }
        self._site = Site(players, self._faults, latency=latency)
        self._door = Door(self._site, self._faults, latency=latency)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="world", daemon=True)
        self._stop: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self.port = 0

    def __enter__(self) -> World:
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self._site.defects and error is None:
            raise AssertionError("the made-up internet itself is wrong") from self._site.defects[0]

    @property
    def requests(self) -> tuple[Recorded, ...]:
        """Every request so far, in the order of arrival."""
        return self._site.heard

    @property
    def knocks(self) -> tuple[Knock, ...]:
        """Every CONNECT so far, refused ones included."""
        return self._door.knocks

    @property
    def refused(self) -> tuple[str, ...]:
        """``host:port`` of every CONNECT that was turned away: hosts that the world does not play."""
        return tuple(f"{knock.host}:{knock.port}" for knock in self.knocks if knock.status != 200)

    @property
    def proxy(self) -> str:
        """The proxy's URL."""
        return f"http://127.0.0.1:{self.port}"

    def asked(self, host: str) -> tuple[str, ...]:
        """``METHOD path`` of every request to ``host``, in order."""
        return tuple(f"{heard.method} {heard.path}" for heard in self.requests if heard.host == host)

    def peak(self, host: str) -> int:
        """The most requests to ``host`` that were under way at the same time."""
        return self._site.peak(host)

    def forget(self) -> None:
        """Start the record of requests anew."""
        self._site.forget()

    def environment(self) -> dict[str, str]:
        """What to put into a process's environment so that this world is its internet. (Remove NO_PROXY.)"""
        proxies = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"), self.proxy)
        return proxies | dict.fromkeys(_ROOT_VARIABLES, str(authority.trusted().bundle))

    def host(self, name: str, port: int) -> None:
        """Let a real server at ``port`` of 127.0.0.1 play the host ``name``, over TLS like the others."""
        self._site.relays.add(name, port)

    def guard_proxy(self, user: str, password: str) -> None:
        """From now on the proxy lets in only who sends this basic credential, as a company's proxy would."""
        self._door.credential = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def fault(
        self,
        host: str,
        path: str = "*",
        *,
        kind: FaultKind,
        times: int | None = None,
        seconds: float = 1.0,
        status: int = 503,
        retry_after: str | None = None,
        target: str = "",
        size: int = 200 * 1024 * 1024,
    ) -> Fault:
        """Let something go wrong for requests to ``host`` and ``path`` (globs on the decoded path); see ``Fault``."""
        fault = Fault(
            host=host,
            path=path,
            kind=kind,
            times=times,
            seconds=seconds,
            status=status,
            retry_after=retry_after,
            target=target,
            size=size,
        )
        self._faults.add(fault)
        return fault

    def heal(self) -> None:
        """End all faults."""
        self._faults.clear()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._live())
        except OSError as error:
            self._failure = error
            self._ready.set()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _live(self) -> None:
        self._stop = asyncio.Event()
        # A client that leaves in the middle of something is what these tests are about, and no defect of the world.
        self._loop.set_exception_handler(self._hear_of)
        listener = await self._loop.create_server(lambda: Visitor(self._door), "127.0.0.1", 0, backlog=1024)
        self.port = listener.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        listener.close()
        await self._door.close()
        await asyncio.sleep(0)  # the loop tells each protocol that its connection is gone; its handler ends then
        await self._site.close()
        await asyncio.sleep(0)

    def _hear_of(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None and not isinstance(error, OSError):
            self._site.defects.append(error)


class _Files:
    """PyPI's file host: archives alone."""

    def __init__(self, index: PyPI) -> None:
        self._index = index

    def answer(self, asked: Recorded) -> Answer:
        """An archive, or its metadata."""
        return self._index.file(asked)
