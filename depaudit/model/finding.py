"""What a rule has to say of a package."""

from __future__ import annotations

from enum import IntEnum

from depaudit.model.record import record


class Severity(IntEnum):
    """How bad. Critical and high block, medium warns, low and info are only shown on request."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()


@record
class Fact:
    """One piece of evidence that a finding rests on. ``value`` is JSON's: str, int, float, bool or None."""

    label: str
    value: str | int | float | bool | None
    source: str = ""


@record
class Finding:
    """``message`` is one plain sentence for someone who has never seen a lockfile: what would have happened.

    It holds names that passed the grammar, numbers and dates, and our own words; a registry's free text is only
    ever a ``Fact`` whose label ends in ``_text``. ``suggestions`` are names to type instead, best first, with
    ``npm:`` or ``pypi:`` before names of the other ecosystem.
    """

    rule: str
    severity: Severity
    message: str
    facts: tuple[Fact, ...] = ()
    suggestions: tuple[str, ...] = ()
