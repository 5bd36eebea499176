"""The input ``gate`` and the mode ``verify``: the guard for the rest of a job, judged by what no change can edit."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from depaudit.changes.committed import read_committed
from depaudit.errors import UsageError
from depaudit.frontends.action.auditing import Prepared
from depaudit.frontends.action.runner import Runner
from depaudit.frontends.cli.output import write_whole
from depaudit.frontends.gate_step import log_path, place_guard
from depaudit.model.requirement import Origin
from depaudit.policy.places import MAX_BYTES

POLICY = "DEPAUDIT_POLICY"
FOLDER = "depaudit-gate"
PASSED, REFUSED, NOT_KNOWN = 0, 1, 3


def place(prepared: Prepared, environment: Mapping[str, str], runner: Runner, folder: Path) -> None:
    """Put the guard before the package managers of all later steps. ``folder`` is a private one for files.

    What a pull request brings is judged by the configuration of its base, which its own may only tighten. Raises
    ``DepauditError``.
    """
    if os.name == "nt":
        raise UsageError("The input gate works on Linux and macOS alone.", mend="Run this job on ubuntu or macos.")
    policy = prepared.config
    if policy is None and not environment.get(POLICY):  # else the workflow has named one, which is the operator's
        policy = _policy_of_base(prepared, folder)
    named = {**environment, POLICY: str(policy)} if policy is not None else dict(environment)
    placed = place_guard(runner.temporary / FOLDER, sys.executable, named)
    runner.set_for_later(dict(placed.variables))
    runner.add_path(placed.path)
    runner.say("From here on depaudit stands before pip, npm and the others in this job.")


def verify(environment: Mapping[str, str], runner: Runner) -> int:
    """Say what the gate has refused in this job; returns the step's exit status."""
    from depaudit.frontends.verify import verify as verify_log

    status = verify_log(log_path(runner.temporary / FOLDER), environment)
    verdict = {PASSED: "pass", REFUSED: "block", NOT_KNOWN: "unknown"}.get(status, "error")
    runner.give({"verdict": verdict, "blocked": "", "warned": "", "report": "", "sarif": ""})
    return status


def _policy_of_base(prepared: Prepared, folder: Path) -> Path | None:
    """The configuration at the base's top, as a file; an empty one where it has none; None where the head's counts."""
    basis, repository = prepared.basis, prepared.repository
    if basis is None or repository is None or basis.own_config or basis.base is None:
        return None
    from depaudit.policy.committed import candidates
    from depaudit.policy.settings import parse_settings

    names = candidates(".")
    texts = read_committed(repository, basis.base, names, limit=MAX_BYTES)
    for name in names:
        text = texts.get(name)
        pyproject = name == "pyproject.toml"
        if text is None or parse_settings(text, path=name, origin=Origin.OPERATOR, pyproject=pyproject) is None:
            continue
        write_whole(folder / name, text)
        return folder / name
    write_whole(folder / "policy.toml", "")
    return folder / "policy.toml"
