"""What a rule is: a pure function from evidence to at most one finding, and what is said of it."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Finding, Severity
from depaudit.model.record import record


class Need(str, Enum):
    """Evidence that a rule cannot do without; nothing is fetched that no enabled rule needs."""

    PROJECT = "project"  # existence, versions, dates
    DETAILS = "details"  # description, links, owners
    DOWNLOADS = "downloads"
    NEAR = "near"  # near names of the bundled data
    ROUTE = "route"


@record
class RuleMeta:
    """A rule's identity. ``worst`` is the highest severity it gives; ``summary`` one line for tables."""

    id: str
    summary: str
    worst: Severity
    needs: tuple[Need, ...] = ()


class Rule(Protocol):
    """A rule is a module with these two names; its docstring is its documentation (docs page, ``explain``, SARIF help).

    The docstring has a first sentence and the headings ``What it does``, ``Why it matters``, ``Evidence``,
    ``Known false positives`` and ``What to do``, each followed by a line of ``-`` as long as itself.
    """

    META: RuleMeta

    def check(self, evidence: Evidence) -> Finding | None:
        """The finding, or None. No network, clock or configuration: all that matters is in ``evidence``.

        In the module it is a plain function of ``evidence``: mypy compares modules with methods in this way.
        """
        ...
