"""One rule a file: evidence to findings."""

from __future__ import annotations

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Finding
from depaudit.rules import (
    archived,
    blank_package,
    cross_ecosystem,
    denied,
    dependency_confusion,
    deprecated,
    foreign_index,
    import_name,
    install_script,
    low_downloads,
    new_package,
    new_release,
    no_releases,
    nonexistent,
    removed,
    stdlib_name,
    typo_adjacent,
    unverified_source,
    version_nonexistent,
    yanked,
)
from depaudit.rules.base import Rule

RULES: tuple[Rule, ...] = (
    nonexistent,
    denied,
    removed,
    no_releases,
    version_nonexistent,
    foreign_index,
    typo_adjacent,
    cross_ecosystem,
    import_name,
    stdlib_name,
    blank_package,
    new_package,
    unverified_source,
    dependency_confusion,
    install_script,
    new_release,
    low_downloads,
    yanked,
    deprecated,
    archived,
)
"""Every rule, in the order of the table in ``docs/verdicts.md``."""


def rule_named(rule_id: str) -> Rule | None:
    """The rule with that id; None when there is none."""
    return next((rule for rule in RULES if rule.META.id == rule_id), None)


def judge(evidence: Evidence, rules: tuple[Rule, ...] = RULES) -> tuple[Finding, ...]:
    """What ``rules`` find, worst first; those of one severity in the order of the rules."""
    findings = [finding for rule in rules if (finding := rule.check(evidence)) is not None]
    findings.sort(key=lambda finding: -finding.severity)
    return tuple(findings)
