"""Names as people and agents write them: ``requests``, ``flask==3.0.0``, ``npm:@types/node@20``, purls.

A bare name is PyPI's. https://github.com/package-url/purl-spec says what a purl is.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from depaudit.errors import ParseError
from depaudit.model.names import Ecosystem, normalize, quoted
from depaudit.model.requirement import Location, Requirement

_PYPI_PLAIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[A-Za-z0-9._, -]*\])?(?:(===?)([A-Za-z0-9.!+_-]+))?")
_NPM_EXACT = re.compile(r"[v=]*(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)")
MAX_LENGTH = 1_000


def parse_written(text: str, location: Location) -> Requirement:
    """The requirement that ``text`` states.

    Raises ``ParseError`` when it cannot be read and ``InvalidNameError`` when no registry could hold the name.
    """
    text = text.strip()
    if not text:
        raise _refuse(text, location, "is empty; give a name such as requests or npm:react.")
    if len(text) > MAX_LENGTH:
        raise _refuse(text, location, f"has {len(text)} letters; no requirement is that long.")
    if text.startswith("pkg:"):
        return _purl(text, location)
    if text.startswith("npm:"):
        return _npm(text, text[4:], location)
    if text.startswith("pypi:"):
        return _pypi(text, text[5:], location)
    if text.startswith("@"):
        raise _refuse(text, location, f"looks like a scoped npm name; write npm:{text}." if text.isascii() else "")
    return _pypi(text, text, location)


def _pypi(text: str, body: str, location: Location) -> Requirement:
    plain = _PYPI_PLAIN.fullmatch(body)
    if plain is not None:
        raw, operator, version = plain.group(1), plain.group(2) or "", plain.group(3)
        return Requirement(
            ecosystem=Ecosystem.PYPI,
            name=normalize(Ecosystem.PYPI, raw),
            raw_name=raw,
            requested=body,
            specifier=f"{operator}{version}" if version else "",
            pinned_version=version,
            location=location,
        )
    if re.fullmatch(r"[A-Za-z0-9._-]+@[0-9v][^/]*", body):
        name, _, version = body.partition("@")
        raise _refuse(text, location, f"has npm's way of naming a version; for PyPI write {name}=={version}.")
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Pep508

    try:
        parsed = Pep508(body)
    except (InvalidRequirement, RecursionError):
        normalize(Ecosystem.PYPI, re.split(r"[\s<>=!~;\[@(]", body, maxsplit=1)[0])
        raise _refuse(
            text, location, "is no requirement; write a name, or a name and version as flask==3.0.0."
        ) from None
    if parsed.url is not None:
        raise _refuse(text, location, "names a URL; check takes names of a registry.")
    return Requirement(
        ecosystem=Ecosystem.PYPI,
        name=normalize(Ecosystem.PYPI, parsed.name),
        raw_name=parsed.name,
        requested=body,
        specifier=str(parsed.specifier),
        marker=str(parsed.marker) if parsed.marker is not None else None,
        location=location,
    )


def _npm(text: str, body: str, location: Location) -> Requirement:
    at = body.find("@", 1)
    raw, specifier = (body, "") if at < 0 else (body[:at], body[at + 1 :])
    if specifier.startswith(("git", "http:", "https:", "file:", "link:", "workspace:", "npm:")) or "/" in specifier:
        raise _refuse(text, location, "names a source that is no registry; check takes names of a registry.")
    exact = _NPM_EXACT.fullmatch(specifier)
    return Requirement(
        ecosystem=Ecosystem.NPM,
        name=normalize(Ecosystem.NPM, raw),
        raw_name=raw,
        requested=body,
        specifier=specifier,
        pinned_version=exact.group(1) if exact is not None else None,
        location=location,
    )


def _purl(text: str, location: Location) -> Requirement:
    kind, _, rest = text[4:].lstrip("/").partition("/")
    rest, _, qualifiers = rest.partition("#")[0].partition("?")
    if "repository_url=" in qualifiers:
        raise _refuse(text, location, "names a repository; check asks the indexes of your own configuration.")
    path, at, version = rest.rpartition("@")
    if not at or "/" in version:
        path, version = rest, ""
    name, version = unquote(path), unquote(version)
    if kind.lower() == "npm":
        return _npm(text, f"{name}@{version}" if version else name, location)
    if kind.lower() == "pypi":
        return _pypi(text, f"{name}=={version}" if version else name, location)
    raise _refuse(
        text, location, "is a purl of a registry that depaudit does not audit; it knows pkg:pypi and pkg:npm."
    )


def _refuse(text: str, location: Location, message: str) -> ParseError:
    return ParseError(
        f"{quoted(text)} {message or 'is not a name that a registry could hold.'}",
        path=location.path,
        line=location.line,
        column=location.column,
    )
