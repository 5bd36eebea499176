"""An answer before it becomes HTTP: made once, served often."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from tests.world.record import Recorded

_WORTH_PACKING = 1024


@dataclass(frozen=True)
class Answer:
    """``headers`` come on top of those that every answer has."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    reason: str | None = None

    @cached_property
    def packed(self) -> bytes | None:
        """The body under gzip, where that is worth it, as the real hosts do for text."""
        if len(self.body) < _WORTH_PACKING or self.content_type.startswith(("application/octet", "binary")):
            return None
        return gzip.compress(self.body, compresslevel=1, mtime=0)

    @cached_property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


class Player(Protocol):
    """Somebody who plays a host."""

    def answer(self, asked: Recorded) -> Answer:
        """The answer to one request."""
        ...


def as_json(value: Any, *, status: int = 200, content_type: str = "application/json", **headers: str) -> Answer:
    """``value`` as JSON; keyword ``Cache_Control="…"`` becomes a header."""
    return Answer(
        status=status,
        body=json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(),
        content_type=content_type,
        headers=tuple((key.replace("_", "-"), text) for key, text in headers.items()),
    )


def redirect(target: str, *, status: int = 301) -> Answer:
    return Answer(status=status, content_type="text/html", headers=(("Location", target),))


def not_found(text: str = "404 Not Found") -> Answer:
    return Answer(status=404, body=text.encode(), content_type="text/plain")
