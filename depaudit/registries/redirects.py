"""Which redirects are followed."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urljoin, urlsplit

from depaudit.model.record import record
from depaudit.registries.errors import Failure

MAX_HOPS = 5
STATUSES = frozenset({301, 302, 303, 307, 308})
_SENT_AS_IS = "%/:?#[]@!$&'()*+,;=~"
_PORTS = {"http": 80, "https": 443}


@record(kw_only=False)
class Hop:
    """Where to go next. ``keeps_credentials``: it is the same server; ``crosses``: it is another host."""

    url: str
    keeps_credentials: bool
    crosses: bool


def next_hop(url: str, location: str | None) -> Hop | Failure:
    """Where a redirect from ``url`` to ``location`` leads, or why it is not followed."""
    if not location or len(location) > 4096 or not location.isprintable():
        return Failure("a redirect that leads nowhere")
    try:
        target = urljoin(url, location.strip())
        old, new = urlsplit(url), urlsplit(target)
        ports = (_port(old), _port(new))
    except ValueError:
        return Failure("a redirect that leads nowhere")
    if new.scheme not in _PORTS or not new.hostname:
        return Failure("a redirect to something other than a web address")
    if old.scheme == "https" and new.scheme == "http":
        return Failure("a redirect from https to http, not followed")
    same_host = old.hostname == new.hostname
    upgraded = (old.scheme, new.scheme, *ports) == ("http", "https", 80, 443)
    same_server = same_host and (upgraded or (old.scheme == new.scheme and ports[0] == ports[1]))
    # a redirect must not bring credentials of its own, and a fragment is never sent
    clean = new._replace(netloc=new.netloc.rpartition("@")[2], fragment="").geturl()
    return Hop(quote(clean, safe=_SENT_AS_IS), keeps_credentials=same_server, crosses=not same_host)


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)
