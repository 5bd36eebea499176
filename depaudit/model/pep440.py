"""PyPI's versions and specifiers (PEP 440), read by ``packaging``, which is loaded only where plain text won't do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

MAX_VERSION_LENGTH = 256
MAX_SPECIFIER_LENGTH = 1024
"""Letters. Beyond these nothing is read: it is no version or specifier of any project."""


def exact_version(specifier: str) -> str | None:
    """The one version that ``specifier`` names: ``==1.2``, ``===1.2`` or a bare ``1.2``; None when it is a range."""
    text = specifier.strip()
    if "," in text or "*" in text:
        return None
    bare = text.lstrip("=").strip()
    signs = len(text) - len(text.lstrip("="))
    return bare if signs in (0, 2, 3) and bare[:1].isalnum() else None


def matching(versions: Sequence[str], specifier: str) -> Iterator[str] | None:
    """Those of ``versions`` that satisfy ``specifier``, prereleases included; None when it can't be read.

    A version spelled exactly as a pin asks matches alone, without any parsing; that also holds for the spellings of
    before PEP 440. Each version is only looked at when the iterator comes to it.
    """
    if not specifier.strip():
        return iter(versions)
    exact = exact_version(specifier)
    if exact is not None:
        if exact in versions:
            return iter((exact,))
        if specifier.strip().startswith("==="):
            return (version for version in versions if version.lower() == exact.lower())
        specifier = f"=={exact}"
    allowed = _specifier_set(specifier)
    if allowed is None:
        return None
    return (
        version
        for version in versions
        if (parsed := parse_version(version)) is not None and allowed.contains(parsed, prereleases=True)
    )


def newest(versions: Iterable[str], specifier: str = "") -> str | None:
    """The newest of ``versions``, which all satisfy ``specifier``.

    Prereleases only count where the specifier names one or where there is nothing else, as for pip.
    """
    ordered = ascending(versions)
    if not ordered:
        return None
    wanted = _specifier_set(specifier) if specifier.strip() else None
    if wanted is not None and wanted.prereleases:
        return ordered[-1]
    return next((version for version in reversed(ordered) if not _is_prerelease(version)), ordered[-1])


def ascending(versions: Iterable[str]) -> list[str]:
    """``versions`` in PEP 440's order, oldest first; those that are no versions are left out."""
    texts = list(versions)
    plain = {version: key for version in texts if (key := _plain_key(version)) is not None}
    if len(plain) == len(set(texts)):
        return sorted(texts, key=plain.__getitem__)
    parsed = {version: read for version in texts if (read := parse_version(version)) is not None}
    order: Callable[[str], Any] = parsed.__getitem__
    return sorted((version for version in texts if version in parsed), key=order)


def parse_version(text: str) -> Version | None:
    """``text`` as a version; None when it is none."""
    from packaging.version import InvalidVersion, Version

    if len(text) > MAX_VERSION_LENGTH:
        return None
    try:
        return Version(text)
    except InvalidVersion:
        return None


def first_version(specifier: str) -> str | None:
    """A version that ``specifier`` names, for finding what lies nearest to it."""
    exact = exact_version(specifier)
    if exact is not None:
        return exact
    allowed = _specifier_set(specifier)
    named = sorted(one.version.removesuffix(".*") for one in allowed) if allowed is not None else []
    return named[0] if named else None


@lru_cache(maxsize=4096)
def _specifier_set(specifier: str) -> SpecifierSet | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if len(specifier) > MAX_SPECIFIER_LENGTH:
        return None
    try:
        return SpecifierSet(specifier)
    except InvalidSpecifier:
        return None


def _plain_key(version: str) -> tuple[int, ...] | None:
    """A sortable key for versions of plain numbers (``1.26.4``), which need no ``packaging``."""
    parts = version.split(".")
    if len(version) > 64 or not all(part.isdigit() and part.isascii() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _is_prerelease(version: str) -> bool:
    if _plain_key(version) is not None:
        return False
    parsed = parse_version(version)
    return parsed is not None and parsed.is_prerelease
