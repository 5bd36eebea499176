"""What ``scan`` and ``check`` share: run the audit, print the report, choose the exit status."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from depaudit.frontends.cli.output import emit
from depaudit.frontends.cli.progress import LookUpProgress
from depaudit.frontends.session import Material, Options, Session, Surroundings
from depaudit.policy.combine import with_options
from depaudit.policy.status import exit_status

if TYPE_CHECKING:
    from depaudit.frontends.baseline import Baseline
    from depaudit.model.verdict import Report
    from depaudit.policy.config import Config


def judge_and_report(
    material: Material,
    arguments: argparse.Namespace,
    surroundings: Surroundings,
    *,
    tree_roots: tuple[Path, ...],
    session: Session | None = None,
    whole: tuple[Path, ...] | None = None,
) -> int:
    """Audit ``material``, print what came of it, return the exit status.

    ``whole``  what is audited whole, where it is files of a project; None where it is names, or what is installed
    """
    baseline = _baseline(arguments, surroundings.cwd, whole)
    session = session or open_session(arguments, surroundings, tree_roots)
    with closing(LookUpProgress(wanted=not (arguments.no_progress or arguments.quiet))) as progress:
        report = session.audit(material, progress)
    report = _sorted_out(report, session.config, baseline, arguments, surroundings.cwd)
    emit(report, arguments)
    status = exit_status(report, session.config, strict=arguments.strict, nothing_is_error=True)
    if status == 0 and not report.complete:
        print("warning: the audit is incomplete; on-error = allow ends it with status 0.", file=sys.stderr)
    return status


def open_session(
    arguments: argparse.Namespace, surroundings: Surroundings, tree_roots: tuple[Path, ...], start: Path | None = None
) -> Session:
    """The run's settings, by the command line's options."""
    options = Options(
        tree_roots=tree_roots,
        start=start,
        offline=arguments.offline or arguments.names_only,
        names_only=arguments.names_only,
        cache=not arguments.no_cache,
    )
    session = Session(surroundings, options, explicit_config=arguments.config)
    session.config, notes = with_options(
        session.config,
        fail_on=arguments.fail_on,
        on_error=arguments.on_error,
        exclude=tuple(getattr(arguments, "exclude", ())),
    )
    session.notes += notes
    return session


def _baseline(arguments: argparse.Namespace, cwd: Path, whole: tuple[Path, ...] | None) -> Baseline | None:
    """The baseline to judge by, read before anything is asked. Raises ``ConfigError`` and ``UsageError``."""
    writing = getattr(arguments, "write_baseline", None)
    if arguments.baseline is None and writing is None:
        return None
    from depaudit.frontends.cli.baseline import expect_writable, read_baseline
    from depaudit.frontends.cli.scan import top_of

    if writing is not None:
        expect_writable(cwd / writing)
        return None
    return read_baseline(cwd / arguments.baseline, cwd, top=None if whole is None else top_of(cwd), scope=whole or ())


def _sorted_out(
    report: Report, config: Config, baseline: Baseline | None, arguments: argparse.Namespace, cwd: Path
) -> Report:
    """The report by its baseline, if there is one: one that is written now makes all of it old."""
    writing = getattr(arguments, "write_baseline", None)
    if writing is not None:
        from depaudit.frontends.cli.baseline import write_baseline
        from depaudit.frontends.cli.scan import top_of

        baseline = write_baseline(report, cwd / writing, cwd, top_of(cwd), quiet=arguments.quiet)
    if baseline is None:
        return report
    from depaudit.frontends.baseline import with_baseline

    return with_baseline(report, config, baseline)
