"""``--baseline`` and ``--write-baseline``: what the commands that judge have in common."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from depaudit.errors import ConfigError, UsageError
from depaudit.frontends.baseline import Baseline, place_from, read_old, read_text, scope_of
from depaudit.frontends.cli.output import write_whole
from depaudit.model.verdict import Report
from depaudit.policy.baseline import Old, take_down
from depaudit.policy.baseline_text import is_baseline, parse, render
from depaudit.policy.places import show
from depaudit.policy.rule_ids import KNOWN_MALICIOUS
from depaudit.report.secrets import hide
from depaudit.report.terminal import count, safe


def read_baseline(path: Path, cwd: Path, *, top: Path | None, scope: Sequence[Path] = ()) -> Baseline:
    """The baseline that the command line names.

    ``top``    where the paths of its entries begin; None: entries count whatever their files
    ``scope``  what is audited whole

    Raises ``ConfigError``.
    """
    old = read_old(path)
    if top is None:
        return Baseline(old=old)
    return Baseline(old=old, place=place_from(cwd, top), scope=scope_of([cwd / path for path in scope], top))


def write_baseline(report: Report, path: Path, cwd: Path, top: Path, *, quiet: bool) -> Baseline:
    """Write what the run found, and say so on stderr. Returns what was written.

    A file that holds the same already is left as it is. Raises ``UsageError`` for a file that is no baseline.
    """
    place = place_from(cwd, top)
    entries = take_down(report.decisions, place=place, show=hide)
    shown = show(path)
    old = _present(path, shown)
    if old is None or old.entries != entries:
        write_whole(path, render(entries, report.tool_version), mend="Choose another --write-baseline.")
    if not quiet:
        print(_said(report, entries, shown), file=sys.stderr)
    return Baseline(old=Old(entries=entries, where=shown), place=place)


def expect_writable(path: Path) -> None:
    """Refuse to write over a file that is no baseline, before anything is asked. Raises ``UsageError``."""
    _present(path, show(path))


def _present(path: Path, shown: str) -> Old | None:
    """The baseline that is there; None where there is none that can be read. Raises ``UsageError``."""
    if path.exists() and not path.is_file():
        return None  # a device or pipe that the caller chose
    try:
        text = read_text(path)
    except ConfigError:
        text = "what cannot be read as text"
    if text is None or not text.strip():
        return None
    if not is_baseline(text):
        raise UsageError(
            f"{shown} is no baseline of depaudit; it is not written over.", mend="Choose another --write-baseline."
        )
    try:
        return parse(text, shown)
    except ConfigError:
        return None  # of another format, or damaged: it is what is to be renewed


def _said(report: Report, entries: Sequence[object], shown: str) -> str:
    names = {
        (decision.package.ecosystem, decision.package.name)
        for decision in report.decisions
        if any(finding.rule == KNOWN_MALICIOUS for finding in decision.findings)
    }
    line = f"depaudit: {count(len(entries), 'old finding')} written to {safe(shown)}"
    if names:
        line += f"; {count(len(names), 'known malicious package')} left out, which no baseline sets aside"
    if not report.complete or report.problems:
        line += "; not everything could be audited, so more may come up as new"
    return f"{line}."
