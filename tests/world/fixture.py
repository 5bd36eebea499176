"""The fixture ``world``: a test's own internet, in its own environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, own_world: Path) -> Iterator[World]:
    """A fresh, empty world that this process's environment points to (after ``own_world`` has cleared it)."""
    with World() as made_up:
        for key in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "SSL_CERT_DIR"):
            monkeypatch.delenv(key, raising=False)
        for key, value in made_up.environment().items():
            monkeypatch.setenv(key, value)
        yield made_up
