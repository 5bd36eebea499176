"""Each test of this folder has a machine of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indexes.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(top=tmp_path)
