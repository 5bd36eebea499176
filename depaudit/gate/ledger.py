"""The run's own record: what was judged, refused, held back and passed. The exit status comes from here alone.

A client's own status says little: npm skips a refused optional dependency and ends with 0.
"""

from __future__ import annotations

from collections.abc import Iterable

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.record import record
from depaudit.model.verdict import Decision

Key = tuple[Ecosystem, str, str]
"""(ecosystem, name, version)"""

MAX_REQUIRERS = 1_000_000
"""Edges remembered for "required by"; more is somebody's attempt to fill the memory."""


def key_of(ecosystem: Ecosystem, name: str, version: str) -> Key:
    """The key of one version however it is spelled: PyPI's ``1.0`` and ``1.0.0`` are the same release (PEP 440)."""
    if ecosystem is Ecosystem.PYPI:
        from packaging.utils import canonicalize_version

        version = canonicalize_version(version)
    return (ecosystem, name, version)


@record
class Refusal:
    """One version that the gate would not let through.

    ``stage``  "before" the client started, "during" its run, or "after" it
    ``why``    for what has no decision: one sentence
    """

    ecosystem: Ecosystem
    name: NormalizedName
    version: str | None
    stage: str
    decision: Decision | None = None
    why: str = ""


class Ledger:
    """Filled by the inspector and the audits around the run; read at its end."""

    def __init__(self) -> None:
        self.judged: dict[tuple[Ecosystem, str], Decision] = {}
        self.passed: set[Key] = set()
        self.refusals: dict[tuple[Ecosystem, str, str | None], Refusal] = {}
        self.held: dict[tuple[Ecosystem, str], tuple[str, ...]] = {}
        self.found: set[tuple[Ecosystem, NormalizedName]] = set()
        self.not_found: dict[tuple[Ecosystem, NormalizedName], set[str]] = {}
        self.waived: dict[Key, Decision] = {}
        self.considered: dict[Key, Decision] = {}
        self.tunnels_refused: dict[str, str] = {}
        self._requirers: dict[tuple[Ecosystem, str], dict[str, None]] = {}
        self._edges = 0

    def refuse(self, refusal: Refusal) -> None:
        """Note a refusal; the first of a version stands."""
        self.refusals.setdefault((refusal.ecosystem, refusal.name, refusal.version), refusal)

    def withdraw(self, ecosystem: Ecosystem, name: NormalizedName) -> None:
        """A page that could not be had was had after all: what was said of it no longer stands."""
        found = self.refusals.get((ecosystem, name, None))
        if found is not None and found.decision is None:
            del self.refusals[(ecosystem, name, None)]

    def note_requirer(self, ecosystem: Ecosystem, requirer: str, names: Iterable[str]) -> None:
        """Remember that ``requirer`` (name and version, for people) asks for ``names``."""
        for name in names:
            if self._edges >= MAX_REQUIRERS:
                return
            self._edges += 1
            self._requirers.setdefault((ecosystem, name), {})[requirer] = None

    def required_by(self, ecosystem: Ecosystem, name: str) -> tuple[str, ...]:
        """Who asked for ``name``, as far as the metadata that passed tells."""
        return tuple(self._requirers.get((ecosystem, name), ()))
