"""The same words in another order, glued or not: ``dateutil-python`` for ``python-dateutil``, ``ldappython``."""

from __future__ import annotations

from collections.abc import Iterator

from depaudit.names.similarity.base import Change
from depaudit.names.similarity.form import Form


def _key(words: tuple[str, ...]) -> str:
    return " ".join(sorted(words))


def target_keys(target: Form, rank: int) -> Iterator[str]:  # noqa: ARG001  the contract's
    """The words in the order of the alphabet."""
    if len(target.split) > 1:
        yield _key(target.split)


def name_keys(name: Form) -> Iterator[str]:
    """As for targets."""
    if len(name.split) > 1:
        yield _key(name.split)


def compare(name: Form, target: Form, rank: int) -> Change | None:  # noqa: ARG001
    """Same words, another order."""
    mine, theirs = name.split, target.split
    if len(mine) < 2 or mine == theirs or len(mine) != len(theirs):
        return None
    if sorted(mine) != sorted(theirs):
        return None
    glued = mine != name.words or theirs != target.words
    return Change("other word order", ("word order, glued" if glued else "word order",))
