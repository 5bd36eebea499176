"""One use of the action, whole: from the step's environment to its exit status.

Whatever goes wrong ends the step with a red status and one line that says what to do.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

from depaudit.errors import DepauditError
from depaudit.frontends.action import telling
from depaudit.frontends.action.auditing import Outcome, audit, prepare
from depaudit.frontends.action.files import write_reports
from depaudit.frontends.action.inputs import TOKEN, Inputs, read_inputs
from depaudit.frontends.action.runner import MAX_SUMMARY, Runner
from depaudit.frontends.github.event import Event, read_event
from depaudit.report.github import render as render_annotations
from depaudit.report.markdown import render as render_markdown

FAILED = 2

COMMENT_BYTES = 60_000
"""GitHub takes 65,536 characters in a comment."""


def main(environment: MutableMapping[str, str] | None = None) -> int:
    """Run the step that ``environment`` (default: this process's own) describes; returns its exit status."""
    environment = os.environ if environment is None else environment
    runner = Runner(environment)
    try:
        inputs = read_inputs(environment)
        environment.pop(TOKEN, None)  # what is started from here on has no use for it
        if inputs.mode == "verify":
            from depaudit.frontends.action.gating import verify

            return verify(environment, runner)
        return _audit(inputs, environment, runner)
    except DepauditError as error:
        return _failed(runner, error)
    except OSError as error:
        what = error.strerror or type(error).__name__
        return _failed(runner, DepauditError(f"The runner's disk cannot be used: {what}.", mend="Is there room on it?"))
    except Exception as error:  # noqa: BLE001  a defect of ours must be red, and must show no variable's value
        return _failed(runner, DepauditError(telling.defect(error), mend="Please report it."))


def _audit(inputs: Inputs, environment: MutableMapping[str, str], runner: Runner) -> int:
    event = read_event(environment)
    if event.caution:
        runner.annotate("warning", event.caution)
    folder = Path(tempfile.mkdtemp(prefix="depaudit-report-", dir=runner.temporary))
    prepared = prepare(inputs, event, environment, folder)
    if inputs.gate:
        from depaudit.frontends.action.gating import place

        place(prepared, environment, runner, folder)
    outcome = audit(inputs, event, prepared, runner)
    report = outcome.report
    first = telling.first_word(outcome)
    if first:
        runner.annotate("error", first)
    runner.show(render_annotations(report))
    for sentence in telling.notices(outcome):
        runner.annotate("notice", sentence)
    runner.summarize(render_markdown(report, limit=MAX_SUMMARY))
    written = write_reports(report, folder, inputs.sarif_file, event.workspace)
    runner.give(
        {
            "verdict": outcome.verdict,
            "blocked": str(outcome.blocked),
            "warned": str(outcome.warned),
            "report": str(written.json),
            "sarif": str(written.sarif),
        }
    )
    _comment(inputs, event, outcome, runner)
    return outcome.status


def _comment(inputs: Inputs, event: Event, outcome: Outcome, runner: Runner) -> None:
    """Write the comment; that it cannot be is said and changes nothing else."""
    if inputs.comment == "never" or event.pull is None:
        return
    from depaudit.frontends.github.api import Api
    from depaudit.frontends.github.comment import publish

    body = render_markdown(outcome.report, limit=COMMENT_BYTES)
    api = Api(event.api_url, inputs.token)
    try:
        said = publish(
            api,
            event,
            telling.one_line(body) if outcome.clean else body,
            mode=inputs.comment,
            clean=outcome.clean,
            key=telling.key(inputs.paths),
        )
    finally:
        api.close()
    if said.notice:
        runner.annotate("notice", said.notice)
    elif said.done:
        runner.say(f"The comment on the pull request: {said.done}.")


def _failed(runner: Runner, error: DepauditError) -> int:
    """Say it wherever somebody may look; a later step reads the verdict ``error``."""
    runner.fail(error)
    try:
        runner.summarize(telling.failure(error))
        runner.give({"verdict": "error", "blocked": "0", "warned": "0", "report": "", "sarif": ""})
    except DepauditError as further:
        runner.fail(further)
    return FAILED
