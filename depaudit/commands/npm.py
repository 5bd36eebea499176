"""npm and npx, from version 6 on: https://docs.npmjs.com/cli/commands."""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.commands.base import Install, NotAnInstall, ProjectUse, Reading, Undetermined
from depaudit.commands.js_steering import (
    AFRESH,
    AUTHORITIES,
    CACHE,
    NO_PROXY,
    OFFLINE,
    PROXY,
    UNVERIFIED,
    steer_unless,
    typed_scopes,
)
from depaudit.commands.npm_commands import commands_named
from depaudit.commands.npm_options import listed
from depaudit.commands.npm_specs import Typed, initializer, printable, read_typed
from depaudit.commands.npm_words import npx_pieces, pieces_of, scan_npm, truth
from depaudit.commands.options import Given, Scan, Word
from depaudit.commands.steering import Steered, Steering
from depaudit.model.names import Ecosystem
from depaudit.model.record import record

NAME = "npm"
PROGRAMS = ("npm", "npx")

_STEERING = Steering(
    gone={
        "--proxy": PROXY,
        "--https-proxy": PROXY,
        "--noproxy": NO_PROXY,
        "--cafile": AUTHORITIES,
        "--ca": UNVERIFIED,
        "--strict-ssl": UNVERIFIED,
        "--cache": CACHE,
        "--cache-min": AFRESH,
        "--cache-max": AFRESH,
        "--prefer-offline": AFRESH,
        "--prefer-online": AFRESH,
    },
    refused={"--offline": OFFLINE},
    roots=frozenset(("--cafile",)),
)
_NO_INSTALL = frozenset(
    listed("""
    access adduser bin bugs build completion config deny-scripts deprecate diff dist-tag docs doctor edit explain
    explore fund get help help-search hook ll login logout ls org outdated owner ping pkg prefix profile publish query
    rebuild repo restart root run sbom search set set-script shrinkwrap stage star stars start stop team test token
    trust unbuild undeprecate unpublish unstar version view whoami
    """)
)
_WHOLE_PROJECT = frozenset(("dedupe", "find-dupes", "link", "prune", "uninstall", "update"))
_FROZEN = frozenset(("ci", "install-ci-test"))


@record
class _Line:
    """A command line behind its subcommand: ``words`` are those that npm hands to it."""

    scan: Scan
    words: tuple[Word, ...]
    steered: Steered

    @property
    def outside(self) -> bool:
        """Whether npm works on the packages of the whole machine (``-g``), not on a project."""
        return bool(truth(self.scan, "global")) or self.scan.last("--location") == "global"

    @property
    def folder(self) -> str:
        return "." if self.outside else printable(self.scan.last("--prefix") or ".")


def read(argv: Sequence[str]) -> Reading:
    """Read an npm or npx command line."""
    npx = bool(argv) and argv[0] == "npx"
    scan = scan_npm(npx_pieces(argv) if npx else pieces_of(argv))
    steered = steer_unless(argv, scan, _STEERING, _is_harmless)
    if npx:
        return _whole(argv, _Line(scan=scan, words=scan.words, steered=steered), frozenset(("exec",)))
    line = _Line(scan=scan, words=scan.words[1:], steered=steered)
    if not scan.words:
        return _undetermined(line, _UNKNOWN_OPTION) if _is_uncertain(scan, argv) else _untouched(argv)
    return _whole(argv, line, commands_named(scan.words[0].text))


_UNKNOWN_OPTION = "Versions of npm differ in what an option before the subcommand takes."


def _whole(argv: Sequence[str], line: _Line, commands: frozenset[str]) -> Reading:
    """The reading of a line that may mean any of ``commands``: the same for all, or undetermined."""
    certain = not _is_uncertain(line.scan, argv)
    if certain and (truth(line.scan, "version") or truth(line.scan, "usage")):
        return _untouched(argv)
    if not commands:
        return _undetermined(line, "depaudit knows no such subcommand of npm.")
    readings = {_read_command(command, argv, line) for command in commands}
    if len(readings) > 1:
        return _undetermined(line, "The beginning of a subcommand's name fits several.")
    reading = readings.pop()
    return reading if certain or not isinstance(reading, NotAnInstall) else _undetermined(line, _UNKNOWN_OPTION)


def _read_command(command: str, argv: Sequence[str], line: _Line) -> Reading:
    first = line.words[0].text if line.words else ""
    if command in ("install", "install-test"):
        words = line.words or ((Word(text=".", index=0),) if line.outside else ())
        return _install(line, read_typed(words, _group(line.scan)), _project(line))
    if command in _FROZEN:
        return _install(line, Typed(), ProjectUse.FROZEN)
    if command in _WHOLE_PROJECT or (command == "audit" and "fix" in {word.text for word in line.words}):
        return _install(line, Typed(), _project(line))
    if command == "exec":
        return _exec(argv, line)
    if command == "init":
        return _init(argv, line)
    if (command == "pack" and line.words) or (command == "cache" and first == "add"):
        words = line.words[1:] if command == "cache" else line.words
        return _install(line, read_typed(words), ProjectUse.NONE, writes=True)
    if command in _NO_INSTALL or command in ("audit", "cache", "pack"):
        return _untouched(argv)
    if command == "birthday":  # npm 7 and 8 run a package of this name
        return _install(line, read_typed((Word(text="@npmcli/npm-birthday", index=0),)), ProjectUse.NONE, runs=True)
    return _undetermined(line, f"npm {command} may run install scripts.")


