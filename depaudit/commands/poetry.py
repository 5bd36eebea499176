"""Poetry, of its versions 1.2 to 2.5, with the commands of its own plugins ``export`` and ``shell``.

The tables are what Poetry 2.5.1 declares of each command, and the options that older versions had.
"""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.commands.base import Install, NamedFile, NotAnInstall, ProjectUse, Reading
from depaudit.commands.options import CLICK, Scan, scan, table
from depaudit.commands.python_words import Typed
from depaudit.commands.steering import (
    Steered,
    Steering,
    joined,
    running,
    seen_from,
    steer,
    undetermined,
    unknown_option,
)
from depaudit.model.names import Ecosystem, quoted
from depaudit.model.record import replace
from depaudit.model.requirement import REGISTRY, IndexRef, Origin, Source, SourceKind

NAME = "poetry"
PROGRAMS = ("poetry",)

_GLOBAL = table(
    nothing="-h/--help -q/--quiet -V/--version --ansi --no-ansi -n/--no-interaction --no-plugins --no-cache"
    " -v/-vv/-vvv/--verbose",
    value="-P/--project -C/--directory",
)
_OPTIONS = table(
    base=_GLOBAL,
    nothing="-D/--dev/--no-dev --dry-run --lock --sync --no-root --no-directory --all-extras --all-groups --only-root"
    " --compile --remove-untracked --regenerate --no-update --check --allow-prereleases -e/--editable --clean --build"
    " --skip-existing --preview --tree --install --without-hashes --without-urls --all",
    value="-G/--group -E/--extras --optional --python --platform --markers --source --without --with --only"
    " -f/--format -l/--local-version -o/--output -c/--config-settings -r/--repository -u/--username -p/--password"
    " --cert --client-cert --dist-dir",
)
_ADD = table(base=_OPTIONS, nothing="-f/--allow-prereleases --no-dev -D/--dev", value="--optional")
_STEERING = Steering(gone={})

_GROUPS = frozenset({"self", "debug", "env", "cache", "python", "source"})
_PROJECT_USE = {
    "add": ProjectUse.RESOLVE,
    "install": ProjectUse.RESOLVE,
    "sync": ProjectUse.RESOLVE,
    "update": ProjectUse.RESOLVE,
    "remove": ProjectUse.RESOLVE,
    "lock": ProjectUse.LOCK,
    "export": ProjectUse.LOCK,  # it locks what is not locked yet
    "build": ProjectUse.NONE,  # build requirements are fetched
    "publish": ProjectUse.NONE,
    "debug resolve": ProjectUse.NONE,
    "self add": ProjectUse.NONE,
    "self install": ProjectUse.NONE,
    "self sync": ProjectUse.NONE,
    "self update": ProjectUse.NONE,
    "self lock": ProjectUse.NONE,
    "self remove": ProjectUse.NONE,
}
_HARMLESS = frozenset(
    (
        *("about", "check", "config", "help", "list", "new", "search", "shell", "show", "version", "debug info"),
        *("debug tags", "self show", "completions"),
        *(f"env {name}" for name in ("activate", "info", "list", "remove", "use")),
        *("cache clear", "cache list", "source add", "source remove", "source show"),
        *("python install", "python list", "python remove"),  # interpreters, which no registry of packages has
    )
)


def read(argv: Sequence[str]) -> Reading:
    """Read ``poetry …``."""
    harmless = NotAnInstall(client=NAME, argv=tuple(argv))
    before = scan(argv, 1, _GLOBAL, CLICK, until_word=True)
    command = argv[before.stop] if before.stop < len(argv) else ""
    if command in _GROUPS and not before.has("--help", "--version"):
        before = before.and_then(scan(argv, before.stop + 1, _GLOBAL, CLICK, until_word=True))
        command = f"{command} {argv[before.stop]}" if before.stop < len(argv) else ""
    if not before.unknown and (not command or before.has("--help", "--version") or command in _HARMLESS):
        return harmless
    if command == "run" and not before.unknown:
        return _run(argv, before)
    found = before.and_then(scan(argv, before.stop + 1, _ADD if command in ("add", "self add") else _OPTIONS, CLICK))
    steered = steer(argv, found, _STEERING)
    folder = joined(joined(".", found.last("--directory")), found.last("--project"))
    why = unknown_option(found)
    if why is not None or command not in _PROJECT_USE:
        why = why or f"{quoted(command)} is no Poetry command of which depaudit knows what it installs."
        return undetermined(NAME, steered, why, folder)
    if found.has("--help") or (command == "publish" and not found.has("--build")):
        return harmless
    typed = Typed()
    _gather(typed, command, found)
    return _reading(command, found, steered, typed, folder)


def _run(argv: Sequence[str], before: Scan) -> Reading:
    """``poetry run``: what runs is there already, unless it installs by itself."""
    start = before.stop + 1
    if start < len(argv) and argv[start] == "--":
        start += 1
    return running(NAME, argv, start, steer(argv, before, _STEERING))


def _gather(typed: Typed, command: str, found: Scan) -> None:
    if command in ("add", "self add", "debug resolve"):
        source = REGISTRY
        name = found.last("--source")
        if name is not None:
            # a source of the project, by its name; its address is in pyproject.toml
            source = Source(kind=SourceKind.REGISTRY, index=IndexRef(url="", origin=Origin.OPERATOR, name=name))
        if not found.words and found.given("--optional"):
            typed.unread("Before Poetry 2, --optional took no value; which of the two this is can't be told.")
        for word in found.words:
            typed.poetry_word(
                word.text, word.index, groups=_groups(found), source=source, marker=found.last("--markers") or ""
            )
    elif command == "self update":
        wanted = [f"poetry@{word.text}" for word in found.words[:1]] or ["poetry"]
        typed.poetry_word(wanted[0], found.words[0].index if found.words else 2)


def _groups(found: Scan) -> tuple[str, ...]:
    if found.has("--dev"):
        return ("dev",)
    if found.given("--optional"):
        return (found.last("--optional") or "optional",)
    return (found.last("--group") or "main",)


def _reading(command: str, found: Scan, steered: Steered, typed: Typed, folder: str) -> Reading:
    seen = [(one, seen_from(found.last("--project"), one.path)) for one in typed.files]
    for one, path in seen:
        if path is None:
            typed.unread(f"Where {quoted(one.path)} lies as seen from --project can't be told.")
    files = tuple(NamedFile(path=path, use=one.use) for one, path in seen if path is not None)
    requirements = tuple(typed.requirements)
    if typed.why is not None:
        return replace(undetermined(NAME, steered, typed.why, folder), requirements=requirements, files=files)
    locks = command in ("add", "update", "remove") and found.has("--lock")
    output = found.last("--output") if command == "export" else None
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.PYPI,
        requirements=requirements,
        files=files,
        project=ProjectUse.LOCK if locks else _PROJECT_USE[command],
        folder=folder,
        left_out=_left_out(found) if command in ("install", "sync", "update") else (),
        target="self" if command.startswith("self ") else None,
        outputs=(output,) if output else (),
    )


def _left_out(found: Scan) -> tuple[str, ...]:
    """The groups that the options leave out; without any, Poetry takes all but the optional ones."""
    only = {group.strip() for text in found.all("--only") for group in text.split(",")}
    left = {group.strip() for text in found.all("--without") for group in text.split(",")}
    if found.has("--only-root"):
        left |= {"main", "dev"}
    left |= {group for group in ("main", "dev") if only and group not in only}
    if any(one.name == "--dev" for one in found.options):  # --no-dev, before Poetry 1.2's groups
        left.add("dev")
    return tuple(sorted(left - {""}))
