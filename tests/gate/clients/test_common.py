"""What every child of a run is given."""

from __future__ import annotations

from depaudit.gate.clients import CLIENTS, all_clients, client_named, common
from tests.gate.clients.places import PROXY, wiring


def test_proxies_and_roots_under_their_common_names() -> None:
    assert common.environment(wiring()) == {
        "HTTPS_PROXY": PROXY,
        "https_proxy": PROXY,
        "HTTP_PROXY": PROXY,
        "http_proxy": PROXY,
        "ALL_PROXY": PROXY,
        "all_proxy": PROXY,
        "NO_PROXY": "127.0.0.2",
        "no_proxy": "127.0.0.2",
        "SSL_CERT_FILE": "/run/roots.pem",
        "REQUESTS_CA_BUNDLE": "/run/roots.pem",
        "CURL_CA_BUNDLE": "/run/roots.pem",
        "SSL_CERT_DIR": None,
    }


def test_gits_roots_are_replaced_only_where_they_are_named() -> None:
    made = common.environment(wiring(GIT_SSL_CAINFO="/corp.pem", AWS_CA_BUNDLE=""))
    assert made["GIT_SSL_CAINFO"] == "/run/roots.pem"
    assert "AWS_CA_BUNDLE" not in made


def test_every_client_is_there_under_its_own_name() -> None:
    assert tuple(client.NAME for client in all_clients()) == CLIENTS
    assert client_named("pip").NAME == "pip"
