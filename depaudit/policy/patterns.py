"""Name patterns of exceptions: ``pypi:acme-*``, ``npm:@acme/*``, ``npm:react@18.2.0``, ``pkg:pypi/flask@3.0.0``."""

from __future__ import annotations

import re

from depaudit.model.names import Ecosystem, quoted
from depaudit.model.record import record
from depaudit.model.requirement import Package

MAX_PATTERN = 300
"""Letters. No registry's name is longer than 214, and a version beside it is short."""

_SEPARATORS = re.compile(r"[-_.]+")
_PYPI_GLOB = re.compile(r"[A-Za-z0-9._*?-]+")
_NPM_GLOB = re.compile(r"@?[A-Za-z0-9._~'!()*?-]+(?:/[A-Za-z0-9._~'!()*?-]+)?")
_VERSION = re.compile(r"[A-Za-z0-9.!+_-]+")


@record
class NamePattern:
    """Which packages an exception speaks of.

    ``text`` is the pattern as written; ``glob`` its name part as the registry spells names, where ``*`` stands for any
    letters (none too, ``/`` too) and ``?`` for one; ``version`` limits it to one version, None means every version.
    """

    text: str
    ecosystem: Ecosystem
    glob: str
    version: str | None = None

    def matches(self, package: Package) -> bool:
        """Whether ``package`` is meant. A pattern with a version never means a package without one."""
        if self.ecosystem is not package.ecosystem or not glob_matches(self.glob, package.name):
            return False
        return self.version is None or _same_version(self.ecosystem, self.version, package.version)


def parse_pattern(text: str) -> NamePattern:
    """Read a pattern. A bare name is PyPI's, as in ``check``; one that begins with ``@`` can only be npm's.

    Raises ``ValueError`` with one sentence that says what is wrong.
    """
    written = text.strip()
    if not written or len(written) > MAX_PATTERN:
        raise ValueError(f"a name pattern has 1 to {MAX_PATTERN} letters")
    if written.startswith("pkg:"):
        ecosystem, name, version = _split_purl(written)
    else:
        ecosystem, name, version = _split_plain(written)
    grammar = _PYPI_GLOB if ecosystem is Ecosystem.PYPI else _NPM_GLOB
    if grammar.fullmatch(name) is None:
        raise ValueError(
            f"{quoted(text)} matches no name that {ecosystem.registry} could hold; "
            "a pattern has letters, digits, . _ -, * for any letters and ? for one"
        )
    if version is not None and _VERSION.fullmatch(version) is None:
        raise ValueError(f"{quoted(text)} ends in something that is no single version")
    if ecosystem is Ecosystem.PYPI:
        name = _SEPARATORS.sub("-", name).lower()
    return NamePattern(text=written, ecosystem=ecosystem, glob=name, version=version)


def glob_matches(glob: str, name: str) -> bool:
    """Whether ``name`` as a whole matches ``glob`` (``*`` and ``?`` only).

    Each part between stars is placed at its first possible spot, which is always right when no part can stretch: the
    work is at most ``len(glob) * len(name)``, whatever the pattern.
    """
    if "*" not in glob:
        return len(glob) == len(name) and _part_at(glob, name, 0)
    first, *middle, last = glob.split("*")
    if len(name) < len(first) + len(last):
        return False
    end = len(name) - len(last)
    if not _part_at(first, name, 0) or not _part_at(last, name, end):
        return False
    position = len(first)
    for part in middle:
        while position + len(part) <= end and not _part_at(part, name, position):
            position += 1
        position += len(part)
        if position > end:
            return False
    return True


def _part_at(part: str, name: str, position: int) -> bool:
    if "?" not in part:
        return name.startswith(part, position)
    return all(p in ("?", n) for p, n in zip(part, name[position : position + len(part)], strict=True))


def _split_plain(text: str) -> tuple[Ecosystem, str, str | None]:
    prefix, colon, rest = text.partition(":")
    if not colon:
        ecosystem = Ecosystem.NPM if text.startswith("@") else Ecosystem.PYPI
        rest = text
    else:
        ecosystem = _ecosystem(prefix, text)
    if ecosystem is Ecosystem.PYPI:
        name, equals, version = rest.partition("==")
        return ecosystem, name.strip(), version.strip() if equals else None
    # the first letter may be a scope's @, a later one begins a version
    at = rest.find("@", 1)
    return (ecosystem, rest, None) if at < 0 else (ecosystem, rest[:at], rest[at + 1 :])


def _split_purl(text: str) -> tuple[Ecosystem, str, str | None]:
    """``pkg:type/namespace/name@version``; https://github.com/package-url/purl-spec. Qualifiers mean nothing here."""
    from urllib.parse import unquote

    body = text.removeprefix("pkg:").lstrip("/").partition("#")[0].partition("?")[0]
    kind, slash, rest = body.partition("/")
    if not slash:
        raise ValueError(f"{quoted(text)} is no package URL; one looks like pkg:pypi/flask@3.0.0")
    ecosystem = _ecosystem(kind, text)
    at = rest.find("@", 1)
    name, version = (rest, None) if at < 0 else (rest[:at], unquote(rest[at + 1 :]))
    return ecosystem, unquote(name), version


def _ecosystem(prefix: str, text: str) -> Ecosystem:
    try:
        return Ecosystem(prefix.lower())
    except ValueError:
        raise ValueError(
            f"{quoted(text)} names the ecosystem {quoted(prefix)}; known are "
            + " and ".join(f"{known}:" for known in Ecosystem)
        ) from None


def _same_version(ecosystem: Ecosystem, wanted: str, version: str | None) -> bool:
    if version is None or wanted == version:
        return wanted == version
    if ecosystem is Ecosystem.NPM:
        return False
    # 3.0 and 3.0.0 are one version by PEP 440: a denial must not be escaped by spelling
    from packaging.version import InvalidVersion, Version

    try:
        return Version(wanted) == Version(version)
    except InvalidVersion:
        return False
