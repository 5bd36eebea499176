"""Separators put in, left out, moved, or a capital for a small letter: ``reactdom`` for ``react-dom``."""

from __future__ import annotations

from collections.abc import Iterator

from depaudit.names.similarity.base import Change
from depaudit.names.similarity.form import Form

_SHORTEST = 3


def target_keys(target: Form, rank: int) -> Iterator[str]:  # noqa: ARG001  the contract's
    """The squeezed name."""
    yield target.squeezed


def name_keys(name: Form) -> Iterator[str]:
    """The squeezed name."""
    yield name.squeezed


def compare(name: Form, target: Form, rank: int) -> Change | None:  # noqa: ARG001
    """Same letters, other separators."""
    if name.squeezed != target.squeezed or len(target.squeezed) < _SHORTEST:
        return None
    if name.plain == target.plain:
        return Change("capital letters", ("capitals",))
    more = len(name.words) - len(target.words)
    if more < 0:
        return Change("missing separator", ("missing separator",))
    if more > 0:
        return Change("added separator", ("added separator",))
    if name.words == target.words:
        return Change("other separator", ("other separator",))
    return Change("moved separator", ("moved separator",))
