"""What the lockfiles of npm's kin pin, as far as the gate must know before a client takes it from a cache.

A frozen install with a warm cache asks nobody, so nothing of it would pass the proxy. Only names and exact versions of
the registry are read, line by line: ``yarn.lock`` (both kinds), ``pnpm-lock.yaml``, ``bun.lock`` and ``deno.lock``.
What comes from git, a URL, a folder or a workspace is left to what is judged during the run. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from depaudit.errors import InvalidNameError
from depaudit.model.names import Ecosystem, normalize
from depaudit.model.requirement import Location, Requirement, Source, SourceKind

MAX_PINS = 100_000

_NAME = r"(?:@[A-Za-z0-9._~-]{1,214}/)?[A-Za-z0-9._~-]{1,214}"
_VERSION = r"\d{1,20}\.\d{1,20}\.\d{1,20}(?:[-+][0-9A-Za-z.+-]{1,200})?"
_BERRY = re.compile(rf'^  resolution: "({_NAME})@npm:({_VERSION})(?:::[^"]{{0,2000}})?"$')
_YARN1_HEAD = re.compile(rf'^"?({_NAME})@(?:npm:({_NAME})@)?')
_YARN1_VERSION = re.compile(rf'^  version "({_VERSION})"$')
_YARN1_RESOLVED = re.compile(r'^  resolved "(https?://[^"#]{1,2000})')
_PNPM = re.compile(rf"^  ['\"]?/?({_NAME})[@/]({_VERSION})(?:[(_][^:]{{0,2000}})?['\"]?:(?:\s*\{{\}})?\s*$")
_BUN = re.compile(rf'^\s*"[^"]{{1,500}}":\s*\["({_NAME})@({_VERSION})",')
_DENO = re.compile(rf'^    "({_NAME})@({_VERSION})(?:_[^"]{{0,2000}})?":\s*\{{')

Pin = tuple[str, str, int]
"""(name, version, line from 1)"""


def read_pins(file_name: str, text: str, path: str) -> tuple[Requirement, ...]:
    """The registry packages that the lockfile pins, each once; nothing for a file of another name.

    ``path``  for the requirements' locations
    """
    reader = _READERS.get(file_name)
    if reader is None:
        return ()
    found: dict[tuple[str, str], Requirement] = {}
    for name, version, line in reader(text):
        if (name, version) in found or len(found) >= MAX_PINS:
            continue
        try:
            normalized = normalize(Ecosystem.NPM, name)
        except InvalidNameError:
            continue
        found[name, version] = Requirement(
            ecosystem=Ecosystem.NPM,
            name=normalized,
            raw_name=name,
            requested=f"{name}@{version}",
            specifier=version,
            pinned_version=version,
            location=Location(path=path, line=line),
            source=Source(kind=SourceKind.REGISTRY),
            direct=False,
        )
    return tuple(found.values())


def _yarn(text: str) -> Iterator[Pin]:
    """Yarn 1's own grammar, and Berry's YAML, which states each package's ``resolution``."""
    name, version, at = "", "", 0
    for line, words in enumerate(text.splitlines(), start=1):
        berry = _BERRY.match(words)
        if berry is not None:
            yield berry[1], berry[2], line
            name = ""
        elif words[:1] not in ("", " ", "#"):
            head = _YARN1_HEAD.match(words)
            name, version, at = (head[2] or head[1], "", line) if head is not None else ("", "", 0)
        elif name and (found := _YARN1_VERSION.match(words)):
            version = found[1]
        elif name and version and (resolved := _YARN1_RESOLVED.match(words)):
            if f"/{name}/-/" in resolved[1] or f"/{name.replace('/', '%2f')}/-/" in resolved[1]:
                yield name, version, at
            name = ""


def _pnpm(text: str) -> Iterator[Pin]:
    inside = False
    for line, words in enumerate(text.splitlines(), start=1):
        if words[:1] not in ("", " "):
            inside = words.startswith("packages:")
        elif inside and (found := _PNPM.match(words)):
            yield found[1], found[2], line


def _matching(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Pin]]:
    def read(text: str) -> Iterator[Pin]:
        for line, words in enumerate(text.splitlines(), start=1):
            found = pattern.match(words)
            if found is not None:
                yield found[1], found[2], line

    return read


_READERS: Mapping[str, Callable[[str], Iterator[Pin]]] = {
    "yarn.lock": _yarn,
    "pnpm-lock.yaml": _pnpm,
    "bun.lock": _matching(_BUN),
    "deno.lock": _matching(_DENO),
}
