"""The rule ids that a configuration may name, each with the highest severity it gives by itself.

A literal copy of the public contract's table, because a configuration must be readable without loading a single rule.
"""

from __future__ import annotations

from depaudit.model.finding import Severity

KNOWN_MALICIOUS = "known-malicious"
"""The one rule that nobody can turn off, lower or make an exception from."""

NONEXISTENT = "nonexistent"

WORST: tuple[tuple[str, Severity], ...] = (
    (KNOWN_MALICIOUS, Severity.CRITICAL),
    (NONEXISTENT, Severity.CRITICAL),
    ("denied", Severity.CRITICAL),
    ("lockfile-injection", Severity.CRITICAL),
    ("removed", Severity.HIGH),
    ("no-releases", Severity.HIGH),
    ("version-nonexistent", Severity.HIGH),
    ("foreign-index", Severity.HIGH),
    ("typo-adjacent", Severity.HIGH),
    ("confusable", Severity.HIGH),
    ("scope-confusion", Severity.HIGH),
    ("conflation", Severity.HIGH),
    ("cross-ecosystem", Severity.HIGH),
    ("import-name", Severity.HIGH),
    ("stdlib-name", Severity.HIGH),
    ("borrowed-repository", Severity.HIGH),
    ("blank-package", Severity.HIGH),
    ("new-package", Severity.MEDIUM),
    ("maintainer-change", Severity.MEDIUM),
    ("unverified-source", Severity.MEDIUM),
    ("dependency-confusion", Severity.HIGH),
    ("install-script", Severity.MEDIUM),
    ("new-release", Severity.MEDIUM),
    ("low-downloads", Severity.LOW),
    ("yanked", Severity.MEDIUM),
    ("deprecated", Severity.LOW),
    ("archived", Severity.INFO),
)

RULE_IDS = frozenset(rule for rule, _ in WORST)
