"""The run's report as JSON: the same document as every other report, with what the gate did besides."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone

from depaudit import __version__
from depaudit.gate.ledger import Refusal
from depaudit.gate.run import Outcome
from depaudit.model.verdict import Decision, Report, Verdict
from depaudit.report import render as render_report
from depaudit.report.secrets import hide


def render(outcome: Outcome, snapshot: date, started: datetime) -> str:
    """The report of one run; ``gate`` holds its status, what was refused when, and what was held back."""
    ledger = outcome.ledger
    decisions: dict[object, Decision] = {
        (d.package.ecosystem, d.package.name, d.package.version): d
        for d in (*ledger.judged.values(), *(r.decision for r in ledger.refusals.values() if r.decision))
    }
    report = Report(
        decisions=tuple(decisions.values()),
        problems=outcome.problems,
        tool_version=__version__,
        snapshot=snapshot,
        started=started,
        ended=datetime.now(timezone.utc),
        complete=all(d.verdict is not Verdict.UNKNOWN and not d.incomplete for d in decisions.values()),
        notes=outcome.notes,
    )
    gate = {
        "status": outcome.status,
        "started": outcome.started,
        "seconds": round(outcome.seconds, 3),
        "refused": [
            {
                "ecosystem": refusal.ecosystem.value,
                "name": refusal.name,
                "version": refusal.version,
                "stage": refusal.stage,
                "why": hide(_why(refusal)),
                "required_by": list(ledger.required_by(refusal.ecosystem, refusal.name)),
            }
            for refusal in ledger.refusals.values()
        ],
        "held_back": [
            {"ecosystem": ecosystem.value, "name": name, "versions": list(versions)}
            for (ecosystem, name), versions in ledger.held.items()
        ],
        "connections_refused": [{"host": host, "why": hide(why)} for host, why in ledger.tunnels_refused.items()],
        "conflicts": [{"option": hide(one.option), "mend": hide(one.mend)} for one in outcome.conflicts],
    }
    whole = render_report(report, "json").rstrip().removesuffix("}").rstrip()
    return f'{whole},\n  "gate": {json.dumps(gate)}\n}}\n'


def _why(refusal: Refusal) -> str:
    """One sentence; a refusal without a decision has its own."""
    if refusal.why or refusal.decision is None:
        return refusal.why
    messages = (finding.message for finding in refusal.decision.findings)
    return next(messages, refusal.decision.unknown_because or "")
