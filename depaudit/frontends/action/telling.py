"""What a job says beside its report."""

from __future__ import annotations

import hashlib
import traceback
from typing import TYPE_CHECKING

from depaudit.errors import DepauditError
from depaudit.model.verdict import Verdict
from depaudit.policy.status import INCOMPLETE, INPUT_ERROR
from depaudit.report.gfm import prose
from depaudit.report.summing_up import incomplete
from depaudit.report.terminal import count, listed, safe

if TYPE_CHECKING:
    from depaudit.frontends.action.auditing import Outcome

_NAMED = 10
_FRAMES = 6


def first_word(outcome: Outcome) -> str:
    """Why the step is red where no finding says so: what could not be checked; empty otherwise."""
    report = outcome.report
    if outcome.status == INCOMPLETE:
        unknown = [
            decision.package.name
            for decision in report.decisions
            if decision.verdict is Verdict.UNKNOWN or decision.incomplete
        ]
        named = [safe(str(name), 100) for name in unknown[:_NAMED]]
        if len(unknown) > _NAMED:
            named.append(f"{len(unknown) - _NAMED:,} more")
        which = f" Not checked: {listed(named)}." if named else ""
        return f"The audit is incomplete, so this check cannot pass: {incomplete(report)}{which} Run the job again."
    if outcome.status == INPUT_ERROR and not report.problems:
        if report.not_audited:
            seen = listed(f"{count(number, 'file')} of {safe(kind)}" for kind, number in report.not_audited)
            return f"There is nothing here that depaudit could audit: {seen}."
        return "There is nothing to audit under the input paths. Check how they are spelt."
    return ""


def notices(outcome: Outcome) -> tuple[str, ...]:
    """Sentences on what was chosen, and on exceptions that wait."""
    pending = dict.fromkeys(decision.pending for decision in outcome.report.decisions if decision.pending)
    waiting = tuple(
        f"This change brings its own exception ({safe(place, 300)}); it takes effect once merged."
        for place in list(pending)[:_NAMED]
    )
    return (*outcome.notices, *waiting)


def one_line(markdown: str) -> str:
    """The first paragraph: of a report with nothing to read, all that matters."""
    return markdown.strip().partition("\n\n")[0]


def key(paths: tuple[str, ...]) -> str:
    """What tells the comments of several uses on one pull request apart: what they audit."""
    return hashlib.sha256("\n".join(paths).encode()).hexdigest()[:12] if paths else ""


def failure(error: DepauditError) -> str:
    """The job's summary where there was no audit."""
    return f"🔴 **depaudit could not audit this:** {prose(safe(str(error), 1_000))}\n"


def defect(error: Exception) -> str:
    """A defect of ours: what kind, and where in our code; no value that it may have been about."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = " < ".join(
        f"{frame.filename.replace(chr(92), '/').rpartition('/')[2]}:{frame.lineno}" for frame in frames[::-1]
    )
    return f"depaudit is broken here: {type(error).__name__} at {where}; nothing was decided."
