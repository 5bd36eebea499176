"""Names that sound alike though more than one letter differs: ``kubernitez`` for ``kubernetes``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from depaudit.names.similarity.base import Change
from depaudit.names.similarity.form import Form

_ALIKE = str.maketrans("zckqvx", "skkkfs")
_VOWELS = re.compile(r"[aeiouy]+")
_RUNS = re.compile(r"(.)\1+")
_MOST_EDITS = 2
_SHORTEST = 8
"""Letters of the shorter name from which a common sound says anything."""
_CONSONANTS = 5
"""Consonants that the two must share."""


def _sound(text: str) -> str:
    """The consonants as they sound, after the first letter; runs of one letter once."""
    plain = text.replace("ph", "f").replace("ck", "k").translate(_ALIKE)
    return _RUNS.sub(r"\1", plain[:1] + _VOWELS.sub("", plain[1:]))


def target_keys(target: Form, rank: int) -> Iterator[str]:  # noqa: ARG001  the contract's
    """The sound."""
    yield from name_keys(target)


def name_keys(name: Form) -> Iterator[str]:
    """The sound, behind a mark that no name holds."""
    if len(name.squeezed) >= _SHORTEST and len(sound := _sound(name.squeezed)) >= _CONSONANTS:
        yield f"~{sound}"


def compare(name: Form, target: Form, rank: int) -> Change | None:  # noqa: ARG001
    """Same sound, two letters or more apart: nearer ones are slips of the hand."""
    mine, theirs = name.squeezed, target.squeezed
    if mine == theirs or min(len(mine), len(theirs)) < _SHORTEST or len(name.words) != len(target.words):
        return None
    sound = _sound(theirs)
    if len(sound) < _CONSONANTS or sound != _sound(mine) or not _two_letters_apart(mine, theirs):
        return None
    return Change("sounds alike", ("sound",))


def _two_letters_apart(mine: str, theirs: str) -> bool:
    """Whether two letters put in, left out or changed make one of the other (three are another word)."""
    if abs(len(mine) - len(theirs)) > _MOST_EDITS:
        return False
    row = list(range(len(theirs) + 1))
    for at, letter in enumerate(mine, 1):
        before, row = row, [at]
        for other_at, other in enumerate(theirs, 1):
            row.append(min(row[-1] + 1, before[other_at] + 1, before[other_at - 1] + (letter != other)))
    return row[-1] == _MOST_EDITS
