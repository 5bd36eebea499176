"""What a request to a proxy is aimed at: an authority, an absolute URL, or a path (RFC 9112, 3.2)."""

from __future__ import annotations

import ipaddress
import re

from depaudit.model.record import record

_PORTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,254})(?::([0-9]{1,5}))?")
_PATH = re.compile(r"/[\x21\x22\x24-\x7e]*")
_ABSOLUTE = re.compile(r"(https?)://([^/?#]{1,300})((?:[/?][\x21\x22\x24-\x7e]*)?)", re.IGNORECASE)
"""No fragment, no space, nothing that could break a request's first line."""


@record(kw_only=False)
class Address:
    """A host (lower case, without a closing dot; IPv6 without brackets) and a port."""

    host: str
    port: int

    def authority(self) -> str:
        """``host:port`` as in a CONNECT."""
        return f"{_bracketed(self.host)}:{self.port}"


@record(kw_only=False)
class Origin:
    """A server and how it is spoken to."""

    scheme: str
    address: Address

    def url(self, path: str) -> str:
        """The URL of ``path``, which begins with a slash; a usual port is left out."""
        host = _bracketed(self.address.host)
        port = "" if self.address.port == _PORTS[self.scheme] else f":{self.address.port}"
        return f"{self.scheme}://{host}{port}{path}"


def parse_authority(text: str, default: int | None = None) -> Address | None:
    """``host:port``; without a port ``default`` is taken. None when it is none, or holds a login."""
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        return None
    host, digits = match.groups()
    port = int(digits) if digits else default
    if port is None or not 0 < port < 65536:
        return None
    if host.startswith("["):
        try:
            return Address(str(ipaddress.IPv6Address(host[1:-1])), port)
        except ValueError:
            return None
    # "pypi.org." is the same host, and must not be taken for another
    host = host.lower().removesuffix(".")
    return None if host in ("", ".") or ".." in host or host.startswith(".") else Address(host, port)


def parse_absolute(target: str) -> tuple[Origin, str] | None:
    """The origin and the path of an absolute URL; None when it is none."""
    match = _ABSOLUTE.fullmatch(target)
    if match is None:
        return None
    scheme, authority, path = match[1].lower(), match[2], match[3]
    address = parse_authority(authority, _PORTS[scheme])
    if address is None:
        return None
    return Origin(scheme, address), path if path.startswith("/") else f"/{path}"


def parse_origin(url: str) -> Origin | None:
    """The origin of a URL."""
    parsed = parse_absolute(url)
    return None if parsed is None else parsed[0]


def is_path(target: str) -> bool:
    """Whether ``target`` is a path with or without a query, and nothing else."""
    return _PATH.fullmatch(target) is not None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
