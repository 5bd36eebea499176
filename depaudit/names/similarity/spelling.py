"""Plurals and the two spellings of English: ``typing-extension``, ``colourama``, ``normaliser``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from depaudit.names.similarity.base import Change
from depaudit.names.similarity.form import Form

_SHORTEST = 6
_ENDINGS = (("ies", "y"), ("isation", "ization"), ("iser", "izer"), ("ise", "ize"), ("ising", "izing"))
_OUR = re.compile(r"(?<=[bilnv])our")
_S = re.compile(r"(?<=[^su])s$")


def _usual(form: Form) -> str:
    """The words in one spelling and without plurals, squeezed."""
    return "".join(_usual_word(word) for word in form.words)


def _usual_word(word: str) -> str:
    word = _OUR.sub("or", word)
    for ending, usual in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + usual
    return _S.sub("", word) if len(word) > 4 else word


def target_keys(target: Form, rank: int) -> Iterator[str]:  # noqa: ARG001  the contract's
    """The usual spelling."""
    if len(target.squeezed) >= _SHORTEST:
        yield _usual(target)


def name_keys(name: Form) -> Iterator[str]:
    """As for targets."""
    if len(name.squeezed) >= _SHORTEST:
        yield _usual(name)


def compare(name: Form, target: Form, rank: int) -> Change | None:  # noqa: ARG001
    """Same words, one of them in plural or in the other spelling."""
    if name.squeezed == target.squeezed or len(target.squeezed) < _SHORTEST:
        return None
    if len(name.words) != len(target.words) or _usual(name) != _usual(target):
        return None
    if name.squeezed + "s" == target.squeezed or target.squeezed + "s" == name.squeezed:
        return Change("singular or plural", ("plural",))
    return Change("other spelling", ("spelling",))
