"""``depaudit check``: audit names as written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from depaudit.errors import DepauditError, UsageError
from depaudit.frontends.cli.judging import judge_and_report
from depaudit.frontends.cli.options import add_audit, add_everywhere
from depaudit.frontends.session import Material, Surroundings
from depaudit.model.problem import Problem
from depaudit.model.requirement import Location, Requirement
from depaudit.parsers.written import parse_written

MAX_NAMES = 200_000


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit check NAME… [OPTION…]"
    parser.add_argument(
        "names",
        nargs="+",
        metavar="NAME",
        help="requests, flask==3.0.0, npm:react, npm:@types/node@20, pkg:pypi/flask@3.0.0; a bare name is PyPI's; "
        "- reads one a line",
    )
    add_audit(parser)
    add_everywhere(parser)


def run(arguments: argparse.Namespace) -> int:
    surroundings = Surroundings.current()
    material = read_names(arguments.names)
    return judge_and_report(material, arguments, surroundings, tree_roots=(surroundings.cwd,))


def read_names(words: Sequence[str]) -> Material:
    """The requirements that the words name, and a problem for each word that names none."""
    requirements, problems = [], []
    for text, location in _words(words):
        read = _read(text, location)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            requirements.append(read)
    return Material(requirements=tuple(requirements), problems=tuple(problems))


def _words(words: Sequence[str]) -> Iterator[tuple[str, Location]]:
    for position, word in enumerate(words, start=1):
        if word != "-":
            yield word, Location(path="<command line>", line=1, column=position)
            continue
        for number, line in enumerate(sys.stdin, start=1):
            if number > MAX_NAMES:
                raise UsageError(f"more than {MAX_NAMES} names on standard input.", mend="Check them in parts.")
            text = line.strip()
            if text and not text.startswith("#"):
                yield text, Location(path="<stdin>", line=number)


def _read(text: str, location: Location) -> Requirement | Problem:
    try:
        return parse_written(text, location)
    except DepauditError as error:
        return Problem(
            path=location.path, line=location.line, column=location.column, message=error.message, mend=error.mend
        )
