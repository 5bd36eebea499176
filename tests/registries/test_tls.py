"""Which authorities are trusted."""

from __future__ import annotations

import ssl
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from depaudit.registries.tls import client_context


def authorities(context: ssl.SSLContext) -> int:
    return context.cert_store_stats()["x509_ca"]


def no_store(monkeypatch: pytest.MonkeyPatch, folder: Path | None) -> None:
    """A Python whose OpenSSL finds no authorities, as python.org's on macOS."""
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda *_: None)
    paths: Any = SimpleNamespace(cafile=None, capath=None if folder is None else str(folder))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)


def test_certificates_are_checked() -> None:
    context = client_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_certifi_where_the_system_has_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    no_store(monkeypatch, None)
    assert authorities(client_context()) > 50
    no_store(monkeypatch, tmp_path / "nothing")
    assert authorities(client_context()) > 50


def test_a_folder_of_the_system_is_a_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "12345678.0").touch()
    no_store(monkeypatch, tmp_path)
    assert authorities(client_context()) == 0  # read from the folder when needed


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_choice_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str) -> None:
    no_store(monkeypatch, None)
    monkeypatch.setenv(variable, str(tmp_path))
    assert authorities(client_context()) == 0


def test_pip_s_bundle_is_added(monkeypatch: pytest.MonkeyPatch, bundle: Path, tmp_path: Path) -> None:
    before = authorities(client_context())
    monkeypatch.setenv("PIP_CERT", str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert authorities(client_context()) == before + 1
    monkeypatch.setenv("PIP_CERT", str(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", __file__)  # no certificates in here
    assert authorities(client_context()) == before
