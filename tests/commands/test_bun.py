"""bun's and bunx's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import bun
from depaudit.commands.base import Conflict, Install, NotAnInstall, ProjectUse, Undetermined
from depaudit.model.requirement import SourceKind
from tests.commands.js_readings import (
    AFRESH_GONE,
    CACHE_GONE,
    OFFLINE,
    ROOTS_GONE,
    elsewhere,
    folders,
    harmless,
    installs,
    runs,
    unclear,
    wish,
)
from tests.commands.readings import Case, case_id

RESOLVE, LOCK, FROZEN = ProjectUse.RESOLVE, ProjectUse.LOCK, ProjectUse.FROZEN
IMPORTS = "bun fetches what a program imports where there is no node_modules."
TEMPLATE = "bun creates from a package, a repository or a folder, and installs it."

INSTALLS = [
    installs("bun install", project=RESOLVE),
    installs("bun i react@18 -d", wish(3, "react@18", group="dev"), project=RESOLVE),
    installs("bun a ./lib user/repo", elsewhere(4, "user/repo", "repo", SourceKind.GIT), files=folders("./lib"),
             project=RESOLVE),
    installs("bun add -g x", wish(4, "x"), target="global"),
    installs("bun install --frozen-lockfile --production --omit=optional", project=FROZEN,
             left_out=("dev", "optional")),
    installs("bun install --lockfile-only", project=LOCK),
    installs("bun add --dry-run x", wish(4, "x"), project=LOCK),
    installs("bun update react", project=RESOLVE),
    installs("bun remove react", project=RESOLVE),
    installs("bun link ours", project=RESOLVE),
    installs("bun dedupe", project=RESOLVE),
    installs("bun prune", project=RESOLVE),
    installs("bun patch x", project=RESOLVE),
    installs("bun init -y", project=RESOLVE),
    installs("bun pm fetch", project=RESOLVE, writes=True),
    installs("bun pm migrate", project=LOCK),
    installs("bun audit fix", project=RESOLVE),
    installs("bun --cwd=web install --registry https://r.example/", project=RESOLVE, folder="web",
             registry="https://r.example/"),
    runs("bunx --bun cowsay@1 hi", wish(3, "cowsay@1")),
    runs("bun x -p @s/cli tool", wish(4, "@s/cli")),
    runs("bunx --no-install x"),
    runs("bunx --registry=https://r.example/ x", wish(3, "x"), registry="https://r.example/"),
    installs("bun install --cache-dir c --cafile=ca.pem --prefer-offline", argv="bun install", project=RESOLVE,
             roots=("ca.pem",), neutralised=(f"--cafile {ROOTS_GONE}", f"--cache-dir {CACHE_GONE}",
                                             f"--prefer-offline {AFRESH_GONE}")),
    installs("bun install --offline", project=RESOLVE, conflicts=(Conflict(option="--offline", mend=OFFLINE),)),
]  # fmt: skip

UNCLEAR = [
    unclear("bun run dev", IMPORTS),
    unclear("bun index.ts install", IMPORTS),
    unclear("bun dev", IMPORTS),
    unclear("bun test", IMPORTS),
    unclear("bun repl", IMPORTS),
    unclear("bun --cwd web install", IMPORTS),
    unclear("bun -e 1", IMPORTS),
    unclear("bun create vite app", TEMPLATE, wish(3, "create-vite")),
    unclear("bun c ./template", TEMPLATE),
    unclear("bun create user/repo", TEMPLATE),
    unclear("bun add -a index.ts", "bun installs whatever the named files import."),
    unclear("bun add --weird x", "'--weird' is no option that depaudit knows."),
    unclear("bunx --weird x", "'--weird' is no option that depaudit knows."),
    unclear("bun pm cache unpack f", "depaudit does not know what this subcommand of bun pm fetches."),
    unclear("bun exec 'npm i x'", "What bun exec starts may install."),
]

HARMLESS = [
    "bun", "bun --version", "bun --help", "bun add --help", "bun build x.ts", "bun pm ls", "bun pm cache rm", "bun pm",
    "bun audit", "bun outdated", "bun publish", "bun upgrade", "bun info react", "bunx", "bun x --help", "bun create",
    "bun exec 'echo hi'", "bun unlink",
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *(harmless(line) for line in HARMLESS)], ids=case_id)
def test_whole_readings(case: Case) -> None:
    assert bun.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["i", "add", "x", "create", "pm", "cache", "unpack", "-g", "-dE", "--cwd", "--cafile", "--catalog", "--", "-e",
         "--offline", "-c", "-p", "\udcff", "audit", "exec", "--config=x"]
    ),
)  # fmt: skip


@given(st.sampled_from(["bun", "bunx"]), st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(program: str, words: list[str]) -> None:
    argv = (program, *words)
    reading = bun.read(argv)
    assert isinstance(reading, (Install, NotAnInstall, Undetermined))
    if isinstance(reading, NotAnInstall) or not reading.neutralised:
        assert reading.argv == argv
