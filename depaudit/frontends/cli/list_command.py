"""``depaudit list``: what the parsers find, with no audit and no network."""

from __future__ import annotations

import argparse
import sys

from depaudit.frontends.cli.options import add_config, add_everywhere, use_colour
from depaudit.frontends.cli.output import terminal_width, write_out
from depaudit.frontends.cli.scan import add_paths, read, starting_point, tree_roots
from depaudit.frontends.session import Surroundings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit list [PATH…] [OPTION…]"
    add_paths(parser)
    parser.add_argument("--format", choices=("table", "json"), default="table", help="how to print it (default: table)")
    add_config(parser)
    add_everywhere(parser)


def run(arguments: argparse.Namespace) -> int:
    from depaudit.engine import collect
    from depaudit.policy.load import load_config
    from depaudit.report import render_list, render_problems

    surroundings = Surroundings.current()
    roots = tree_roots(arguments.paths, surroundings.cwd)
    loaded = load_config(
        start=starting_point(arguments.paths, surroundings.cwd),
        tree_roots=roots,
        explicit=arguments.config,
        environment=surroundings.environment,
        home=surroundings.home,
        platform=surroundings.platform,
        today=surroundings.now.date(),
    )
    inputs = read(arguments, surroundings, exclude=(*loaded.config.exclude, *arguments.exclude))
    sys.stderr.write(render_problems(inputs.problems, color=use_colour(arguments.color, sys.stderr)))
    sys.stderr.flush()
    write_out(
        render_list(
            collect(inputs.requirements),
            arguments.format,
            problems=inputs.problems,
            not_audited=inputs.not_audited,
            color=use_colour(arguments.color),
            width=terminal_width(),
        )
    )
    return 2 if inputs.problems else 0
