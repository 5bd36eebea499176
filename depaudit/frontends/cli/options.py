"""Options that several commands share, and what they mean."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from depaudit.report import FORMATS


def add_everywhere(parser: argparse.ArgumentParser) -> None:
    """Options that hold for every command."""
    group = parser.add_argument_group("everywhere")
    group.add_argument("-q", "--quiet", action="store_true", help="say only what is wrong")
    group.add_argument("-v", "--verbose", action="store_true", help="say more: findings of low severity, what passed")
    group.add_argument("--no-progress", action="store_true", help="no progress bar")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour (default: auto)")


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="a configuration file of yours, above the project's"
    )


def add_audit(parser: argparse.ArgumentParser) -> None:
    """Options of the commands that judge."""
    parser.add_argument(
        "--format", choices=tuple(FORMATS), default="table", help="how to print the report (default: table)"
    )
    parser.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="FILE",
        help="write the report to FILE instead of printing it; FORMAT=FILE writes one more in that format (repeatable)",
    )
    parser.add_argument(
        "--fail-on", choices=("block", "warn", "never"), help="what ends with status 1 (default: block)"
    )
    parser.add_argument("--on-error", choices=("block", "allow"), help="allow: an incomplete audit ends with 0, not 3")
    parser.add_argument(
        "--baseline", type=Path, metavar="FILE", help="findings that are old: only what is not in FILE fails"
    )
    parser.add_argument("--offline", action="store_true", help="judge by the bundled data alone")
    parser.add_argument(
        "--names-only", action="store_true", help="judge names as names, as if each existed and nothing else were known"
    )
    parser.add_argument("--strict", action="store_true", help="files that depaudit cannot audit end with status 2")
    parser.add_argument("--no-cache", action="store_true", help="ask everything afresh")
    add_config(parser)


def use_colour(choice: str, stream: object = None) -> bool:
    """Whether to colour ``stream`` (default stdout): ``--color``, then NO_COLOR, FORCE_COLOR, then a terminal."""
    import os

    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    target = stream if stream is not None else sys.stdout
    isatty = getattr(target, "isatty", None)
    return bool(isatty is not None and isatty() and os.environ.get("TERM") != "dumb")
