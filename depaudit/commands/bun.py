"""bun and bunx: https://bun.com/docs/cli/install.

bun takes the first word without a dash for its subcommand, whatever stands before it, and fetches what a program
imports where there is no ``node_modules`` (https://bun.com/docs/runtime/autoimport): whatever runs is undetermined.
"""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.commands import program_of
from depaudit.commands.base import Install, NotAnInstall, ProjectUse, Reading, Undetermined
from depaudit.commands.js_steering import (
    AFRESH,
    AUTHORITIES,
    CACHE,
    ENV_FILE,
    OFFLINE,
    UNVERIFIED,
    steer_unless,
    typed_group,
)
from depaudit.commands.npm_options import listed
from depaudit.commands.npm_specs import Typed, initializer, printable, read_typed
from depaudit.commands.options import Grammar, Scan, Word, scan, table
from depaudit.commands.steering import Steered, Steering, unknown_option
from depaudit.model.names import Ecosystem
from depaudit.model.record import replace

NAME = "bun"
PROGRAMS = ("bun", "bunx")

_GRAMMAR = Grammar(equals=True)
_OPTIONS = table(
    nothing="""
        -h/--help -v/--version --revision -y/--yarn --production/--prod -p/--production --no-save --save --dry-run
        --frozen-lockfile -f/--force --no-cache --silent --quiet --verbose --no-progress --no-summary --no-verify
        --offline --prefer-offline --ignore-scripts --trust -g/--global --no-env-file --save-text-lockfile
        --lockfile-only --use-system-ca --use-openssl-ca --use-bundled-ca -d/--dev/-D/--development --optional --peer
        --save-prod -E/--exact -a/--analyze --only-missing -L/--latest -i/--interactive -r/--recursive --no-optional
        --all --strict-ssl -b/--bun --smol --hot --watch --no-install --no-orphans
    """,
    value="""
        -c/--config --ca --cafile --cache-dir --cwd --env-file --backend --registry --concurrent-scripts
        --network-concurrency --omit --linker --minimum-release-age --minimum-release-age-excludes --cpu --os --libc
        -F/--filter --depth
    """,
    attached="--catalog",
)
_BUNX = table(
    nothing="""
        --bun -b --no-install --trust --ignore-scripts --verbose --silent -h/--help -v/--version --no-env-file -y/--yes
    """,
    value="-p/--package --cwd --env-file --minimum-release-age --registry --ca --cafile -c/--config",
)
_STEERING = Steering(
    gone={
        "--cafile": AUTHORITIES,
        "--ca": UNVERIFIED,
        "--cache-dir": CACHE,
        "--prefer-offline": AFRESH,
        "--use-system-ca": UNVERIFIED,
        "--use-openssl-ca": UNVERIFIED,
        "--use-bundled-ca": UNVERIFIED,
    },
    refused={
        "--offline": OFFLINE,
        "--env-file": ENV_FILE,
        "--config": "Leave it out: settings in that file could lead round the gate. Rename it to bunfig.toml.",
    },
    roots=frozenset(("--cafile",)),
)
_ADD = frozenset(("install", "i", "add", "a"))
_PROJECT = frozenset(listed("remove rm uninstall update up dedupe prune link patch patch-commit"))
_NO_INSTALL = frozenset(
    listed("build audit outdated publish info why unlink upgrade exec completions discord feedback getcompletes help")
)
_PM_NO_INSTALL = frozenset(
    listed("""
    pack bin ls list why diff licenses whoami view version pkg hash hash-string hash-print cache untrusted trust
    default-trusted
    """)
)


def read(argv: Sequence[str]) -> Reading:
    """Read a bun or bunx command line."""
    if argv and argv[0] == "bunx":
        return _bunx(argv, Scan(options=(), words=(), stop=1), 1)
    command_at = next((index for index, word in enumerate(argv) if index and not word.startswith("-")), None)
    before = scan(argv[:command_at], 1, _OPTIONS, _GRAMMAR)
    if command_at is None:
        shows = before.has("--help", "--version", "--revision") or len(argv) < 2
        return _untouched(argv) if shows else _undetermined(argv, before, _RUNS)
    command = argv[command_at]
    found = before.and_then(scan(argv, command_at + 1, _OPTIONS, _GRAMMAR))
    if command in _ADD or command in _PROJECT:
        return _known(argv, command, found)
    if command == "x":
        return _bunx(argv, before, command_at + 1)
    if command == "pm":
        return _pm(argv, found)
    if command in ("create", "c"):
        return _create(argv, before, command_at + 1)
    if command == "init":
        return _install(argv, before, Typed(), ProjectUse.RESOLVE)
    if command == "exec" and any(program_of(word) for word in " ".join(argv[command_at + 1 :]).split()):
        return _undetermined(argv, before, "What bun exec starts may install.")
    if command in _NO_INSTALL and not (command == "audit" and _mends(found)):
        return _untouched(argv)
    if command == "audit":
        return _install(argv, found, Typed(), ProjectUse.RESOLVE)
    return _undetermined(argv, before, _RUNS)


