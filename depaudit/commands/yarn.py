"""Yarn 1 and Berry in one: a command line does not tell which of them it starts.

https://classic.yarnpkg.com/en/docs/cli/, https://yarnpkg.com/cli. A word that neither knows runs a script or a program
of the project, which installs nothing by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.commands import program_of
from depaudit.commands.base import Install, NotAnInstall, ProjectUse, Reading, Undetermined
from depaudit.commands.js_steering import AFRESH, CACHE, OFFLINE, PROXY, steer_unless, typed_group
from depaudit.commands.npm_options import listed
from depaudit.commands.npm_specs import Typed, initializer, printable, read_typed
from depaudit.commands.options import Given, Grammar, Scan, Word, scan, table
from depaudit.commands.steering import Steered, Steering, unknown_option
from depaudit.model.names import Ecosystem
from depaudit.model.record import replace

NAME = "yarn"
PROGRAMS = ("yarn",)

_GRAMMAR = Grammar(equals=True, negations=True)
_OPTIONS = table(
    nothing="""
        -v/--version -h/--help -s/--silent -q/--quiet --verbose --check-files --disable-pnp --enable-pnp/--pnp --flat
        --focus --force --frozen-lockfile --immutable --immutable-cache --refresh-lockfile --check-cache
        --check-resolutions --inline-builds --har --ignore-engines --ignore-optional --ignore-platform --ignore-scripts
        --json --link-duplicates --bin-links --default-rc --default-yarnrc --lockfile --non-interactive
        --node-version-check --progress --offline --prefer-offline --pure-lockfile --skip-integrity-check
        --strict-semver --update-checksums -D/--dev -P/--peer -O/--optional -E/--exact -T/--tilde -C/--caret
        -F/--fixed -i/--interactive --prefer-dev --cached --time-gate -W/--ignore-workspace-root-check --audit
        -A/--all -R/--recursive -L/--latest -c/--check -a/--auto -S/--save -w/--workspace -r/--relative -p/--private
        -n/--dry-run -u/--update --checksum --yarn-path --only-if-needed --dev-only --install-if-needed -y/--yes
    """,
    value="""
        --cache-folder --cwd --into --global-folder --https-proxy --proxy --link-folder --modules-folder --mutex
        --network-concurrency --network-timeout --otp --preferred-cache-folder --registry --use-yarnrc --mode --prefix
        --strategy --groups --level --pattern --scope --depth --path --name
    """,
    optional="--emoji --prod/--production --scripts-prepend-node-path",
)
_DLX = table(nothing="-q/--quiet -h/--help", value="-p/--package")
_INIT = table(nothing="-i/--install -2", value="-n/--name", base=_OPTIONS)
_FOREACH = table(
    nothing="""
        -A/--all -R/--recursive -W/--worktree -v/--verbose -p/--parallel -i/--interlaced -t/--topological
        --topological-dev --private -n/--dry-run -a
    """,
    value="-j/--jobs --from --include --exclude",
    attached="--since",
)
_STEERING = Steering(
    gone={
        "--https-proxy": PROXY,
        "--proxy": PROXY,
        "--cache-folder": CACHE,
        "--preferred-cache-folder": CACHE,
        "--prefer-offline": AFRESH,
    },
    refused={
        "--offline": OFFLINE,
        "--use-yarnrc": "Leave it out: settings in that file could lead round the gate.",
    },
)
_PROJECT = frozenset(
    listed("""
    install remove up upgrade upgrade-interactive upgradeInteractive dedupe link unlink unplug rebuild patch
    patch-commit autoclean
    """)
)
_MAX_NESTED = 4


def read(argv: Sequence[str]) -> Reading:
    """Read a yarn command line."""
    return _read(argv, Scan(options=(), words=(), stop=1), 1, 0)


def _read(argv: Sequence[str], outer: Scan, start: int, depth: int) -> Reading:
    """The reading of the command whose own options or word begin at ``start``; ``outer`` is what stood before."""
    before = outer.and_then(scan(argv, start, _OPTIONS, _GRAMMAR, until_word=True))
    why = unknown_option(before)
    command_at = before.stop
    if why is not None:
        return _undetermined(argv, before.and_then(scan(argv, command_at, _OPTIONS, _GRAMMAR)), why)
    if before.has("--version", "--help"):
        return _untouched(argv)
    if command_at >= len(argv):
        return _install(argv, before, Typed(), _project(before))
    command, behind = argv[command_at], command_at + 1
    if depth < _MAX_NESTED and command in ("workspace", "workspaces", "global"):
        return _nested(argv, before, command_at, depth)
    if command in ("dlx", "create", "init"):
        return _temporary(argv, before, command_at)
    if command in ("plugin", "set", "policies"):
        return _of_yarn_itself(argv, before, command_at)
    if command in _PROJECT or command in ("add", "import"):
        found = before.and_then(scan(argv, behind, _OPTIONS, _GRAMMAR))
        why = unknown_option(found)
        if why is not None:
            return _undetermined(argv, found, why)
        if found.has("--help") and found.words == ():
            return _untouched(argv)
        if command == "import":
            return _install(argv, found, Typed(), ProjectUse.LOCK)
        return _install(argv, found, _added(found) if command == "add" else Typed(), _project(found))
    if command in ("workspace", "workspaces", "global"):
        return _undetermined(argv, before, "Too many commands stand within one another.")
    if command == "exec":
        started = next((word for word in " ".join(argv[behind:]).split() if program_of(word)), None)
        if started is not None:
            return _undetermined(argv, before, "What yarn exec starts may install.")
    return _untouched(argv)  # it asks, or runs a script or program of the project


def _nested(argv: Sequence[str], before: Scan, command_at: int, depth: int) -> Reading:
    """``yarn workspace NAME …``, ``yarn workspaces foreach …``, ``yarn global add …``."""
    command, behind = argv[command_at], command_at + 1
    word = argv[behind] if behind < len(argv) else ""
    if command == "workspace":
        return _read(argv, before, behind + 1, depth + 1) if behind + 1 < len(argv) else _untouched(argv)
    if command == "global":
        inner = _read(argv, before, behind, depth + 1)
        if isinstance(inner, Install):
            return replace(inner, project=ProjectUse.NONE, target="global", left_out=())
        return inner
    if word == "focus":
        found = before.and_then(scan(argv, behind + 1, _OPTIONS, _GRAMMAR))
        why = unknown_option(found)
        return _undetermined(argv, found, why) if why else _install(argv, found, Typed(), ProjectUse.RESOLVE)
    if word == "foreach":
        own = scan(argv, behind + 1, _FOREACH, _GRAMMAR, until_word=True)
        why = unknown_option(own)
        if why is not None:
            return _undetermined(argv, before, why)
        return _read(argv, before, own.stop, depth + 1) if own.stop < len(argv) else _untouched(argv)
    return _untouched(argv)  # list, info, run


def _temporary(argv: Sequence[str], before: Scan, command_at: int) -> Reading:
    """``yarn dlx``, ``yarn create`` and ``yarn init INITIALIZER``."""
    command = argv[command_at]
    inner = scan(argv, command_at + 1, _INIT if command == "init" else _DLX, _GRAMMAR, until_word=True)
    found = before.and_then(inner)
    why = unknown_option(found)
    if why is not None:
        return _undetermined(argv, found, why)
    named = tuple(Word(text=value, index=one.stop - 1) for one in inner.given("--package") for value in one.values)
    program: tuple[Word, ...] = (Word(text=argv[inner.stop], index=inner.stop),) if inner.stop < len(argv) else ()
    if command == "init" and not program:
        return _undetermined(argv, found, "Yarn may install the project that it makes.")
    if not program and not named:
        return _untouched(argv)
    if command in ("create", "init") and not named:
        program = tuple(Word(text=initializer(one.text), index=one.index) for one in program)
    reading = _install(argv, found, read_typed(named or program), ProjectUse.NONE)
    return replace(reading, temporary=True, left_out=())


def _of_yarn_itself(argv: Sequence[str], before: Scan, command_at: int) -> Reading:
    """``yarn set version``, ``yarn plugin import``: programs are fetched, though no packages."""
    words = scan(argv, command_at + 1, _OPTIONS, _GRAMMAR).words
    first = words[0].text if words else ""
    if argv[command_at] == "set" and first == "resolution":
        return _install(argv, before, Typed(), ProjectUse.RESOLVE)
    if argv[command_at] == "plugin" and first in ("", "list", "runtime", "remove", "check"):
        return _untouched(argv)
    return _undetermined(argv, before, "Yarn fetches a program of its own.")


def _added(found: Scan) -> Typed:
    return read_typed(found.words, typed_group(found, dev="--dev", optional="--optional", peer="--peer"))


def _project(found: Scan) -> ProjectUse:
    if found.last("--mode") == "update-lockfile" or found.has("--dry-run"):
        return ProjectUse.LOCK
    return ProjectUse.FROZEN if found.has("--frozen-lockfile", "--immutable") else ProjectUse.RESOLVE


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
        left_out=_left_out(found),
        registry=found.last("--registry") or None,
        neutralised=steered.neutralised,
        conflicts=steered.conflicts,
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
    )


def _untouched(argv: Sequence[str]) -> NotAnInstall:
    return NotAnInstall(client=NAME, argv=tuple(argv))


def _steered(argv: Sequence[str], found: Scan) -> Steered:
    return steer_unless(argv, found, _STEERING, _is_harmless)


def _is_harmless(given: Given) -> bool:
    return given.name in ("--offline", "--prefer-offline") and given.denied


def _folder(found: Scan) -> str:
    return printable(found.last("--cwd", "--into") or ".")


def _left_out(found: Scan) -> tuple[str, ...]:
    out = set()
    if any(one.value != "false" and not one.denied for one in found.given("--production", "--prod")):
        out.add("dev")
    if found.has("--ignore-optional"):
        out.add("optional")
    return tuple(sorted(out))
