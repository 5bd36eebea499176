"""The made-up internet as a process beside the measured one, a given round trip away."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, final

ROOT = Path(__file__).resolve().parents[1]


@final
class Internet:
    """A context manager; every name exists in it. ``latency``: seconds of one round trip."""

    def __init__(self, *, latency: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.world", "--everybody", "--latency", str(latency)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Internet:
        self.environment = self._read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def warm(self, ecosystem: str, names: Sequence[str]) -> None:
        """Let it prepare its answers, so that no measurement waits for that."""
        self._say(f"warm {ecosystem} {' '.join(names)}")

    def graph(self, ecosystem: str, names: Sequence[str]) -> None:
        """Publish ``names`` with archives: whoever installs the first gets all of them."""
        self._say(f"graph {ecosystem} {' '.join(names)}")

    def newest(self, ecosystem: str, names: Sequence[str]) -> dict[str, str]:
        """The newest version of each name."""
        versions: dict[str, str] = self._say(f"newest {ecosystem} {' '.join(names)}")
        return versions

    def count(self) -> dict[str, int]:
        """Requests by host since the last count."""
        hosts: dict[str, int] = self._say("count")["hosts"]
        return hosts

    def _say(self, words: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the made-up internet ended too early")
        answer: dict[str, Any] = json.loads(line)
        return answer
