"""Pipenv.

The tables are what the argument parsers of Pipenv 2026.10.3 hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.commands.base import Install, NotAnInstall, ProjectUse, Reading
from depaudit.commands.options import ARGPARSE, Scan, scan, table
from depaudit.commands.pip_options import passed_on
from depaudit.commands.python_words import Typed
from depaudit.commands.steering import (
    Steered,
    Steering,
    running,
    steer,
    typed_index,
    typed_indexes,
    undetermined,
    unknown_option,
)
from depaudit.model.names import Ecosystem, quoted
from depaudit.model.record import replace
from depaudit.model.requirement import IndexOptions

NAME = "pipenv"
PROGRAMS = ("pipenv",)

_GLOBAL = table(
    nothing="-h/--help --version --where --venv --py --envs --rm --bare --man --support --verbose/-v --quiet/-q"
    " --clear --site-packages --no-site-packages --three --two --completion",
    value="--pypi-mirror --python",
)
_OPTIONS = table(
    base=_GLOBAL,
    nothing="--system --deploy --pre --dev/-d --all --all-dev --ignore-pipfile --skip-lock --lock-only --dev-only"
    " --keep-outdated --outdated --dry-run --clean --sequential --selective-upgrade --code --three",
    value="--extra-pip-args --resolver --categories --extras --config-settings -i/--index --requirements/-r"
    " -e/--editable --backend",
)
_RUN = table(nothing="-h/--help --system")
_PROJECT_USE = {
    "install": ProjectUse.RESOLVE,
    "upgrade": ProjectUse.RESOLVE,
    "update": ProjectUse.RESOLVE,
    "uninstall": ProjectUse.RESOLVE,  # it locks anew
    "sync": ProjectUse.FROZEN,
    "lock": ProjectUse.LOCK,
}
_HARMLESS = frozenset(
    (
        *("remove", "shell", "activate", "graph", "open", "clean", "scripts", "verify", "requirements", "pylock"),
        *("--where", "--venv", "--py", "--envs"),
    )
)
_STEERING = Steering(gone={})


def read(argv: Sequence[str]) -> Reading:
    """Read ``pipenv …``."""
    harmless = NotAnInstall(client=NAME, argv=tuple(argv))
    before = scan(argv, 1, _GLOBAL, ARGPARSE, until_word=True)
    command = argv[before.stop] if before.stop < len(argv) else ""
    if not before.unknown and (not command or before.has("--help", "--version") or command in _HARMLESS):
        return harmless
    if command == "run" and not before.unknown:
        return _run(argv, before)
    found = before.and_then(scan(argv, before.stop + 1, _OPTIONS, ARGPARSE))
    steered = steer(argv, found, _STEERING)
    why = unknown_option(found)
    if command in ("check", "audit"):
        why = f"pipenv {command} may install the program that it checks with."
    elif why is None and command not in _PROJECT_USE:
        why = f"{quoted(command)} is no Pipenv command of which depaudit knows what it installs."
    if why is not None:
        return undetermined(NAME, steered, why)
    if found.has("--help"):
        return harmless
    return _reading(command, found, steered)


def _run(argv: Sequence[str], before: Scan) -> Reading:
    """``pipenv run``: what runs is there already, unless it installs by itself."""
    found = before.and_then(scan(argv, before.stop + 1, _RUN, ARGPARSE, until_word=True))
    return running(NAME, argv, found.stop, steer(argv, before, _STEERING))


def _reading(command: str, found: Scan, steered: Steered) -> Reading:
    typed = Typed()
    if command in ("install", "upgrade", "update"):
        groups = _groups(found)
        for word in found.words:
            typed.poetry_word(word.text, word.index, groups=groups)
        for one in found.given("--editable"):
            typed.editable(one.value or "", one.index, groups=groups)
        for path in found.all("--requirements"):
            typed.requirements_file(path)
    passed = passed_on("--extra-pip-args", found.last("--extra-pip-args") or "")
    if passed.why is not None:
        typed.unread(passed.why)
    indexes = _indexes(found, passed.indexes)
    conflicts = (*steered.conflicts, *passed.conflicts)
    requirements, files = tuple(typed.requirements), tuple(typed.files)
    if typed.why is not None:
        return replace(
            undetermined(NAME, steered, typed.why),
            requirements=requirements,
            files=files,
            indexes=indexes,
            conflicts=conflicts,
        )
    return Install(
        client=NAME,
        argv=steered.argv,
        ecosystem=Ecosystem.PYPI,
        requirements=requirements,
        files=files,
        project=_project_use(command, found),
        left_out=_left_out(command, found),
        indexes=indexes,
        target="global" if found.has("--system") else found.last("--python"),
        conflicts=conflicts,
    )


def _groups(found: Scan) -> tuple[str, ...]:
    if found.has("--dev"):
        return ("dev",)
    categories = [name for text in found.all("--categories") for name in text.replace(",", " ").split()]
    names = {"packages": "main", "dev-packages": "dev", "default": "main", "develop": "dev"}
    return tuple(names.get(name, name) for name in categories) or ("main",)


def _project_use(command: str, found: Scan) -> ProjectUse:
    if command == "install" and not found.words and found.has("--deploy", "--ignore-pipfile"):
        return ProjectUse.FROZEN
    if command in ("upgrade", "update") and found.has("--lock-only"):
        return ProjectUse.LOCK
    return _PROJECT_USE[command]


def _left_out(command: str, found: Scan) -> tuple[str, ...]:
    """The groups that are not installed: Pipenv leaves ``dev`` out unless it is asked for."""
    if command == "lock":
        return ("main",) if found.has("--dev-only") else ()
    groups = _groups(found) if found.given("--categories") else ("main", "dev") if found.has("--dev") else ("main",)
    return tuple(group for group in ("dev", "main") if group not in groups)


def _indexes(found: Scan, passed: IndexOptions | None) -> IndexOptions | None:
    """``--pypi-mirror`` stands for PyPI; ``-i`` names one more, which is written into the Pipfile."""
    mirror = found.given("--pypi-mirror")
    own = typed_indexes(
        typed_index(mirror[-1].value or "", mirror[-1]) if mirror else None,
        [typed_index(url, one) for one in found.given("--index") for url in one.values],
    )
    if own is None or passed is None:
        return own or passed
    return replace(passed, index_url=passed.index_url or own.index_url, extra=(*own.extra, *passed.extra))
