"""What a person can do about a decision: a plain sentence and a command, the same in every report for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from depaudit.model.evidence import Evidence, Found, Unknown
from depaudit.model.finding import Severity
from depaudit.model.requirement import SourceKind
from depaudit.model.verdict import Decision, Verdict

_STEPS = (
    ("known-malicious", "Remove it. Where it was ever installed, replace every password and token of that machine."),
    ("denied", "Remove it, or ask those who keep the configuration."),
    ("lockfile-injection", "Make the lockfile anew from the registry, and look at who changed it."),
    ("version-nonexistent", "Ask for a version that exists."),
    ("foreign-index", "Name the index in your own configuration if you trust it; else remove it from the project."),
    ("unverified-source", "Take it from a registry, or pin what you have read."),
    ("removed", "Remove it: there is nothing left to install."),
    ("no-releases", "Remove it, or correct the name."),
    ("nonexistent", "Remove it, or correct the name. A package of your own needs its index in your own configuration."),
    ("yanked", "Ask for another version."),
)
_NO_EXCEPTION = frozenset({"known-malicious", "denied"})
# An exception for what is not there would hold for whoever registers it tomorrow.
_NOTHING_TO_ACCEPT = frozenset({"nonexistent", "removed", "no-releases", "version-nonexistent"})


def next_step(decision: Decision) -> str:
    """What to do next, in a sentence; empty for a package that passed, and where a better name says it all."""
    if decision.verdict is Verdict.UNKNOWN:
        return _find_out(decision.evidence)
    if decision.verdict is Verdict.PASS:
        return ""
    rules = _telling_rules(decision)
    if decision.suggestions and not rules & _NO_EXCEPTION:
        return ""
    step = next((advice for rule, advice in _STEPS if rule in rules), "")
    if step:
        return step
    day = _old_enough(decision.evidence, rules)
    return f"Wait until {day}, or look at it first." if day else "Look at it before you install it."


def allow_command(decision: Decision) -> str:
    """What a person types to accept the package as it is; empty where no exception can help."""
    if decision.verdict not in (Verdict.BLOCK, Verdict.WARN):
        return ""
    if _telling_rules(decision) & (_NO_EXCEPTION | _NOTHING_TO_ACCEPT):
        return ""
    import shlex

    package = decision.package
    return f'depaudit allow {shlex.quote(f"{package.ecosystem}:{package.name}")} --reason "..."'


def allow_any(decisions: Sequence[Decision]) -> str:
    """As ``allow_command``, for packages of which the same is said: with NAME where each has its own."""
    first = decisions[0]
    command = allow_command(first)
    return (
        command if len(decisions) == 1 else command.replace(f"{first.package.ecosystem}:{first.package.name}", "NAME")
    )


def own_exception(decision: Decision) -> str:
    """The sentence on an exception that the judged change brings for its own package; empty where it brings none."""
    if not decision.pending:
        return ""
    return f"This change brings its own exception ({decision.pending}); it takes effect once merged."


def _telling_rules(decision: Decision) -> set[str]:
    return {finding.rule for finding in decision.findings if finding.severity >= Severity.MEDIUM}


def _find_out(evidence: Evidence) -> str:
    """How an unknown package could be judged after all."""
    if isinstance(evidence.project, Unknown) and evidence.project.asked:
        return "Run it again when there is an answer."
    if isinstance(evidence.project, Unknown) and evidence.route.indexes:
        return "Run it without --offline, where the registry can be asked."
    if evidence.route.foreign:
        return "Name the index in your own configuration if you trust it."
    if evidence.route.find_links:
        return "Look at what lies in that folder or page."
    return "Name its index in your own configuration."


def _old_enough(evidence: Evidence, rules: set[str]) -> str:
    """The first day on which neither the package nor its release is too young; empty where that is not the matter."""
    if evidence.package.source is not SourceKind.REGISTRY or not isinstance(evidence.project, Found):
        return ""
    project, thresholds = evidence.project.value, evidence.thresholds
    moments: list[datetime] = []
    if "new-package" in rules and project.first_published is not None:
        moments.append(project.first_published + thresholds.min_package_age)
    if "new-release" in rules:
        version = evidence.package.version
        published = [r.published_at for r in project.releases if r.published_at and version in (None, r.version)]
        moments += [max(published) + thresholds.min_release_age] if published else []
    # the day after: on the day itself the hour would still matter
    return (max(moments) + timedelta(days=1)).date().isoformat() if moments else ""
