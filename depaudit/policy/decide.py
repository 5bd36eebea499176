"""Findings become a verdict: severities as configured, exceptions applied, missing evidence never waved through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Finding, Severity
from depaudit.model.record import replace
from depaudit.model.verdict import Decision, Suppression, Verdict
from depaudit.policy.config import Config
from depaudit.policy.exceptions import find_allowances
from depaudit.policy.missing import find_gap
from depaudit.policy.rule_ids import NONEXISTENT

_NOTHING: tuple[Suppression, ...] = ()


def decide(evidence: Evidence, findings: Iterable[Finding], config: Config, today: date | None = None) -> Decision:
    """The decision for one package.

    ``today`` is the day by which exceptions end; without it, the day of ``evidence.now``.
    """
    weighed = _weigh(findings, config)
    kept, suppressed = weighed, _NOTHING
    if weighed and config.allow:
        kept, suppressed = _set_aside(evidence, weighed, config, today or evidence.now.date())
    gap = find_gap(evidence, existence_decided=any(finding.rule == NONEXISTENT for finding in weighed))
    verdict = _verdict(kept, unknown=gap.because is not None)
    return Decision(
        package=evidence.package,
        evidence=evidence,
        verdict=verdict,
        findings=kept,
        suppressed=suppressed,
        unknown_because=gap.because if verdict is Verdict.UNKNOWN else None,
        not_checked=gap.not_checked,
        incomplete=gap.incomplete,
    )


def with_set_aside(decision: Decision, aside: Sequence[Suppression]) -> Decision:
    """The decision anew, some of its findings set aside after all: what a block hid as unknown comes to light."""
    gone = [suppression.finding for suppression in aside]
    kept = tuple(finding for finding in decision.findings if finding not in gone)
    suppressed = (*decision.suppressed, *aside)
    weighed = (*kept, *(suppression.finding for suppression in suppressed))
    gap = find_gap(decision.evidence, existence_decided=any(finding.rule == NONEXISTENT for finding in weighed))
    verdict = _verdict(kept, unknown=gap.because is not None)
    return replace(
        decision,
        verdict=verdict,
        findings=kept,
        suppressed=suppressed,
        unknown_because=gap.because if verdict is Verdict.UNKNOWN else None,
    )


def _weigh(findings: Iterable[Finding], config: Config) -> tuple[Finding, ...]:
    """The findings with the configured severities, worst first; those of rules that are off are gone."""
    weighed: list[Finding] = []
    for finding in findings:
        severity = config.severity(finding.rule, finding.severity)
        if severity is finding.severity:
            weighed.append(finding)
        elif severity is not None:
            weighed.append(replace(finding, severity=severity))
    weighed.sort(key=lambda finding: -finding.severity)
    return tuple(weighed)


def _set_aside(
    evidence: Evidence, findings: Sequence[Finding], config: Config, today: date
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    allowances = find_allowances(evidence.package, config.allow, today)
    kept, suppressed = [], []
    for finding in findings:
        allow = next((entry for entry in allowances if entry.covers(finding)), None)
        if allow is None:
            kept.append(finding)
        else:
            suppressed.append(
                Suppression(
                    finding=finding,
                    pattern=allow.pattern.text,
                    reason=allow.reason,
                    until=allow.until,
                    where=allow.where,
                )
            )
    return tuple(kept), tuple(suppressed)


def _verdict(findings: Sequence[Finding], *, unknown: bool) -> Verdict:
    """The worst finding decides; what is not known beats a mere warning, which would otherwise wave it through."""
    worst = findings[0].severity if findings else Severity.INFO
    if worst >= Severity.HIGH:
        return Verdict.BLOCK
    if unknown:
        return Verdict.UNKNOWN
    return Verdict.WARN if worst >= Severity.MEDIUM else Verdict.PASS
