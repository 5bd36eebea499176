"""What ``guard install`` remembers for ``guard remove`` and ``guard status``: a small file beside the shims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from depaudit.gate.guards.shims import STATE_FILE
from depaudit.model.record import record

VERSION = 1
_MAX_BYTES = 1024 * 1024


@record
class State:
    """One guard, as it was installed last.

    ``depaudit``  the version that wrote it
    ``python``    the interpreter that the shims start depaudit with
    ``files``     start-up files with a block of ours, or wholly ours
    ``folders``   folders that were made for it, outermost first
    ``hooked``    interpreters that got the pip start-up hook
    """

    depaudit: str
    python: str
    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    hooked: tuple[Path, ...] = ()


def write_state(state: State) -> str:
    """The file's text."""
    document = {
        "version": VERSION,
        "depaudit": state.depaudit,
        "python": state.python,
        "files": [str(path) for path in state.files],
        "folders": [str(path) for path in state.folders],
        "hooked": [str(path) for path in state.hooked],
    }
    return json.dumps(document, indent=2) + "\n"


def read_state(folder: Path) -> State | None:
    """What lies beside the shims in ``folder``; None where there is nothing, or nothing of this version.

    It is a help, no authority: without it the usual places are looked at, and nothing is taken out of a file that does
    not bear our marks.
    """
    try:
        with (folder / STATE_FILE).open("rb") as stream:
            document = json.loads(stream.read(_MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("version") != VERSION:
        return None
    return State(
        depaudit=_text(document.get("depaudit")),
        python=_text(document.get("python")),
        files=_paths(document.get("files")),
        folders=_paths(document.get("folders")),
        hooked=_paths(document.get("hooked")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _paths(value: Any) -> tuple[Path, ...]:
    texts = value if isinstance(value, list) else []
    return tuple(Path(text) for text in texts if isinstance(text, str) and Path(text).is_absolute())
