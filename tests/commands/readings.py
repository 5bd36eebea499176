"""Short ways to write down whole readings, for the tables of the Python clients' tests."""

from __future__ import annotations

import shlex
from typing import Any, NamedTuple

from depaudit.commands.base import COMMAND_LINE, FileUse, Install, NamedFile, NotAnInstall, Reading, Undetermined
from depaudit.model.names import Ecosystem, normalize
from depaudit.model.requirement import IndexRef, Location, Origin, Requirement, Source, SourceKind


def at(position: int) -> Location:
    return Location(path=COMMAND_LINE, line=1, column=position)


def wish(
    position: int,
    requested: str,
    raw_name: str | None = None,
    specifier: str = "",
    *,
    url: str | None = None,
    kind: SourceKind = SourceKind.URL,
    **more: Any,
) -> Requirement:
    """A typed requirement; a specifier ``==x`` is a pin."""
    name = raw_name or requested
    if url is not None:
        more["source"] = Source(kind=kind, url=url)
    pinned = specifier[2:] if specifier.startswith("==") else None
    return Requirement(
        ecosystem=Ecosystem.PYPI,
        name=normalize(Ecosystem.PYPI, name),
        raw_name=name,
        requested=requested,
        location=at(position),
        specifier=specifier,
        pinned_version=pinned,
        **more,
    )


def files(**uses: str) -> tuple[NamedFile, ...]:
    """``files(REQUIREMENTS="a.txt b.txt")``."""
    return tuple(NamedFile(path=path, use=FileUse[use]) for use, paths in uses.items() for path in paths.split())


def index(position: int, url: str, name: str | None = None) -> IndexRef:
    return IndexRef(url=url, origin=Origin.OPERATOR, location=at(position), name=name)


class Case(NamedTuple):
    """A command line and its whole reading."""

    words: list[str]
    reading: Reading


def case_id(case: object) -> str | None:
    """A name for a parameter: the line."""
    return shlex.join(case.words) if isinstance(case, Case) else None


def installs(line: str, *requirements: Requirement, argv: str | None = None, **fields: Any) -> Case:
    """``line`` as an install; ``argv`` where it is not the line itself."""
    words = shlex.split(line)
    reading = Install(
        client={"uvx": "uv"}.get(words[0], words[0]),
        argv=tuple(shlex.split(argv or line)),
        ecosystem=Ecosystem.PYPI,
        requirements=requirements,
        **fields,
    )
    return Case(words, reading)


def harmless(line: str) -> Case:
    words = shlex.split(line)
    return Case(words, NotAnInstall(client={"uvx": "uv"}.get(words[0], words[0]), argv=tuple(words)))


def unclear(line: str, why: str, *requirements: Requirement, argv: str | None = None, **fields: Any) -> Case:
    """``line`` as a command of which it can't be told what it installs."""
    words = shlex.split(line)
    reading = Undetermined(
        client={"uvx": "uv"}.get(words[0], words[0]),
        argv=tuple(shlex.split(argv or line)),
        ecosystem=Ecosystem.PYPI,
        why=why,
        requirements=requirements,
        **fields,
    )
    return Case(words, reading)
