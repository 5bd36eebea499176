"""The certificate authority of one run: in memory alone, good for the intercepted hosts alone, for a day.

Measured with fourteen clients (``pip``, ``uv``, ``poetry``, ``npm``, ``pnpm``, ``yarn``, ``bun``, ``deno``, …): all
accept such an authority, and all refuse what it signs for any other host. Permitted DNS names alone would leave IP
addresses open, so these are excluded as a whole.
"""

from __future__ import annotations

import os
import secrets
import ssl
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from ipaddress import ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from depaudit.gate.roots import bundle, trust_roots

__all__ = ["Authority", "bundle", "trust_roots"]

_BEFORE = timedelta(hours=1)
"""Clocks of containers and of their hosts differ a little."""
_AFTER = timedelta(hours=25)
_LONGEST_HOST = 253


class Authority:
    """Made anew for one run.

    ``hosts``  the DNS names that it may speak for, in any case. Raises ``ValueError`` for one that is no DNS name, such
               as an address: clients could not be held to it.
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(_dns_name(host) for host in hosts)
        if not self._hosts:
            # without a permitted name the constraint would permit every name
            raise ValueError("an authority for no host at all")
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._now = datetime.now(timezone.utc)
        # A name of its own for each run: bundles may still hold the authority of another run.
        self._name = _name(f"depaudit run {secrets.token_hex(8)}")
        self._key_id = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self.pem = self._certificate().public_bytes(serialization.Encoding.PEM)

    def __repr__(self) -> str:
        return f"Authority(hosts={sorted(self._hosts)!r})"

    @property
    def hosts(self) -> frozenset[str]:
        """The names that it may speak for, in lower case."""
        return self._hosts

    def context_for(self, host: str) -> ssl.SSLContext:
        """The server's side of TLS for ``host``, HTTP/1.1 alone. Raises ``ValueError`` for a host that is not ours."""
        host = host.lower()
        known = self._contexts.get(host)
        if known is None:
            if host not in self._hosts:
                raise ValueError(f"not an intercepted host: {host!r}")
            known = self._contexts[host] = self._context(host)
        return known

    def _context(self, host: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        context.set_alpn_protocols(["http/1.1"])
        chain = self._leaf(host, key).public_bytes(serialization.Encoding.PEM)
        _load(
            context,
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + chain,
        )
        return context

    def _certificate(self) -> x509.Certificate:
        everywhere = [x509.IPAddress(ip_network("0.0.0.0/0")), x509.IPAddress(ip_network("::/0"))]
        permitted = [x509.DNSName(host) for host in sorted(self._hosts)]
        return (
            self._builder(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.NameConstraints(permitted, everywhere), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def _leaf(self, host: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        # The subject is no host: the name that counts is the alternative one (RFC 9525).
        return (
            self._builder(_name("depaudit gate"), key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        """What both kinds share. The two key identifiers are what ``VERIFY_X509_STRICT`` asks for."""
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - _BEFORE)
            .not_valid_after(self._now + _AFTER)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._key_id), critical=False)
        )


def _dns_name(host: str) -> str:
    """``host`` in lower case. Raises ``ValueError`` when no certificate could be held to it."""
    host = host.lower()
    labels = host.split(".")  # a last label of digits: an address, or what some resolvers read as one
    good = 0 < len(host) <= _LONGEST_HOST and not labels[-1].isdigit() and all(_is_label(label) for label in labels)
    if not good:
        raise ValueError(f"not a DNS name: {host!r}")
    return host


def _is_label(label: str) -> bool:
    # underscores stand in names of inner networks
    return 0 < len(label) <= 63 and label.isascii() and label.replace("-", "").replace("_", "").isalnum()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _load(context: ssl.SSLContext, pem: bytes) -> None:
    """Give ``context`` its key and chain. ``ssl`` takes only files, and the key is to be in none that lasts."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("depaudit")
        try:
            with suppress(OSError):  # no /proc here: the other way then
                os.write(number, pem)
                context.load_cert_chain(f"/proc/self/fd/{number}")
                return
        finally:
            os.close(number)
    with tempfile.TemporaryDirectory(prefix="depaudit-") as folder:  # readable for this user alone
        path = Path(folder) / "leaf"
        path.touch(0o600, exist_ok=False)
        path.write_bytes(pem)
        context.load_cert_chain(path)
