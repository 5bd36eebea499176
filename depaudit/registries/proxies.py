"""Which proxy a request goes through: the environment's, and the system's own settings on macOS and Windows."""

from __future__ import annotations

import base64
from urllib.parse import unquote, urlsplit

from depaudit.model.record import record


@record(kw_only=False)
class Proxy:
    """``url`` is without credentials."""

    url: str
    login: str | None = None
    password: str = ""

    def __repr__(self) -> str:  # credentials must not reach a traceback
        return f"Proxy(url={self.url!r})"

    def authorization(self) -> str | None:
        """The value of a ``Proxy-Authorization`` header (RFC 7617), None without credentials."""
        if self.login is None:
            return None
        return "Basic " + base64.b64encode(f"{self.login}:{self.password}".encode()).decode("ascii")


@record(kw_only=False)
class BadProxy:
    """A proxy setting that cannot be used; ``reason`` never shows the setting itself."""

    reason: str


class Proxies:
    """The settings as they were when made; one answer a host."""

    def __init__(self) -> None:
        from urllib.request import getproxies

        self._by_scheme = getproxies()
        self._known: dict[tuple[str, str], Proxy | BadProxy | None] = {}

    def proxy_for(self, scheme: str, host: str) -> Proxy | BadProxy | None:
        """The proxy for requests to ``host``, None for a direct connection."""
        key = (scheme, host)
        if key not in self._known:
            self._known[key] = self._choose(scheme, host)
        return self._known[key]

    def _choose(self, scheme: str, host: str) -> Proxy | BadProxy | None:
        from urllib.request import proxy_bypass

        setting = self._by_scheme.get(scheme) or self._by_scheme.get("all")
        if not setting or proxy_bypass(host):
            return None
        return parse_proxy(setting)


def parse_proxy(setting: str) -> Proxy | BadProxy:
    """Read a proxy setting: a URL, or ``host:port``."""
    try:
        parts = urlsplit(setting if "://" in setting else f"http://{setting}")
        port = parts.port
    except ValueError:
        return BadProxy("the proxy setting is not a URL")
    if parts.scheme.startswith("socks"):
        return BadProxy("a SOCKS proxy is set, which depaudit cannot use")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return BadProxy("the proxy setting is not an http URL")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    url = f"{parts.scheme}://{host}:{port or (443 if parts.scheme == 'https' else 80)}"
    if parts.username is None:
        return Proxy(url)
    return Proxy(url, unquote(parts.username), unquote(parts.password or ""))
