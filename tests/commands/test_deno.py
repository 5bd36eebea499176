"""deno's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import deno
from depaudit.commands.base import Conflict, Install, NotAnInstall, ProjectUse, Undetermined
from tests.commands.js_readings import (
    OFFLINE,
    ROOTS_GONE,
    VERIFY_GONE,
    harmless,
    installs,
    runs,
    unclear,
    wish,
)
from tests.commands.readings import Case, case_id

RESOLVE, LOCK, FROZEN = ProjectUse.RESOLVE, ProjectUse.LOCK, ProjectUse.FROZEN
IMPORTS = "deno fetches what a program imports when it first runs."

INSTALLS = [
    installs("deno install", project=RESOLVE),
    installs("deno install npm:express@5 jsr:@std/path chalk", wish(3, "npm:express@5", "express", "5"),
             wish(5, "chalk"), project=RESOLVE),
    installs("deno add npm:@s/x@1 mine@npm:ms@2", wish(3, "npm:@s/x@1", "@s/x", "1"),
             wish(4, "mine@npm:ms@2", "ms", "2", alias="mine"), project=RESOLVE),
    installs("deno add -D npm:x", wish(4, "npm:x", "x", group="dev"), project=RESOLVE),
    installs("deno add --jsr @std/x npm:y", wish(5, "npm:y", "y"), project=RESOLVE),
    installs("deno install --frozen --prod", project=FROZEN, left_out=("dev",)),
    installs("deno install --frozen=false", project=RESOLVE),
    installs("deno install --lockfile-only", project=LOCK),
    installs("deno ci", project=FROZEN),
    installs("deno update", project=RESOLVE),
    installs("deno remove x", project=RESOLVE),
    installs("deno outdated --update --latest", project=RESOLVE),
    installs("deno audit --fix", project=RESOLVE),
    installs("deno install -gA -n cow npm:cowsay@1", wish(6, "npm:cowsay@1", "cowsay", "1"),
                           target="global"),
    installs("deno install --global --root /r npm:cowsay", wish(6, "npm:cowsay", "cowsay"), target="/r"),
    runs("deno x cowsay@1 hi", wish(3, "cowsay@1")),
    runs("deno x -y -p npm:a b", wish(5, "npm:a", "a")),
    runs("deno create vite", wish(3, "npm:create-vite", "create-vite"), local_first=False),
    runs("deno init --npm @s/app", wish(4, "npm:@s/create-app", "@s/create-app"), local_first=False),
    runs("deno create --jsr @s/app", local_first=False),
    installs("deno install --cert ca.pem --unsafely-ignore-certificate-errors=h.example", argv="deno install",
             project=RESOLVE, roots=("ca.pem",),
             neutralised=(f"--cert {ROOTS_GONE}", f"--unsafely-ignore-certificate-errors {VERIFY_GONE}")),
    installs("deno install --cached-only", project=RESOLVE,
             conflicts=(Conflict(option="--cached-only", mend=OFFLINE),)),
]  # fmt: skip

UNCLEAR = [
    unclear("deno", IMPORTS),
    unclear("deno run -A npm:/express@5/lib/x.js hi", IMPORTS, wish(4, "npm:express@5", "express", "5")),
    unclear("deno npm:@s/x@1/y", IMPORTS, wish(2, "npm:@s/x@1", "@s/x", "1")),
    unclear("deno run --cert ca.pem main.ts --cert x", IMPORTS, argv="deno run main.ts --cert x", roots=("ca.pem",),
            neutralised=(f"--cert {ROOTS_GONE}",)),
    unclear("deno main.ts", IMPORTS),
    unclear("deno cache main.ts npm:chalk@5", IMPORTS, wish(4, "npm:chalk@5", "chalk", "5")),
    unclear("deno install -g https://h.example/x.ts", IMPORTS),
    unclear("deno install -e main.ts", IMPORTS),
    *(unclear(f"deno {command}", IMPORTS) for command in (
        "task build", "eval 1", "repl", "test", "bench x.ts", "check x.ts", "compile x.ts", "lint", "bundle x.ts",
        "serve x.ts", "doc", "info", "publish", "jupyter", "lsp", "deploy", "vendor")),
    unclear("deno --weird run", "'--weird' is no option that depaudit knows."),
    unclear("deno add --weird x", "'--weird' is no option that depaudit knows."),
]  # fmt: skip

HARMLESS = [
    "deno --version", "deno -V", "deno --help", "deno fmt", "deno types", "deno completions bash", "deno upgrade",
    "deno outdated", "deno audit", "deno init", "deno init lib", "deno add --help", "deno x", "deno create",
    "deno list",
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *(harmless(line) for line in HARMLESS)], ids=case_id)
def test_whole_readings(case: Case) -> None:
    assert deno.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["install", "add", "run", "x", "create", "init", "--npm", "--jsr", "npm:", "npm:/@/", "npm:a/b/c", "jsr:@s/x",
         "-g",
         "--cert", "--reload", "--", "--lock", "\udcff", "cache", "task", "--cached-only", "-p"]
    ),
)  # fmt: skip


@given(st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(words: list[str]) -> None:
    argv = ("deno", *words)
    reading = deno.read(argv)
    assert isinstance(reading, (Install, NotAnInstall, Undetermined))
    if isinstance(reading, NotAnInstall) or not reading.neutralised:
        assert reading.argv == argv
