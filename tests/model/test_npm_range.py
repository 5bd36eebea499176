"""npm's ranges: the tables of node-semver's documentation, hostile text, and npm's own reader as the judge."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.model.npm_range import MAX_RANGE_LENGTH, parse_range, parse_version


def admits(text: str, version: str) -> bool | None:
    """Whether ``version`` satisfies the range ``text``; None when ``text`` is no range."""
    wanted, given_version = parse_range(text), parse_version(version)
    assert given_version is not None, version
    return None if wanted is None else wanted.admits(given_version)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        # comparators
        (">=1.2.7", "1.2.7 1.2.8 2.5.3 1.3.9", "1.2.6 1.1.0"),
        (">1", "2.0.0 3.1.0", "1.0.1 1.1.0"),
        (">=1.2.7 <1.3.0", "1.2.7 1.2.8 1.2.99", "1.2.6 1.3.0 1.1.0"),
        ("1.2.7 || >=1.2.9 <2.0.0", "1.2.7 1.2.9 1.4.6", "1.2.8 2.0.0"),
        ("<=2.0.0", "0.0.0 2.0.0", "2.0.1"),
        ("<=1.2", "1.2.9 0.1.0", "1.3.0"),
        ("<1.2", "1.1.9", "1.2.0 1.2.0-alpha"),
        (">1.2", "1.3.0", "1.2.9 1.3.0-alpha"),
        ("=1.2.3", "1.2.3", "1.2.4"),
        ("1.2.3", "1.2.3 1.2.3+build.5", "1.2.4"),
        (">= 1.2.3", "1.2.3", "1.2.2"),
        # prereleases
        (">1.2.3-alpha.3", "1.2.3-alpha.7 3.4.5", "3.4.5-alpha.9 1.2.3-alpha.3"),
        ("*", "0.0.0 9.9.9", "1.0.0-rc.1"),
        ("1.0.0-beta || *", "1.0.0", "1.0.0-beta"),
        # hyphens
        ("1.2.3 - 2.3.4", "1.2.3 2.3.4", "1.2.2 2.3.5"),
        ("1.2 - 2.3.4", "1.2.0 2.3.4", "1.1.9 2.3.5"),
        ("1.2.3 - 2.3", "2.3.99", "2.4.0 2.4.0-alpha"),
        ("1.2.3 - 2", "2.99.0", "3.0.0"),
        # wildcards
        ("1.x", "1.0.0 1.9.9", "2.0.0 0.9.9"),
        ("1.2.x", "1.2.0 1.2.9", "1.3.0"),
        ("1.2.*", "1.2.0", "1.3.0"),
        ("1.X.X", "1.5.0", "2.0.0"),
        ("", "0.0.0 1.2.3", "1.2.3-a"),
        ("1", "1.0.0 1.9.9", "2.0.0-0 2.0.0"),
        ("1.2", "1.2.0 1.2.9", "1.3.0"),
        ("<*", "", "0.0.0 1.0.0"),
        (">*", "", "0.0.0 1.0.0"),
        # tildes
        ("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0"),
        ("~1.2", "1.2.0 1.2.9", "1.3.0"),
        ("~1", "1.0.0 1.9.9", "2.0.0"),
        ("~0.2.3", "0.2.3 0.2.9", "0.3.0"),
        ("~0", "0.0.0 0.9.9", "1.0.0"),
        ("~1.2.3-beta.2", "1.2.3-beta.4 1.2.9", "1.2.4-beta.2 1.2.3-beta.1"),
        ("~>1.2.3", "1.2.9", "1.3.0"),
        # carets
        ("^1.2.3", "1.2.3 1.9.9", "1.2.2 2.0.0 2.0.0-alpha"),
        ("^0.2.3", "0.2.3 0.2.9", "0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.4 0.0.2"),
        ("^1.2.3-beta.2", "1.2.3-beta.4 1.9.0", "1.2.4-beta.2"),
        ("^0.0.3-beta", "0.0.3-pr.2 0.0.3", "0.0.3-alpha 0.0.4"),
        ("^1.2.x", "1.2.0 1.9.9", "2.0.0"),
        ("^0.0.x", "0.0.0 0.0.9", "0.1.0"),
        ("^0.0", "0.0.9", "0.1.0"),
        ("^1.x", "1.9.9", "2.0.0"),
        ("^0.x", "0.9.9", "1.0.0"),
        ("^ 1.2", "1.2.0", "2.0.0"),
        # what people write all the same
        ("v1.2.3", "1.2.3", "1.2.4"),
        ("=v1.2.3", "1.2.3", "1.2.4"),
        ("01.02.03", "1.2.3", "1.2.4"),
        ("1.2.3beta", "1.2.3-beta", "1.2.3"),
        (">=1.2.3 <2.0.0 || ^3", "1.2.3 3.1.0", "2.0.0"),
        ("1.2.3 and more", "1.2.3", "1.2.4"),
        ("||", "1.2.3", "1.2.3-a"),
    ],
)
def test_ranges_of_the_documentation(text: str, inside: str, outside: str) -> None:
    assert {version: admits(text, version) for version in inside.split()} == dict.fromkeys(inside.split(), True)
    assert {version: admits(text, version) for version in outside.split()} == dict.fromkeys(outside.split(), False)


@pytest.mark.parametrize(
    "text",
    [
        "latest", "next", "catalog:", "catalog:react", "workspace:^", "npm:react@18", "file:../x", "user/repo",
        "git+https://example.com/x.git", "https://example.com/x.tgz", "1.2-alpha", "1.x.3", "=>1", "1.2.3.4",
        "9007199254740992.0.0", "^9007199254740992.0.0", "^" * 300, "1 " * MAX_RANGE_LENGTH, "１.2.3",
    ],
)  # fmt: skip
def test_what_is_no_range(text: str) -> None:
    assert parse_range(text) is None


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "a.b.c", "1.2.3-a..b", "-1.2.3", "9" * 300 + ".0.0", "1.9007199254740992.0"]
)
def test_what_is_no_version(text: str) -> None:
    assert parse_version(text) is None


def test_build_metadata_never_orders() -> None:
    assert parse_version("1.2.3+a") == parse_version("1.2.3+b") == parse_version(" v1.2.3 ")


def test_versions_sort_as_semver_says() -> None:
    ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
        "1.2.0",
        "1.10.0",
        "2.0.0",
    ]
    parsed = [parse_version(version) for version in ordered]
    assert all(one is not None and other is not None and one < other for one, other in pairwise(parsed))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789xX*.-+ ~^<>=|vab\t\n", max_size=80))
def test_any_text_is_a_range_or_none(text: str) -> None:
    wanted = parse_range(text)
    assert wanted is None or isinstance(wanted.admits(parse_version("1.2.3")), bool)  # type: ignore[arg-type]  # it is a version


@pytest.mark.parametrize(
    "text",
    ["1" * 1000, "1." * 500, " " * 1000 + "1", "1 - " * 250, "~" * 1000, "||" * 500, "1.2." + "3" * 1000, "=v " * 340],
)
def test_hostile_lengths_end(text: str) -> None:
    parse_range(text)
    parse_version(text)


def _semver() -> Path:
    node = shutil.which("node")
    roots = [Path("/usr/lib/node_modules"), Path("/usr/local/lib/node_modules")]
    if node:
        roots.append(Path(node).resolve().parent.parent / "lib" / "node_modules")
    found = next(
        (root / "npm/node_modules/semver" for root in roots if (root / "npm/node_modules/semver").is_dir()), None
    )
    if node is None or found is None:
        pytest.skip("Node.js with npm is not here: nothing to compare with")
    return found


_SCRIPT = """
const semver = require(process.argv[1]);
const asked = JSON.parse(require('fs').readFileSync(0));
const loose = {loose: true};
const answer = range => asked.versions.map(version => semver.satisfies(version, range, loose));
const answers = asked.ranges.map(range => semver.validRange(range, loose) === null ? null : answer(range));
console.log(JSON.stringify(answers));
"""


def test_npm_itself_agrees() -> None:
    semver = _semver()
    chance = random.Random(20261123)
    versions = sorted({_version(chance) for _ in range(120)})
    ranges = sorted({_range(chance) for _ in range(1500)})
    done = subprocess.run(
        ["node", "-e", _SCRIPT, str(semver)],
        input=json.dumps({"versions": versions, "ranges": ranges}),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    theirs = dict(zip(ranges, json.loads(done.stdout), strict=True))
    ours = {
        text: None if parse_range(text) is None else [admits(text, version) for version in versions] for text in ranges
    }
    assert {text: ours[text] for text in ranges if ours[text] != theirs[text]} == {}
    assert sum(answer is None for answer in theirs.values()) > 3, "some texts are no ranges"


def _number(chance: random.Random) -> str:
    return chance.choice(["0", "0", "1", "1", "2", "3", "10"])


def _prerelease(chance: random.Random) -> str:
    return chance.choice(["-alpha", "-alpha.1", "-0", "-beta.2", "-rc.10", "beta", "-a.b-c", "-1", "-01"])


def _version(chance: random.Random) -> str:
    text = ".".join(_number(chance) for _ in range(3))
    return text + (_prerelease(chance) if chance.random() < 0.3 else "") + ("+b.1" if chance.random() < 0.1 else "")


def _partial(chance: random.Random) -> str:
    if chance.random() < 0.4:
        return chance.choice(["", "", "", "v", "="]) + _version(chance)
    given_numbers = chance.randint(0, 2)
    wildcards = chance.randint(0 if given_numbers else 1, 3 - given_numbers)
    return ".".join([_number(chance) for _ in range(given_numbers)] + [chance.choice("xX*") for _ in range(wildcards)])


def _range(chance: random.Random) -> str:
    """Ranges as people write them, badly too; stray words only where npm's answer does not hang on their place."""

    def alternative() -> str:
        draw = chance.random()
        if draw < 0.2:
            return f"{_partial(chance)} - {_partial(chance)}"
        if draw < 0.3:
            return chance.choice(
                ["", "*", "latest", "catalog:", "foo 1.2.3", ">=1, <2", "1.2-alpha", "~", "^", ">", "1 -2"]
            )
        operators = ["", ">", "<", ">=", "<=", "=", "~", "^", "~>", "> ", ">= ", "^ ", "~ ", "=="]
        return chance.choice([" ", "  "]).join(
            chance.choice(operators) + _partial(chance) for _ in range(chance.randint(1, 3))
        )

    return chance.choice(["||", " || "]).join(alternative() for _ in range(chance.choice([1, 1, 1, 2, 3])))
