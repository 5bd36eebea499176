"""Names that the operator declares private: never sent to a public service."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

from depaudit.model.names import Ecosystem, NormalizedName

_SEPARATORS = re.compile(r"[-_.]+")


class PrivateNames:
    """The ``private`` patterns of the configuration: ``acme-*``, ``@acme/*``, ``pypi:acme_*``.

    A pattern without ``pypi:`` or ``npm:`` counts for both. For PyPI, capitals and separators make no difference, as
    in the names themselves.
    """

    __slots__ = ("_patterns",)

    def __init__(self, patterns: Iterable[str]) -> None:
        found: dict[Ecosystem, list[str]] = {ecosystem: [] for ecosystem in Ecosystem}
        for pattern in patterns:
            prefix, colon, rest = pattern.partition(":")
            for ecosystem in Ecosystem:
                if not colon:
                    found[ecosystem].append(_spelled(ecosystem, pattern))
                elif prefix.strip().lower() == ecosystem.value:
                    found[ecosystem].append(_spelled(ecosystem, rest))
        self._patterns = {
            ecosystem: re.compile("|".join(map(fnmatch.translate, globs))) if globs else None
            for ecosystem, globs in found.items()
        }

    def hold(self, ecosystem: Ecosystem, name: NormalizedName) -> bool:
        """Whether a pattern matches the name."""
        pattern = self._patterns[ecosystem]
        return pattern is not None and pattern.match(name) is not None


def _spelled(ecosystem: Ecosystem, pattern: str) -> str:
    text = pattern.strip()
    if ecosystem is Ecosystem.NPM:
        return text
    # inside [...] a - is a range and a . a letter: such patterns are taken as they are
    return text.lower() if "[" in text else _SEPARATORS.sub("-", text).lower()
