"""deno: https://docs.deno.com/runtime/reference/cli/.

A program's imports (``npm:express``) are fetched when it first runs: all commands that load code are undetermined.
Packages of jsr are not audited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from depaudit.commands.base import Install, NotAnInstall, ProjectUse, Reading, Undetermined
from depaudit.commands.js_steering import AUTHORITIES, ENV_FILE, OFFLINE, UNVERIFIED, steer_unless, typed_group
from depaudit.commands.npm_options import listed
from depaudit.commands.npm_specs import Typed, initializer, printable, read_typed
from depaudit.commands.options import CLAP, Scan, Word, scan, table
from depaudit.commands.steering import Steered, Steering, unknown_option
from depaudit.model.names import Ecosystem
from depaudit.model.record import replace

NAME = "deno"
PROGRAMS = ("deno",)

_GRAMMAR = CLAP
_OPTIONS = table(
    nothing="""
        -h/--help -V/--version -q/--quiet --quiet --unstable -g/--global -f/--force -D/--dev -O/--save-optional
        --no-save --prod --skip-types -e/--entrypoint --compile --lockfile-only --npm --jsr --save-exact --unscoped
        --package-json --no-remote --no-npm --no-config --no-lock --cached-only --no-prompt -A/--allow-all --no-prefix
        --hmr --no-clear-screen --watch --no-code-cache --use-env-proxy -y/--yes --latest -i/--interactive -u/--update
        --recursive --compatible --lib --serve --empty --members --if-present --eval --minify --keep-names
        --code-splitting --fix --socket --ignore-unfixable --ignore-registry-errors
    """,
    value="""
        -L/--log-level -n/--name --root --os --arch --import-map --node-modules-linker -c/--config --cert
        --min-dep-age/--minimum-dependency-age --inspect-publish-uid --location --seed --preload --require --conditions
        --ext --filter --cwd --output -o -p/--package -j/--jobs --level
    """,
    attached="""
        --env-file --env --check --no-check --node-modules-dir --vendor -r/--reload --frozen/--frozen-lockfile
        --unsafely-ignore-certificate-errors --inspect --inspect-brk --inspect-wait --v8-flags --allow-scripts
        --ignore-scripts -R/--allow-read -W/--allow-write -I/--allow-import -N/--allow-net -E/--allow-env -S/--allow-sys
        --allow-run --allow-ffi --deny-read --deny-write --deny-net --deny-env --deny-sys --deny-run --deny-ffi
        --deny-import --ignore-env --ignore-read -P/--permission-set --coverage --watch-exclude --strace-ops --ignore
    """,
    optional="--lock --install-alias",
)
# npm:, then an optional slash, the name with its scope and version, and the path of a module in it
_SPECIFIER = re.compile(r"npm:/?((?:@[^/]*/)?[^/]*)")
_STEERING = Steering(
    gone={"--cert": AUTHORITIES, "--unsafely-ignore-certificate-errors": UNVERIFIED},
    refused={"--cached-only": OFFLINE, "--env-file": ENV_FILE, "--env": ENV_FILE},
    roots=frozenset(("--cert",)),
)
_NO_INSTALL = frozenset(
    listed("fmt types completions upgrade coverage help clean list why bump-version outdated audit approve-scripts")
)
_RUNS = "deno fetches what a program imports when it first runs."
_ADD = frozenset(("add", "install", "i"))
_PROJECT = frozenset(("remove", "rm", "uninstall", "update", "ci"))


def read(argv: Sequence[str]) -> Reading:
    """Read a deno command line."""
    before = scan(argv, 1, _OPTIONS, _GRAMMAR, until_word=True)
    why = unknown_option(before)
    if why is not None:
        return _undetermined(argv, before, why)
    if before.stop >= len(argv):
        # deno alone is its interactive shell, which fetches what is imported in it
        return _untouched(argv) if before.has("--help", "--version") else _undetermined(argv, before, _RUNS)
    command, start = argv[before.stop], before.stop + 1
    found = before.and_then(scan(argv, start, _OPTIONS, _GRAMMAR))
    if command in ("outdated", "audit") and found.has("--update", "--fix"):
        return _install(argv, found, Typed(), ProjectUse.RESOLVE)
    if command in _NO_INSTALL:
        return _untouched(argv)
    if command in _ADD or command in _PROJECT:
        return _known(argv, command, found)
    inner = scan(argv, start, _OPTIONS, _GRAMMAR, until_word=True)
    if command in ("x", "create") or (command == "init" and inner.has("--npm")):
        return _runner(argv, before, inner, create=command != "x")
    if command == "init" and not inner.has("--jsr"):
        return _untouched(argv)
    if command == "cache" or command.startswith(("npm:", "jsr:")):
        words = found.words if command == "cache" else (Word(text=command, index=before.stop),)
        return _loading(argv, found if command == "cache" else before, words)
    program = (Word(text=argv[inner.stop], index=inner.stop),) if inner.stop < len(argv) else ()
    return _loading(argv, before.and_then(inner), program)


def _known(argv: Sequence[str], command: str, found: Scan) -> Reading:
    why = unknown_option(found)
    if why is not None:
        return _undetermined(argv, found, why)
    if found.has("--help"):
        return _untouched(argv)
    outside = found.has("--global")
    if found.has("--entrypoint") or (outside and not _only_names(found)):
        return replace(_loading(argv, found, found.words), folder=_folder(found))
    if outside:
        words = tuple(_package(word) for word in found.words[:1]) if command in _ADD else ()
        return _install(argv, found, read_typed(words), ProjectUse.NONE)
    words = tuple(_as_npm(word, found) for word in found.words) if command in _ADD else ()
    if found.has("--lockfile-only"):
        project = ProjectUse.LOCK
    else:
        project = ProjectUse.FROZEN if command == "ci" or _is_frozen(found) else ProjectUse.RESOLVE
    group = typed_group(found, dev="--dev", optional="--save-optional", peer="")
    return _install(argv, found, read_typed(words, group), project)


def _runner(argv: Sequence[str], before: Scan, inner: Scan, *, create: bool) -> Reading:
    """``deno x``, ``deno create`` and ``deno init --npm``."""
    found = before.and_then(inner)
    why = unknown_option(found)
    if why is not None:
        return _undetermined(argv, found, why)
    named = tuple(Word(text=value, index=one.stop - 1) for one in inner.given("--package") for value in one.values)
    program = (Word(text=argv[inner.stop], index=inner.stop),) if inner.stop < len(argv) else ()
    if inner.has("--help") or not (named or program):
        return _untouched(argv)
    if create:
        named = tuple(_created(word, found) for word in program)
    typed = read_typed(_as_npm(word, found) for word in named or program)
    reading = _install(argv, found, typed, ProjectUse.NONE)
    return replace(reading, temporary=True, local_first=not create)


def _loading(argv: Sequence[str], found: Scan, words: Sequence[Word]) -> Undetermined:
    """A command that loads ``words``: their imports can't be told, but for packages named themselves."""
    packages = tuple(_package(word) for word in words if word.text.startswith("npm:"))
    return replace(_undetermined(argv, found, _RUNS), requirements=read_typed(packages).requirements)


