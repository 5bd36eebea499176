"""``depaudit explain``: what a rule means and what to do; or everything known of a package and every rule's answer."""

from __future__ import annotations

import argparse
from contextlib import closing

from depaudit.frontends.cli.options import add_config, add_everywhere, use_colour
from depaudit.frontends.cli.output import terminal_width, write_out
from depaudit.frontends.cli.progress import LookUpProgress
from depaudit.frontends.session import Options, Session, Surroundings
from depaudit.model.requirement import Location
from depaudit.parsers.written import parse_written


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit explain RULE-OR-NAME [OPTION…]"
    parser.add_argument(
        "subject", metavar="RULE-OR-NAME", help="a rule such as typo-adjacent, or a name such as npm:react"
    )
    parser.add_argument("--offline", action="store_true", help="judge by the bundled data alone")
    parser.add_argument("--no-cache", action="store_true", help="ask everything afresh")
    add_config(parser)
    add_everywhere(parser)


def run(arguments: argparse.Namespace) -> int:
    from depaudit.rules import RULES

    for rule in RULES:
        if rule.META.id == arguments.subject:
            from depaudit.rules.documentation import render_text

            write_out(render_text(rule, width=terminal_width()))
            return 0
    return _explain_package(arguments)


def _explain_package(arguments: argparse.Namespace) -> int:
    from depaudit import engine
    from depaudit.report.explanation import render_explanation
    from depaudit.rules import RULES

    surroundings = Surroundings.current()
    requirement = parse_written(arguments.subject, Location(path="<command line>", line=1))
    options = Options(tree_roots=(surroundings.cwd,), offline=arguments.offline, cache=not arguments.no_cache)
    session = Session(surroundings, options, explicit_config=arguments.config)
    with closing(LookUpProgress(wanted=not (arguments.no_progress or arguments.quiet))) as progress:
        gathered, use = session.gather([requirement], progress)
    (decision,) = engine.conclude(gathered, session.config)
    answers = tuple((rule.META, rule.check(gathered[0])) for rule in RULES)
    write_out(render_explanation(decision, answers, use, color=use_colour(arguments.color), width=terminal_width()))
    return 0
