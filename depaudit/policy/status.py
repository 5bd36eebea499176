"""The exit status of a run, and whether its audit is complete."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from depaudit.model.requirement import LOCAL_PATH
from depaudit.model.verdict import Decision, Report, Verdict
from depaudit.policy.config import Config, FailOn, OnError
from depaudit.policy.missing import downloads_missing

OK = 0
FAILED = 1
INPUT_ERROR = 2
INCOMPLETE = 3


def is_complete(decisions: Iterable[Decision], config: Config, not_checked: Collection[str] = ()) -> bool:
    """False exactly when exit status 3 would apply were nothing blocked.

    ``not_checked`` are the kinds of evidence that were checked for nobody; they count where ``require`` names them.
    """
    if any(kind in not_checked for kind in config.require):
        return False
    downloads_required = "downloads" in config.require
    for decision in decisions:
        if decision.incomplete or decision.verdict is Verdict.UNKNOWN:
            return False
        if downloads_required and downloads_missing(decision.evidence):
            return False
    return True


def exit_status(
    report: Report,
    config: Config,
    fail_on: FailOn | str | None = None,
    *,
    on_error: OnError | str | None = None,
    strict: bool = False,
    nothing_is_error: bool = False,
) -> int:
    """The exit status of a run: 1 beats 2 beats 3.

    ``fail_on`` and ``on_error`` are the command line's, or None; a policy that may only be tightened stands above
    them. ``strict`` makes files that cannot be audited an error even beside audited ones. ``nothing_is_error`` says
    that a run without any input is one (``scan``; for ``diff`` and hooks there is often nothing to do).
    """
    if fail_on is not None or on_error is not None:
        from depaudit.policy.combine import with_options

        config, _ = with_options(config, fail_on=fail_on, on_error=on_error)
    if any(_fails(decision.verdict, config.fail_on) for decision in report.decisions):
        return FAILED
    if report.problems:
        return INPUT_ERROR
    beyond = any(kind != LOCAL_PATH for kind, _ in report.not_audited)
    nothing_audited = not report.decisions and (beyond or (nothing_is_error and not report.files))
    if report.change is not None:  # most changes add no dependency, or only such as are none of ours
        nothing_audited = False
    if nothing_audited or (strict and beyond):
        return INPUT_ERROR
    complete = report.complete and is_complete(report.decisions, config, report.not_checked)
    return OK if complete or config.on_error is OnError.ALLOW else INCOMPLETE


def _fails(verdict: Verdict, fail_on: FailOn) -> bool:
    if fail_on is FailOn.NEVER:
        return False
    return verdict is Verdict.BLOCK or (fail_on is FailOn.WARN and verdict is Verdict.WARN)
