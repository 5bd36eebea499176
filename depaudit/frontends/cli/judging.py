"""What ``scan`` and ``check`` share: run the audit, print the report, choose the exit status."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path

from depaudit.frontends.cli.output import emit
from depaudit.frontends.cli.progress import LookUpProgress
from depaudit.frontends.session import Material, Options, Session, Surroundings
from depaudit.policy.combine import with_options
from depaudit.policy.status import exit_status


def judge_and_report(
    material: Material,
    arguments: argparse.Namespace,
    surroundings: Surroundings,
    *,
    tree_roots: tuple[Path, ...],
    session: Session | None = None,
) -> int:
    """Audit ``material``, print what came of it, return the exit status."""
    session = session or open_session(arguments, surroundings, tree_roots)
    with closing(LookUpProgress(wanted=not (arguments.no_progress or arguments.quiet))) as progress:
        report = session.audit(material, progress)
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
