"""The bundle: every root that the child trusted, nothing else, and the run's authority."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest
import trustme

from depaudit.gate.roots import bundle, trust_roots


def pem(name: str) -> bytes:
    return trustme.CA(organization_name=name).cert_pem.bytes()


def subjects(text: bytes) -> list[str]:
    """The organisations of the certificates in ``text``, as OpenSSL reads it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if text:
        context.load_verify_locations(cadata=text.decode("ascii"))
    return sorted(dict(part[0] for part in one["subject"])["organizationName"] for one in context.get_ca_certs())


A, B, C = pem("A"), pem("B"), pem("C")


def test_certificates_are_merged_once_each(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(b"# a comment\r\n" + A.replace(b"\n", b"\r\n") + B)
    merged = bundle([tmp_path / "a.pem", B], C)
    assert subjects(merged) == ["A", "B", "C"]
    assert merged.count(b"BEGIN") == 3
    assert merged.endswith(C)


def test_keys_and_broken_blocks_are_left_out(tmp_path: Path) -> None:
    issued = trustme.CA(organization_name="Server").issue_cert("x.example")
    broken = b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"
    no_certificate = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    cut = A[: len(A) // 2] + b"\n"
    mine = issued.private_key_pem.bytes() + broken + no_certificate + cut + B + A[:-30]
    merged = bundle([mine], C)
    assert b"PRIVATE" not in merged
    assert subjects(merged) == ["B", "C"]


def test_folders_are_read_as_openssl_does(tmp_path: Path) -> None:
    (tmp_path / "aaaaaaaa.0").write_bytes(A)
    (tmp_path / "b.pem").write_bytes(B)
    (tmp_path / "bbbbbbbb.0").symlink_to(tmp_path / "b.pem")
    (tmp_path / "c.txt").write_bytes(C)
    (tmp_path / "gone.pem").symlink_to(tmp_path / "nowhere")
    assert subjects(bundle([tmp_path], b"")) == ["A", "B"]


def test_what_cannot_be_read_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "big.pem").write_bytes(A + b"#" * (16 * 1024 * 1024))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.pem")
    missing = [tmp_path / "missing.pem", tmp_path / "big.pem", tmp_path / "pipe.pem", Path("nul\0.pem")]
    assert bundle(missing, C) == C


def test_a_named_store_replaces_the_systems(tmp_path: Path) -> None:
    for name, text in (("a.pem", A), ("b.pem", B), ("folder/00000000.0", C)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text)
    file, other, folder = str(tmp_path / "a.pem"), str(tmp_path / "b.pem"), str(tmp_path / "folder")
    assert subjects(trust_roots({"SSL_CERT_FILE": file})) == ["A"]
    assert subjects(trust_roots({"SSL_CERT_DIR": f"{tmp_path / 'none'}{os.pathsep}{folder}"})) == ["C"]
    assert subjects(trust_roots({"SSL_CERT_FILE": file, "PIP_CERT": other, "SSL_CERT_DIR": folder})) == ["A", "B", "C"]


@pytest.mark.parametrize(
    "variable",
    [
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "PIP_CERT",
        "NODE_EXTRA_CA_CERTS",
        "npm_config_cafile",
        "NPM_CONFIG_CAFILE",
        "DENO_CERT",
        "YARN_HTTPS_CA_FILE_PATH",
    ],
)
def test_a_clients_own_roots_add_to_the_systems(variable: str, tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_bytes(A)
    system = trust_roots({})
    assert system.count(b"BEGIN") > 10
    assert trust_roots({variable: str(tmp_path / "a.pem")}) == bundle([A, system], b"")
    assert trust_roots({variable: ""}) == system
