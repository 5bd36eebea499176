"""Which hosts the gate opens, which it tunnels and which it turns away. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from depaudit.gate.before import Asked
from depaudit.indexes.router import Router
from depaudit.indexes.wellknown import WELL_KNOWN
from depaudit.model.names import Ecosystem
from depaudit.model.record import record
from depaudit.model.route import Foreign, Index

PYPI = Index(ecosystem=Ecosystem.PYPI, url="https://pypi.org/simple/", public=True)
NPM = Index(ecosystem=Ecosystem.NPM, url="https://registry.npmjs.org/", public=True)
FILE_HOSTS = frozenset({"files.pythonhosted.org"})
"""Where PyPI's own archives lie. https://docs.pypi.org/api/index-api/"""

ALIASES: Mapping[str, str] = {"https://registry.yarnpkg.com/": NPM.url}
"""Yarn's name for the npm registry."""


@record
class Prefix:
    """An index under one of its URLs; ``url`` ends in ``/``."""

    url: str
    index: Index


@record
class Hosts:
    """What a run may meet.

    ``prefixes``     index URLs, the longest first
    ``intercepted``  hosts whose requests are read
    ``certified``    those of them that a certificate can be made for: names, no addresses
    ``denied``       host → why nothing may be fetched from it
    """

    prefixes: tuple[Prefix, ...]
    intercepted: frozenset[str]
    certified: frozenset[str]
    denied: Mapping[str, str]

    def index_at(self, url: str) -> Prefix | None:
        """The index under whose URL ``url`` lies; the longest prefix wins, for one host may serve several."""
        return next((prefix for prefix in self.prefixes if url.startswith(prefix.url)), None)

    def indexes_of(self, host: str) -> tuple[Prefix, ...]:
        """All indexes on ``host``."""
        return tuple(prefix for prefix in self.prefixes if urlsplit(prefix.url).hostname == host)


def hosts_of(router: Router, asked: Asked, folder: Path, file_hosts: Iterable[str]) -> Hosts:
    """Every index that the operator, the command or a well-known list vouches for, and every one that only the audited
    tree names."""
    reachable, foreign = router.reach(folder)
    indexes = dict.fromkeys((*reachable, PYPI, NPM))
    strangers: dict[Foreign, None] = dict.fromkeys(foreign)
    for wish in (*asked.certain, *asked.others):
        route = router.route(wish)
        indexes.update(dict.fromkeys(route.indexes))
        strangers.update(dict.fromkeys(route.foreign))
    web = [index for index in indexes if urlsplit(index.url).scheme in ("http", "https")]
    prefixes = [Prefix(url=index.url, index=index) for index in web]
    prefixes += [Prefix(url=url, index=NPM) for url, real in ALIASES.items() if real == NPM.url]
    prefixes.sort(key=lambda prefix: -len(prefix.url))
    names = {_host(prefix.url) for prefix in prefixes} | FILE_HOSTS | {host.lower() for host in file_hosts}
    names |= _siblings(index for index in web if index.shared)
    denied = {_host(one.url): f"only the audited project names {_host(one.url)}" for one in strangers}
    denied |= {host: f"a lockfile takes archives from {host}, which nobody vouches for" for host in asked.hosts}
    return Hosts(
        prefixes=tuple(prefixes),
        intercepted=frozenset(names),
        certified=frozenset(name for name in names if not _is_address(name) and "." in name),
        denied={host: why for host, why in denied.items() if host and host not in names},
    )


def _siblings(shared: Iterable[Index]) -> set[str]:
    """A well-known index's other hosts: PyTorch lists files on one that serves the other's."""
    domains = {_domain(_host(index.url)) for index in shared}
    return {host for known in WELL_KNOWN if _domain(host := _host(str(known.base))) in domains}


def _domain(host: str) -> str:
    return ".".join(host.split(".")[-2:])


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
