"""Every test owns its world: its own home, no settings of this machine, no way to the real internet."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ("tests.world.fixture",)

_FOREIGN = ("PIP_", "UV_", "NPM_CONFIG_", "DEPAUDIT_", "XDG_", "POETRY_", "YARN_", "PNPM_", "BUN_", "DENO_", "GITHUB_")
_SINGLE = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "NETRC", "CI", "VIRTUAL_ENV"}
_PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
_ROOTS = {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"}


@pytest.fixture(autouse=True)
def own_world(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the test's own, and none of the machine's settings for pip, uv, npm or proxies. Returns the home."""
    for key in list(os.environ):
        if key.upper().startswith(_FOREIGN) or key.upper() in _PROXIES | _ROOTS or key in _SINGLE:
            monkeypatch.delenv(key)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    # pip reads no configuration file at all then, not even the machine's own in /etc
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("NPM_CONFIG_GLOBALCONFIG", os.devnull)
    # whatever is not answered by the made-up internet must fail at once instead of leaving this machine
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    return home
