"""Which certificate authorities are trusted."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

_BUNDLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Bundles that people set up for pip behind a proxy that opens TLS (requests reads curl's too). ``SSL_CERT_FILE`` and
``SSL_CERT_DIR`` are OpenSSL's own and are honoured by the default context."""


def client_context(roots: bytes = b"") -> ssl.SSLContext:
    """A verifying context: the system's store, the bundles that pip would use, certifi's where the system has none.

    ``roots``  PEM of further authorities
    """
    context = ssl.create_default_context()
    if hasattr(context, "set_alpn_protocols"):
        context.set_alpn_protocols(["http/1.1"])
    seen = {os.path.realpath(os.environ["SSL_CERT_FILE"])} if os.environ.get("SSL_CERT_FILE") else set()
    for variable in _BUNDLES:
        bundle = os.environ.get(variable, "")
        if bundle and os.path.realpath(bundle) not in seen:
            seen.add(os.path.realpath(bundle))
            _add(context, bundle)
    if not _is_told() and not context.cert_store_stats()["x509_ca"] and not _has_folder():
        import certifi

        context.load_verify_locations(certifi.where())
    if roots:
        context.load_verify_locations(cadata=roots.decode("ascii", "replace"))
    return context


def _add(context: ssl.SSLContext, bundle: str) -> None:
    try:
        if Path(bundle).is_dir():
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
    except (OSError, ssl.SSLError):
        return  # less is trusted then, never more; pip says what is wrong with its own setting


def _is_told() -> bool:
    """Whether somebody chose the authorities: then that choice stands, empty or not."""
    return any(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))


def _has_folder() -> bool:
    """Whether OpenSSL looks certificates up in a folder: they are then read when needed, and not counted before."""
    folder = ssl.get_default_verify_paths().capath or ""
    try:
        return folder != "" and any(Path(folder).iterdir())
    except OSError:
        return False
