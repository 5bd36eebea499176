"""``depaudit allow``: a person's decision to accept a package, written into the configuration.

Only on a terminal, and only after the person has typed the package's name: an exception that a program could write
would be no review.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from depaudit.errors import ConfigError, UsageError
from depaudit.frontends.cli.options import add_everywhere
from depaudit.frontends.cli.output import write_whole
from depaudit.frontends.session import Surroundings
from depaudit.model.names import quoted
from depaudit.model.requirement import Location
from depaudit.parsers.written import parse_written

MAX_REASON = 500


def configure(parser: argparse.ArgumentParser) -> None:
    parser.usage = "depaudit allow NAME --reason TEXT [--until DATE] [--rule ID…]"
    parser.add_argument("name", metavar="NAME", help="requests, npm:react: the package to accept")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why it is fine: who looked at it, at what")
    parser.add_argument("--until", metavar="DATE", help="the exception ends after this day (2027-03-01)")
    parser.add_argument(
        "--rule", action="append", default=[], metavar="ID", help="accept what this rule says only (repeatable)"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="the file to write to (default: the project's own)")
    add_everywhere(parser)


def run(arguments: argparse.Namespace) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "allow works on a terminal only: an exception is a person's decision.",
            mend="Ask a person to review the package and to run this command.",
        )
    surroundings = Surroundings.current()
    requirement = parse_written(arguments.name, Location(path="<command line>", line=1))
    if requirement.specifier:
        raise UsageError(
            f"{quoted(arguments.name)} names a version; an exception holds for a name.", mend="Leave the version out."
        )
    name = f"{requirement.ecosystem}:{requirement.name}"
    target = arguments.config or configuration_file(surroundings.cwd)
    text = target.read_text(encoding="utf-8") if target.exists() else ""
    entry = entry_text(
        name,
        _reason(arguments.reason),
        _until(arguments.until, surroundings.now.date()),
        _rules(arguments.rule),
        target,
    )
    updated = f"{text.rstrip()}\n\n{entry}" if text.strip() else entry
    verify(updated, target, name)
    print(f"This is added to {target}:\n\n{entry}")
    if input(f"Type {requirement.name} to record it: ").strip() != requirement.name:
        print("Nothing was recorded.")
        return 1
    write_whole(target, updated)
    print(f"Recorded. Commit {target.name} so that others can review it.")
    return 0


def configuration_file(start: Path) -> Path:
    """The project's configuration file nearest upward from ``start``; where there is none, where one would be made."""
    for folder in (start, *start.parents):
        own, pyproject = folder / "depaudit.toml", folder / "pyproject.toml"
        if own.is_file():
            return own
        if pyproject.is_file() and "[tool.depaudit" in pyproject.read_text(encoding="utf-8", errors="replace"):
            return pyproject
        if (folder / ".git").exists():
            return own
    return start / "depaudit.toml"


def entry_text(name: str, reason: str, until: date | None, rules: tuple[str, ...], target: Path) -> str:
    """The entry as TOML, in the form that ``target`` needs."""
    import json

    prefix = "tool.depaudit." if target.name == "pyproject.toml" else ""
    lines = [f"[[{prefix}allow]]", f"name = {json.dumps(name)}"]
    if rules:
        lines.append(f"rules = {json.dumps(list(rules))}")
    lines.append(f"reason = {json.dumps(reason)}")  # JSON's strings are TOML's basic strings
    if until is not None:
        lines.append(f"until = {until.isoformat()}")
    return "\n".join(lines) + "\n"


def verify(text: str, target: Path, name: str) -> None:
    """Raise ``ConfigError`` unless ``text`` is TOML in which the new entry is what it should be."""
    import tomli

    try:
        table = tomli.loads(text)
        if target.name == "pyproject.toml":
            table = table["tool"]["depaudit"]
        entries = table["allow"]
        if entries[-1]["name"] == name:
            return
    except (tomli.TOMLDecodeError, KeyError, TypeError, IndexError) as error:
        raise ConfigError(
            f"the entry cannot be added at the end of this file: {error}",
            path=str(target),
            mend="Add it by hand to its allow list.",
        ) from error
    raise ConfigError("the entry would not be the last of the allow list.", path=str(target), mend="Add it by hand.")


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or not reason.isprintable() or len(reason) > MAX_REASON:
        raise UsageError(f"--reason needs a sentence of at most {MAX_REASON} letters.")
    return reason


def _until(text: str | None, today: date) -> date | None:
    if text is None:
        return None
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--until {quoted(text)} is no date; write it as 2027-03-01.") from None
    if until < today:
        raise UsageError(f"--until {until} has passed already.")
    return until


def _rules(ids: list[str]) -> tuple[str, ...]:
    from difflib import get_close_matches

    from depaudit.policy.config import RULE_IDS

    for rule in ids:
        if rule not in RULE_IDS:
            near = get_close_matches(rule, RULE_IDS, n=1)
            raise UsageError(
                f"there is no rule {quoted(rule)}.",
                mend=f"Did you mean {near[0]}?" if near else "See depaudit explain.",
            )
    return tuple(dict.fromkeys(ids))
