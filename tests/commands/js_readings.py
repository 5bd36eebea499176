"""Short ways to write down whole readings, for the tables of the JavaScript clients' tests."""

from __future__ import annotations

import shlex
from typing import Any

from depaudit.commands.base import FileUse, Install, NamedFile, NotAnInstall, Undetermined
from depaudit.model.names import Ecosystem, normalize
from depaudit.model.requirement import Requirement, Source, SourceKind
from tests.commands.readings import Case, at

_CLIENTS = {"npx": "npm", "pnpx": "pnpm", "bunx": "bun"}

PROXY_GONE = "was left out: the gate goes on by the proxy that HTTPS_PROXY names."
ROOTS_GONE = "was left out: its certificates are added to those that the gate trusts."
CACHE_GONE = "was left out: the gate keeps a cache of its own, of what has passed it."
AFRESH_GONE = "was left out: the registry is asked afresh in every gated run."
VERIFY_GONE = "was left out: the gate verifies the registries itself."
OFFLINE = "Leave it out: nothing can be judged without asking the registry."


def wish(position: int, requested: str, name: str | None = None, specifier: str = "", **more: Any) -> Requirement:
    """A typed requirement. ``name`` and ``specifier`` are those of ``name@specifier`` where they are not given;
    ``pin=True``: the specifier is one version."""
    if name is None:
        at_sign = requested.find("@", 1)
        name, specifier = (requested, "") if at_sign < 0 else (requested[:at_sign], requested[at_sign + 1 :])
    group = more.pop("group", "main")
    return Requirement(
        ecosystem=Ecosystem.NPM,
        name=normalize(Ecosystem.NPM, name),
        raw_name=name,
        requested=requested,
        location=at(position),
        specifier=specifier,
        pinned_version=specifier if more.pop("pin", False) else None,
        groups=(group,),
        **more,
    )


def elsewhere(position: int, requested: str, name: str, kind: SourceKind, **more: Any) -> Requirement:
    """A typed requirement that comes from the place that its text names."""
    return wish(position, requested, name, source=Source(kind=kind, url=requested), **more)


def folders(*paths: str) -> tuple[NamedFile, ...]:
    return tuple(NamedFile(path=path, use=FileUse.PROJECT) for path in paths)


def installs(line: str, *requirements: Requirement, argv: str | None = None, **fields: Any) -> Case:
    """``line`` as an install; ``argv`` where it is not the line itself."""
    words = shlex.split(line)
    return Case(
        words,
        Install(
            client=_CLIENTS.get(words[0], words[0]),
            argv=tuple(shlex.split(line if argv is None else argv)),
            ecosystem=Ecosystem.NPM,
            requirements=requirements,
            **fields,
        ),
    )


def runs(line: str, *requirements: Requirement, local_first: bool = True, **fields: Any) -> Case:
    """``line`` as a program that is fetched, if need be, and run."""
    return installs(line, *requirements, temporary=True, local_first=local_first, **fields)


def harmless(line: str) -> Case:
    words = shlex.split(line)
    return Case(words, NotAnInstall(client=_CLIENTS.get(words[0], words[0]), argv=tuple(words)))


def unclear(line: str, why: str, *requirements: Requirement, argv: str | None = None, **fields: Any) -> Case:
    """``line`` as a command of which it can't be told what it installs."""
    words = shlex.split(line)
    return Case(
        words,
        Undetermined(
            client=_CLIENTS.get(words[0], words[0]),
            argv=tuple(shlex.split(line if argv is None else argv)),
            ecosystem=Ecosystem.NPM,
            why=why,
            requirements=requirements,
            **fields,
        ),
    )
