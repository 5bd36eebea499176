"""The baseline at the edge: where its paths begin, how it is read, and what it does to a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from depaudit.errors import ConfigError
from depaudit.model.record import record, replace
from depaudit.model.verdict import Report
from depaudit.policy.baseline import Entry, Old, Place, sort_out
from depaudit.policy.baseline_text import MAX_BYTES, parse
from depaudit.policy.config import Config
from depaudit.policy.places import show
from depaudit.policy.rule_ids import KNOWN_MALICIOUS
from depaudit.policy.status import is_complete
from depaudit.report.secrets import hide


@record
class Baseline:
    """An old state, and how the paths of a report lead to its own.

    ``place``  None: entries count whatever their files, because nothing here stands in one
    ``scope``  the paths that were audited whole, from the repository's top: an entry in them that matches nothing can
               go. Empty: nobody can tell
    """

    old: Old
    place: Place | None = None
    scope: tuple[str, ...] = ()


def read_old(path: Path) -> Old:
    """Read a baseline from disk. Raises ``ConfigError``."""
    shown = show(path)
    text = read_text(path)
    if text is None:
        raise ConfigError(
            "there is no such baseline.", path=shown, mend=f"Write it: depaudit scan --write-baseline {shown}."
        )
    return parse(text, shown)


def read_text(path: Path) -> str | None:
    """The text of a baseline's file, or None where there is none. Raises ``ConfigError``."""
    shown = show(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise ConfigError(f"the baseline cannot be read: {cause}.", path=shown, mend="Check its path.") from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(f"a baseline of more than {MAX_BYTES // 2**20} MiB is not read.", path=shown)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError("not UTF-8 text.", path=shown, line=line, mend="Save it as UTF-8.") from None


def place_from(cwd: Path, top: Path) -> Place:
    """From paths as a report made in ``cwd`` has them to paths from ``top``, "/"-separated."""

    def place(path: str) -> str:
        return _relative(cwd / path, top)

    return place


def scope_of(paths: Sequence[Path], top: Path) -> tuple[str, ...]:
    """What was audited whole, from ``top``."""
    return tuple(dict.fromkeys(_relative(path, top) for path in paths))


def with_baseline(report: Report, config: Config, baseline: Baseline) -> Report:
    """The report without its old findings, and with a note on what was set aside and what can go.

    A policy that may only be tightened allows no baseline: a note says so.
    """
    old = baseline.old
    if config.locked:
        return _noted(report, f"--baseline ignored: {config.files[0]} may only be tightened.")
    done = sort_out(report.decisions, old, place=baseline.place, show=hide)
    notes = []
    if done.count:
        notes.append(
            f"{_count(done.count, 'finding is', 'findings are')} in the baseline {old.where}, and fail nothing."
        )
    malicious = sum(entry.rule == KNOWN_MALICIOUS for entry in old.entries)
    if malicious:
        notes.append(
            f"{_count(malicious, 'entry', 'entries')} of {old.where} cannot count: no baseline sets aside what is "
            f"known to be malicious."
        )
    unused = _can_go(done.unused, report, baseline)
    if unused:
        notes.append(
            f"{_count(unused, 'entry', 'entries')} of {old.where} can go, because nothing of the kind is found any "
            f"more: depaudit scan --write-baseline {old.where} renews it."
        )
    complete = report.complete and is_complete(done.decisions, config, report.not_checked)
    return _noted(replace(report, decisions=done.decisions, complete=complete), *notes)


def _noted(report: Report, *notes: str) -> Report:
    return replace(report, notes=(*report.notes, *notes))


def _can_go(unused: Sequence[Entry], report: Report, baseline: Baseline) -> int:
    """How many entries nobody needs; none where this run did not see everything."""
    if not report.complete or report.offline or report.problems:
        return 0
    inside = _within(baseline.scope)
    return sum(entry.rule != KNOWN_MALICIOUS and all(map(inside, entry.paths)) for entry in unused)


def _within(scope: Sequence[str]) -> Callable[[str], bool]:
    def inside(path: str) -> bool:
        return any(root == "." or path == root or path.startswith(f"{root}/") for root in scope)

    return inside


def _relative(path: Path, top: Path) -> str:
    """``path`` from ``top`` where it lies below it, else whole. Links are not followed: their own place counts."""
    plain = Path(os.path.normpath(path))
    return plain.relative_to(top).as_posix() if plain.is_relative_to(top) else plain.as_posix()


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
