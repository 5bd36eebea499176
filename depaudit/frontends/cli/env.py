"""``depaudit env``: audit what is installed in a Python environment or a ``node_modules``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from depaudit.errors import UsageError
from depaudit.frontends.cli.env_material import Audited, read_material
from depaudit.frontends.cli.judging import judge_and_report, open_session
from depaudit.frontends.cli.options import add_audit, add_everywhere
from depaudit.frontends.cli.scan import tree_roots
from depaudit.frontends.session import Surroundings
from depaudit.installed.interpreter import environment_of, is_environment, site_folders
from depaudit.installed.locate import Places, places_at, places_here


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit env [PATH…] [--python PATH] [OPTION…]"
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="environments and node_modules folders (default: the active environment, or .venv, and node_modules here)",
    )
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PATH",
        help="an interpreter or an environment's folder (repeatable)",
    )
    add_audit(parser)
    add_everywhere(parser)


def run(arguments: argparse.Namespace) -> int:
    surroundings = Surroundings.current()
    cwd = surroundings.cwd
    own_roots = tree_roots([], cwd)
    places = _places(arguments, surroundings, own_roots)
    projects = tuple(_plain(modules).parent for modules in places.modules)
    roots = tuple(dict.fromkeys((*own_roots, *tree_roots([str(project) for project in projects], cwd))))
    session = open_session(arguments, surroundings, roots, start=cwd)
    audited = Audited(
        places=places,
        projects=tuple(dict.fromkeys((cwd, *projects))),
        roots=roots,
        cwd=cwd,
        home=surroundings.home,
        exclude=session.config.exclude,
    )
    return judge_and_report(read_material(audited), arguments, surroundings, tree_roots=roots, session=session)


def _places(arguments: argparse.Namespace, surroundings: Surroundings, tree: tuple[Path, ...]) -> Places:
    """What is to be audited. Raises ``UsageError`` where that is nothing, or cannot be found."""
    places = Places()
    for word in arguments.paths:
        places = places.joined(places_at(surroundings.cwd / word, word=word))
    for word in arguments.python:
        places = places.joined(_of_python(_plain(surroundings.cwd / word), surroundings, tree))
    if not arguments.paths and not arguments.python:
        places = places_here(surroundings.cwd, surroundings.environment)
    if places.empty:
        raise UsageError(
            "there is nothing installed to audit: no virtual environment is active, and this folder holds neither "
            ".venv nor node_modules.",
            mend="Name what to audit: depaudit env PATH, or depaudit env --python /path/to/python.",
        )
    return places


def _of_python(python: Path, surroundings: Surroundings, tree: tuple[Path, ...]) -> Places:
    """What ``--python`` names. An interpreter of no environment is run, unless the audited tree brings it along."""
    home = python if python.is_dir() and is_environment(python) else environment_of(python)
    if home is not None:
        return Places(homes=(home,))
    brought = any(python.is_relative_to(root) for root in tree)
    return Places(sites=site_folders(python, surroundings.environment, run=not brought))


def _plain(path: Path) -> Path:
    """``path`` without ``..``, links not followed: an environment's interpreter is a link to another's."""
    return Path(os.path.abspath(path))  # noqa: PTH100  Path.resolve would follow links