def _exec(argv: Sequence[str], line: _Line) -> Reading:
    packages = line.scan.given("--package")
    named = tuple(Word(text=value, index=one.stop - 1) for one in packages for value in one.values)
    call = line.scan.last("--call")
    if not named and not line.words:
        return _undetermined(line, "The shell line of --call may start anything.") if call else _untouched(argv)
    wanted = named or line.words[:1]
    declined = truth(line.scan, "yes") is False  # --no-install: what is not there is not fetched
    return _install(line, Typed() if declined else read_typed(wanted), ProjectUse.NONE, runs=True)


def _init(argv: Sequence[str], line: _Line) -> Reading:
    if line.words:
        first = line.words[0]
        return _install(
            line, read_typed((Word(text=initializer(first.text), index=first.index),)), ProjectUse.NONE, runs=True
        )
    if line.scan.given("--workspace", "--workspaces"):
        return _install(line, Typed(), ProjectUse.RESOLVE)  # the new members are installed
    return _untouched(argv)


def _group(scan: Scan) -> str:
    """The table of the manifest that typed packages are written to."""
    for option, group in (("save-dev", "dev"), ("save-optional", "optional"), ("save-peer", "peer")):
        if truth(scan, option):
            return group
    return "main"


def _project(line: _Line) -> ProjectUse:
    if line.outside:
        return ProjectUse.NONE
    if truth(line.scan, "package-lock-only") or truth(line.scan, "dry-run"):
        return ProjectUse.LOCK
    return ProjectUse.RESOLVE


def _install(line: _Line, typed: Typed, project: ProjectUse, *, runs: bool = False, writes: bool = False) -> Install:
    outside = line.outside and not runs
    return Install(
        client=NAME,
        argv=line.steered.argv,
        ecosystem=Ecosystem.NPM,
        requirements=typed.requirements,
        files=typed.files,
        project=project,
        folder=line.folder,
        left_out=_left_out(line.scan) if project is not ProjectUse.NONE else (),
        registry=_registry(line.scan),
        scopes=typed_scopes(line.scan),
        settings=_settings(line.scan),
        local_first=runs,
        target=printable(line.scan.last("--prefix") or "global") if outside else None,
        temporary=runs,
        writes=writes,
        neutralised=line.steered.neutralised,
        conflicts=line.steered.conflicts,
        roots=line.steered.roots,
    )


def _undetermined(line: _Line, why: str) -> Undetermined:
    return Undetermined(
        client=NAME,
        argv=line.steered.argv,
        ecosystem=Ecosystem.NPM,
        why=why,
        folder=line.folder,
        registry=_registry(line.scan),
        scopes=typed_scopes(line.scan),
        settings=_settings(line.scan),
        neutralised=line.steered.neutralised,
        conflicts=line.steered.conflicts,
        roots=line.steered.roots,
    )


def _untouched(argv: Sequence[str]) -> NotAnInstall:
    return NotAnInstall(client=NAME, argv=tuple(argv))


def _registry(scan: Scan) -> str | None:
    return scan.last("--registry") or None


def _settings(scan: Scan) -> tuple[tuple[str, str], ...]:
    found = ((key, scan.last("--" + key)) for key in ("userconfig", "globalconfig", "prefix"))
    return tuple((key, printable(value)) for key, value in found if value)


def _left_out(scan: Scan) -> tuple[str, ...]:
    """The groups that npm leaves out: ``omit`` less ``include``, and their older names."""
    out = set(scan.all("--omit"))
    if truth(scan, "production") or scan.last("--only") in ("prod", "production"):
        out.add("dev")
    if truth(scan, "optional") is False:
        out.add("optional")
    kept = set(scan.all("--include"))
    if scan.last("--also") in ("dev", "development") or truth(scan, "dev"):
        kept.add("dev")
    return tuple(sorted((out - kept) & {"dev", "optional", "peer"}))


def _is_harmless(given: Given) -> bool:
    """A switch that is turned the way in which it leads nowhere."""
    on = (given.value != "false") is not given.denied
    if given.name in ("--strict-ssl", "--prefer-online"):
        return on
    return given.name in ("--offline", "--prefer-offline") and not on


def _is_uncertain(scan: Scan, argv: Sequence[str]) -> bool:
    """Whether an option before the first word takes that word in one version of npm and not in another."""
    first = scan.words[0].index if scan.words else len(argv)
    return any((not one.known or one.fits) and one.index < first and "=" not in argv[one.index] for one in scan.options)
