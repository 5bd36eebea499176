"""What the hook does when Python starts."""
# No error may escape into another program:
# ruff: noqa: BLE001

from __future__ import annotations

import sys

from depaudit.gate.guards.startup.handing import DEPAUDIT, hand_over, refuse
from depaudit.gate.guards.startup.proof import inside_run
from depaudit.gate.guards.startup.watching import Watch
from depaudit.gate.guards.startup.words import command_line, harmless, pip_started, read

# The hook from here on.


def start() -> None:
    """Decide about this process by its command line."""
    pip: list[str] | None = None
    try:
        flags, kind, target, words = read(command_line())
        pip = pip_started(kind, target)
        if pip is None:
            if (kind, target) not in (("module", "depaudit"), ("module", "ensurepip")):
                sys.meta_path.insert(0, Watch())  # type: ignore[arg-type]  # a finder by its one method
        elif not harmless(words) and not inside_run(words):
            hand_over([*flags, *pip, *words])
    except Exception as error:
        if pip is not None:
            refuse(f"the hook failed ({type(error).__name__}: {error})")


if DEPAUDIT:
    start()
