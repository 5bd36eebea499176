"""Letters and figures that look alike: ``f1ask`` for ``flask``, ``rn`` for ``m``."""

from __future__ import annotations

from collections.abc import Iterator

from depaudit.names.similarity.base import Change
from depaudit.names.similarity.form import Form

_FOLD = str.maketrans("0134578i", "oleastbl")
_SHORTEST = 4
KIND = "look-alike letters"


def fold(text: str) -> str:
    """``text`` as a hasty eye reads it: every look-alike written as one letter."""
    return text.translate(_FOLD).replace("rn", "m").replace("vv", "w")


def target_keys(target: Form, rank: int) -> Iterator[str]:  # noqa: ARG001  the contract's
    """The squeezed name as a hasty eye reads it."""
    if len(target.squeezed) >= _SHORTEST:
        yield fold(target.squeezed)


def name_keys(name: Form) -> Iterator[str]:
    """As for targets."""
    if len(name.squeezed) >= _SHORTEST:
        yield fold(name.squeezed)


def compare(name: Form, target: Form, rank: int) -> Change | None:  # noqa: ARG001
    """Reads alike, is spelt otherwise."""
    mine, theirs = name.squeezed, target.squeezed
    if mine == theirs or len(theirs) < _SHORTEST or fold(mine) != fold(theirs):
        return None
    digits = any(a.isdigit() != b.isdigit() for a, b in zip(mine, theirs)) if len(mine) == len(theirs) else False  # noqa: B905
    return Change(KIND, ("look-alike figure" if digits else "look-alike letters",))
