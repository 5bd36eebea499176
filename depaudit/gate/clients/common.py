"""What every client of a run is given, whichever it is: the proxy and the authorities, under their common names.

The runner applies this first and each client's own variables after it. Which client reads which name was measured;
``docs/gate.md`` has the table.
"""

from __future__ import annotations

from collections.abc import Mapping

from depaudit.gate.clients.base import Wiring

NOWHERE = "127.0.0.2"
"""A host that nobody asks: some clients overlook an empty ``NO_PROXY`` and read the one of a file instead."""

_PROXY = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_NO_PROXY = ("NO_PROXY", "no_proxy")
_BUNDLE = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "AWS_CA_BUNDLE")


VARIABLES = frozenset((*_PROXY, *_NO_PROXY, *_BUNDLE, "SSL_CERT_DIR"))
"""The variables that ``environment`` decides about: whoever else sets them leads a client round the gate."""


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The variables to set, and (None) to remove, for whatever a run starts.

    ``AWS_CA_BUNDLE`` and ``GIT_SSL_CAINFO`` are only replaced where they are set: git and the AWS tools trust the
    system's roots else, and need the gate's authority only where they ask a host that it intercepts.
    """
    made: dict[str, str | None] = dict.fromkeys(_PROXY, wiring.proxy)
    made.update(dict.fromkeys(_NO_PROXY, NOWHERE))
    bundle = str(wiring.bundle)
    made.update(dict.fromkeys(_BUNDLE[:3], bundle))
    for name in _BUNDLE[3:]:
        if wiring.environment.get(name):
            made[name] = bundle
    # A folder of certificates is read beside the file or instead of it, never with our authority in it.
    made["SSL_CERT_DIR"] = None
    return made
