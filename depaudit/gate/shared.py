"""What all connections of one proxy share: the run's token, the limits, and what went wrong."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from depaudit.gate.base import Inspector
from depaudit.gate.ca import Authority
from depaudit.gate.lobby import Lobby
from depaudit.gate.upstream import UpstreamClient
from depaudit.model.record import record

USER = "depaudit"


@record
class Patience:
    """Seconds, bytes and connections that a client may take.

    ``head``   for a request's head once it has begun, and for what follows a CONNECT
    ``first``  for the first head, with the token in it
    ``idle``   between two requests: long, since a client that asks on a connection that is just closed sees it dropped
    ``body``   without a byte of a request's body
    ``stall``  without taking a byte of the answer: clients unpack in between
    ``judge``  for the inspector, which has far narrower limits of its own
    """

    head: float = 30.0
    first: float = 15.0
    idle: float = 900.0
    body: float = 30.0
    stall: float = 300.0
    judge: float = 120.0
    max_body: int = 64 * 1024 * 1024
    guests: int = 256
    strangers: int = 256


class Shared:
    """One a proxy. ``troubles`` collects what went wrong on our side, for ``-v``."""

    def __init__(
        self,
        *,
        inspector: Inspector,
        authority: Authority,
        intercept: frozenset[str],
        upstream: UpstreamClient,
        token: str,
        patience: Patience,
    ) -> None:
        self.inspector = inspector
        self.authority = authority
        self.intercept = intercept
        self.upstream = upstream
        self.patience = patience
        self.lobby = Lobby(patience.strangers, patience.guests)
        self.troubles: list[str] = []
        self.distrusted: dict[str, None] = {}
        self._token = token.encode("ascii")
        self._login = f"{USER}:{token}".encode("ascii")

    def __repr__(self) -> str:
        return "Shared()"

    def lets_in(self, credential: str) -> bool:
        """Whether ``credential`` is the value of a ``Proxy-Authorization`` that shows this run's token."""
        scheme, _, value = credential.partition(" ")
        try:
            login = base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            login = b""
        return hmac.compare_digest(login, self._login) and scheme.lower() == "basic"

    def prove(self, challenge: str) -> str:
        """HMAC-SHA256 of the challenge's text under the token, in hexadecimal."""
        return hmac.new(self._token, challenge.encode("ascii"), hashlib.sha256).hexdigest()

    def note(self, trouble: str) -> None:
        """Remember ``trouble``; the first hundred are enough."""
        if len(self.troubles) < 100:
            self.troubles.append(trouble)
