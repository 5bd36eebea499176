"""The run's report as JSON: the same document as every other report, with what the gate did besides."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone

from depaudit import __version__
from depaudit.gate.run import Outcome
from depaudit.model.verdict import Decision, Report, Verdict
from depaudit.report import render as render_report


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
    document = json.loads(render_report(report, "json"))
    document["gate"] = {
        "status": outcome.status,
        "started": outcome.started,
        "seconds": round(outcome.seconds, 3),
        "refused": [
            {
                "ecosystem": refusal.ecosystem.value,
                "name": refusal.name,
                "version": refusal.version,
                "stage": refusal.stage,
                "why": refusal.why
                or next((finding.message for finding in refusal.decision.findings), refusal.decision.unknown_because)
                if refusal.decision
                else refusal.why,
                "required_by": list(ledger.required_by(refusal.ecosystem, refusal.name)),
            }
            for refusal in ledger.refusals.values()
        ],
        "held_back": [
            {"ecosystem": ecosystem.value, "name": name, "versions": list(versions)}
            for (ecosystem, name), versions in ledger.held.items()
        ],
        "connections_refused": [{"host": host, "why": why} for host, why in ledger.tunnels_refused.items()],
        "conflicts": [{"option": one.option, "mend": one.mend} for one in outcome.conflicts],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
