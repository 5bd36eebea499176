"""The rules as SARIF describes them: what code scanning shows beside an alert, taken from the rules' docstrings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from depaudit.model.finding import Severity
from depaudit.report.terminal import safe
from depaudit.rules import RULES
from depaudit.rules.base import Rule
from depaudit.rules.documentation import HEADINGS, documentation

NOT_JUDGED = "not-judged"
"""The rule of packages whose verdict is unknown: no rule of the audit, but the check fails for it."""

MAX_DESCRIPTION = 1_024
"""Letters that code scanning takes of a description."""
MAX_NAME = 255

SECURITY = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0"}
"""``security-severity``: over 9.0 is critical, from 7.0 high, from 4.0 medium, above 0 low; without one an alert is no
security alert."""

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}

# What a registry says of itself is hardly ever wrong; a name can be near another by chance; looks are weaker still.
_SURE = frozenset(
    {
        "known-malicious", "nonexistent", "denied", "removed", "no-releases", "version-nonexistent", "yanked",
        "deprecated", "archived", NOT_JUDGED,
    }
)  # fmt: skip
_BY_LOOKS = frozenset({"new-package", "new-release", "low-downloads", "install-script", "unverified-source"})

_NOT_JUDGED_TEXT = (
    "The package could not be judged, because evidence is missing and nothing else decides. What is not known is not "
    "safe: the audit is incomplete, and the check fails."
)


def descriptors(found: Mapping[str, Severity]) -> list[dict[str, Any]]:
    """Every rule that there is, always in the same order, and then those that ``found`` names beside.

    ``found``  the worst severity of each rule's findings in this run. Code scanning takes an alert's severity from its
               rule: what a rule could say at worst would make high alerts of findings that only warn
    """
    known = {rule.META.id: rule for rule in RULES}
    described = [_described(rule, found.get(rule_id, rule.META.worst)) for rule_id, rule in known.items()]
    described.append(_descriptor(NOT_JUDGED, _NOT_JUDGED_TEXT, _NOT_JUDGED_TEXT, "error", None))
    others = {rule_id: severity for rule_id, severity in found.items() if rule_id not in (*known, NOT_JUDGED)}
    described += [
        _descriptor(rule_id, f"Findings of the rule {rule_id}.", f"Findings of the rule {rule_id}.", LEVELS[one], one)
        for rule_id, one in others.items()
    ]
    return described


def _described(rule: Rule, severity: Severity) -> dict[str, Any]:
    told = documentation(rule)
    summary = f"{rule.META.summary[0].upper()}{rule.META.summary[1:]}."
    full = " ".join((told.sentence, *told.section("Why it matters")))
    blocks = [(heading, told.section(heading)) for heading in HEADINGS]
    described = _descriptor(rule.META.id, summary, full, LEVELS[severity], severity)
    described["help"] = {
        "text": "\n\n".join([told.sentence, *(f"{heading}: {' '.join(said)}" for heading, said in blocks)]),
        "markdown": "\n\n".join(
            [told.sentence, *(text for heading, said in blocks for text in (f"## {heading}", *said))]
        ),
    }
    return described


def _descriptor(rule_id: str, short: str, full: str, level: str, severity: Severity | None) -> dict[str, Any]:
    identity = safe(rule_id, MAX_NAME)
    properties: dict[str, Any] = {
        "tags": ["dependencies", "supply-chain"],
        "precision": "very-high" if rule_id in _SURE else "medium" if rule_id in _BY_LOOKS else "high",
        "problem.severity": "recommendation" if level == "note" else level,
    }
    score = SECURITY.get(severity) if severity is not None else None
    if score is not None:
        properties["tags"].append("security")
        properties["security-severity"] = score
    return {
        "id": identity,
        "name": identity,
        "shortDescription": {"text": _cut(short)},
        "fullDescription": {"text": _cut(full)},
        "help": {"text": full, "markdown": full},
        "defaultConfiguration": {"level": level},
        "properties": properties,
    }


def _cut(text: str) -> str:
    return text if len(text) <= MAX_DESCRIPTION else f"{text[: MAX_DESCRIPTION - 3]}..."


def worst_of(found: Iterable[tuple[str, Severity]]) -> dict[str, Severity]:
    """The worst severity of each rule."""
    worst: dict[str, Severity] = {}
    for rule_id, severity in found:
        worst[rule_id] = max(severity, worst.get(rule_id, severity))
    return worst
