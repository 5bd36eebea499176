"""PDM, of version 2.

The tables are what the argument parsers of PDM 2.29.3 hold. A word that is no command of PDM's is a script of the
project, which only PDM can read.
"""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.commands.base import FileUse, Install, NotAnInstall, ProjectUse, Reading
from depaudit.commands.options import ARGPARSE, Scan, Table, scan, table
from depaudit.commands.pip_options import passed_on
from depaudit.commands.python_words import Typed
from depaudit.commands.steering import Steered, Steering, joined, running, steer, undetermined, unknown_option
from depaudit.model.names import Ecosystem, quoted
from depaudit.model.record import replace

NAME = "pdm"
PROGRAMS = ("pdm",)

_GLOBAL = table(
    nothing="-h/--help -V/--version -v/--verbose -q/--quiet --no-cache -I/--ignore-python -n/--non-interactive",
    value="-c/--config",
    optional="--pep582",
)
_COMMON = table(
    nothing="-h/--help -v/--verbose -q/--quiet -g/--global --frozen-lockfile/--no-lock --no-editable --no-self"
    " --fail-fast/-x --no-isolation --dry-run -d/--dev --no-default --prod/--production",
    value="-p/--project -L/--lockfile --override --config-setting/-C -k/--skip -G/--group/--with --without",
    optional="--venv",
)
_SAVING = table(
    base=_COMMON,
    nothing="--save-compatible --save-safe-compatible --save-wildcard --save-exact --save-minimum --update-reuse"
    " --update-eager --update-all --update-reuse-installed --pre/--prerelease --stable -u/--unconstrained --no-sync",
)
_OPTIONS: dict[str, Table] = {
    "add": table(base=_SAVING, value="-e/--editable"),
    "update": table(base=_SAVING, nothing="-t/--top --dry-run/--outdated"),
    "remove": table(base=_COMMON, nothing="--no-sync"),
    "install": table(base=_COMMON, nothing="--check --plugins"),
    "sync": table(base=_COMMON, nothing="--clean --only-keep/--clean-unselected -r/--reinstall"),
    "lock": table(
        base=_COMMON,
        nothing="--no-cross-platform --static-urls --no-static-urls --refresh --check --update-reuse"
        " --update-reuse-installed --append",
        value="--strategy/-S --exclude-newer --python --platform --implementation",
        many="--exclude-newer-override",
    ),
    "build": table(
        nothing="-h/--help -v/--verbose -q/--quiet --no-isolation --no-sdist --no-wheel --no-clean",
        value="-p/--project -k/--skip --config-setting/-C -d/--dest",
    ),
    "publish": table(
        nothing="-h/--help -v/--verbose -q/--quiet -S/--sign --no-build --skip-existing --no-verify-ssl/--no-very-ssl",
        value="-p/--project -k/--skip -r/--repository -u/--username -P/--password -i/--identity -c/--comment"
        " -d/--dest --ca-certs",
    ),
    "run": table(
        nothing="-h/--help -v/--verbose -q/--quiet -g/--global -l/--list -j/--json -s/--site-packages --recreate",
        value="-p/--project -k/--skip --env --env-file --working-dir",
        optional="--venv",
    ),
    "self add": table(nothing="-h/--help -v/--verbose -q/--quiet", value="--pip-args"),
    "self update": table(nothing="-h/--help -v/--verbose -q/--quiet --head --pre --no-frozen-deps", value="--pip-args"),
}
_PROJECT_USE = {
    "add": ProjectUse.RESOLVE,
    "update": ProjectUse.RESOLVE,
    "remove": ProjectUse.RESOLVE,
    "install": ProjectUse.RESOLVE,
    "sync": ProjectUse.FROZEN,
    "lock": ProjectUse.LOCK,
    "build": ProjectUse.NONE,
    "publish": ProjectUse.NONE,
    "self add": ProjectUse.NONE,
    "self update": ProjectUse.NONE,
}
_HARMLESS = frozenset(
    (
        *("cache", "completion", "config", "export", "fix", "import", "info", "list", "outdated", "python", "py"),
        *("search", "show", "use", "venv", "self list", "self remove"),
    )
)
_STEERING = Steering(gone={})


