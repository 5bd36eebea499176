"""The command line's door: finds the command, loads that one alone, and turns errors into messages and statuses."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from depaudit import __version__

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("scan", "depaudit.frontends.cli.scan", "audit every dependency declared in files or directories"),
    ("diff", "depaudit.frontends.cli.diff", "audit only what a change adds: a branch, a commit, what is staged"),
    ("check", "depaudit.frontends.cli.check", "audit names as written: requests, flask==3.0.0, npm:react"),
    ("env", "depaudit.frontends.cli.env", "audit what is installed in a Python environment or node_modules"),
    ("guard", "depaudit.frontends.cli.guard", "make plain pip, npm, … go through the gate: install, status, remove"),
    ("list", "depaudit.frontends.cli.list_command", "what the parsers find, with no audit and no network"),
    ("explain", "depaudit.frontends.cli.explain", "what a rule means, or all the evidence for a package"),
    ("allow", "depaudit.frontends.cli.allow", "record a person's decision to accept a package"),
    ("db", "depaudit.frontends.cli.db", "the bundled name data: its age, sources and counts"),
)
"""(name, module, one line of help). A command's module has ``configure(parser)`` and ``run(arguments) -> int``."""

GATED = (
    "pip",
    "uv",
    "uvx",
    "poetry",
    "pdm",
    "pipx",
    "pipenv",
    "npm",
    "npx",
    "pnpm",
    "pnpx",
    "yarn",
    "bun",
    "bunx",
    "deno",
)
"""Package managers whose name alone is short for ``depaudit run --`` and that name."""

HELP_WIDTH = 100
_FLAGS = {"-q", "--quiet", "-v", "--verbose", "--no-progress"}
_VALUED = {"--color", "--colour"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status of ``docs/exit-status.md``."""
    if argv is None:
        gc.disable()  # a process of one short run: it makes many records and few cycles, looking for them costs time
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        print(f"depaudit {__version__}")
        return 0
    try:
        return _dispatch(arguments)
    except KeyboardInterrupt:
        print("depaudit: interrupted; nothing was decided.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (``depaudit scan | head``): its decision, but no clean bill either.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:  # a full disk behind stdout, most likely: never to be taken for a verdict
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"depaudit: error: {error.strerror or error}; nothing was decided.", file=sys.stderr)
        return 2


def _dispatch(arguments: list[str]) -> int:
    leading, rest = _leading_options(arguments)
    if not rest or rest[0] in ("-h", "--help", "help"):
        print(_help(), end="")
        return 0 if rest else 2
    if rest[0] in ("--version", "-V"):
        print(f"depaudit {__version__}")
        return 0
    name = rest[0]
    if name == "run" or name in GATED:
        from depaudit.frontends.cli.run import main as run_gate

        return run_gate([*leading, *rest[1:]] if name == "run" else [*leading, "--", *rest])
    for command, module_name, summary in COMMANDS:
        if name == command:
            return _run(command, module_name, summary, [*leading, *rest[1:]])
    print(f"depaudit: error: {_unknown(name)}", file=sys.stderr)
    return 2


def _run(command: str, module_name: str, summary: str, arguments: list[str]) -> int:
    import argparse
    from importlib import import_module

    from depaudit.errors import DepauditError

    module = import_module(module_name)
    parser = argparse.ArgumentParser(
        prog=f"depaudit {command}",
        description=summary[0].upper() + summary[1:] + ".",
        # a width of our own spares argparse from loading shutil for each option
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=HELP_WIDTH),
        allow_abbrev=False,
    )
    module.configure(parser)
    parsed, unknown = parser.parse_known_intermixed_args(arguments)
    if unknown:
        print(f"depaudit {command}: error: {_unknown_option(unknown[0], parser.format_help())}", file=sys.stderr)
        return 2
    try:
        status = module.run(parsed)
    except DepauditError as error:
        from depaudit.report.terminal import safe

        print(f"depaudit: error: {safe(str(error))}", file=sys.stderr)
        return 2
    assert isinstance(status, int)
    return status


def _leading_options(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Options that hold everywhere may stand before the command too, as with pip and git."""
    leading: list[str] = []
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if word in _FLAGS or ("=" in word and word.partition("=")[0] in _VALUED):
            leading.append(word)
            position += 1
        elif word in _VALUED and position + 1 < len(arguments):
            leading += arguments[position : position + 2]
            position += 2
        else:
            break
    return leading, arguments[position:]


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    from depaudit.model.names import quoted

    if name.startswith("-"):
        return f"unknown option {quoted(name)}; depaudit --help lists what there is."
    near = get_close_matches(name, ["run", *GATED, *(command for command, _, _ in COMMANDS)], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"unknown command {quoted(name)}.{hint} depaudit --help lists what there is."


def _unknown_option(word: str, known: str) -> str:
    import re
    from difflib import get_close_matches

    from depaudit.model.names import quoted

    near = get_close_matches(word.partition("=")[0], re.findall(r"--[a-z][a-z-]*", known), n=1)
    return f"unknown option {quoted(word)}.{f' Did you mean {near[0]}?' if near else ''} See --help."


def _help() -> str:
    width = max(len(command) for command, _, _ in COMMANDS)
    lines = [
        "depaudit audits dependencies before they are installed: names that do not exist, that are",
        "newly registered, little used, or a typo away from a popular one.",
        "",
        "usage: depaudit COMMAND [OPTION…]",
        "",
        f"  {'run':{width}}  run a package manager so that everything it downloads is judged first;",
        f"  {'':{width}}  short: depaudit pip install …, depaudit npm ci, depaudit uv add …",
        *(f"  {command:{width}}  {summary}" for command, _, summary in COMMANDS),
        "",
        "  depaudit COMMAND --help   the command's own options",
        "  depaudit --version        this version",
        "",
        "Exit status: 0 all audited, nothing bad; 1 something is blocked; 2 wrong usage or input;",
        "3 the audit is incomplete. run: 40 something was refused, 41 depaudit could not do its work, else the",
        "command's own.",
        "",
    ]
    return "\n".join(lines)
