"""One dependency specifier (PEP 508) as a record: name, version part, marker, URL.

``packaging`` decides what is valid. It costs some 30 ms to import and 20 µs a line, so the shapes that fill real files
(``name``, ``name==1.2``, ``name[extra]>=1,<2``) are read by one expression of our own that takes nothing but what
``packaging`` takes too, with the same result; a property test holds the two against each other.
"""

from __future__ import annotations

import re
from functools import lru_cache

from depaudit.errors import ParseError
from depaudit.model.names import Ecosystem, NormalizedName, normalize, quoted
from depaudit.model.record import record

MAX_LENGTH = 64 * 1024
"""Letters of one specifier. Markers that resolvers write have some thousands."""

# PEP 440, its common part in its normal spelling. Local versions and prefixes (``.*``) go with ``==`` and ``!=`` only.
_VERSION = r"\d{1,18}(?:\.\d{1,18}){0,30}(?:(?:a|b|rc)\d{1,18})?(?:\.post\d{1,18})?(?:\.dev\d{1,18})?"
_CLAUSE = rf"(?:[=!]=[ \t]*{_VERSION}|[<>]=?[ \t]*{_VERSION})"
PLAIN = (
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[ \t]*"
    r"(?:\[[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*(?:,[ \t]*[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)*\][ \t]*)?"
    rf"({_CLAUSE}(?:,[ \t]*{_CLAUSE})*)?"
)
"""An expression for specifiers without URL and marker that ``packaging`` surely takes; groups: name, version part."""

_PLAIN = re.compile(PLAIN)
_HEAD = re.compile(r"\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?\s*")
_EXACT = re.compile(r"===?\s*([^\s,;)]+)\s*\)?")
_USER = re.compile(r"(?<=://)[^/@\s]*(?=@)")
_QUERY = re.compile(r"(\?)[^#\s]*")


@record
class Dependency:
    """What one specifier says.

    ``specifier``  the version part as written, without parentheses; ``""`` is any
    ``pinned``     the one version of ``==1.2`` or ``===1.2``; a prefix such as ``==1.*`` pins nothing
    ``marker``     the text behind the ``;``, else None
    ``url``        the target of ``name @ url``, else None
    """

    name: NormalizedName
    raw_name: str
    specifier: str = ""
    pinned: str | None = None
    marker: str | None = None
    url: str | None = None


def read_dependency(text: str) -> Dependency:
    """Read one specifier.

    Raises ``ParseError`` (without a place) for what ``packaging``, and so pip, refuses, and ``InvalidNameError`` for
    a name that PyPI could not hold.
    """
    before, semicolon, marker = text.partition(";")
    plain = _PLAIN.fullmatch(before.strip(" \t"))
    if plain is None or (semicolon and (len(marker) > MAX_LENGTH or not is_marker(marker))):
        return _read_any(text)
    raw, specifier = plain.group(1), plain.group(2) or ""
    return Dependency(
        name=normalize(Ecosystem.PYPI, raw),
        raw_name=raw,
        specifier=specifier,
        pinned=pinned_version(specifier),
        marker=marker.strip() if semicolon else None,
    )


@lru_cache(maxsize=1024)
def is_marker(text: str) -> bool:
    """Whether ``packaging`` takes ``text`` as a marker. Exported lockfiles repeat a few markers thousands of times."""
    from packaging.markers import InvalidMarker, Marker

    try:
        Marker(text)
    except (InvalidMarker, RecursionError, ValueError):
        return False
    return True


def pinned_version(specifier: str) -> str | None:
    """The version that ``specifier`` (valid PEP 440) pins: the one of its only exact clause, else None."""
    if "==" not in specifier:
        return None
    found = None
    for clause in specifier.split(","):
        exact = _EXACT.fullmatch(clause.strip())
        if exact is not None and not exact.group(1).endswith(".*"):
            if found is not None and found != exact.group(1):
                return None
            found = exact.group(1)
    return found


def without_credentials(text: str) -> str:
    """``text`` fit to be shown: user names, passwords and queries in URLs give way to ``***``."""
    if "://" not in text:
        return text
    return _QUERY.sub(r"\1***", _USER.sub("***", text))


# what stands behind an @ and is neither a URL, a path nor an archive: npm's versions and tags
_NO_URL = re.compile(r"(?!.*\.(?:whl|zip|gz|bz2|tgz|xz|tar)$)[^:/\\.~$][^:/\\$]*")


def _read_any(text: str) -> Dependency:
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Pep508

    if len(text) > MAX_LENGTH:
        raise ParseError(f"A requirement of {len(text)} letters begins with {quoted(text, 40)}; none is that long.")
    try:
        parsed = Pep508(text)
    except (InvalidRequirement, RecursionError, ValueError) as error:
        raise ParseError(f"{quoted(without_credentials(text))} is no requirement.", mend=_mend(text)) from error
    if parsed.url is not None and _NO_URL.fullmatch(parsed.url):  # ``requests@2.0``, which pip refuses
        raise ParseError(f"{quoted(without_credentials(text))} is no requirement.", mend=_mend(text))
    name = normalize(Ecosystem.PYPI, parsed.name)
    head = _HEAD.match(text)
    rest = text[head.end() if head is not None else 0 :]
    if parsed.url is not None:
        after_url = rest[1:].lstrip()[len(parsed.url) :].lstrip()
        specifier, marker = "", after_url[1:].strip()
    else:
        before, _, marker = rest.partition(";")
        specifier, marker = _unparenthesised(before), marker.strip()
    return Dependency(
        name=name,
        raw_name=parsed.name,
        specifier=specifier,
        pinned=pinned_version(specifier),
        marker=marker if parsed.marker is not None else None,
        url=parsed.url,
    )


def _unparenthesised(specifier: str) -> str:
    specifier = specifier.strip()
    if specifier.startswith("(") and specifier.endswith(")"):
        specifier = specifier[1:-1]
    return specifier.strip().rstrip(",").rstrip()


def _mend(text: str) -> str:
    """What the writer most likely meant, in a sentence."""
    if re.match(r"\s*[A-Za-z0-9._-]+(?:\[[^\]]*\])?\s*=\s*[0-9]", text):
        return "Write == for an exact version."
    if re.match(r"\s*[A-Za-z0-9._-]+(?:\[[^\]]*\])?\s*(?:=>|=<)", text):
        return "Write >= or <=."
    if re.match(r"\s*[A-Za-z0-9._-]+(?:\[[^\]]*\])?\s*[\^]|\s*[A-Za-z0-9._-]+\s*~\s*\d", text):
        return "^ and ~ are not PEP 440; write a range such as >=1.2,<2 or ~=1.2."
    if re.match(r"\s*(?:@[a-z0-9._-]+/)?[A-Za-z0-9._-]+@\d", text):
        return "That is npm's way of naming a version; write name==version."
    if "{{" in text or "{%" in text:
        return "This looks like a template; scan the file that it makes."
    return "Write a name and, if wanted, a version such as flask==3.0.0; start comments with #."