_RUNS = "bun fetches what a program imports where there is no node_modules."


def _known(argv: Sequence[str], command: str, found: Scan) -> Reading:
    why = unknown_option(found)
    if why is not None:
        return _undetermined(argv, found, why)
    if found.has("--help"):
        return _untouched(argv)
    if found.has("--analyze"):
        return _undetermined(argv, found, "bun installs whatever the named files import.")
    outside = found.has("--global")
    if outside:
        project = ProjectUse.NONE
    elif found.has("--lockfile-only", "--dry-run"):
        project = ProjectUse.LOCK
    else:
        project = ProjectUse.FROZEN if found.has("--frozen-lockfile") else ProjectUse.RESOLVE
    group = typed_group(found, dev="--dev", optional="--optional", peer="--peer")
    return _install(argv, found, read_typed(found.words, group) if command in _ADD else Typed(), project)


def _bunx(argv: Sequence[str], before: Scan, start: int) -> Reading:
    inner = scan(argv, start, _BUNX, _GRAMMAR, until_word=True)
    found = before.and_then(inner)
    why = unknown_option(found)
    if why is not None:
        return _undetermined(argv, found, why)
    named = tuple(Word(text=value, index=one.stop - 1) for one in inner.given("--package") for value in one.values)
    program = (Word(text=argv[inner.stop], index=inner.stop),) if inner.stop < len(argv) else ()
    if inner.has("--help", "--version") or not (named or program):
        return _untouched(argv)
    typed = Typed() if inner.has("--no-install") else read_typed(named or program)
    reading = _install(argv, found, typed, ProjectUse.NONE)
    return replace(reading, temporary=True, local_first=True, left_out=(), target=None)


def _pm(argv: Sequence[str], found: Scan) -> Reading:
    command = found.words[0].text if found.words else ""
    unpacks = any(word.text == "unpack" for word in found.words[1:2])  # bun pm cache unpack FILE
    if not command or (command in _PM_NO_INSTALL and not unpacks):
        return _untouched(argv)
    if command == "fetch":
        return replace(_install(argv, found, Typed(), ProjectUse.RESOLVE), writes=True)
    if command == "migrate":
        return _install(argv, found, Typed(), ProjectUse.LOCK)
    return _undetermined(argv, found, "depaudit does not know what this subcommand of bun pm fetches.")


def _create(argv: Sequence[str], before: Scan, start: int) -> Reading:
    inner = scan(argv, start, _OPTIONS, _GRAMMAR, until_word=True)
    found = before.and_then(inner)
    if inner.stop >= len(argv):
        return _untouched(argv)
    template = argv[inner.stop]
    word = Word(text=initializer(template), index=inner.stop)
    named = () if template.startswith((".", "/")) or ("/" in template and not template.startswith("@")) else (word,)
    reading = _undetermined(argv, found, "bun creates from a package, a repository or a folder, and installs it.")
    return replace(reading, requirements=read_typed(named).requirements)


def _mends(found: Scan) -> bool:
    return any(one.name.startswith("--fix") for one in found.options) or any(w.text == "fix" for w in found.words)


def _install(argv: Sequence[str], found: Scan, typed: Typed, project: ProjectUse) -> Install:
    steered = _steered(argv, found)
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.NPM,
        requirements=typed.requirements,
        files=typed.files,
        project=project,
        folder=_folder(found),
        left_out=_left_out(found) if project is not ProjectUse.NONE else (),
        registry=found.last("--registry") or None,
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
        folder=_folder(found),
        registry=found.last("--registry") or None,
        neutralised=steered.neutralised,
        conflicts=steered.conflicts,
        roots=steered.roots,
    )


def _untouched(argv: Sequence[str]) -> NotAnInstall:
    return NotAnInstall(client=NAME, argv=tuple(argv))


def _steered(argv: Sequence[str], found: Scan) -> Steered:
    return steer_unless(argv, found, _STEERING)


def _folder(found: Scan) -> str:
    return printable(found.last("--cwd") or ".")


def _left_out(found: Scan) -> tuple[str, ...]:
    out = set(found.all("--omit")) & {"dev", "optional", "peer"}
    if found.has("--production"):
        out.add("dev")
    if found.has("--no-optional"):
        out.add("optional")
    return tuple(sorted(out))
