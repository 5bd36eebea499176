"""The authority: what it signs is believed for its hosts, and for nothing else."""

from __future__ import annotations

import os
import socket
import ssl
import tempfile
import threading
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from depaudit.gate.ca import Authority


def shake_hands(server: ssl.SSLContext, trusted: bytes, host: str, *, alpn: list[str] | None = None) -> str | None:
    """One handshake of a strict client with ``server``; returns the protocol agreed on. Raises what the client says."""
    client = ssl.create_default_context(cadata=trusted.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    if alpn:
        client.set_alpn_protocols(alpn)
    left, right = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(right, server_side=True) as end:
                end.recv(1)
        except OSError:
            right.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(left, server_hostname=host) as end:
            return end.selected_alpn_protocol()
    finally:
        left.close()
        thread.join()


@pytest.mark.parametrize("host", ["pypi.org", "files.pythonhosted.org", "PyPI.org"])
def test_it_speaks_for_its_hosts(host: str) -> None:
    authority = Authority(["pypi.org", "Files.PythonHosted.org"])
    assert shake_hands(authority.context_for(host), authority.pem, host) is None


def test_it_offers_http_1_alone() -> None:
    authority = Authority(["pypi.org"])
    context = authority.context_for("pypi.org")
    assert shake_hands(context, authority.pem, "pypi.org", alpn=["h2", "http/1.1"]) == "http/1.1"
    assert shake_hands(context, authority.pem, "pypi.org", alpn=["h2"]) is None


def test_contexts_are_made_once() -> None:
    authority = Authority(["pypi.org"])
    assert authority.context_for("pypi.org") is authority.context_for("PYPI.org")


@pytest.mark.parametrize("host", ["evil.example", "notpypi.org", "sub.pypi.org", "127.0.0.1", ""])
def test_it_refuses_other_hosts(host: str) -> None:
    with pytest.raises(ValueError, match="not an intercepted host"):
        Authority(["pypi.org"]).context_for(host)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "::1", "[::1]", "0x7f.1", "10.0.0.1.", "", "a..b", "a b", "*.org", "h/x", "é.org", "a" * 64]
)
def test_it_is_made_for_dns_names_alone(host: str) -> None:
    with pytest.raises(ValueError, match="not a DNS name"):
        Authority(["pypi.org", host])


def test_it_is_not_made_for_nothing() -> None:
    with pytest.raises(ValueError, match="no host"):
        Authority([])


def test_what_its_certificate_says() -> None:
    certificate = x509.load_pem_x509_certificate(Authority(["pypi.org", "a.example"]).pem)
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert constraints.value.permitted_subtrees == [x509.DNSName("a.example"), x509.DNSName("pypi.org")]
    assert [str(name.value) for name in constraints.value.excluded_subtrees or ()] == ["0.0.0.0/0", "::/0"]
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    now = datetime.now(timezone.utc)
    assert certificate.not_valid_before_utc < now - timedelta(minutes=30)
    assert now + timedelta(hours=24) < certificate.not_valid_after_utc < now + timedelta(hours=26)


def test_each_run_has_its_own() -> None:
    one, other = Authority(["pypi.org"]), Authority(["pypi.org"])
    assert one.pem != other.pem
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(one.context_for("pypi.org"), other.pem, "pypi.org")


def forged(authority: Authority, *names: x509.GeneralName) -> ssl.SSLContext:
    """What a thief of the authority's key could sign: a leaf for ``names``. (The one test that reaches for the key.)"""
    root = x509.load_pem_x509_certificate(authority.pem)
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(timezone.utc)
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
        .sign(authority._key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        file.write(leaf.public_bytes(serialization.Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name)
    return context


@pytest.mark.parametrize(
    ("name", "host"),
    [
        (x509.DNSName("evil.example"), "evil.example"),
        (x509.DNSName("notpypi.org"), "notpypi.org"),
        (x509.IPAddress(ip_address("10.0.0.1")), "10.0.0.1"),
        (x509.IPAddress(ip_address("::1")), "::1"),
    ],
    ids=str,
)
def test_its_key_is_of_no_use_for_other_hosts(name: x509.GeneralName, host: str) -> None:
    authority = Authority(["pypi.org"])
    with pytest.raises(ssl.SSLCertVerificationError, match="subtree violation"):
        shake_hands(forged(authority, name), authority.pem, host)
    # the forgery itself is sound: for its own host it is believed
    assert shake_hands(forged(authority, x509.DNSName("pypi.org")), authority.pem, "pypi.org") is None


@pytest.mark.parametrize("in_memory", [True, False])
def test_no_key_stays_on_disk(in_memory: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if not in_memory:  # as on macOS and Windows
        monkeypatch.delattr(os, "memfd_create", raising=False)
    authority = Authority(["pypi.org"])
    assert shake_hands(authority.context_for("pypi.org"), authority.pem, "pypi.org") is None
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_a_key_is_shown() -> None:
    authority = Authority(["pypi.org"])
    assert repr(authority) == "Authority(hosts=['pypi.org'])"
    assert b"PRIVATE" not in authority.pem
