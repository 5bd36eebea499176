"""Private and public hosts: so that no answer from outside can make us ask something inside."""

from __future__ import annotations

import ipaddress

# RFC 6052 and 8215: IPv4 addresses in IPv6's clothes
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain")


def is_inside(host: str) -> bool | None:
    """Whether ``host`` is this machine or a private network by its spelling; None when only DNS can tell.

    A name without a dot can only be resolved inside.
    """
    text = host.strip("[]").rstrip(".").lower()
    address = _address(text)
    if address is not None:
        return not _is_global(address)
    if "." not in text or text.endswith(tuple(f".{suffix}" for suffix in _INSIDE)):
        return True
    return None


def is_inside_address(text: str) -> bool:
    """Whether the IP address ``text`` (as a resolver gives it) is anything but a public one."""
    address = _address(text.partition("%")[0])
    return address is None or not _is_global(address)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        pass
    # What the system's resolver also reads as an address: 127.1, 0x7f000001, 2130706433.
    if text and text[0].isdigit() and all(c in "0123456789abcdefx." for c in text):
        import socket

        try:
            return ipaddress.IPv4Address(socket.inet_aton(text))
        except OSError:
            return None
    return None


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_global(inner)
        if address in _LOCAL_NAT64:
            return False
    return address.is_global and not address.is_multicast
