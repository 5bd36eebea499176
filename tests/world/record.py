"""What the world heard: every request as it came in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A request as received. ``path`` is the request line's, undecoded, with its query; times are monotonic."""

    host: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    at: float = 0.0
    tls: bool = True

    @property
    def route(self) -> str:
        """The path alone, percent-decoded."""
        return unquote(self.path.partition("?")[0])

    @property
    def query(self) -> str:
        return self.path.partition("?")[2]

    def header(self, name: str) -> str:
        """The header's values joined by commas, "" when there is none."""
        wanted = name.lower()
        return ", ".join(value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """A CONNECT that arrived at the proxy; ``status`` is what it was answered."""

    host: str
    port: int
    headers: tuple[tuple[str, str], ...]
    status: int

    def header(self, name: str) -> str:
        """The header's value, "" when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
