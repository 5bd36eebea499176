"""Version suffixes and numbers: ``celery2`` for ``celery``, ``beautifulsoup5`` for ``beautifulsoup4``."""

from __future__ import annotations

from collections.abc import Iterator

from depaudit.names.similarity.base import Change
from depaudit.names.similarity.form import Form

_DIGITS = "0123456789"
_SHORTEST = 5
"""Letters that must be left without the number."""


def _stem(text: str) -> str:
    """``text`` without the number at its end, also when it is written ``v2``."""
    stem = text.rstrip(_DIGITS)
    return stem[:-1] if stem != text and stem.endswith("v") and len(stem) > _SHORTEST else stem


def target_keys(target: Form, rank: int) -> Iterator[str]:  # noqa: ARG001  the contract's
    """The squeezed name without the number at its end."""
    if len(stem := _stem(target.squeezed)) >= _SHORTEST:
        yield stem


def name_keys(name: Form) -> Iterator[str]:
    """As for targets."""
    if len(stem := _stem(name.squeezed)) >= _SHORTEST:
        yield stem


def compare(name: Form, target: Form, rank: int) -> Change | None:  # noqa: ARG001
    """Same letters before another number at the end, or one of the two without a number."""
    mine, theirs = name.squeezed, target.squeezed
    if mine == theirs or len(stem := _stem(theirs)) < _SHORTEST or stem != _stem(mine):
        return None
    if stem == theirs:
        return Change("added number", ("added number",))
    if stem == mine:
        return Change("missing number", ("missing number",))
    return Change("other number", ("other number",))
