"""The last step of a CI job: fails when the gate refused something, even where the step that was refused went on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from depaudit.errors import UsageError

if TYPE_CHECKING:
    from depaudit.gate.refusals import Entry, Log, Refused

CLEAN = 0
REFUSED = 1
WRONG = 2
NOT_KNOWN = 3

MAX_ROWS = 200
"""Packages in the summary's table."""
_MAX_ANNOTATIONS = 10


def verify(path: Path | None, environment: Mapping[str, str]) -> int:
    """Say what the gate refused in this job: on stdout as workflow commands, and in the job's summary.

    ``path``         the log (``gate_step.log_path``); None: the one that ``DEPAUDIT_REFUSALS`` names, which any step of
                     the job could have changed
    ``environment``  ``GITHUB_STEP_SUMMARY`` names the file for the summary, where there is one

    Returns 0 when nothing was refused; 1 when something was; 2 when the gate was never put in place; 3 when the log is
    gone or damaged, so that nobody knows.
    """
    from depaudit.frontends.cli.output import write_out
    from depaudit.gate.refusals import VARIABLE, read

    named = environment.get(VARIABLE, "")
    place = path if path is not None else Path(named) if named else None
    if place is None or (not named and not place.parent.exists()):
        write_out(_commands([("error", "No gate to verify", _NO_GATE)]))
        return WRONG
    try:
        log = read(place)
    except FileNotFoundError:
        log = _gone()
    write_out(_commands(_annotations(log)))
    _summarise(log, environment)
    return REFUSED if log.entries else NOT_KNOWN if log.damage else CLEAN


_NO_GATE = (
    "The gate was not put in place in this job, so there is nothing to verify. Use the action with gate: true before "
    "the steps that install something, and with mode: verify after them."
)


def _gone() -> Log:
    from depaudit.gate.refusals import Log

    return Log(entries=(), damage=("The log of refusals is gone, though the gate was put in place.",))


def _annotations(log: Log) -> list[tuple[str, str, str]]:
    """Level, title and message of each annotation: what was refused, then what is damaged."""
    if not log.entries and not log.damage:
        return []
    said = [("error", _title(entry), _told(entry)) for entry in log.entries]
    if len(said) > _MAX_ANNOTATIONS:
        rest = len(said) - _MAX_ANNOTATIONS + 1
        said = said[: _MAX_ANNOTATIONS - 1]
        said.append(("error", "Not all is shown here", f"{rest:,} more commands were refused; see the job's summary."))
    if log.damage:
        what = " ".join(log.damage[:5])
        said.insert(0, ("error", "The log of refusals is damaged", f"{what} What was refused is not all known."))
        said = said[:_MAX_ANNOTATIONS]
    return said


def _title(entry: Entry) -> str:
    from depaudit.gate.refusals import REFUSED as REFUSED_BY_GATE

    if entry.status != REFUSED_BY_GATE:
        return "depaudit could not do its work"
    names = [_name(package) for package in entry.packages]
    number = len(names) + entry.more
    return f"Refused: {names[0]}{f' and {number - 1:,} more' if number > 1 else ''}" if names else "Refused"


def _told(entry: Entry) -> str:
    lines = [f"An earlier step of this job ran: {' '.join(entry.command)}", entry.sentence]
    lines += [f"{_name(package)}: {package.sentence}" for package in entry.packages[:5]]
    more = entry.more + max(0, len(entry.packages) - 5)
    lines.append(f"And {more:,} more." if more else "")
    return "\n".join(line for line in lines if line)


def _name(package: Refused) -> str:
    return f"{package.ecosystem}:{package.name}{f' {package.version}' if package.version else ''}"


def _commands(annotations: Sequence[tuple[str, str, str]]) -> str:
    from depaudit.report.github import Annotation, command

    lines = [command(Annotation(level=level, title=title, message=text)) for level, title, text in annotations]
    return "".join(f"{line}\n" for line in lines) or "depaudit: nothing was refused in this job.\n"


def _summarise(log: Log, environment: Mapping[str, str]) -> None:
    """Add to the job's summary. Raises ``UsageError`` when its file cannot be written."""
    named = environment.get("GITHUB_STEP_SUMMARY", "")
    if not named:
        return
    try:
        with Path(named).open("a", encoding="utf-8", newline="") as stream:
            stream.write(summary(log))
    except OSError as error:
        raise UsageError(f"the job's summary cannot be written: {error.strerror or error}.", path=named) from error


def summary(log: Log) -> str:
    """The log as Markdown."""
    from depaudit.report.gfm import cell, code, prose
    from depaudit.report.terminal import count

    if not log.entries and not log.damage:
        return "## depaudit\n\nNothing was refused in this job.\n"
    parts = ["## depaudit"]
    if log.damage:
        told = "\n".join(f"- {prose(sentence)}" for sentence in log.damage[:20])
        parts.append(f"**The log of refusals is damaged: what was refused is not all known.**\n\n{told}")
    if log.entries:
        number = len(log.entries)
        verb = "was" if number == 1 else "were"
        parts.append(
            f"**{count(number, 'command')} of this job {verb} refused**, whether or not the step failed for it."
        )
        rows = [row for entry in log.entries for row in _rows(entry)]
        shown = [
            " | ".join(("", cell(code(name)), cell(prose(why)), cell(code(typed)), "")) for name, why, typed in rows
        ]
        table = "\n".join(["| refused | why | by |", "| --- | --- | --- |", *(row.strip() for row in shown[:MAX_ROWS])])
        parts.append(table)
        if len(rows) > MAX_ROWS:
            parts.append(f"And {len(rows) - MAX_ROWS:,} more.")
    return "\n\n".join(parts) + "\n"


def _rows(entry: Entry) -> list[tuple[str, str, str]]:
    """What, why and by which command."""
    typed = " ".join(entry.command)
    rows = [(_name(package), package.sentence, typed) for package in entry.packages]
    if entry.sentence or not rows:
        rows.insert(0, ("the whole command", entry.sentence or f"It ended with {entry.status}.", typed))
    return [*rows, (f"{entry.more:,} more", "", typed)] if entry.more else rows
