"""The real registries, asked a handful of names: only with DEPAUDIT_LIVE_TESTS=1."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from depaudit.frontends.cli.main import main

LIVE = os.environ.get("DEPAUDIT_LIVE_TESTS") == "1"


@pytest.mark.live
@pytest.mark.skipif(not LIVE, reason="asks the real registries; set DEPAUDIT_LIVE_TESTS=1")
def test_invented_names_are_blocked_and_real_ones_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for key in ("HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(key)
    monkeypatch.chdir(tmp_path)
    names = ("requests", "reqeusts", "huggingface-cli", "unused-imports", "numpy", "flask==3.0.0")
    status = main(["check", *names, "npm:lodash", "npm:react-codeshift", "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert status == 1
    assert {package["name"]: package["verdict"] for package in report["packages"]} == {
        "requests": "pass",
        "reqeusts": "block",
        "huggingface-cli": "block",
        "unused-imports": "block",
        "numpy": "pass",
        "flask": "pass",
        "lodash": "pass",
        "react-codeshift": "block",
    }
    assert report["summary"]["requests"] <= 8
