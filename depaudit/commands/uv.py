"""uv and uvx, of uv 0.13 and before."""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.commands.base import FileUse, Install, NamedFile, NotAnInstall, ProjectUse, Reading
from depaudit.commands.options import CLAP, Scan, scan
from depaudit.commands.python_words import Typed
from depaudit.commands.steering import (
    Steered,
    joined,
    read_inner,
    seen_from,
    steer,
    undetermined,
    unknown_option,
    with_inner,
)
from depaudit.commands.uv_options import COMMON, GLOBAL, GROUPS, HARMLESS, OPTIONS, PROJECT_USE, STEERING, uv_indexes
from depaudit.commands.uv_words import gather
from depaudit.model.names import Ecosystem, quoted
from depaudit.model.record import replace
from depaudit.model.requirement import SourceKind
from depaudit.parsers.python_links import url_kind

NAME = "uv"
PROGRAMS = ("uv", "uvx")

_RUNNING = frozenset({"run", "tool run"})  # the words behind the first are another program's


def read(argv: Sequence[str]) -> Reading:
    """Read ``uv …`` or ``uvx …``."""
    harmless = NotAnInstall(client=NAME, argv=tuple(argv))
    if argv and argv[0] == "uvx":
        return _read(argv, "tool run", Scan(options=(), words=(), stop=0))
    before = scan(argv, 1, GLOBAL, CLAP, until_word=True)
    command = argv[before.stop] if before.stop < len(argv) else ""
    if command in GROUPS and not before.has("--help", "--version"):
        before = before.and_then(scan(argv, before.stop + 1, GLOBAL, CLAP, until_word=True))
        command = f"{command} {argv[before.stop]}" if before.stop < len(argv) else ""
    if not before.unknown and (not command or before.has("--help", "--version") or command in HARMLESS):
        return harmless
    return _read(argv, command, before)


def _read(argv: Sequence[str], command: str, before: Scan) -> Reading:
    options = OPTIONS.get(command, COMMON)
    found = before.and_then(scan(argv, before.stop + 1, options, CLAP, until_word=command in _RUNNING))
    steered = steer(argv, found, STEERING)
    folder = joined(".", found.last("--directory"))
    why = unknown_option(found)
    if why is not None:
        return undetermined(NAME, steered, why, folder)
    if _installs_nothing(argv, command, found):
        return NotAnInstall(client=NAME, argv=tuple(argv))
    if command == "venv":
        return _seeded(found, steered, folder)
    if command not in PROJECT_USE:
        return undetermined(NAME, steered, f"{quoted(command)} is no uv command that depaudit knows.", folder)
    typed = Typed()
    gather(typed, command, found)
    if command in _RUNNING:
        return _running(argv, command, found, steered, typed)
    return _reading(command, found, steered, typed)


def _installs_nothing(argv: Sequence[str], command: str, found: Scan) -> bool:
    if found.has("--help") or (command == "tool run" and found.has("--version")):
        return True
    if command == "tool run":
        return found.stop >= len(argv) and not found.given("--from")  # lists the tools that are there
    if command == "version":
        return not found.words and not found.given("--bump")
    if command == "venv":
        return not found.has("--seed")
    return False


def _seeded(found: Scan, steered: Steered, folder: str) -> Reading:
    """``uv venv --seed`` fetches pip, and what went with it for older Pythons."""
    typed = Typed()
    typed.name("pip", found.given("--seed")[0].index)
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.PYPI,
        requirements=tuple(typed.requirements),
        folder=folder,
        indexes=uv_indexes(found),
        target=found.words[0].text if found.words else ".venv",
        neutralised=steered.neutralised,
        conflicts=steered.conflicts,
    )


