"""What the right-hand side of a dependency means to npm, yarn, pnpm and bun: ``"left-pad": "<this>"``.

The order of the questions is npm's own (https://github.com/npm/npm-package-arg), before which come the protocols that
only yarn (https://yarnpkg.com/protocols), pnpm and bun know.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from depaudit.model.npm_range import parse_range
from depaudit.model.record import record
from depaudit.model.requirement import REGISTRY, Source, SourceKind

MAX_SPEC_LENGTH = 8_192
"""Letters; a URL longer than this is none that a person wrote."""

_MAX_NESTING = 3
_EXACT = re.compile(r"[v=\s]*(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?")
_RANGE_START = re.compile(r"[0-9^~<>=*]")
_TAG = re.compile(r"[A-Za-z0-9._~!*'()-]+")
_PROTOCOL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_FOLDER = re.compile(r"\.|~[/\\]|[/\\]|[A-Za-z]:")
_ARCHIVE = re.compile(r"\.(?:tgz|tar\.gz|tar)$", re.IGNORECASE)
_SCP = re.compile(r"[^@\s/]+@[^:\s/]+:[^\s]+")
_SHORTHAND = re.compile(r"[^\s/:@.][^\s/:@]*/[^\s/:@#]+")
_HOSTED_PAGE = re.compile(
    r"https?://(?:[^/@]*@)?(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)/[^/?#]+/[^/?#]+/?(?:#.*)?",
    re.IGNORECASE,
)
_LOCAL = {"file", "link", "portal", "exec"}
_HOSTS = {"github", "gitlab", "bitbucket", "gist", "sourcehut"}
_GIT = {"git", "ssh", "git+ssh", "git+https", "git+http", "git+file", "git+rsync", "git+ftp"}
_ELSEWHERE = {"jsr": "jsr", "runtime": "runtime"}


class SpecError(ValueError):
    """A right-hand side that no package manager would read; the text says why."""


@record
class NpmSpec:
    """``name`` is the real one, as the registry is asked for it; ``elsewhere`` the ecosystem that is not audited."""

    name: str
    specifier: str = ""
    pinned_version: str | None = None
    source: Source = REGISTRY
    elsewhere: str | None = None


def read_spec(key: str, spec: str) -> NpmSpec:
    """What ``spec`` asks for under the name ``key``. Raises ``SpecError``."""
    return _read(key, spec.strip(), 0)


def exact_version(spec: str) -> str | None:
    """The one version that ``1.2.3``, ``=1.2.3`` or ``v1.2.3`` allows (npm ignores build metadata); else None."""
    match = _EXACT.fullmatch(spec)
    return match.group(1) if match is not None else None


def split_name(text: str) -> tuple[str, str]:
    """``@scope/name@rest`` as name and rest; the rest is empty where nothing is said."""
    at = text.find("@", 1)
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])


def _read(key: str, spec: str, nesting: int) -> NpmSpec:
    if len(spec) > MAX_SPEC_LENGTH:
        raise SpecError(f"it has {len(spec)} letters")
    if nesting > _MAX_NESTING:
        raise SpecError("it refers to another package too many times over")
    if _FOLDER.match(spec):
        return _from(key, SourceKind.PATH, spec)
    match = _PROTOCOL.match(spec)
    if match is not None:
        return _by_protocol(key, spec, match.group(1).lower(), spec[match.end() :], nesting)
    if _SCP.fullmatch(spec):
        return _from(key, SourceKind.GIT, spec)
    if "/" in spec:
        shorthand = _SHORTHAND.fullmatch(spec.partition("#")[0]) is not None
        return _from(key, SourceKind.GIT if shorthand else SourceKind.PATH, spec)
    if _ARCHIVE.search(spec):
        return _from(key, SourceKind.PATH, spec)
    return _registry(key, spec)


def _by_protocol(key: str, spec: str, protocol: str, body: str, nesting: int) -> NpmSpec:
    if protocol == "npm":
        return _alias(key, body)
    if protocol == "workspace":
        return NpmSpec(name=key, specifier=body, source=Source(kind=SourceKind.WORKSPACE))
    if protocol == "catalog":
        return NpmSpec(name=key)  # the range stands in the workspace's own file
    if protocol == "patch":
        # yarn: patch:NAME@RANGE#PATCH, the part before "#" percent-encoded
        name, inner = split_name(unquote(body.partition("#")[0]))
        return _read(name, inner, nesting + 1)
    if protocol in _ELSEWHERE:
        return NpmSpec(name=key, specifier=body, elsewhere=_ELSEWHERE[protocol])
    if protocol in _LOCAL:
        return _from(key, SourceKind.PATH, spec)
    if protocol in _HOSTS or protocol in _GIT:
        return _from(key, SourceKind.GIT, spec)
    if protocol in ("http", "https"):
        place = spec.partition("#")[0].partition("?")[0]
        git = place.endswith(".git") or (_HOSTED_PAGE.fullmatch(spec) is not None and not _ARCHIVE.search(place))
        return _from(key, SourceKind.GIT if git else SourceKind.URL, spec)
    raise SpecError(f"no package manager is known to read {protocol}:")


def _alias(key: str, body: str) -> NpmSpec:
    # npm: npm:NAME[@RANGE] is an alias. yarn: npm:RANGE is the key's own name, spelled out.
    body = body.strip()
    if body in ("", "latest") or (_RANGE_START.match(body) is not None and parse_range(body) is not None):
        return _registry(key, body)
    name, specifier = split_name(body)
    return _registry(name, specifier.strip())


def _registry(name: str, specifier: str) -> NpmSpec:
    if specifier and parse_range(specifier) is None and _TAG.fullmatch(specifier) is None:
        raise SpecError("it is neither a version range nor a dist-tag")
    return NpmSpec(name=name, specifier=specifier, pinned_version=exact_version(specifier))


def _from(name: str, kind: SourceKind, url: str) -> NpmSpec:
    return NpmSpec(name=name, source=Source(kind=kind, url=url))
