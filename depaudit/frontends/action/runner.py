"""The runner's side of a step: the files it reads afterwards, and the commands it finds in what the step prints."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from depaudit.errors import DepauditError, UsageError
from depaudit.report.github import Annotation, command
from depaudit.report.terminal import safe

MAX_SUMMARY = 1_000_000
"""Bytes: GitHub drops a step's summary of more than 1 MiB whole."""

TITLE = "depaudit"


class Runner:
    """Where one step's words go. ``environment`` holds the ``GITHUB_*`` and ``RUNNER_*`` of the step."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    @property
    def temporary(self) -> Path:
        """The job's temporary folder, which the runner empties before and after. Raises ``UsageError``."""
        folder = Path(self._environment.get("RUNNER_TEMP", ""))
        if not folder.is_absolute() or not folder.is_dir():
            raise UsageError("RUNNER_TEMP names no folder.", mend="It is set by the runner; do not change it.")
        return folder

    def say(self, text: str) -> None:
        """A line of the log, which the runner takes for no command."""
        self._print(safe(text))

    def annotate(self, level: Literal["error", "warning", "notice"], text: str, *, title: str = TITLE) -> None:
        """A sentence that GitHub shows above the others of this step."""
        self._print(command(Annotation(level=level, title=title, message=text)))

    def show(self, commands: str) -> None:
        """What a report has made for the runner to read."""
        self._print(commands.removesuffix("\n"))

    def fail(self, error: DepauditError) -> None:
        """Say why nothing was decided, and what to do, in one line."""
        self.annotate("error", str(error))

    def summarize(self, markdown: str) -> None:
        """Add to the job's summary; without such a file (an old server) the log must do."""
        path = self._environment.get("GITHUB_STEP_SUMMARY")
        if path:
            self._append(Path(path), markdown if markdown.endswith("\n") else f"{markdown}\n")

    def give(self, outputs: Mapping[str, str]) -> None:
        """Set this step's outputs. Raises ``UsageError`` when they cannot be written."""
        self._append(self._file("GITHUB_OUTPUT"), "".join(_output(name, value) for name, value in outputs.items()))

    def set_for_later(self, variables: Mapping[str, str]) -> None:
        """Set environment variables for the steps that follow. Raises ``UsageError``."""
        self._append(self._file("GITHUB_ENV"), "".join(_output(name, value) for name, value in variables.items()))

    def add_path(self, folder: str) -> None:
        """Put ``folder`` before the PATH of the steps that follow. Raises ``UsageError``."""
        if not folder.isprintable():
            raise UsageError("A folder whose name breaks lines cannot be put on PATH.", mend="Change RUNNER_TEMP.")
        self._append(self._file("GITHUB_PATH"), f"{folder}\n")

    def _file(self, variable: str) -> Path:
        path = self._environment.get(variable)
        if not path:
            raise UsageError(f"{variable} is not set.", mend="It is set by the runner; do not change it.")
        return Path(path)

    def _append(self, path: Path, text: str) -> None:
        try:
            with path.open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        except (OSError, ValueError) as error:
            cause = getattr(error, "strerror", None) or "no such path"
            raise UsageError(
                f"A file of the runner cannot be written: {cause}.", mend="Is there room on its disk?"
            ) from error

    def _print(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def _output(name: str, value: str) -> str:
    """One output; the delimiter cannot be foreseen by whoever wrote a part of the value."""
    delimiter = f"depaudit-{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"
