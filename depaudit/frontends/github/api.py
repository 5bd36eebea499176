"""GitHub's REST API, asked carefully: one host, bounded answers, few tries, and no word of the token.

https://docs.github.com/rest/using-the-rest-api (best practices, rate limits, pagination); read in 2026-11.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from depaudit.errors import ApiError
from depaudit.frontends.github import refusals, shape
from depaudit.frontends.github.refusals import Refusal
from depaudit.frontends.github.shape import MisshapenError
from depaudit.frontends.github.wire import Answer, Wire
from depaudit.model.record import record

_PATH = re.compile(r"/[A-Za-z0-9._~%/\[\]-]*")
_TOKEN = re.compile(r"[!-~]{1,4096}")
_AGAIN = frozenset({"GET", "PATCH", "DELETE"})  # doing it twice is doing it once
_REDIRECTS = frozenset({301, 302, 307, 308})


@record
class Bounds:
    """How much one run may ask and wait for.

    ``requests``  in all; ``tries`` of one; ``hops`` of redirects of one
    ``patience``  seconds that may be spent on failures and on waiting after them, over the whole run
    ``body``      bytes of one answer
    ``connect``, ``read``, ``total``  seconds: for a connection, for the next bytes, for one whole answer
    """

    requests: int = 120
    tries: int = 4
    hops: int = 3
    patience: float = 30.0
    body: int = 32 * 1024 * 1024  # a hundred of the longest comments
    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0


@record
class Pages:
    """The rows of a list. ``whole`` is False where there are more pages than were asked for."""

    rows: tuple[Any, ...]
    whole: bool


class Api:
    """One token's way to one API. Every method raises ``ApiError``, and nothing else, when it cannot do its work.

    ``api_url``  as ``Event.api_url`` has it: https, or this machine
    ``token``    "" where there is none: every request is then refused here
    ``sleep``, ``clock`` and ``chance`` stand for time's; clock tells seconds since 1970
    """

    def __init__(
        self,
        api_url: str,
        token: str,
        *,
        bounds: Bounds = Bounds(),  # noqa: B008  a frozen record
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.url = api_url.rstrip("/")
        token = token.strip()  # a secret that was pasted often ends in a line end
        self._has_token = token != ""
        self._flaw: tuple[str, str] | None = None
        if not token:
            self._flaw = "There is no token to ask GitHub's API with.", "Give the action's input token."
        elif _TOKEN.fullmatch(token) is None:
            self._flaw = "The token holds characters that no token has.", "Give the action's input token a whole token."
        self._bounds = bounds
        self._sleep = sleep
        self._clock = clock
        self._chance = chance
        self._wire = Wire(token, body=bounds.body, connect=bounds.connect, read=bounds.read, total=bounds.total)
        # a server that repeats the token must not get it into our log
        self._hide = (lambda text: text.replace(token, "***")) if token else (lambda text: text)
        self._asked = 0
        self._spent = 0.0

    def __repr__(self) -> str:  # the token must not be in it
        return f"Api({self.url!r})"

    @property
    def has_token(self) -> bool:
        """Whether there is any token at all."""
        return self._has_token

    @property
    def requests(self) -> int:
        """How many requests were sent so far, repetitions included."""
        return self._asked

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """The JSON at ``path`` (from "/" on, under the API's address)."""
        return self._json(self._ask("GET", self._address(path, query)))

    def pages(self, path: str, query: Mapping[str, str | int] | None = None, *, most: int) -> Pages:
        """A list, over at most ``most`` pages of a hundred rows, following the ``Link`` headers on the same host."""
        address = self._address(path, {**(query or {}), "per_page": 100})
        rows: list[Any] = []
        for _ in range(most):
            answer = self._ask("GET", address)
            page = self._json(answer)
            if not isinstance(page, list):
                raise _nonsense("not the list that was asked for")
            rows += page
            following = _next(answer.headers.get("link", ""))
            if following is None:
                return Pages(rows=tuple(rows), whole=True)
            address = self._same_host(following)
        return Pages(rows=tuple(rows), whole=False)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Create. Repeated only when the API surely did nothing; else ``ApiError.unclear`` says that it may have."""
        return self._json(self._ask("POST", self._address(path), body), changed=True)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change what is there."""
        return self._json(self._ask("PATCH", self._address(path), body))

    def delete(self, path: str) -> None:
        """Remove; what is gone already is no error."""
        try:
            self._ask("DELETE", self._address(path))
        except ApiError as error:
            if error.status not in (404, 410):
                raise

    def viewer(self) -> str:
        """The login that this token writes under, as GraphQL tells it to users and to apps alike.

        The REST API tells it to users alone (``GET /user``); an app's token is refused there.
        """
        base = self.url[: -len("/v3")] if self.url.endswith("/api/v3") else self.url
        answer = self._ask("POST", f"{base}/graphql", {"query": "{viewer{login}}"}, question=True)
        value = self._json(answer)
        login: str = read(lambda one: shape.matching(shape.LOGIN, "a login", one, "data", "viewer", "login"), value)
        return login

    def pause(self, seconds: float) -> bool:
        """Wait at least so long; False, at once, when the run's patience does not reach that far."""
        seconds += self._chance() * min(1.0, seconds)  # so that many jobs do not come back in step
        if self._spent + seconds > self._bounds.patience:
            return False
        self._spent += seconds
        self._sleep(seconds)
        return True

    def close(self) -> None:
        """End the connections."""
        self._wire.close()

    # --- one request

    def _ask(
        self, method: str, address: str, body: Mapping[str, Any] | None = None, *, question: bool = False
    ) -> Answer:
        """The API's right answer to one request, after as many tries as it takes and may take."""
        if self._flaw is not None:
            message, mend = self._flaw
            raise ApiError(message, mend=mend)
        data = None if body is None else json.dumps(body).encode("ascii")
        repeatable = question or method in _AGAIN
        tries = hops = 0
        while True:
            tries += 1
            self._count()
            started = time.monotonic()
            outcome = self._wire.send(method, address, data)
            if isinstance(outcome, Answer):
                if outcome.status in _REDIRECTS and method == "GET" and hops < self._bounds.hops:
                    hops += 1
                    tries -= 1
                    address = self._same_host(outcome.headers.get("location", ""))
                    continue
                if 200 <= outcome.status < 300:
                    return outcome
                refusal = refusals.of_answer(outcome, method, self._clock())
            else:
                refusal = refusals.of_failure(outcome)
            self._spent += time.monotonic() - started
            refusal = refusal.rewritten(self._hide)
            may_repeat = refusal.wait is not None and (repeatable or refusal.nothing_done)
            if not may_repeat or tries >= self._bounds.tries or not self._rest(refusal, tries):
                raise refusal.error(unclear=method == "POST" and not question and not refusal.nothing_done)

    def _count(self) -> None:
        if self._asked >= self._bounds.requests:
            raise ApiError(f"GitHub's API was asked {self._asked} times already, and is not asked more in one run.")
        self._asked += 1

    def _rest(self, refusal: Refusal, tries: int) -> bool:
        """Wait before the next try; False when that would take too long."""
        return self.pause(refusal.wait or 2.0 ** (tries - 1))

    def _json(self, answer: Answer, *, changed: bool = False) -> Any:
        try:
            return shape.read_json(answer.body)
        except MisshapenError as error:
            raise _nonsense(str(error), unclear=changed) from None

    def _address(self, path: str, query: Mapping[str, str | int] | None = None) -> str:
        if _PATH.fullmatch(path) is None or "/../" in f"{path}/" or "/./" in f"{path}/":
            raise AssertionError("a path is made of checked parts alone")  # a defect of ours
        return f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")

    def _same_host(self, address: str) -> str:
        """``address``, which must be an absolute one of the API's own host."""
        try:
            there, here = urlsplit(address), urlsplit(self.url)
            same = _origin(there) == _origin(here)
        except ValueError:
            same = False
        if not same or "@" in there.netloc or len(address) > 4096 or not re.fullmatch(r"[!-~]+", address):
            raise ApiError(
                "GitHub's API points to another host, which is not given the token.",
                mend="Say where the API is by GITHUB_API_URL.",
            )
        return address


def read(reader: Callable[[Any], Any], value: Any) -> Any:
    """What ``reader`` makes of ``value``. Raises ``ApiError`` where that is not what the API documents."""
    try:
        return reader(value)
    except MisshapenError as error:
        raise _nonsense(str(error)) from None


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _nonsense(what: str, *, unclear: bool = False) -> ApiError:
    return ApiError(
        f"GitHub's API answered something else than it documents: {what}.",
        mend="Look whether a proxy stands in between.",
        unclear=unclear,
    )


_LINK = re.compile(r'<([^<>\s]{1,4096})>((?:\s*;\s*[a-z]+="[^"]{0,200}")*)')


def _next(header: str) -> str | None:
    """The address of the next page, of a ``Link`` header (RFC 8288 as GitHub writes it)."""
    for match in _LINK.finditer(header[:16_384]):
        if re.search(r';\s*rel="next"', match[2]):
            return match[1]
    return None