def _as_npm(word: Word, found: Scan) -> Word:
    """A name without ``npm:`` or ``jsr:`` is npm's, unless ``--jsr`` says otherwise."""
    word = _package(word)
    text = word.text
    if not found.has("--jsr") or text.startswith("npm:") or "@npm:" in text:
        return word
    return word if text.startswith("jsr:") else Word(text="jsr:" + text, index=word.index)


def _package(word: Word) -> Word:
    """``npm:/express@5/lib/x.js`` without the path in the package."""
    found = _SPECIFIER.match(word.text)
    return Word(text="npm:" + found.group(1), index=word.index) if found is not None else word


def _created(word: Word, found: Scan) -> Word:
    if word.text.startswith("jsr:") or found.has("--jsr"):
        return word
    return Word(text="npm:" + initializer(word.text.removeprefix("npm:")), index=word.index)


def _only_names(found: Scan) -> bool:
    """Whether ``install -g`` is given a package, not a program's file or URL."""
    return bool(found.words) and found.words[0].text.startswith("npm:")


def _is_frozen(found: Scan) -> bool:
    given = found.given("--frozen")
    return bool(given) and given[-1].value != "false"


def _install(argv: Sequence[str], found: Scan, typed: Typed, project: ProjectUse) -> Install:
    steered = _steered(argv, found)
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.NPM,
        requirements=typed.requirements,
        files=typed.files,
        project=project,
        left_out=("dev",) if found.has("--prod") and project is not ProjectUse.NONE else (),
        target=printable(found.last("--root") or "global") if found.has("--global") else None,
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
