"""``depaudit run -- COMMAND``, and the short forms: the real client behind the gate."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from depaudit.errors import DepauditError
from depaudit.frontends.cli.options import add_config, add_everywhere, use_colour
from depaudit.frontends.cli.refusal_log import keep_failure, keep_refusals

if TYPE_CHECKING:
    from depaudit.commands.base import Install, Undetermined
    from depaudit.frontends.session import Session, Surroundings
    from depaudit.gate.run import Outcome

FAILED = 41
NOT_FOUND = 127
"""What a shell answers for a command that is not there (POSIX, 2.8.2)."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit run [OPTION…] -- COMMAND…"
    add_gate(parser)
    add_everywhere(parser)


def add_gate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--report", metavar="FILE", help="write what was judged to FILE, as JSON")
    parser.add_argument("--on-error", choices=("block", "allow"), help="allow: what cannot be judged is let through")
    parser.add_argument("--no-cache", action="store_true", help="ask everything afresh")
    add_config(parser)


def main(words: Sequence[str]) -> int:
    """``depaudit run`` with these words after it. Options of our own stand before the command."""
    from depaudit.report.terminal import safe

    own, command = split(words)
    parser = argparse.ArgumentParser(
        prog="depaudit run",
        description="Run a package manager so that every package it downloads is judged before it is unpacked.",
        allow_abbrev=False,
    )
    configure(parser)
    arguments = parser.parse_args(own)
    if not command:
        print(
            "depaudit: error: no command to run. Type for example: depaudit run -- pip install requests",
            file=sys.stderr,
        )
        return 2
    try:
        return run_command(command, arguments)
    except DepauditError as error:
        print(f"depaudit: error: {safe(str(error))}", file=sys.stderr)
        keep_failure(command, str(error))
        return FAILED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  a status of ours must never be taken for the client's
        if arguments.verbose:
            import traceback

            from depaudit.report.secrets import hide

            sys.stderr.write(hide("".join(traceback.format_exception(error))))
        print(
            f"depaudit: error: depaudit itself failed ({safe(type(error).__name__, 60)}), so what this command "
            "installed was not all judged. depaudit env looks at what is installed. If depaudit was upgraded "
            "meanwhile, run the command again; else report this with what depaudit -v run -- … says.",
            file=sys.stderr,
        )
        keep_failure(command, f"depaudit itself failed ({type(error).__name__}).")
        return FAILED


def split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our own options, and the command: what stands after ``--``, else from the first word that is no option."""
    valued = {"--report", "--on-error", "--config", "--color"}
    position = 0
    while position < len(words):
        word = words[position]
        if word == "--":
            return list(words[:position]), list(words[position + 1 :])
        if not word.startswith("-") or word == "-":
            break
        position += 2 if word in valued else 1
    return list(words[:position]), list(words[position:])


def run_command(command: Sequence[str], arguments: argparse.Namespace) -> int:
    """Run ``command`` behind the gate, or as it is when it installs nothing."""
    from depaudit.commands import read_command
    from depaudit.commands.base import NotAnInstall, Undetermined
    from depaudit.gate.child import find_program, replace_process
    from depaudit.gate.guards.places import Machine, shims_folder
    from depaudit.gate.guards.shims import without_shims
    from depaudit.model.names import Ecosystem

    environment = dict(os.environ)
    machine = Machine(environment=environment, home=Path.home(), platform=sys.platform)
    environment["PATH"] = without_shims(environment.get("PATH", os.defpath), shims_folder(machine))
    program = find_program(command[0], environment["PATH"])
    if program is None:
        from depaudit.model.names import quoted

        print(f"depaudit: {quoted(command[0])} is not installed: no such program on PATH.", file=sys.stderr)
        return NOT_FOUND
    reading = read_command(command)
    if isinstance(reading, NotAnInstall):
        if _runs_scripts(reading.argv):
            environment["PATH"] = os.environ.get("PATH", os.defpath)  # what the project's script installs is gated too
        if reading.client == "uv" and "venv" in reading.argv:
            return _make_environment(reading.argv, program, environment)
        return replace_process(command, program, environment)
    if reading is None:
        reading = Undetermined(
            client="", argv=tuple(command), ecosystem=Ecosystem.PYPI, why="it is no package manager that depaudit reads"
        )
    return _gated(command, reading, program, environment, arguments)


def _make_environment(argv: Sequence[str], program: Path, environment: dict[str, str]) -> int:
    """``uv venv``: what it makes is hooked where the interpreter is that it is made from."""
    import subprocess

    words = [word for word in argv[argv.index("venv") + 1 :] if not word.startswith("-")]
    new = _New([Path(word) for word in words])
    status = subprocess.call([str(program), *argv[1:]], env=environment)  # noqa: S603  the user's own command
    new.hook()
    return status


class _New:
    """Environments that a command makes: the places where there was none before it."""

    def __init__(self, places: Sequence[Path]) -> None:
        usual = [Path(".venv"), *([Path(os.environ["VIRTUAL_ENV"])] if os.environ.get("VIRTUAL_ENV") else [])]
        self._places = [place for place in dict.fromkeys((*places, *usual)) if not _is_environment(place)]

    def hook(self) -> None:
        """Put the pip hook into those whose interpreter has it."""
        for place in self._places:
            if _is_environment(place):
                _hook(place.absolute())


def _hook(environment: Path) -> None:
    from depaudit.gate.guards.pip_hook import propagate

    try:
        propagate(environment)
    except DepauditError as error:
        print(f"depaudit: note: {error}", file=sys.stderr)


def _is_environment(place: Path) -> bool:
    return (place / "pyvenv.cfg").is_file()


def _runs_scripts(argv: Sequence[str]) -> bool:
    """Whether the command runs a project's own scripts (``npm --prefix d run build``), by any of its words."""
    from depaudit.commands.programs import bare_program
    from depaudit.gate.guards.direct import TOOLS, direct_of

    tool = bare_program(argv[0])
    direct = direct_of(tool if tool in TOOLS else "pip")
    return any(word in direct.scripts for word in argv[1:])


