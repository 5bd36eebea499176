"""What a run of the gate adds to the job's log of refusals. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from depaudit.gate.ledger import Refusal
from depaudit.gate.refusals import Entry, Refused
from depaudit.gate.run import FAILED, REFUSED, Outcome
from depaudit.model.finding import Severity
from depaudit.model.verdict import Verdict
from depaudit.report.terminal import count

_CLIENTS_OWN = "depaudit could not do its work, or the command itself ended with 41."


def entry_of(outcome: Outcome, command: Sequence[str], now: datetime) -> Entry | None:
    """The entry for a run that ended with 40 or 41; None where that was nothing of depaudit's.

    A client may itself end with 40: where nothing was refused, it did. Nothing tells a client's own 41 from ours, and
    what is not known is not taken for good.
    """
    sentence = _sentence(outcome)
    refusals = sorted(outcome.ledger.refusals.values(), key=_badness)
    if outcome.status not in (REFUSED, FAILED) or (outcome.status == REFUSED and not refusals and not sentence):
        return None
    if outcome.status == FAILED and not refusals and not sentence:
        sentence = next(iter(outcome.notes), _CLIENTS_OWN)
    return Entry(
        time=now,
        command=tuple(command),
        status=outcome.status,
        packages=tuple(map(_refused, refusals)),
        sentence=sentence,
    )


def _sentence(outcome: Outcome) -> str:
    """Why the run was refused, beside its packages."""
    if outcome.conflicts:
        first, *others = outcome.conflicts
        rest = f" So would {count(len(others), 'more option')}." if others else ""
        return f"{first.option} would lead the client round the gate, so it was not started. {first.mend}{rest}"
    refused = outcome.ledger.tunnels_refused
    if not refused:
        return ""
    host, why = next(iter(refused.items()))
    rest = f" So {'was' if len(refused) == 2 else 'were'} {len(refused) - 1} more." if len(refused) > 1 else ""
    return f"A connection to {host} was refused: {why}.{rest}"


def _refused(refusal: Refusal) -> Refused:
    decision = refusal.decision
    rules: tuple[str, ...] = ()
    sentence = refusal.why
    if decision is not None:
        told = [finding for finding in decision.findings if finding.severity >= Severity.MEDIUM]
        rules = tuple(finding.rule for finding in told)
        said = [sentence, *(finding.message for finding in told[:1])]
        if decision.verdict is Verdict.UNKNOWN:
            said.append(f"It could not be judged: {decision.unknown_because}.")
        if decision.suggestions:
            said.append(f"Did you mean {decision.suggestions[0]}?")
        sentence = " ".join(filter(None, said))
    return Refused(
        ecosystem=refusal.ecosystem.value,
        name=refusal.name,
        version=refusal.version,
        rules=rules,
        sentence=sentence,
    )


def _badness(refusal: Refusal) -> tuple[int, str]:
    findings = refusal.decision.findings if refusal.decision is not None else ()
    return -max((int(finding.severity) for finding in findings), default=0), refusal.name
