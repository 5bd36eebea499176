"""Which client a command line starts, by whatever name, path or interpreter."""

from __future__ import annotations

import re

from depaudit.model.record import record


@record
class Start:
    """``program``: the client's bare name. ``stop``: the index of its first own word."""

    program: str
    stop: int


_ALIASES = {"yarnpkg": "yarn", "pn": "pnpm", "pnx": "pnpx", "npm-cli": "npm", "npx-cli": "npx", "uvw": "uv"}
_ENDING = re.compile(r"\.(?:exe|cmd|bat|ps1|com|pyz|cjs|mjs|js)\Z", re.IGNORECASE)
_PIP = re.compile(r"pip-?[23]?(?:\.[0-9]{1,3}){0,2}")
_PYTHON = re.compile(r"(?:python|pypy|py)[23]?(?:\.[0-9]{1,3}){0,2}[tdw]{0,2}")
_PYTHON_MODULES = ("pip", "uv", "poetry", "pdm", "pipx", "pipenv")
_PYTHON_TAKES_WORD = "WX"  # https://docs.python.org/3/using/cmdline.html; and --check-hash-based-pycs
_COREPACK = ("npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg")
_NODE_TAKES_WORD = frozenset(
    ("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file", "--title")
)
_MAX_WORD = 4096  # letters; no path is longer


def bare_program(word: str) -> str:
    """The program's name without folder, ending and version: ``pip`` for ``C:\\py\\pip3.12.exe``."""
    if len(word) > _MAX_WORD:
        return ""
    name = _ENDING.sub("", word.replace("\\", "/").rpartition("/")[2])
    if name != word and word.lower().endswith(".exe"):
        name = name.lower()
    if _PIP.fullmatch(name):
        return "pip"
    return _ALIASES.get(name, name)


def started(argv: tuple[str, ...]) -> Start | None:
    """What ``argv`` starts: a program by its own name, or the one that Python, Node or corepack is told to run."""
    if not argv:
        return None
    bare = bare_program(argv[0])
    if _PYTHON.fullmatch(bare):
        return _by_python(argv)
    if bare in ("node", "nodejs"):
        return _by_node(argv)
    if bare == "corepack":
        return _by_corepack(argv)
    return Start(program=bare, stop=1)


def _by_python(argv: tuple[str, ...]) -> Start | None:
    """``python -I -m pip``, ``python -Impip``, ``py -3.12 -m pip``, ``python /usr/bin/pip``."""
    index = 1
    while index < len(argv):
        word = argv[index]
        if not word.startswith("-") or word == "-":
            return Start(program=bare_program(word), stop=index + 1)
        if word == "--check-hash-based-pycs":
            index += 2
            continue
        index += 1
        if word.startswith(("--", "-V:")) or word[1:2].isdigit():
            continue  # --help-env; the launcher's -3.12 and -V:3.12
        for position, letter in enumerate(word[1:], 2):
            if letter in "c" + _PYTHON_TAKES_WORD + "m":
                rest = word[position:]
                if letter == "c":
                    return None
                if letter == "m":
                    return _module(rest, index) if rest else _module("".join(argv[index : index + 1]), index + 1)
                index += not rest
                break
    return None


def _module(name: str, stop: int) -> Start | None:
    program = name.partition(".")[0]  # python -m pip.__main__ is pip too
    return Start(program=program, stop=stop) if program in _PYTHON_MODULES else None


def _by_node(argv: tuple[str, ...]) -> Start | None:
    """``node /usr/lib/node_modules/npm/bin/npm-cli.js``."""
    index = 1
    while index < len(argv):
        word = argv[index]
        if not word.startswith("-"):
            return Start(program=bare_program(word), stop=index + 1)
        index += 2 if word in _NODE_TAKES_WORD else 1
    return None


def _by_corepack(argv: tuple[str, ...]) -> Start | None:
    """``corepack pnpm@9.1.0 install``; the version named is fetched by corepack itself."""
    for index, word in enumerate(argv[1:], 1):
        if not word.startswith("-"):
            name = word.partition("@")[0]
            return Start(program=_ALIASES.get(name, name), stop=index + 1) if name in _COREPACK else None
    return None
