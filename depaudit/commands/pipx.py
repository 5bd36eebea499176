"""pipx, of version 1.

The tables are what the argument parsers of pipx 1.18.4 hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.commands import read_command
from depaudit.commands.base import FileUse, Install, NotAnInstall, Reading, Undetermined
from depaudit.commands.options import ARGPARSE, Scan, Table, scan, table
from depaudit.commands.pip_options import passed_on
from depaudit.commands.python_words import Typed
from depaudit.commands.steering import (
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
from depaudit.model.requirement import IndexOptions, SourceKind
from depaudit.parsers.python_links import url_kind

NAME = "pipx"
PROGRAMS = ("pipx",)

_SHARED = table(nothing="-h/--help --quiet/-q --verbose/-v --skip-maintenance --global", value="--output")
_GLOBAL = table(base=_SHARED, nothing="--version")
_COMMON = table(
    base=_SHARED,
    nothing="--include-deps --force/-f --upgrade/-U --fetch-missing-python --system-site-packages --editable/-e"
    " --include-apps --with-suffix --include-injected --install --leave-deps",
    value="--include-resources-from --upgrade-strategy --suffix --python --fetch-python --preinstall --app --lock"
    " --index-url/-i --pip-args --cooldown --backend -r/--requirement",
    many="--skip",
)
_RUN = table(
    base=_COMMON,
    nothing="--no-cache --refresh --no-path-check --path --pypackages",
    value="--python-args --with --spec",
)
_OPTIONS: dict[str, Table] = {"run": _RUN}
_INSTALLING = frozenset(
    (
        *("install", "install-all", "inject", "upgrade", "upgrade-all", "upgrade-shared", "reinstall"),
        *("reinstall-all", "repair", "run", "runpip", "manifest", "interpreter upgrade"),
    )
)
_HARMLESS = frozenset(
    (
        *("uninject", "expose", "unexpose", "pin", "unpin", "uninstall", "uninstall-all", "reset", "health", "list"),
        *("cache", "ensurepath", "environment", "completions", "help", "interpreter list", "interpreter prune"),
    )
)
_STEERING = Steering(gone={})


def read(argv: Sequence[str]) -> Reading:
    """Read ``pipx …``."""
    harmless = NotAnInstall(client=NAME, argv=tuple(argv))
    before = scan(argv, 1, _GLOBAL, ARGPARSE, until_word=True)
    command = argv[before.stop] if before.stop < len(argv) else ""
    if command == "interpreter" and not before.has("--help", "--version"):
        before = before.and_then(scan(argv, before.stop + 1, _GLOBAL, ARGPARSE, until_word=True))
        command = f"interpreter {argv[before.stop]}" if before.stop < len(argv) else ""
    if not before.unknown and (not command or before.has("--help", "--version") or command in _HARMLESS):
        return harmless
    if not before.unknown and command in ("exec", "runpip"):
        return _inside(argv, command, before.stop)
    options = _OPTIONS.get(command, _COMMON)
    found = before.and_then(scan(argv, before.stop + 1, options, ARGPARSE, until_word=command == "run"))
    why = unknown_option(found)
    steered = steer(argv, found, _STEERING)
    if why is not None or command not in _INSTALLING:
        return undetermined(
            NAME, steered, why or f"{quoted(command)} is no pipx command of which depaudit knows what it installs."
        )
    if found.has("--help"):
        return harmless
    return _reading(argv, command, found)


def _inside(argv: Sequence[str], command: str, stop: int) -> Reading:
    """``pipx exec VENV APP …`` runs what is there; ``pipx runpip VENV …`` is pip in that environment."""
    names = scan(argv, stop + 1, _SHARED, ARGPARSE, until_word=True)
    if names.has("--help") or names.stop + 1 >= len(argv):
        return NotAnInstall(client=NAME, argv=tuple(argv))
    start = names.stop + 1
    if argv[start] == "--":
        start += 1
    if command == "exec":
        return running(NAME, argv, start, steer(argv, Scan(options=(), words=(), stop=0), _STEERING))
    inner = read_command(("pip", *argv[start:]))
    if not isinstance(inner, (Install, Undetermined)):
        return NotAnInstall(client=NAME, argv=tuple(argv))
    whole = (*argv[:start], *inner.argv[1:])
    if isinstance(inner, Install):
        return replace(inner, client=NAME, argv=whole, target=argv[names.stop])
    return replace(inner, client=NAME, argv=whole)


def _reading(argv: Sequence[str], command: str, found: Scan) -> Reading:
    steered = steer(argv, found, _STEERING)
    typed = Typed()
    if command == "run":
        _run(typed, argv, found)
    else:
        _gather(typed, command, found)
    passed = passed_on("--pip-args", found.last("--pip-args") or "")
    if passed.why is not None:
        typed.unread(passed.why)
    default = found.given("--index-url")
    own = typed_indexes(typed_index(default[-1].value or "", default[-1])) if default else None
    indexes = _both(own, passed.indexes)
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
        indexes=indexes,
        target="global" if found.has("--global") else None,
        temporary=command == "run",
        conflicts=conflicts,
    )


def _gather(typed: Typed, command: str, found: Scan) -> None:
    words = found.words
    if command == "install" or (command == "upgrade" and found.has("--install")):
        for word in words:
            if found.has("--editable"):
                typed.editable(word.text, word.index)
            else:
                typed.word(word.text, word.index)
    elif command == "inject":
        for word in words[1:]:  # the first is the environment to install into
            typed.word(word.text, word.index)
    elif command == "upgrade-shared":
        typed.name("pip", 1)
    elif command in ("install-all", "manifest", "interpreter upgrade"):
        typed.unread(f"What pipx {command} installs stands in files that only pipx can read.")
    for one in found.given("--preinstall"):
        typed.word(one.value or "", one.index)
    for path in found.all("--requirement"):
        typed.requirements_file(path)
    for path in found.all("--lock"):
        typed.file(path, FileUse.LOCKFILE)
    # upgrade, reinstall and repair go by what pipx has installed, from wherever: a name alone says nothing of that


def _run(typed: Typed, argv: Sequence[str], found: Scan) -> None:
    """``pipx run APP``: a package, a script with inline metadata (PEP 723), or a URL of one."""
    start = found.stop
    app = argv[start] if start < len(argv) else ""
    spec = found.given("--spec")
    for one in spec[-1:]:
        typed.word(one.value or "", one.index)
    for one in found.given("--with"):
        typed.word(one.value or "", one.index)
    if spec or not app:
        return
    if found.has("--path") or (app.endswith(".py") and url_kind(app) is None):
        typed.file(app, FileUse.SCRIPT)
    elif url_kind(app) is SourceKind.URL and app.partition("?")[0].endswith(".py"):
        typed.unread("The script at that address can only be read by pipx itself.")
    else:
        typed.word(app, start)


def _both(own: IndexOptions | None, passed: IndexOptions | None) -> IndexOptions | None:
    if own is None or passed is None:
        return own or passed
    return replace(passed, index_url=passed.index_url or own.index_url)
