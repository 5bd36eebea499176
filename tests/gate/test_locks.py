"""What the lockfiles of npm's kin pin."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.gate.locks import read_pins

YARN1 = """\
# yarn lockfile v1


"@types/node@^20", "@types/node@^20.1":
  version "20.1.0"
  resolved "https://registry.yarnpkg.com/@types/node/-/node-20.1.0.tgz#abc"
  integrity sha512-x

"al@npm:ms@2.1.3":
  version "2.1.3"
  resolved "https://registry.yarnpkg.com/ms/-/ms-2.1.3.tgz#abc"

"forked@user/forked":
  version "1.0.0"
  resolved "https://codeload.github.com/user/forked/tar.gz/abc"

left-pad@^1.3.0:
  version "1.3.0"
  resolved "https://registry.yarnpkg.com/left-pad/-/left-pad-1.3.0.tgz#abc"
"""
BERRY = """\
__metadata:
  version: 10

"@types/node@npm:^20":
  version: 20.1.0
  resolution: "@types/node@npm:20.1.0"
  checksum: 10/abc

"al@npm:ms@2.1.3":
  version: 2.1.3
  resolution: "ms@npm:2.1.3"

"own@workspace:.":
  version: 0.0.0-use.local
  resolution: "own@workspace:."

"x@npm:1.0.0":
  resolution: "x@npm:1.0.0::__archiveUrl=https%3A%2F%2Fnpm.acme.example%2Fx.tgz"
"""
PNPM9 = """\
lockfileVersion: '9.0'

importers:
  .:
    dependencies:
      ms:
        specifier: ^2
        version: 2.1.3

packages:

  '@types/node@20.1.0':
    resolution: {integrity: sha512-x}

  ms@2.1.3:
    resolution: {integrity: sha512-x}

  https://codeload.github.com/a/b/tar.gz/c:
    resolution: {tarball: x}

snapshots:

  other@1.0.0: {}
"""
PNPM5 = """\
lockfileVersion: 5.4

packages:

  /@types/node/20.1.0:
    resolution: {integrity: sha512-x}

  /react-dom/18.2.0_react@18.2.0:
    resolution: {integrity: sha512-x}
"""
BUN = """\
{
  "lockfileVersion": 1,
  "packages": {
    "al": ["ms@2.1.3", "", {}, "sha512-x"],
    "@types/node": ["@types/node@20.1.0", "", {}, "sha512-x"],
    "own": ["own@workspace:packages/own"],
    "g": ["g@github:a/b#c", {}, "x"],
  }
}
"""
DENO = """\
{
  "version": "5",
  "specifiers": {"npm:ms@2": "2.1.3"},
  "npm": {
    "@types/node@20.1.0": {
      "integrity": "sha512-x"
    },
    "react-dom@18.2.0_react@18.2.0": {
      "integrity": "sha512-x"
    }
  }
}
"""


@pytest.mark.parametrize(
    ("name", "text", "pins"),
    [
        ("yarn.lock", YARN1, ["@types/node@20.1.0:4", "ms@2.1.3:9", "left-pad@1.3.0:17"]),
        ("yarn.lock", BERRY, ["@types/node@20.1.0:6", "ms@2.1.3:11", "x@1.0.0:18"]),
        ("pnpm-lock.yaml", PNPM9, ["@types/node@20.1.0:12", "ms@2.1.3:15"]),
        ("pnpm-lock.yaml", PNPM5, ["@types/node@20.1.0:5", "react-dom@18.2.0:8"]),
        ("bun.lock", BUN, ["ms@2.1.3:4", "@types/node@20.1.0:5"]),
        ("deno.lock", DENO, ["@types/node@20.1.0:5", "react-dom@18.2.0:8"]),
        ("package-lock.json", BUN, []),
    ],
    ids=["yarn1", "berry", "pnpm9", "pnpm5", "bun", "deno", "another"],
)
def test_pins(name: str, text: str, pins: list[str]) -> None:
    found = read_pins(name, text, f"sub/{name}")
    assert [f"{wish.requested}:{wish.location.line}" for wish in found] == pins
    assert {wish.location.path for wish in found} <= {f"sub/{name}"}
    assert not any(wish.direct for wish in found)


@settings(deadline=None, max_examples=60)
@given(st.text(), st.sampled_from(["yarn.lock", "pnpm-lock.yaml", "bun.lock", "deno.lock"]))
def test_any_text_is_read(text: str, name: str) -> None:
    for wish in read_pins(name, text, name):
        assert wish.pinned_version
