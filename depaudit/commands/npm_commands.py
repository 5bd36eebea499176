"""npm's subcommands by all their names: aliases, misspellings that npm takes, and any unique beginning.

https://github.com/npm/cli ``lib/utils/cmd-list.js`` of npm 8, 10 and 11, ``lib/config/cmd-list.js`` of npm 6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from depaudit.commands.npm_options import listed

_COMMANDS = listed("""
    access adduser approve-scripts audit bin birthday bugs build cache ci completion config dedupe deny-scripts
    deprecate diff dist-tag docs doctor edit exec explain explore find-dupes fund get help help-search hook init install
    install-ci-test install-scripts install-test link ll login logout ls org outdated owner pack ping pkg prefix profile
    prune publish query rebuild repo restart root run sbom search set set-script shrinkwrap stage star stars start stop
    team test token trust unbuild undeprecate uninstall unpublish unstar update version view whoami
    """)

_ALIASES: Mapping[str, str] = {
    "author": "owner",
    "home": "docs",
    "issues": "bugs",
    "info": "view",
    "show": "view",
    "find": "search",
    "add": "install",
    "unlink": "uninstall",
    "remove": "uninstall",
    "rm": "uninstall",
    "r": "uninstall",
    "un": "uninstall",
    "rb": "rebuild",
    "list": "ls",
    "ln": "link",
    "create": "init",
    "i": "install",
    "it": "install-test",
    "cit": "install-ci-test",
    "u": "update",
    "up": "update",
    "c": "config",
    "s": "search",
    "se": "search",
    "tst": "test",
    "t": "test",
    "ddp": "dedupe",
    "v": "view",
    "run-script": "run",
    "clean-install": "ci",
    "clean-install-test": "install-ci-test",
    "x": "exec",
    "why": "explain",
    "la": "ll",
    "verison": "version",
    "ic": "ci",
    "innit": "init",
    "in": "install",
    "ins": "install",
    "inst": "install",
    "insta": "install",
    "instal": "install",
    "isnt": "install",
    "isnta": "install",
    "isntal": "install",
    "isntall": "install",
    "install-clean": "ci",
    "isntall-clean": "ci",
    "hlep": "help",
    "dist-tags": "dist-tag",
    "upgrade": "update",
    "udpate": "update",
    "rum": "run",
    "sit": "install-ci-test",
    "urn": "run",
    "ogr": "org",
    "add-user": "adduser",
    "apihelp": "help",
}
_CAPITAL = re.compile(r"[A-Z]")
_MAX_WORD = 64


def commands_named(word: str) -> frozenset[str]:
    """Every subcommand that ``word`` may mean to some npm from 6 on: one, several for a beginning, or none."""
    if not word or len(word) > _MAX_WORD:
        return frozenset()
    name = _CAPITAL.sub(lambda found: "-" + found.group().lower(), word)  # installTest is install-test
    if name in _COMMANDS:
        return frozenset((name,))
    if name in _ALIASES:
        return frozenset((_ALIASES[name],))
    known = (*_COMMANDS, *_ALIASES)
    return frozenset(_ALIASES.get(one, one) for one in known if one.startswith(name))
