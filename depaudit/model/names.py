"""Ecosystems and names: what a registry could hold, and in which spelling it looks names up."""

from __future__ import annotations

import re
from enum import Enum
from typing import NewType

from depaudit.errors import InvalidNameError

NormalizedName = NewType("NormalizedName", str)
"""A name in its registry's own spelling (PEP 503 for PyPI, as published for npm) that passed the grammar."""


class Ecosystem(str, Enum):
    """A family of packages with one public registry."""

    PYPI = "pypi"
    NPM = "npm"

    def __str__(self) -> str:
        return self.value

    @property
    def registry(self) -> str:
        """What people call the public registry."""
        return "PyPI" if self is Ecosystem.PYPI else "npm"


MAX_NAME_LENGTH = {Ecosystem.PYPI: 200, Ecosystem.NPM: 214}
"""Letters. npm's own limit is 214; PyPI states none, its longest name has 188 (snapshot of 2026-11)."""

# PEP 508's identifier; ASCII only, so that no look-alike letter of another script is ever sent anywhere.
_PYPI_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
# https://github.com/npm/validate-npm-package-name: names of before 2017 may hold capitals and ~'!()*
_NPM_PART = r"[A-Za-z0-9~'!()*-][A-Za-z0-9._~'!()*-]*"
_NPM_NAME = re.compile(rf"(?:@[A-Za-z0-9~'!()*._-]+/[A-Za-z0-9._~'!()*-]+|{_NPM_PART})")
_SEPARATORS = re.compile(r"[-_.]+")


def normalize(ecosystem: Ecosystem, raw: str) -> NormalizedName:
    """Return ``raw`` as its registry spells it.

    Raises ``InvalidNameError`` for what no registry could hold (spaces, control characters, path parts, letters of
    other scripts, too long): such a name must never reach a request.
    """
    if len(raw) > MAX_NAME_LENGTH[ecosystem]:
        raise InvalidNameError(
            f"{quoted(raw)} has {len(raw)} letters; no {ecosystem.registry} name has more than "
            f"{MAX_NAME_LENGTH[ecosystem]}."
        )
    pattern = _PYPI_NAME if ecosystem is Ecosystem.PYPI else _NPM_NAME
    if pattern.fullmatch(raw) is None or raw.rpartition("/")[2] in (".", ".."):
        raise InvalidNameError(f"{quoted(raw)} is not a name that {ecosystem.registry} could hold.")
    if ecosystem is Ecosystem.PYPI:
        return NormalizedName(_SEPARATORS.sub("-", raw).lower())
    return NormalizedName(raw)


def quoted(text: str, limit: int = 60) -> str:
    """``text`` between quotes, cut to ``limit`` letters, all but printable ASCII escaped: safe in any message."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    inner = "".join(c if " " <= c <= "~" or c == "…" else c.encode("unicode_escape").decode("ascii") for c in cut)
    return f"'{inner}'"