def read(argv: Sequence[str]) -> Reading:
    """Read ``pdm …``."""
    harmless = NotAnInstall(client=NAME, argv=tuple(argv))
    before = scan(argv, 1, _GLOBAL, ARGPARSE, until_word=True)
    command = argv[before.stop] if before.stop < len(argv) else ""
    if command in ("self", "plugin") and not before.has("--help", "--version"):
        before = before.and_then(scan(argv, before.stop + 1, _GLOBAL, ARGPARSE, until_word=True))
        command = f"self {argv[before.stop]}" if before.stop < len(argv) else ""
    if not before.unknown and (not command or command in _HARMLESS or before.has("--help", "--version")):
        return harmless
    found = before.and_then(
        scan(argv, before.stop + 1, _OPTIONS.get(command, _COMMON), ARGPARSE, until_word=command == "run")
    )
    steered = steer(argv, found, _STEERING)
    folder = joined(".", found.last("--project"))
    why = unknown_option(found)
    if why is not None or (command not in _PROJECT_USE and command != "run"):
        why = why or f"{quoted(command)} is no PDM command of which depaudit knows what it installs."
        return undetermined(NAME, steered, why, folder)
    if found.has("--help") or (command == "publish" and found.has("--no-build")):
        return harmless
    if command == "run":
        return _run(argv, found, steered, folder)
    return _reading(command, found, steered, folder)


def _run(argv: Sequence[str], found: Scan, steered: Steered, folder: str) -> Reading:
    """``pdm run``: a program that is there, a script of the project, or a file that states what it needs (PEP 723)."""
    started = argv[found.stop] if found.stop < len(argv) else ""
    if not started.endswith(".py"):
        return running(NAME, argv, found.stop, steered)
    typed = Typed()
    typed.file(started, FileUse.SCRIPT)
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.PYPI,
        files=tuple(typed.files) if folder == "." else (),
        folder=folder,
        temporary=True,
    )


def _reading(command: str, found: Scan, steered: Steered, folder: str) -> Reading:
    typed = Typed()
    groups = found.all("--group")[-1:] or (("dev",) if found.has("--dev") else ("main",))
    if command in ("add", "self add"):
        for word in found.words:
            typed.word(word.text, word.index, groups=groups)
        for one in found.given("--editable"):
            typed.editable(one.value or ".", one.index, groups=groups)
    elif command == "self update":
        typed.name("pdm", 2)
    for one in found.given("--override"):
        typed.file(one.value or "", FileUse.CONSTRAINTS)
    passed = passed_on("--pip-args", found.last("--pip-args") or "")
    if passed.why is not None:
        typed.unread(passed.why)
    here = folder == "." or not typed.files
    if not here:
        typed.unread("Where the folders and files typed lie as seen from --project can't be told.")
    requirements, files = tuple(typed.requirements), tuple(typed.files) if here else ()
    conflicts = (*steered.conflicts, *passed.conflicts)
    if typed.why is not None:
        return replace(
            undetermined(NAME, steered, typed.why, folder),
            requirements=requirements,
            files=files,
            indexes=passed.indexes,
            conflicts=conflicts,
        )
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.PYPI,
        requirements=requirements,
        files=files,
        project=_project_use(command, found),
        folder=folder,
        left_out=_left_out(found) if command in ("install", "sync", "update", "lock") else (),
        indexes=passed.indexes,
        target=_target(command, found),
        conflicts=conflicts,
    )


def _project_use(command: str, found: Scan) -> ProjectUse:
    if found.has("--global"):
        return ProjectUse.NONE
    if command == "install" and found.has("--frozen-lockfile"):
        return ProjectUse.FROZEN
    if command in ("add", "update", "remove") and found.has("--no-sync"):
        return ProjectUse.LOCK
    return _PROJECT_USE[command]


def _target(command: str, found: Scan) -> str | None:
    if command.startswith("self "):
        return "self"
    return "global" if found.has("--global") else None


def _left_out(found: Scan) -> tuple[str, ...]:
    """The groups that the options leave out; without any, PDM takes ``main`` and those for development."""
    left = {group for text in found.all("--without") for group in text.split(",")}
    if found.has("--prod"):
        left.add("dev")
    if found.has("--no-default"):
        left.add("main")
    return tuple(sorted(left - {""}))
