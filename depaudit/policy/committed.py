"""The configuration that two states of a repository hold, and what the later one would allow itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

from depaudit.model.finding import Severity
from depaudit.model.record import replace
from depaudit.model.requirement import Origin
from depaudit.model.verdict import Decision, Verdict
from depaudit.policy.config import Config
from depaudit.policy.exceptions import Allow, find_allowances
from depaudit.policy.rule_ids import RULE_IDS
from depaudit.policy.settings import Settings, parse_settings

OWN = "depaudit.toml"
PROJECT = "pyproject.toml"


def candidates(folder: str) -> tuple[str, ...]:
    """Where the configuration for ``folder`` ("/"-separated, from the repository's top) may lie, nearest first."""
    path = PurePosixPath(folder)
    return tuple(str(above / name) for above in (path, *path.parents) for name in (OWN, PROJECT))


def settings_among(
    texts: Mapping[str, str], folder: str, *, origin: Origin, label: str = "", rule_ids: frozenset[str] = RULE_IDS
) -> Settings:
    """The nearest configuration of those that a state of the repository has.

    ``texts``  the candidates that exist, by path
    ``label``  is added to its path for people: " (at abc1234)"

    Without any, settings that say nothing, so that no other file is taken in their place. Raises ``ConfigError``.
    """
    for path in candidates(folder):
        if path not in texts:
            continue
        project = path.endswith(PROJECT)
        if project and "depaudit" not in texts[path]:
            continue
        found = parse_settings(texts[path], path=f"{path}{label}", origin=origin, pyproject=project, rule_ids=rule_ids)
        if found is not None:
            return found
    return Settings(source=f"{OWN}{label}", origin=origin)


def own_exceptions(base: Settings, head: Settings) -> tuple[Allow, ...]:
    """The exceptions that a change brings itself: those of head that base has not."""
    known = {_said(entry) for entry in base.allow}
    return tuple(entry for entry in head.allow if _said(entry) not in known)


def accepting(config: Config, exceptions: Sequence[Allow], why: str) -> Config:
    """``config`` with a change's own exceptions in force, each saying ``why``; as it is where a policy forbids it."""
    if config.locked or not exceptions:
        return config
    shown = tuple(replace(entry, where=f"{entry.where}, {why}" if entry.where else why) for entry in exceptions)
    return replace(config, allow=(*config.allow, *shown))


def with_pending(decisions: Iterable[Decision], exceptions: Sequence[Allow], today: date) -> tuple[Decision, ...]:
    """The decisions, those told that an exception of the change would cover them once it is merged."""
    return tuple(_pending(decision, exceptions, today) for decision in decisions)


def _pending(decision: Decision, exceptions: Sequence[Allow], today: date) -> Decision:
    if decision.verdict not in (Verdict.BLOCK, Verdict.WARN) or not exceptions:
        return decision
    for entry in find_allowances(decision.package, exceptions, today):
        if any(entry.covers(finding) for finding in decision.findings if finding.severity >= Severity.MEDIUM):
            return replace(decision, pending=entry.where or entry.pattern.text)
    return decision


def _said(entry: Allow) -> tuple[object, ...]:
    return entry.pattern.text, entry.rules, entry.until
