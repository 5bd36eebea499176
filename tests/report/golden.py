"""Golden files: the whole output of a format, kept beside the tests and compared letter by letter.

``UPDATE_GOLDEN=1 python -m pytest tests/report`` writes them anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "golden"


def assert_golden(name: str, text: str) -> None:
    """``text`` is exactly what ``tests/golden/name`` holds."""
    path = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode("utf-8"), f"{name} differs; see tests/report/golden.py"
