"""npm's and npx's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import npm
from depaudit.commands.base import Conflict, Install, NotAnInstall, ProjectUse, Undetermined
from depaudit.commands.npm_commands import commands_named
from depaudit.model.requirement import SourceKind
from tests.commands.js_readings import (
    AFRESH_GONE,
    CACHE_GONE,
    OFFLINE,
    PROXY_GONE,
    ROOTS_GONE,
    VERIFY_GONE,
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
VERSIONS = "Versions of npm differ in what an option before the subcommand takes."

INSTALLS = [
    installs("npm install", project=RESOLVE),
    installs("npm i react@18 @s/x@latest vue@3.4.1", wish(3, "react@18"), wish(4, "@s/x@latest"),
             wish(5, "vue@3.4.1", pin=True), project=RESOLVE),
    installs("npm add mine@npm:theirs@^2", wish(3, "mine@npm:theirs@^2", "theirs", "^2", alias="mine"),
             project=RESOLVE),
    installs("npm i user/repo github:user/repo#v1 git@github.com:user/repo.git git+ssh://git@h.example/u/r.git",
             elsewhere(3, "user/repo", "repo", SourceKind.GIT),
             elsewhere(4, "github:user/repo#v1", "repo", SourceKind.GIT),
             elsewhere(5, "git@github.com:user/repo.git", "repo", SourceKind.GIT),
             elsewhere(6, "git+ssh://git@h.example/u/r.git", "r", SourceKind.GIT), project=RESOLVE),
    installs("npm i https://h.example/thing-1.2.0.tgz ./local-2.0.0.tgz",
             elsewhere(3, "https://h.example/thing-1.2.0.tgz", "thing", SourceKind.URL),
             elsewhere(4, "./local-2.0.0.tgz", "local", SourceKind.PATH), project=RESOLVE),
    installs("npm i . ../lib file:other ~/mine", files=folders(".", "../lib", "other", "~/mine"), project=RESOLVE),
    installs("npm i 'not a name' jsr:@std/path", project=RESOLVE),
    installs("npm i -D x", wish(4, "x", group="dev"), project=RESOLVE),
    installs("npm i --save-optional x", wish(4, "x", group="optional"), project=RESOLVE),
    installs("npm i -gE x", wish(4, "x"), target="global"),
    installs("npm --location=global i x", wish(4, "x"), target="global"),
    installs("npm i x --global --prefix /opt", wish(3, "x"), target="/opt", settings=(("prefix", "/opt"),)),
    installs("npm i -g", files=folders("."), target="global"),
    installs("npm --prefix web i x", wish(5, "x"), project=RESOLVE, folder="web", settings=(("prefix", "web"),)),
    installs("npm -C web ci", project=FROZEN, folder="web", settings=(("prefix", "web"),)),
    installs("npm ci --omit=dev --omit peer", project=FROZEN, left_out=("dev", "peer")),
    installs("npm ci --production --include=dev", project=FROZEN),
    installs("npm i --only=prod --no-optional", project=RESOLVE, left_out=("dev", "optional")),
    installs("npm i --package-lock-only x", wish(4, "x"), project=LOCK),
    installs("npm i --dry-run", project=LOCK),
    installs("npm it", project=RESOLVE),
    installs("npm cit", project=FROZEN),
    installs("npm up x", project=RESOLVE),
    installs("npm update -g x", target="global"),
    installs("npm ddp", project=RESOLVE),
    installs("npm find-dupes", project=RESOLVE),
    installs("npm audit fix --force", project=RESOLVE),
    installs("npm ln ours", project=RESOLVE),
    installs("npm rm x", project=RESOLVE),
    installs("npm prune --omit=dev", project=RESOLVE, left_out=("dev",)),
    installs("npm init -w packages/a", project=RESOLVE),
    installs("npm pack react@18 ./here", wish(3, "react@18"), files=folders("./here"), writes=True),
    installs("npm cache add react", wish(4, "react"), writes=True),
    installs("npm i --registry=https://r.example/ --@s:registry=https://s.example/ --userconfig ci.npmrc",
             project=RESOLVE, registry="https://r.example/", scopes=(("@s", "https://s.example/"),),
             settings=(("userconfig", "ci.npmrc"),)),
    installs("npm i --reg https://r.example/ x", wish(5, "x"), project=RESOLVE, registry="https://r.example/"),
    installs("npm --unsafe-perm i x", wish(4, "x"), project=RESOLVE),
    installs("npm i -- -x --y", wish(4, "-x"), wish(5, "--y"), project=RESOLVE),
    installs("npm i --save true x", wish(5, "x"), project=RESOLVE),
    installs("npm i --weird x", wish(4, "x"), project=RESOLVE),
]  # fmt: skip

RUNS = [
    runs("npx tsc -p .", wish(2, "tsc")),
    runs("npx -y -p typescript@5 -p @s/a tsc --version", wish(4, "typescript@5"), wish(6, "@s/a")),
    runs("npx --package=a -c 'a --b'", wish(2, "a")),
    runs("npx --no-install eslint ."),
    runs("npx -n x y", wish(4, "y")),
    runs("npx -y cowsay@1 --registry=https://r.example/ -g", wish(3, "cowsay@1")),
    runs("npx --registry=https://r.example/ cowsay", wish(3, "cowsay"), registry="https://r.example/"),
    runs("npx github:u/tool", elsewhere(2, "github:u/tool", "tool", SourceKind.GIT)),
    runs("npx .", files=folders(".")),
    runs("npm exec --package=a -- b --c", wish(3, "a")),
    runs("npm x tsc -- -p .", wish(3, "tsc")),
    runs("npm exe tsc", wish(3, "tsc")),
    runs("npm init vite@latest app -- --template x", wish(3, "create-vite@latest")),
    runs("npm create @s", wish(3, "@s/create")),
    runs("npm innit @s/app@2", wish(3, "@s/create-app@2")),
    runs("npm init @s@3", wish(3, "@s/create@3")),
    runs("npm birthday", wish(1, "@npmcli/npm-birthday")),
]

NEUTRALISED = [
    installs("npm i --proxy http://p --https-proxy=null --noproxy=h.example x", wish(7, "x"), argv="npm i x",
             project=RESOLVE, neutralised=(f"--proxy {PROXY_GONE}", f"--https-proxy {PROXY_GONE}",
                                           "--noproxy was left out: every request of this run passes the gate.")),
    installs("npm i --nopr h.example", argv="npm i", project=RESOLVE,
             neutralised=("--noproxy was left out: every request of this run passes the gate.",)),
    installs("npm ci --cafile ca.pem --ca=x --no-strict-ssl", argv="npm ci", project=FROZEN, roots=("ca.pem",),
             neutralised=(f"--cafile {ROOTS_GONE}", f"--ca {VERIFY_GONE}", f"--strict-ssl {VERIFY_GONE}")),
    installs("npm ci --strict-ssl --no-offline --prefer-online", project=FROZEN),
    installs("npm ci --cache .npm --prefer-offline --prefer-online=false", argv="npm ci", project=FROZEN,
             neutralised=(f"--cache {CACHE_GONE}", f"--prefer-offline {AFRESH_GONE}",
                          f"--prefer-online {AFRESH_GONE}")),
    installs("npm ci --offline", project=FROZEN, conflicts=(Conflict(option="--offline", mend=OFFLINE),)),
    installs("npm ci --prefer-o", project=FROZEN,
             conflicts=(Conflict(option="--prefer-o",
                                 mend="Write the option out in full; it could stand for --prefer-offline."),)),
    runs("npx --cache=/tmp/c tsc", wish(3, "tsc"), argv="npx tsc", neutralised=(f"--cache {CACHE_GONE}",)),
]  # fmt: skip

UNCLEAR = [
    unclear("npm frobnicate", "depaudit knows no such subcommand of npm."),
    unclear("npm ins-t", "depaudit knows no such subcommand of npm."),
    unclear("npm d", "The beginning of a subcommand's name fits several."),
    unclear("npx -c 'npm i evil'", "The shell line of --call may start anything."),
    unclear("npm install-scripts approve x", "npm install-scripts may run install scripts."),
    unclear("npm --tmp view install", VERSIONS),
    unclear("npm --registry=https://r.example/ frobnicate", "depaudit knows no such subcommand of npm.",
            registry="https://r.example/"),
]  # fmt: skip

HARMLESS = [
    "npm", "npm --version", "npm -v", "npm i --help", "npm -g", "npm view react", "npm info react", "npm run build",
    "npm run-script install", "npm t", "npm start", "npm ls --all", "npm audit", "npm audit signatures", "npm fund",
    "npm outdated", "npm explain x", "npm config set registry https://x", "npm cache clean --force", "npm cache verify",
    "npm publish", "npm pack", "npm rebuild", "npm init", "npm init -y", "npm help install", "npm exec", "npx",
    "npx --version", "npm doctor", "npm shrinkwrap", "npm whoami", "npm search install", "npm ou",
    "npm ping --offline --cache x",
]  # fmt: skip


@pytest.mark.parametrize(
    "case", [*INSTALLS, *RUNS, *NEUTRALISED, *UNCLEAR, *(harmless(line) for line in HARMLESS)], ids=case_id
)
def test_whole_readings(case: Case) -> None:
    assert npm.read(case.words) == case.reading


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        ("i in ins inst insta instal isnt isnta isntal isntall add install", {"install"}),
        ("ci clean-install ic install-clean isntall-clean install-cl cleanInstall", {"ci"}),
        ("it install-test installTest install-t", {"install-test"}),
        ("cit sit install-ci-test clean-install-test", {"install-ci-test"}),
        ("u up update upgrade udpate upda", {"update"}),
        ("x exec ex", set()),
        ("un unlink remove rm r uninstall unin", {"uninstall"}),
        ("init innit create cre", {"init"}),
        ("ddp dedupe ded", {"dedupe"}),
        ("ln link", {"link"}),
        ("v view info show", {"view"}),
        ("run run-script rum urn", {"run"}),
    ],
)
def test_names_of_subcommands(words: str, commands: set[str]) -> None:
    for word in words.split():
        found = commands_named(word)
        assert found == commands if commands else "exec" in found, word


@pytest.mark.parametrize("word", ["", "installx", "-", "i ", "x" * 100_000, "\udcff"])
def test_no_names_of_subcommands(word: str) -> None:
    assert commands_named(word) == frozenset()


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["i", "ci", "exec", "init", "view", "-g", "-gD", "--registry", "--cache=x", "--no-no-x", "-=x", "--", "---",
         "@s", "a@npm:b", "npm:", "--package", "-p", "true", "--offline", "\udcff", "git+", "a@b.c:d",
         "--@s:registry=x"]
    ),
)  # fmt: skip


@given(st.sampled_from(["npm", "npx"]), st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(program: str, words: list[str]) -> None:
    argv = (program, *words)
    reading = npm.read(argv)
    assert isinstance(reading, (Install, NotAnInstall, Undetermined))
    if isinstance(reading, NotAnInstall) or not reading.neutralised:
        assert reading.argv == argv


@given(st.lists(WORDS, max_size=6))
def test_what_is_read_again_is_left_alone(words: list[str]) -> None:
    reading = npm.read(("npm", *words))
    again = npm.read(reading.argv)
    if not isinstance(again, NotAnInstall):
        assert again.neutralised == ()
    assert again.argv == reading.argv
