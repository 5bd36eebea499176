"""pnpm's and pnpx's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import pnpm
from depaudit.commands.base import Conflict, Install, NotAnInstall, ProjectUse, Undetermined
from tests.commands.js_readings import (
    AFRESH_GONE,
    CACHE_GONE,
    OFFLINE,
    PROXY_GONE,
    ROOTS_GONE,
    folders,
    harmless,
    installs,
    runs,
    unclear,
    wish,
)
from tests.commands.readings import Case, case_id

RESOLVE, LOCK, FROZEN = ProjectUse.RESOLVE, ProjectUse.LOCK, ProjectUse.FROZEN
RUNS_FIRST = "pnpm may install what the project lacks before it runs anything."
NO_PROXY = "Leave it out: every request of this run passes the gate."

INSTALLS = [
    installs("pnpm i", project=RESOLVE),
    installs("pnpm install react@18", wish(3, "react@18"), project=RESOLVE),
    installs("pnpm add -D react@18 @s/x ./lib", wish(4, "react@18", group="dev"), wish(5, "@s/x", group="dev"),
             files=folders("./lib"), project=RESOLVE),
    installs("pnpm add -O x", wish(4, "x", group="optional"), project=RESOLVE),
    installs("pnpm add --save-peer x", wish(4, "x", group="peer"), project=RESOLVE),
    installs("pnpm add -g x", wish(4, "x"), target="global"),
    installs("pnpm i --frozen-lockfile -P --no-optional", project=FROZEN, left_out=("dev", "optional")),
    installs("pnpm i --frozen-lockfile=false", project=RESOLVE),
    installs("pnpm i --no-frozen-lockfile --prod=false", project=RESOLVE),
    installs("pnpm ci", project=FROZEN),
    installs("pnpm clean-install", project=FROZEN),
    installs("pnpm it", project=RESOLVE),
    installs("pnpm -r up --latest react", project=RESOLVE),
    installs("pnpm up -g", target="global"),
    installs("pnpm rm x", project=RESOLVE),
    installs("pnpm --filter web --filter=api add x", wish(6, "x"), project=RESOLVE),
    installs("pnpm -C web -w i", project=RESOLVE, folder="web"),
    installs("pnpm i --dir web", project=RESOLVE, folder="web"),
    installs("pnpm i --lockfile-only", project=LOCK),
    installs("pnpm dedupe --check", project=LOCK),
    installs("pnpm dedupe", project=RESOLVE),
    installs("pnpm import", project=LOCK),
    installs("pnpm fetch --prod", project=FROZEN, left_out=("dev",), writes=True),
    installs("pnpm --filter web deploy --prod out", project=RESOLVE, left_out=("dev",), target="out"),
    installs("pnpm link ../lib", project=RESOLVE),
    installs("pnpm patch x@1", project=RESOLVE),
    installs("pnpm recursive install", project=RESOLVE),
    installs("pnpm m -r up", project=RESOLVE),
    installs("pnpm store add x@1", wish(4, "x@1")  , writes=True),
    installs("pnpm audit --fix", project=RESOLVE),
    installs("pnpm i --registry https://r.example/ --config.@s:registry=https://s.example/ --userconfig=ci.npmrc",
             project=RESOLVE, registry="https://r.example/", scopes=(("@s", "https://s.example/"),),
             settings=(("userconfig", "ci.npmrc"),)),
    installs("pnpm --config.registry=https://r.example/ i", project=RESOLVE, registry="https://r.example/"),
    installs("pnpm i --store-dir /s --weird=x", project=RESOLVE),
    runs("pnpm dlx cowsay@2 --registry x", wish(3, "cowsay@2"), local_first=False),
    runs("pnpm dlx --package=a --package b c", wish(3, "a"), wish(5, "b"), local_first=False),
    runs("pnpx --reporter silent cowsay", wish(4, "cowsay"), local_first=False),
    runs("pnpm create vite@latest app", wish(3, "create-vite@latest"), local_first=False),
    runs("pnpm create @s/app", wish(3, "@s/create-app"), local_first=False),
    runs("pnpm create create-x", wish(3, "create-x"), local_first=False),
    installs("pnpm i --https-proxy http://p --config.httpProxy=x --cache-dir c --prefer-offline --cafile ca.pem",
             argv="pnpm i", project=RESOLVE, roots=("ca.pem",),
             neutralised=(f"--https-proxy {PROXY_GONE}", f"--http-proxy {PROXY_GONE}", f"--cafile {ROOTS_GONE}",
                          f"--cache-dir {CACHE_GONE}", f"--prefer-offline {AFRESH_GONE}")),
    installs("pnpm --config.cafile=ca.pem i", argv="pnpm i", project=RESOLVE, roots=("ca.pem",),
             neutralised=(f"--cafile {ROOTS_GONE}",)),
    installs("pnpm i --offline", project=RESOLVE, conflicts=(Conflict(option="--offline", mend=OFFLINE),)),
    installs("pnpm i --offline=false", project=RESOLVE),
    installs("pnpm --no-proxy h i", project=RESOLVE, conflicts=(Conflict(option="--no-proxy", mend=NO_PROXY),)),
]  # fmt: skip

UNCLEAR = [
    unclear("pnpm run build --offline", RUNS_FIRST),
    unclear("pnpm build", RUNS_FIRST),
    unclear("pnpm -C web test", RUNS_FIRST, folder="web"),
    unclear("pnpm exec tsc", RUNS_FIRST),
    unclear("pnpm --registry https://r.example/ start", RUNS_FIRST, registry="https://r.example/"),
    unclear("pnpm self-update", RUNS_FIRST),
    unclear("pnpm with 9 install", RUNS_FIRST),
    unclear("pnpm approve-builds", RUNS_FIRST),
    unclear("pnpm --weird x list", "'--weird' is no option that depaudit knows."),
    unclear("pnpm add --weird x", "'--weird' is no option that depaudit knows."),
    unclear("pnpm dlx --weird x", "'--weird' is no option that depaudit knows."),
]

HARMLESS = [
    "pnpm", "pnpm --version", "pnpm -h", "pnpm list -r", "pnpm ls --weird x", "pnpm why x", "pnpm outdated",
    "pnpm config set x y", "pnpm audit", "pnpm publish", "pnpm store prune", "pnpm store path", "pnpm init", "pnpm dlx",
    "pnpx", "pnpm view x", "pnpm recursive", "pnpm rebuild", "pnpm --filter web list",
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *(harmless(line) for line in HARMLESS)], ids=case_id)
def test_whole_readings(case: Case) -> None:
    assert pnpm.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["i", "add", "dlx", "create", "run", "m", "recursive", "-g", "-rw", "--config.offline=true", "--no-proxy", "--",
         "--offline", "-C", "--package", "\udcff", "a@npm:b", "--config.", "--config.@:registry=x", "store"]
    ),
)  # fmt: skip


@given(st.sampled_from(["pnpm", "pnpx"]), st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(program: str, words: list[str]) -> None:
    argv = (program, *words)
    reading = pnpm.read(argv)
    assert isinstance(reading, (Install, NotAnInstall, Undetermined))
    if isinstance(reading, NotAnInstall) or not reading.neutralised:
        assert reading.argv == argv
