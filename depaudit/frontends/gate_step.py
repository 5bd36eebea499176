"""The step of a CI job that puts the gate before pip, npm and the others for the rest of the job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from depaudit.errors import UsageError
from depaudit.model.record import record

LOG = "refusals.jsonl"
"""The log's name in the folder of the gate."""
_SHIMS = "shims"
_POLICY = "DEPAUDIT_POLICY"


@record
class Placed:
    """What the job's next steps need. ``path``: a line for ``GITHUB_PATH``; ``variables``: for ``GITHUB_ENV``."""

    path: str
    variables: tuple[tuple[str, str], ...]


def log_path(folder: Path) -> Path:
    """Where the log of the gate in ``folder`` lies."""
    return folder / LOG


def place_guard(folder: Path, python: str, environment: Mapping[str, str]) -> Placed:
    """Write shims, a log of refusals and a copy of the policy into ``folder``; nothing elsewhere is touched.

    ``folder``       absolute, of this job alone and outside of what is audited (beneath ``RUNNER_TEMP``); made where
                     it is not there. A log that is there is kept: the gate was put in place before
    ``python``       absolute; the interpreter that has depaudit. The shims start it with ``-I``
    ``environment``  ``DEPAUDIT_POLICY`` names the policy to stand above the project's, by an absolute path; it is
                     copied, so that no later step changes it

    Raises ``UsageError`` when something cannot be written or read, and ``DepauditError`` when ``python`` cannot start
    depaudit.
    """
    from depaudit.gate.guards.installing import install
    from depaudit.gate.guards.places import Machine, checked_folder
    from depaudit.gate.refusals import VARIABLE

    if not folder.is_absolute() or not Path(python).is_absolute():
        raise UsageError("the gate's folder and its Python need absolute paths.")
    shims = checked_folder(folder / _SHIMS)
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    variables = [(VARIABLE, str(_begin_log(folder)))]
    policy = environment.get(_POLICY, "")
    if policy:
        variables.append((_POLICY, str(_copy_policy(Path(policy), folder))))
    machine = Machine(environment=environment, home=folder, platform="linux")  # no start-up file is looked at
    install(machine, folder=shims, python=Path(python), shells=frozenset())
    return Placed(path=str(shims), variables=tuple(variables))


def _begin_log(folder: Path) -> Path:
    from depaudit.gate.refusals import append, head_line

    path = log_path(folder)
    if path.exists() or path.is_symlink():
        return path
    why = append(path, head_line(datetime.now(timezone.utc)))
    if why:
        raise UsageError(f"the log of refusals cannot be written: {why}.", path=str(path))
    return path


def _copy_policy(policy: Path, folder: Path) -> Path:
    """``policy`` where no later step changes it by accident; its name tells how it is read."""
    from depaudit.policy.places import read_file

    if not policy.is_absolute():
        raise UsageError(f"{_POLICY} is no absolute path.", path=str(policy))
    text = read_file(policy, must_exist=True)
    if text is None:
        raise UsageError("this is no configuration of depaudit.", path=str(policy))
    copy = folder / ("pyproject.toml" if text.pyproject else "policy.toml")
    if copy.is_symlink():
        raise UsageError("a symbolic link stands in the way.", path=str(copy))
    try:
        copy.write_text(text.text, encoding="utf-8", newline="")
    except OSError as error:
        raise _unwritable(copy, error) from error
    return copy


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"cannot be written: {error.strerror or error}.", path=str(path))
