"""``depaudit scan``: audit every dependency declared in files or directories."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from depaudit.errors import UsageError
from depaudit.frontends.cli.judging import judge_and_report, open_session
from depaudit.frontends.cli.options import add_audit, add_everywhere
from depaudit.frontends.session import Material, Surroundings
from depaudit.inputs import Inputs, read_inputs, read_stdin


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit scan [PATH…] [OPTION…]"
    add_paths(parser)
    add_audit(parser)
    parser.add_argument(
        "--write-baseline", type=Path, metavar="FILE", help="take down in FILE what is found now: it is old from now on"
    )
    add_everywhere(parser)


def run(arguments: argparse.Namespace) -> int:
    surroundings = Surroundings.current()
    roots = tree_roots(arguments.paths, surroundings.cwd)
    session = open_session(arguments, surroundings, roots, start=starting_point(arguments.paths, surroundings.cwd))
    inputs = read(arguments, surroundings, exclude=session.config.exclude)
    material = Material(
        requirements=inputs.requirements,
        problems=inputs.problems,
        not_audited=inputs.not_audited,
        undetermined=inputs.undetermined,
        files=inputs.files,
        excluded=inputs.excluded,
        notes=inputs.notes,
    )
    return judge_and_report(
        material, arguments, surroundings, tree_roots=roots, session=session, whole=_whole(arguments)
    )


def add_paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or directories (default: .); - is standard input"
    )
    parser.add_argument(
        "--format-in", metavar="NAME", help="the format of standard input, or of a file of another name"
    )
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="GLOB", help="leave out matching paths (repeatable)"
    )


def tree_roots(paths: list[str], cwd: Path) -> tuple[Path, ...]:
    """The folders whose own settings are the audited tree's, not the operator's.

    A part of a repository is installed by the settings above it too: each root reaches to its repository's top.
    """
    roots = []
    for word in paths or ["."]:
        path = cwd if word == "-" else _plain(cwd / word)
        roots.append(top_of(path if path.is_dir() else path.parent))
    return tuple(dict.fromkeys(roots))


def starting_point(paths: list[str], cwd: Path) -> Path:
    """From where the project's configuration is looked for, upward: the first path."""
    path = _plain(cwd / paths[0]) if paths and paths[0] != "-" else cwd
    return path if path.is_dir() else path.parent


def top_of(folder: Path) -> Path:
    """The top of the repository that holds ``folder``; itself where there is none, or where it is the whole home."""
    try:
        home = Path.home()
    except RuntimeError:
        home = folder
    for above in (folder, *folder.parents):
        if above == home or above in home.parents:
            return folder
        if (above / ".git").exists():
            return above
    return folder


def read(arguments: argparse.Namespace, surroundings: Surroundings, *, exclude: tuple[str, ...]) -> Inputs:
    """Read what the command line names. Raises ``UsageError`` when it cannot be understood."""
    paths = arguments.paths or ["."]
    if "-" in paths:
        if paths != ["-"] or not arguments.format_in:
            raise UsageError(
                "standard input is read alone and needs its format.",
                mend="Type depaudit scan - --format-in requirements-txt.",
            )
        return read_stdin(sys.stdin.buffer, arguments.format_in)
    return read_inputs(
        [Path(word) for word in paths], exclude=exclude, cwd=surroundings.cwd, format_name=arguments.format_in
    )


def _whole(arguments: argparse.Namespace) -> tuple[Path, ...]:
    """What is audited whole: everything in it is seen."""
    return tuple(Path(word) for word in arguments.paths or ["."] if word != "-")


def _plain(path: Path) -> Path:
    """``path`` without ``..``: what lies above it must be what lies above the folder that is meant."""
    return Path(os.path.abspath(path))  # noqa: PTH100  Path.resolve would follow links
