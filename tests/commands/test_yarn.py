"""Yarn's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import yarn
from depaudit.commands.base import Conflict, Install, NotAnInstall, ProjectUse, Undetermined
from tests.commands.js_readings import (
    AFRESH_GONE,
    CACHE_GONE,
    OFFLINE,
    PROXY_GONE,
    folders,
    harmless,
    installs,
    runs,
    unclear,
    wish,
)
from tests.commands.readings import Case, case_id

RESOLVE, LOCK, FROZEN = ProjectUse.RESOLVE, ProjectUse.LOCK, ProjectUse.FROZEN
OF_ITSELF = "Yarn fetches a program of its own."

INSTALLS = [
    installs("yarn", project=RESOLVE),
    installs("yarn --frozen-lockfile", project=FROZEN),
    installs("yarn install --immutable --immutable-cache", project=FROZEN),
    installs("yarn install --production --ignore-optional", project=RESOLVE, left_out=("dev", "optional")),
    installs("yarn install --production=false", project=RESOLVE),
    installs("yarn add react@18 @s/x@npm:@t/y@1 ./lib", wish(3, "react@18"),
             wish(4, "@s/x@npm:@t/y@1", "@t/y", "1", alias="@s/x"), files=folders("./lib"), project=RESOLVE),
    installs("yarn add -D x", wish(4, "x", group="dev"), project=RESOLVE),
    installs("yarn add -W -PE x", wish(5, "x", group="peer"), project=RESOLVE),
    installs("yarn --cwd web add x --registry https://r.example/", wish(5, "x"), project=RESOLVE, folder="web",
             registry="https://r.example/"),
    installs("yarn add --mode=update-lockfile x", wish(4, "x"), project=LOCK),
    installs("yarn global add x --prefix /p", wish(4, "x"), target="global"),
    installs("yarn global upgrade", target="global"),
    installs("yarn workspace web add x", wish(5, "x"), project=RESOLVE),
    installs("yarn workspace web workspace api install", project=RESOLVE),
    installs("yarn workspaces focus -A --production", project=RESOLVE, left_out=("dev",)),
    installs("yarn workspaces foreach -Apt --include 'a*' -j 2 add x", wish(10, "x"), project=RESOLVE),
    installs("yarn up react", project=RESOLVE),
    installs("yarn upgrade-interactive --latest", project=RESOLVE),
    installs("yarn remove x", project=RESOLVE),
    installs("yarn dedupe", project=RESOLVE),
    installs("yarn link ../lib", project=RESOLVE),
    installs("yarn rebuild", project=RESOLVE),
    installs("yarn unplug x", project=RESOLVE),
    installs("yarn import", project=LOCK),
    installs("yarn set resolution 'a@npm:^1' 1.2.3", project=RESOLVE),
    runs("yarn dlx -q -p typescript@5 tsc -p .", wish(5, "typescript@5"), local_first=False),
    runs("yarn dlx cowsay@1 -p x", wish(3, "cowsay@1"), local_first=False),
    runs("yarn create vite app", wish(3, "create-vite"), local_first=False),
    runs("yarn create @s/app@2", wish(3, "@s/create-app@2"), local_first=False),
    runs("yarn init -2 @s", wish(4, "@s/create"), local_first=False),
    installs("yarn install --cache-folder c --prefer-offline --proxy p --https-proxy=q", argv="yarn install",
             project=RESOLVE, neutralised=(f"--https-proxy {PROXY_GONE}", f"--proxy {PROXY_GONE}",
                                           f"--cache-folder {CACHE_GONE}", f"--prefer-offline {AFRESH_GONE}")),
    installs("yarn --offline", project=RESOLVE, conflicts=(Conflict(option="--offline", mend=OFFLINE),)),
    installs("yarn --no-offline", project=RESOLVE),
    installs("yarn --use-yarnrc f", project=RESOLVE,
             conflicts=(Conflict(option="--use-yarnrc",
                                 mend="Leave it out: settings in that file could lead round the gate."),)),
]  # fmt: skip

UNCLEAR = [
    unclear("yarn set version stable", OF_ITSELF),
    unclear("yarn policies set-version 1.22.0", OF_ITSELF),
    unclear("yarn plugin import https://h.example/p.js", OF_ITSELF),
    unclear("yarn init -y", "Yarn may install the project that it makes."),
    unclear("yarn exec 'npm install x'", "What yarn exec starts may install."),
    unclear("yarn --weird x list", "'--weird' is no option that depaudit knows."),
    unclear("yarn add --weird x", "'--weird' is no option that depaudit knows."),
    unclear("yarn " + "workspace a " * 9 + "add x", "Too many commands stand within one another."),
]

HARMLESS = [
    "yarn --version", "yarn -v", "yarn --help", "yarn add --help", "yarn build", "yarn run add x", "yarn test",
    "yarn node x.js",
    "yarn why react", "yarn info react", "yarn global list", "yarn workspace web build", "yarn workspaces list",
    "yarn workspaces run build", "yarn workspaces foreach -A run add", "yarn plugin list", "yarn config get x",
    "yarn cache clean", "yarn exec echo", "yarn npm whoami", "yarn dlx", "yarn create", "yarn workspace web",
    "yarn pack", "yarn version", "yarn audit", "yarn outdated --offline",
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *(harmless(line) for line in HARMLESS)], ids=case_id)
def test_whole_readings(case: Case) -> None:
    assert yarn.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["add", "dlx", "create", "init", "workspace", "workspaces", "foreach", "focus", "global", "set", "version",
         "--",
         "plugin", "exec", "--cwd", "--offline", "--cache-folder", "-p", "--since", "\udcff", "--production", "import"]
    ),
)  # fmt: skip


@given(st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(words: list[str]) -> None:
    argv = ("yarn", *words)
    reading = yarn.read(argv)
    assert isinstance(reading, (Install, NotAnInstall, Undetermined))
    if isinstance(reading, NotAnInstall) or not reading.neutralised:
        assert reading.argv == argv
