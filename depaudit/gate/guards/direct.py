"""What each tool may do past the gate: the few command lines that a shim starts by itself, without Python.

Only what certainly installs nothing stands here. Whatever is not listed goes through ``depaudit run``, whose readers
know much more and decide again; a line too few costs a moment, a line too many would be a way round the gate.
``tests/gate/guards/test_direct.py`` holds each line against the readers in ``depaudit.commands``.
"""

from __future__ import annotations

from depaudit.model.record import record


@record
class Direct:
    """The command lines of one tool that install nothing. A word counts only in its place and spelt exactly so.

    ``bare``     without any word it installs nothing either
    ``alone``    words that print something when they are the only one: ``--version``
    ``flags``    options without a value that may stand before the subcommand; before any other option the shim gives up
    ``words``    subcommands
    ``pairs``    subcommands of a subcommand: ``("pip", ("list", "show"))`` for ``uv pip list``
    ``scripts``  subcommands that run a project's own scripts, but install nothing themselves. The shims stay on PATH
                 for them: what such a script installs passes the gate like anything else
    """

    bare: bool = True
    alone: tuple[str, ...] = ("--version", "--help", "-h")
    flags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pairs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    scripts: tuple[str, ...] = ()


_PIP = Direct(
    alone=("--version", "-V", "--help", "-h"),
    flags=("-q", "--quiet", "-v", "--verbose", "--disable-pip-version-check", "--no-input", "--no-color", "--isolated"),
    words=(
        "list", "show", "freeze", "check", "inspect", "debug", "hash", "config", "cache", "help", "completion",
        "uninstall",
    ),
)  # fmt: skip
_UV = Direct(
    alone=("--version", "-V", "--help", "-h"),
    flags=("-q", "--quiet", "-v", "--verbose", "--no-progress", "--offline"),
    words=("help", "generate-shell-completion"),
    pairs=(
        ("pip", ("list", "show", "freeze", "check", "tree", "uninstall")),
        ("cache", ("dir", "clean", "prune")),
        ("python", ("list", "find", "dir")),
        ("tool", ("list", "dir", "uninstall")),
    ),
)
_POETRY = Direct(
    alone=("--version", "-V", "--help", "-h"),
    flags=("-q", "--quiet", "-v", "-vv", "-vvv", "-n", "--no-interaction", "--ansi", "--no-ansi"),
    words=("about", "check", "completions", "config", "help", "list", "show", "version"),
    pairs=(("env", ("info", "list")), ("cache", ("list", "clear"))),
)
_NPM = Direct(
    alone=("--version", "-v", "--help", "-h"),
    flags=("-s", "--silent", "-q", "--quiet", "-d", "--verbose"),
    words=(
        "ls", "list", "la", "ll", "view", "info", "show", "v", "outdated", "explain", "why", "fund", "query",
        "root", "prefix", "whoami", "ping", "search", "help", "docs", "home", "bugs", "repo",
        "login", "adduser", "logout", "owner", "access", "team", "org", "profile", "token",
        "deprecate", "dist-tag", "config", "get", "set", "completion",
    ),
    scripts=("run", "run-script", "test", "t", "tst", "start", "stop", "restart"),
)  # fmt: skip
_PNPM = Direct(
    # not `pnpm run`: since version 11 it installs first what the lockfile asks for and node_modules lacks
    alone=("--version", "-v", "--help", "-h"),
    words=("ls", "list", "la", "ll", "why", "outdated", "root", "bin", "config", "get", "set", "help", "completion"),
)
_YARN = Direct(
    bare=False,  # `yarn` alone installs, and so does `yarn --silent`
    alone=("--version", "-v", "--help", "-h"),
    words=("why", "info", "config", "bin", "help"),
    scripts=("run", "test", "start"),
)
_RUNNER = Direct(bare=False, alone=("--version", "-v", "--help", "-h"))

DIRECT: dict[str, Direct] = {
    "pip": _PIP,
    "uv": _UV,
    "uvx": Direct(bare=False, alone=("--version", "-V", "--help", "-h")),
    "poetry": _POETRY,
    "pdm": Direct(
        alone=("--version", "-V", "--help", "-h"), words=("list", "info", "config", "completion", "search", "show")
    ),
    "pipx": Direct(words=("list", "environment", "ensurepath", "completions", "uninstall", "uninstall-all", "help")),
    "pipenv": Direct(
        alone=("--version", "--help", "-h", "--venv", "--py", "--where", "--envs", "--rm", "--support"),
        words=("graph", "scripts", "verify"),
    ),
    "npm": _NPM,
    "npx": _RUNNER,
    "pnpm": _PNPM,
    "pnpx": _RUNNER,
    "yarn": _YARN,
    "yarnpkg": _YARN,
    # not `bun run`, `bun test`: without node_modules they fetch what the code imports
    "bun": Direct(
        alone=("--version", "-v", "--revision", "--help", "-h"),
        words=("completions", "help", "outdated", "why", "info"),
        pairs=(("pm", ("ls", "bin", "cache", "hash", "whoami")),),
    ),
    "bunx": _RUNNER,
    # without a word deno is a prompt that imports whatever is typed
    "deno": Direct(
        bare=False, alone=("--version", "-V", "--help", "-h"), words=("fmt", "completions", "types", "help")
    ),
}
"""By the tool's bare name; ``pip3`` and ``pip3.12`` are ``pip``."""

PIP_VERSIONS = tuple(f"pip3.{minor}" for minor in range(8, 16))

TOOLS: tuple[str, ...] = ("pip", "pip3", *PIP_VERSIONS, *(tool for tool in DIRECT if tool != "pip"))
"""Every program name that gets a shim. ``python`` gets none: the pip start-up hook is there for ``python -m pip``."""


def direct_of(tool: str) -> Direct:
    """What ``tool``, one of ``TOOLS``, may do past the gate."""
    return DIRECT["pip" if tool.startswith("pip3") else tool]
