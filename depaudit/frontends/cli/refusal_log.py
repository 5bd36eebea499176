"""Noting in a CI job's log what was refused: the step may go on as if nothing had been. See ``gate/refusals.py``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from depaudit.gate.refusals import Entry
    from depaudit.gate.run import Outcome

VARIABLE = "DEPAUDIT_REFUSALS"
"""Names the log, where there is one."""


def keep_refusals(command: Sequence[str], outcome: Outcome) -> None:
    """Note how the gated ``command`` ended, unless nothing was refused."""
    if not os.environ.get(VARIABLE):
        return
    from datetime import datetime, timezone

    from depaudit.gate.refusal_entry import entry_of

    entry = entry_of(outcome, command, datetime.now(timezone.utc))
    if entry is not None:
        _keep(entry)


def keep_failure(command: Sequence[str], why: str) -> None:
    """Note that depaudit could not do its work for ``command``; ``why`` is a sentence."""
    if not os.environ.get(VARIABLE):
        return
    from datetime import datetime, timezone

    from depaudit.gate.refusals import FAILED, Entry

    _keep(Entry(time=datetime.now(timezone.utc), command=tuple(command), status=FAILED, sentence=why))


def _keep(entry: Entry) -> None:
    from depaudit.gate.refusals import append, entry_line

    why = append(Path(os.environ[VARIABLE]), entry_line(entry))
    if why:
        print(
            f"depaudit: error: this refusal could not be noted in the file that {VARIABLE} names: {why}.",
            file=sys.stderr,
        )
