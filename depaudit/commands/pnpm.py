"""pnpm and pnpx, from version 6 on: https://pnpm.io/pnpm-cli.

From version 11 on, pnpm installs what a project lacks before it runs a script or a program of it (measured: pnpm
12.21, ``pnpm run``, ``pnpm exec`` and ``pnpm SCRIPT`` in a project without ``node_modules``): whatever runs something
is undetermined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from depaudit.commands.base import Install, NotAnInstall, ProjectUse, Reading, Undetermined
from depaudit.commands.js_steering import (
    AFRESH,
    AUTHORITIES,
    CACHE,
    ENV_FILE,
    OFFLINE,
    PROXY,
    UNVERIFIED,
    steer_unless,
    typed_group,
    typed_scopes,
)
from depaudit.commands.npm_options import listed
from depaudit.commands.npm_specs import Typed, initializer, printable, read_typed
from depaudit.commands.options import Given, Scan, Table, Word, scan
from depaudit.commands.pnpm_options import ADD, DLX, GRAMMAR, INSTALL
from depaudit.commands.steering import Steered, Steering, unknown_option
from depaudit.model.names import Ecosystem
from depaudit.model.record import replace

NAME = "pnpm"
PROGRAMS = ("pnpm", "pnpx")

_STEERING = Steering(
    gone={
        "--https-proxy": PROXY,
        "--http-proxy": PROXY,
        "--proxy": PROXY,
        "--cafile": AUTHORITIES,
        "--ca": UNVERIFIED,
        "--strict-ssl": UNVERIFIED,
        "--cache-dir": CACHE,
        "--prefer-offline": AFRESH,
    },
    refused={
        "--offline": OFFLINE,
        "--frozen-store": OFFLINE,
        "--no-proxy": "Leave it out: every request of this run passes the gate.",
        "--noproxy": "Leave it out: every request of this run passes the gate.",
        "--pnpr-server": "Leave it out: a server that resolves for pnpm chooses versions unseen by the gate.",
        "--env-file": ENV_FILE,
    },
    roots=frozenset(("--cafile",)),
)
_INSTALL = frozenset(("i", "install", "it", "install-test"))
_ADD = frozenset(("add",))
_FROZEN = frozenset(("ci", "clean-install", "ic", "install-clean"))
_PROJECT = frozenset(
    listed("""
    update up upgrade remove rm uninstall un uni link ln unlink dislink dedupe prune deploy patch patch-commit
    patch-remove
    """)
)
_NO_INSTALL = frozenset(
    listed("""
    access init outdated list ls ll la licenses licences fund why view info show v sbom whoami deprecate undeprecate
    unpublish star unstar stars dist-tag dist-tags ping doctor search s se find pack publish stage peers set-script ss
    completion find-hash bin root prefix config c get set pkg cache cat-file cat-index ignored-builds docs home repo
    login adduser team owner owners logout edit profile token xmas help change version lane bugs issues rebuild rb
    """)
)
_RECURSIVE = frozenset(("recursive", "multi", "m"))
_CONFIG = "--config."
_HUMP = re.compile(r"(?<=[a-z0-9])[A-Z]")
_MAX_NESTED = 4


def read(argv: Sequence[str]) -> Reading:
    """Read a pnpm or pnpx command line."""
    if argv and argv[0] == "pnpx":
        return _dlx(argv, _scan(argv, 1, DLX, until_word=True), Scan(options=(), words=(), stop=1), create=False)
    before = _scan(argv, 1, INSTALL, until_word=True)
    start = before.stop
    for _ in range(_MAX_NESTED):
        if start >= len(argv) or argv[start] not in _RECURSIVE:
            break
        again = _scan(argv, start + 1, INSTALL, until_word=True)
        before, start = before.and_then(again), again.stop
    why = _uncertain(before)
    if start >= len(argv):
        return NotAnInstall(client=NAME, argv=tuple(argv)) if why is None else _undetermined(argv, before, why)
    reading = _read_command(argv, before, start)
    if why is not None:
        return _undetermined(argv, before.and_then(_scan(argv, start + 1, INSTALL)), why)
    return reading


def _read_command(argv: Sequence[str], before: Scan, start: int) -> Reading:
    command = argv[start]
    if before.has("--version", "--help") or command in _NO_INSTALL:
        return NotAnInstall(client=NAME, argv=tuple(argv))
    if command in ("dlx", "create"):
        inner = _scan(argv, start + 1, DLX, until_word=True)
        return _dlx(argv, inner, before, create=command == "create")
    found = before.and_then(_scan(argv, start + 1, ADD if command in _ADD else INSTALL))
    known = command in _INSTALL or command in _ADD or command in _FROZEN or command in _PROJECT
    if known or command in ("fetch", "import", "store"):
        why = _uncertain(found)
        return _undetermined(argv, found, why) if why is not None else _known(argv, command, found)
    if command == "audit" and not any(one.name.startswith("--fix") for one in found.options):
        return NotAnInstall(client=NAME, argv=tuple(argv))
    if command == "audit":
        return _install(argv, found, Typed(), ProjectUse.RESOLVE)
    return _undetermined(argv, before, "pnpm may install what the project lacks before it runs anything.")


def _known(argv: Sequence[str], command: str, found: Scan) -> Reading:
    if command == "store":
        if not found.words or found.words[0].text != "add":
            return NotAnInstall(client=NAME, argv=tuple(argv))
        return replace(_install(argv, found, read_typed(found.words[1:]), ProjectUse.NONE), writes=True)
    if command in _FROZEN or command == "fetch":
        return replace(_install(argv, found, Typed(), ProjectUse.FROZEN), writes=command == "fetch")
    if command == "import":
        return _install(argv, found, Typed(), ProjectUse.LOCK)
    names = command in _INSTALL or command in _ADD
    reading = _install(
        argv, found, read_typed(found.words, _group(found)) if names else Typed(), _project(found, names=names)
    )
    if command == "deploy" and found.words:
        return replace(reading, target=printable(found.words[-1].text))
    return reading


def _dlx(argv: Sequence[str], inner: Scan, before: Scan, *, create: bool) -> Reading:
    found = before.and_then(inner)
    why = _uncertain(found)
    if why is not None:
        return _undetermined(argv, found, why)
    named = tuple(Word(text=value, index=one.stop - 1) for one in inner.given("--package") for value in one.values)
    program = (Word(text=argv[inner.stop], index=inner.stop),) if inner.stop < len(argv) else ()
    if found.has("--version", "--help") or not (program or named):
        return NotAnInstall(client=NAME, argv=tuple(argv))
    if create:
        named = tuple(Word(text=initializer(one.text, keep_prefix=True), index=one.index) for one in program)
    typed = read_typed(named or program)
    return replace(_install(argv, found, typed, ProjectUse.NONE), temporary=True, target=None, left_out=())


def _group(found: Scan) -> str:
    return typed_group(found, dev="--save-dev", optional="--save-optional", peer="--save-peer")


def _project(found: Scan, *, names: bool) -> ProjectUse:
    if found.has("--global"):
        return ProjectUse.NONE
    if found.has("--lockfile-only", "--dry-run", "--resolution-only") or (not names and found.has("--check")):
        return ProjectUse.LOCK
    return ProjectUse.FROZEN if _is_on(found, "--frozen-lockfile") else ProjectUse.RESOLVE


def _install(argv: Sequence[str], found: Scan, typed: Typed, project: ProjectUse) -> Install:
    steered = _steered(argv, found)
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.NPM,
        requirements=typed.requirements,
        files=typed.files,
        project=project,
        folder=printable(found.last("--dir") or "."),
        left_out=_left_out(found),
        registry=found.last("--registry") or None,
        scopes=typed_scopes(found),
        settings=_settings(found),
        target="global" if found.has("--global") else None,
        neutralised=steered.neutralised,
        conflicts=steered.conflicts,
        roots=steered.roots,
    )


def _undetermined(argv: Sequence[str], found: Scan, why: str) -> Undetermined:
    steered = _steered(argv, found)
    return Undetermined(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.NPM,
        why=why,
        folder=printable(found.last("--dir") or "."),
        registry=found.last("--registry") or None,
        scopes=typed_scopes(found),
        settings=_settings(found),
        neutralised=steered.neutralised,
        conflicts=steered.conflicts,
        roots=steered.roots,
    )


def _scan(argv: Sequence[str], start: int, options: Table, *, until_word: bool = False) -> Scan:
    """The scan, in which ``--config.httpsProxy=x`` is ``--https-proxy=x``: any setting may be typed so."""
    found = scan(argv, start, options, GRAMMAR, until_word=until_word)
    return replace(found, options=tuple(_plain(one) for one in found.options))


def _plain(given: Given) -> Given:
    if not given.name.startswith(_CONFIG) or not given.values:
        return given
    key = given.name[len(_CONFIG) :]
    if not key.startswith(("@", "//")):
        key = _HUMP.sub(lambda found: "-" + found.group().lower(), key)
    option = INSTALL.get("--" + key)
    return replace(given, name=option.name if option is not None else "--" + key, known=True)


def _uncertain(found: Scan) -> str | None:
    """Why the words of a line can't be told from its options' values; an unknown ``--x=y`` takes no word."""
    loose = tuple(one for one in found.unknown if not (one.name.startswith("--") and one.values))
    return unknown_option(replace(found, options=loose))


def _steered(argv: Sequence[str], found: Scan) -> Steered:
    return steer_unless(argv, found, _STEERING, _is_harmless)


def _is_harmless(given: Given) -> bool:
    on = (given.value != "false") is not given.denied
    if given.name == "--strict-ssl":
        return on
    return given.name in ("--offline", "--prefer-offline", "--frozen-store") and not on


def _is_on(found: Scan, name: str) -> bool:
    given = found.given(name)
    return bool(given) and (given[-1].value != "false") is not given[-1].denied


def _left_out(found: Scan) -> tuple[str, ...]:
    out = {"dev"} if _is_on(found, "--prod") else set()
    if found.given("--optional") and not _is_on(found, "--optional"):
        out.add("optional")
    return tuple(sorted(out))


def _settings(found: Scan) -> tuple[tuple[str, str], ...]:
    typed = (("userconfig", found.last("--npmrc-auth-file")), ("globalconfig", found.last("--globalconfig")))
    return tuple((key, printable(value)) for key, value in typed if value)
