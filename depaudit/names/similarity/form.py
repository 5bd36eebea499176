"""A name taken apart once, so that every idea of similarity looks at the same pieces."""

from __future__ import annotations

import re

from depaudit.model.names import Ecosystem

_SEPARATORS = re.compile(r"[-_.~'!()*]+")
_LANGUAGE = {Ecosystem.PYPI: ("python3", "python2", "python", "py"), Ecosystem.NPM: ("nodejs", "node", "js")}
_GLUE_LEAVES = 4
"""Letters that must be left when a glued "py" or "js" is split off, so that "numpy" is not "num" and "py"."""


class Form:
    """A name's pieces, all in lower case.

    ``plain``     the name itself
    ``scope``     npm's scope without its ``@``, or ""
    ``base``      what follows the scope
    ``words``     the base, split at separators
    ``squeezed``  scope and base without separators
    """

    __slots__ = ("_split", "base", "ecosystem", "plain", "scope", "squeezed", "words")

    def __init__(self, ecosystem: Ecosystem, name: str) -> None:
        self.ecosystem = ecosystem
        self.plain = name.lower()
        self.scope, self.base = "", self.plain
        if self.plain.startswith("@"):
            scope, _, self.base = self.plain[1:].partition("/")
            self.scope = scope
        self.words = tuple(filter(None, _SEPARATORS.split(self.base)))
        self.squeezed = "".join(self.words)
        if self.scope:
            self.squeezed = _SEPARATORS.sub("", self.scope) + self.squeezed
        self._split: tuple[str, ...] | None = None

    @property
    def split(self) -> tuple[str, ...]:
        """The words, with the language's own name ("python", "js") split off where it is glued to another word."""
        if self._split is None:
            self._split = tuple(part for word in self.words for part in _unglue(word, _LANGUAGE[self.ecosystem]))
        return self._split


def squeeze(text: str) -> str:
    """``text`` in lower case without its separators."""
    return _SEPARATORS.sub("", text.lower())


def _unglue(word: str, language: tuple[str, ...]) -> tuple[str, ...]:
    if word in language:
        return (word,)
    for mark in language:
        if len(word) < len(mark) + _GLUE_LEAVES:
            continue
        if word.startswith(mark):
            return (mark, word[len(mark) :])
        if word.endswith(mark):
            return (word[: -len(mark)], mark)
    return (word,)