def _running(argv: Sequence[str], command: str, found: Scan, steered: Steered, typed: Typed) -> Reading:
    """``uv run`` and ``uvx``: what is started may install as well."""
    start = found.stop
    started = argv[start] if start < len(argv) else ""
    if command == "tool run":
        if started and not found.given("--from"):
            typed.tool(started, start)
    elif url_kind(started) is SourceKind.URL or started == "-":
        typed.unread(f"The script {quoted(started.partition('?')[0])} can only be read by uv itself.")
    elif started.lower().endswith((".py", ".pyw")) or (started and found.has("--script", "--gui-script")):
        typed.file(started, FileUse.SCRIPT)
    rest = len(argv) - start
    inner = read_inner(argv, start, module=command == "run" and found.has("--module"))
    asks = typed.requirements or typed.files or typed.why or inner.installs
    if command == "run" and not asks and found.has("--no-sync", "--no-project"):
        return NotAnInstall(client=NAME, argv=tuple(argv))
    if inner.installs is not None:
        typed.requirements += inner.installs.requirements
    return _reading(command, found, with_inner(steered, inner, rest), typed)


def _reading(command: str, found: Scan, steered: Steered, typed: Typed) -> Reading:
    use = _project_use(command, found, typed)
    directory, project = found.last("--directory"), found.last("--project")
    folder = joined(".", directory)
    files = tuple(typed.files)
    if use is not ProjectUse.NONE and project:
        folder = joined(folder, project)
        seen = tuple(seen_from(project, one.path) for one in files)
        if None in seen:
            typed.unread(f"Where {quoted(files[seen.index(None)].path)} lies as seen from --project can't be told.")
        files = tuple(NamedFile(path=path, use=one.use) for path, one in zip(seen, files, strict=True) if path)
    if typed.why is not None:
        return replace(
            undetermined(NAME, steered, typed.why, folder),
            requirements=tuple(typed.requirements),
            files=files,
            indexes=uv_indexes(found),
        )
    output = found.last("--output-file") if command in ("pip compile", "export") else None
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.PYPI,
        requirements=tuple(typed.requirements),
        files=files,
        project=use,
        folder=folder,
        left_out=_left_out(command, found, files),
        indexes=uv_indexes(found),
        target="tool" if command.startswith("tool ") and command != "tool run" else _target(command, found),
        temporary=command == "tool run",
        neutralised=steered.neutralised,
        conflicts=steered.conflicts,
        roots=steered.roots,
        outputs=(output,) if output else (),
    )


def _project_use(command: str, found: Scan, typed: Typed) -> ProjectUse:
    use = PROJECT_USE[command]
    if use is ProjectUse.NONE or found.has("--no-project"):
        return ProjectUse.NONE
    if any(one.use is FileUse.SCRIPT for one in typed.files) and found.given("--script") and command != "run":
        return ProjectUse.NONE  # --script FILE stands in the project's place
    if command in ("sync", "run", "check") and found.has("--frozen", "--locked"):
        return ProjectUse.FROZEN
    if command == "run" and found.has("--no-sync"):
        return ProjectUse.NONE
    if command in ("add", "remove", "version", "upgrade") and found.has("--no-sync", "--frozen"):
        return ProjectUse.LOCK
    return use


def _target(command: str, found: Scan) -> str | None:
    if command not in ("pip install", "pip sync"):
        return None
    return found.last("--target", "--prefix", "--python") or ("global" if found.has("--system") else None)


def _left_out(command: str, found: Scan, files: tuple[NamedFile, ...]) -> tuple[str, ...]:
    """The groups that the options leave out. uv takes ``main`` and, by default, ``dev``."""
    if command == "pip install":
        alone = found.given("--group") and all(one.path == "pyproject.toml" for one in files)
        return ("main",) if alone else ()
    only = {*found.all("--only-group"), *(("dev",) if found.has("--only-dev") else ())}
    left = {group for group in ("main", "dev") if only and group not in only}
    left.update(found.all("--no-group"))
    if found.has("--no-dev", "--no-default-groups") and "dev" not in found.all("--group"):
        left.add("dev")
    return tuple(sorted(left))
