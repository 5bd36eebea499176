"""The root that the made-up internet's certificates hang from, made once a process."""

from __future__ import annotations

import atexit
import shutil
import ssl
import tempfile
from functools import lru_cache
from pathlib import Path

import trustme


class Authority:
    """A certificate authority of its own; nothing but the tests trusts it."""

    def __init__(self, name: str) -> None:
        self._ca = trustme.CA(organization_name=name)
        self._contexts: dict[str, ssl.SSLContext] = {}
        folder = tempfile.mkdtemp(prefix="world-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        self.bundle = Path(folder) / "root.pem"
        self._ca.cert_pem.write_to_path(str(self.bundle))

    def context(self, host: str) -> ssl.SSLContext:
        """The server side for ``host``: HTTP/1.1 alone, session tickets on. A client that asks for another host by
        SNI is turned away in the handshake."""
        known = self._contexts.get(host)
        if known is not None:
            return known
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        self._ca.issue_cert(host).configure_cert(context)

        def check(_: ssl.SSLObject | ssl.SSLSocket, asked: str | None, __: ssl.SSLContext) -> int | None:
            return None if asked is None or asked.lower() == host else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

        # The stubs know neither SSLObject (memory BIO, as asyncio uses) nor the absent name.
        context.sni_callback = check
        self._contexts[host] = context
        return context


@lru_cache(maxsize=1)
def trusted() -> Authority:
    """The root that ``SSL_CERT_FILE`` names while the world is on."""
    return Authority("The made-up internet")


@lru_cache(maxsize=1)
def untrusted() -> Authority:
    """A root that nobody trusts, for the fault ``tls-error``."""
    return Authority("Nobody trusts this")
