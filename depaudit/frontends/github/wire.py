"""One HTTP exchange by ``requests``: bounded in size and time, no redirect followed, credentials of ours alone."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from depaudit import __version__
from depaudit.model.record import record

if TYPE_CHECKING:
    import requests

API_VERSION = "2022-11-28"
"""https://docs.github.com/rest/about-the-rest-api/api-versions: there is a newer one of 2026-03-10, which GitHub
Enterprise Server has from 3.21 on; this one is supported for two years after it."""


@record
class Answer:
    """``headers`` by their names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Failure(str, Enum):
    """Why there is no answer."""

    UNREACHABLE = "it cannot be reached"
    RESET = "the connection broke"
    SLOW = "it did not answer in time"
    LARGE = "its answer is larger than any that it documents"
    UNTRUSTED = "its certificate is not trusted"
    PROXY = "the proxy refused the way to it"
    BROKEN = "its answer is no HTTP"


class Wire:
    """A session with one token. ``body``: bytes; ``connect``, ``read`` and ``total``: seconds."""

    def __init__(self, token: str, *, body: int, connect: float, read: float, total: float) -> None:
        self._token = token
        self._body = body
        self._timeouts = (connect, read)
        self._total = total
        self._session: requests.Session | None = None

    def __repr__(self) -> str:  # the token must not be in it
        return "Wire()"

    def send(self, method: str, address: str, data: bytes | None) -> Answer | Failure:
        """One request and its answer; never raises.

        It runs in a thread of its own: ``requests`` bounds the wait for the next byte, and a server that sends one now
        and then, in a header or in the body, would never come to that bound.
        """
        import queue
        import threading

        if self._session is None:
            self._session = self._open()
        session = self._session
        outcomes: queue.SimpleQueue[Answer | Failure | Exception] = queue.SimpleQueue()

        def work() -> None:
            try:
                outcomes.put(self._exchange(session, method, address, data))
            except Exception as error:  # noqa: BLE001  raised below, where somebody sees it
                outcomes.put(error)

        threading.Thread(target=work, name="github", daemon=True).start()
        try:
            outcome = outcomes.get(timeout=self._total)
        except queue.Empty:
            self.close()  # nobody may use a session that another thread is still in
            return Failure.SLOW
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _exchange(self, session: requests.Session, method: str, address: str, data: bytes | None) -> Answer | Failure:
        import requests

        headers = {"Content-Type": "application/json"} if data is not None else {}
        try:
            with session.request(
                method, address, data=data, headers=headers, timeout=self._timeouts, stream=True, allow_redirects=False
            ) as response:
                body = self._read(response)
                if body is None:
                    return Failure.LARGE
                names = {key.lower(): value for key, value in response.headers.items()}
                return Answer(status=response.status_code, headers=names, body=body)
        except requests.exceptions.RequestException as error:
            return _reason(error)
        except (OSError, ValueError):  # an address that cannot be, a socket's own
            return Failure.BROKEN
        except Exception as error:
            if "HTTPError" not in _kinds(error):
                raise
            return Failure.BROKEN  # urllib3's, which requests does not always translate

    def close(self) -> None:
        """End the connections."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _read(self, response: requests.Response) -> bytes | None:
        """The body, None when it is too large. A packed one is counted as unpacked."""
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(65_536):
            size += len(part)
            if size > self._body:
                return None
            parts.append(part)
        return b"".join(parts)

    def _open(self) -> requests.Session:
        import requests

        session = requests.Session()
        session.mount("https://", _adapter())
        # An authentication of our own: else a .netrc that names the host would replace the token.
        session.auth = _bearer(self._token)
        session.headers.clear()
        session.headers.update(
            {
                "Accept": "application/vnd.github+json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"depaudit/{__version__}",
                "X-GitHub-Api-Version": API_VERSION,
            }
        )
        return session


def _bearer(token: str) -> Any:
    from requests.auth import AuthBase

    class Bearer(AuthBase):
        def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"Bearer {token}"
            return request

    return Bearer()


def _adapter() -> Any:
    """HTTPS that trusts what all of depaudit's requests trust: the machine's store, and the bundles people set."""
    from requests.adapters import HTTPAdapter

    from depaudit.registries.tls import client_context

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *words: Any, **options: Any) -> None:
            super().init_poolmanager(*words, **options, ssl_context=client_context())

        def proxy_manager_for(self, *words: Any, **options: Any) -> Any:
            return super().proxy_manager_for(*words, **options, ssl_context=client_context())

    return Adapter(max_retries=0)


def _reason(error: requests.exceptions.RequestException) -> Failure:
    from requests import exceptions

    table: tuple[tuple[type[Exception], Failure], ...] = (
        (exceptions.ProxyError, Failure.PROXY),
        (exceptions.SSLError, Failure.UNTRUSTED),
        (exceptions.ConnectTimeout, Failure.UNREACHABLE),
        (exceptions.Timeout, Failure.SLOW),
        (exceptions.ChunkedEncodingError, Failure.RESET),
        (exceptions.ConnectionError, Failure.RESET),
    )
    found = next((failure for kind, failure in table if isinstance(error, kind)), Failure.BROKEN)
    if found is Failure.RESET and _never_connected(error):
        return Failure.UNREACHABLE
    return found


def _never_connected(error: BaseException) -> bool:
    """Whether no connection came about: then nothing was asked."""
    inner = error.args[0] if error.args else None
    return "NewConnectionError" in _kinds(getattr(inner, "reason", None))


def _kinds(error: object) -> set[str]:
    """The names of an exception's classes: urllib3 is requests' own affair, and not imported here."""
    return {kind.__name__ for kind in type(error).__mro__}
