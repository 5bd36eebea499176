"""How bad a suspicious name is, given what else is known: shared by every rule that judges by the name."""

from __future__ import annotations

from depaudit.model.evidence import Evidence, Found, NearName
from depaudit.model.finding import Severity
from depaudit.model.standing import (
    first_published,
    is_blank,
    is_established,
    is_old,
    is_young,
    month_is_long_past,
    most_used,
    public_project,
)
from depaudit.model.versions import selected_release
from depaudit.rules.existence import Existence, existence


def near_severity(evidence: Evidence, near: NearName) -> Severity | None:
    """How bad it is that the name is near ``near``; None for an established project, which no name can be held against.

    Free, or looked at as a name alone: high. Young: high when the match is strong or a second signal stands, else
    medium. Between young and old: medium when strong. Old: low. Where an index tells no dates, a strong match alone is
    enough: that is what its threshold was calibrated for. Where there is no answer from an index at all, the snapshot's
    word that the name is registered makes it low: the verdict then says that its age is unknown.
    """
    known = existence(evidence)
    if evidence.names_only:
        return Severity.HIGH
    if most_used(evidence.bundled):
        return None
    if known is Existence.FREE:
        return Severity.HIGH
    if known is Existence.UNDECIDED:
        return Severity.HIGH if near.strong else Severity.MEDIUM
    if is_established(evidence):
        return None
    if is_young(evidence):
        return Severity.HIGH if near.strong or second_signals(evidence) else Severity.MEDIUM
    if is_old(evidence) or not near.strong:
        return Severity.LOW
    if first_published(evidence) is not None:
        return Severity.MEDIUM
    return Severity.HIGH if isinstance(evidence.project, Found) and _may_be_young(evidence) else Severity.LOW


def mixup_severity(evidence: Evidence, otherwise: Severity | None) -> Severity | None:
    """How bad a name is that stands for something else (an import name, another registry's package).

    High where the name is free, looked at alone, or young; nothing for an established project; else ``otherwise``.
    """
    if evidence.names_only:
        return Severity.HIGH
    if most_used(evidence.bundled):
        return None
    known = existence(evidence)
    if known is Existence.FREE:
        return Severity.HIGH
    if known is Existence.UNDECIDED:
        return Severity.MEDIUM
    if is_established(evidence):
        return None
    return Severity.HIGH if is_young(evidence) else otherwise


def second_signals(evidence: Evidence) -> tuple[str, ...]:
    """What else speaks against a young project, in words for people."""
    project = public_project(evidence)
    if project is None:
        return ()
    release = selected_release(evidence)
    signals = (
        ("no description and no repository", is_blank(evidence) is True),
        ("a single release", len(project.releases) == 1),
        ("code that runs at install", release is not None and release.runs_code is True),
    )
    return tuple(words for words, stands in signals if stands)


def _may_be_young(evidence: Evidence) -> bool:
    """Whether a project of unknown age could be younger than ``min_package_age``, as far as the snapshot tells.

    A name that only a private index knows is its owner's: nothing is held against it for want of a date.
    """
    bundled = evidence.bundled
    if isinstance(evidence.project, Found) and not evidence.index_public and not bundled.listed:
        return False
    return not month_is_long_past(bundled, evidence.now, evidence.thresholds.min_package_age)