def _gated(
    command: Sequence[str],
    reading: Install | Undetermined,
    program: Path,
    environment: dict[str, str],
    arguments: argparse.Namespace,
) -> int:
    from depaudit.frontends.cli.output import write_whole
    from depaudit.frontends.cli.progress import LookUpProgress
    from depaudit.frontends.session import Surroundings
    from depaudit.gate import run as gate

    surroundings = Surroundings.current()
    session = _session(reading, surroundings, arguments)
    setting = gate.Setting(
        config=session.config,
        names=session.names,
        environment=environment,
        home=surroundings.home,
        cwd=surroundings.cwd,
        now=surroundings.now,
        platform=surroundings.platform,
        tree_roots=session.options.tree_roots,
        program=program,
        caches=_caches(),
        cache=not arguments.no_cache,
    )
    new = _New([Path(reading.folder, ".venv")])
    with closing(LookUpProgress(wanted=not (arguments.no_progress or arguments.quiet))) as progress:
        outcome = gate.run(reading, setting, progress)
    keep_refusals(command, outcome)
    new.hook()
    _tell(reading, outcome, session, arguments)
    if arguments.report:
        from depaudit.gate.reporting import render

        write_whole(Path(arguments.report), render(outcome, session.names.snapshot, surroundings.now))
    return outcome.status


def _session(reading: Install | Undetermined, surroundings: Surroundings, arguments: argparse.Namespace) -> Session:
    from depaudit.frontends.cli.scan import tree_roots
    from depaudit.frontends.session import Options, Session
    from depaudit.policy.combine import with_options

    folder = Path(os.path.abspath(surroundings.cwd / reading.folder))  # noqa: PTH100  the text of paths counts
    roots = tree_roots([str(folder)], surroundings.cwd)
    options = Options(tree_roots=roots, start=folder, cache=not arguments.no_cache, new_here=True)
    session = Session(surroundings, options, explicit_config=arguments.config)
    session.config, notes = with_options(session.config, on_error=arguments.on_error)
    session.notes += notes
    return session


def _caches() -> Path:
    """Where the gate keeps the clients' caches; a folder of this run where that cannot be used."""
    from depaudit.registries.cache_folder import cache_folder, make_private

    folder = cache_folder()
    if make_private(folder) is None:
        clients = folder / "clients"
        if make_private(clients) is None and os.access(clients, os.W_OK):
            return clients
    return Path()


def _tell(reading: Install | Undetermined, outcome: Outcome, session: Session, arguments: argparse.Namespace) -> None:
    from depaudit.frontends.cli.output import terminal_width
    from depaudit.gate import telling
    from depaudit.report import render_problems
    from depaudit.report.terminal import Style, safe

    color = use_colour(arguments.color, sys.stderr)
    style = Style(color=color, width=terminal_width(), verbose=arguments.verbose, quiet=arguments.quiet)
    lines: list[str] = []
    if outcome.problems:
        sys.stderr.write(render_problems(outcome.problems, color=color))
    if not arguments.quiet:
        lines += [f"note: {safe(sentence)}" for sentence in (*session.notes, *reading.neutralised)]
    lines += [f"note: {safe(sentence)}" for sentence in outcome.notes]
    lines += telling.conflicts(outcome.conflicts, style)
    lines += telling.refusals(outcome.ledger, style, person=sys.stdin.isatty() and sys.stderr.isatty())
    if not outcome.conflicts and not (arguments.quiet and outcome.status == 0):
        lines += telling.summary(outcome.ledger, outcome.seconds, style)
    if lines:
        if outcome.started and outcome.ledger.refusals:
            lines.insert(0, "")  # the client has said much before
        sys.stderr.write("\n".join(lines) + "\n")
        sys.stderr.flush()
