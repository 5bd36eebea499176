"""What an idea of similarity is, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from depaudit.model.record import record
from depaudit.names.similarity.form import Form


@record(kw_only=False)
class Change:
    """How one name may have become another.

    ``kind``    for people: "swapped letters"
    ``causes``  what happened, in words that ``combine`` has weights for; the first is the change itself, the others
                make it likelier or less likely
    """

    kind: str
    causes: tuple[str, ...]


class Idea(Protocol):
    """One way in which names come to look alike.

    A target is filed in the near-name index under ``target_keys``; a name is looked up under ``name_keys``. Where the
    two meet, ``compare`` has the last word. Keys are a promise to find, never evidence.
    """

    def target_keys(self, target: Form, rank: int) -> Iterable[str]:
        """The keys under which ``target``, the ``rank``-th most used of its registry, can be found."""
        ...

    def name_keys(self, name: Form) -> Iterable[str]:
        """The keys under which to look for what ``name`` may have been meant for."""
        ...

    def compare(self, name: Form, target: Form, rank: int) -> Change | None:
        """How ``target`` may have become ``name`` in this way, or None. The two are never the same name."""
        ...
