"""npm's lockfiles to requirements with places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from depaudit.model.requirement import Requirement
from depaudit.parsers.package_lock import MAX_PROBLEMS, PARSER
from tests.parsers.json_cases import check_against_corpus, corpus, documents, parse_any, problems, refused, rows

FLAT = """{
  "name": "app",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "app",
      "workspaces": ["packages/*"],
      "dependencies": {"a": "^1", "mini": "npm:ms@^2"},
      "devDependencies": {"forked": "user/forked", "tar": "https://host.example/tar-1.0.0.tgz"},
      "peerDependencies": {"peer": "*"}
    },
    "node_modules/@s/b": {
      "version": "2.0.0",
      "resolved": "https://registry.npmjs.org/@s/b/-/b-2.0.0.tgz",
      "integrity": "sha512-x",
      "dev": true,
      "optional": true
    },
    "node_modules/a": {
      "version": "1.0.0",
      "resolved": "https://npm.example/all/a/-/a-1.0.0.tgz",
      "dependencies": {"@s/b": "^1"},
      "peerDependencies": {"mini": "*", "absent": "*"}
    },
    "node_modules/a/node_modules/@s/b": {"version": "1.0.0", "inBundle": true, "dependencies": {"nested": "1"}},
    "node_modules/forked": {
      "version": "0.1.0",
      "resolved": "git+ssh://git@github.com/user/forked.git#abc",
      "dev": true
    },
    "node_modules/member": {"resolved": "packages/member", "link": true},
    "node_modules/mini": {"name": "ms", "version": "2.1.3", "resolved": "${REGISTRY}/ms/-/ms-2.1.3.tgz"},
    "node_modules/nested": {"version": "1.0.0", "resolved": "file:nested.tgz"},
    "node_modules/peer": {"peer": true, "devOptional": true},
    "node_modules/tar": {"version": "1.0.0", "resolved": "https://host.example/tar-1.0.0.tgz", "integrity": null},
    "packages/member": {"name": "member", "version": "1.0.0", "dependencies": {"left": "*", "@s/b": "*"}},
    "packages/member/node_modules/left": {"version": "3.0.0", "resolved": "https://npm.example/all/left/-/left-3.0.0.tgz"}
  },
  "dependencies": {"only-in-the-part-for-old-npm": {"version": "1.0.0"}}
}
"""


def by_name(requirements: tuple[Requirement, ...], name: str) -> Requirement:
    (found,) = [r for r in requirements if r.name == name]
    return found


def test_reads_the_flat_table() -> None:
    parsed = PARSER.parse(FLAT, "package-lock.json")
    assert rows(parsed) == [
        ("@s/b", "2.0.0", "registry", ("dev", "optional"), 13, 5),
        ("a", "1.0.0", "registry", ("main",), 20, 5),
        ("@s/b", "1.0.0", "registry", ("main",), 26, 5),
        ("forked", "0.1.0", "git", ("dev",), 27, 5),
        ("ms", "2.1.3", "registry", ("main",), 33, 5),
        ("nested", "1.0.0", "path", ("main",), 34, 5),
        ("peer", None, "registry", ("dev", "optional", "peer"), 35, 5),
        ("tar", "1.0.0", "url", ("main",), 36, 5),
        ("left", "3.0.0", "registry", ("main",), 38, 5),
    ]
    assert parsed.problems == ()


def test_says_who_asks_for_whom() -> None:
    parsed = PARSER.parse(FLAT, "package-lock.json")
    assert [(r.location.pointer, r.direct, r.required_by) for r in parsed.requirements] == [
        ('packages["node_modules/@s/b"]', True, ()),
        ('packages["node_modules/a"]', True, ()),
        ('packages["node_modules/a/node_modules/@s/b"]', False, ("a",)),
        ('packages["node_modules/forked"]', True, ()),
        ('packages["node_modules/mini"]', True, ("a",)),
        ('packages["node_modules/nested"]', False, ("@s/b",)),
        ('packages["node_modules/peer"]', True, ()),
        ('packages["node_modules/tar"]', True, ()),
        ('packages["packages/member/node_modules/left"]', True, ()),
    ]


def test_says_where_the_bytes_come_from() -> None:
    requirements = PARSER.parse(FLAT, "package-lock.json").requirements
    places = [(r.source.url, r.source.index.url if r.source.index else None, r.hashes) for r in requirements]
    assert places == [
        ("https://registry.npmjs.org/@s/b/-/b-2.0.0.tgz", None, True),
        ("https://npm.example/all/a/-/a-1.0.0.tgz", "https://npm.example/all/", False),
        (None, None, False),
        ("git+ssh://git@github.com/user/forked.git#abc", None, False),
        ("${REGISTRY}/ms/-/ms-2.1.3.tgz", None, False),
        ("file:nested.tgz", None, False),
        (None, None, False),
        ("https://host.example/tar-1.0.0.tgz", None, False),
        ("https://npm.example/all/left/-/left-3.0.0.tgz", "https://npm.example/all/", False),
    ]
    first, second = requirements[1].source.index, requirements[8].source.index
    assert first is second
    assert first is not None
    assert first.location == requirements[1].location
    alias = by_name(requirements, "ms")
    assert (alias.alias, alias.raw_name, alias.requested, alias.specifier) == ("mini", "ms", "ms@2.1.3", "2.1.3")


def test_an_archive_that_nobody_asked_for_by_url_claims_to_come_from_a_registry() -> None:
    text = json.dumps({
        "lockfileVersion": 3,
        "packages": {
            "": {"dependencies": {"lodash": "^4"}},
            "node_modules/lodash": {"version": "4.17.21", "resolved": "https://evil.example/lodash.tgz"},
        },
    })  # fmt: skip
    (lodash,) = PARSER.parse(text, "package-lock.json").requirements
    assert (lodash.source.kind.value, lodash.source.url) == ("registry", "https://evil.example/lodash.tgz")
    assert lodash.source.index is not None
    assert lodash.source.index.url == "https://evil.example/"


def test_what_nobody_could_download_claims_to_come_from_a_registry() -> None:
    packages = {"node_modules/a": {"version": "1.0.0", "resolved": "carrier:pigeon"}}
    (found,) = PARSER.parse(json.dumps({"lockfileVersion": 3, "packages": packages}), "package-lock.json").requirements
    assert (found.source.kind.value, found.source.url, found.source.index) == ("registry", "carrier:pigeon", None)


NESTED = """{
  "name": "app",
  "lockfileVersion": 1,
  "dependencies": {
    "a": {
      "version": "1.0.0",
      "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz",
      "integrity": "sha1-x",
      "requires": {"b": "^2", "c": "^1"},
      "dependencies": {
        "b": {"version": "2.0.0", "bundled": true, "requires": {"c": "*", "a": "*"}}
      }
    },
    "b": {"version": "1.0.0", "dev": true},
    "c": {"version": "npm:@s/c@1.0.0", "optional": true, "requires": true},
    "d": {"version": "github:user/d#abc", "from": "github:user/d"},
    "e": {"version": "file:../e"},
    "f": {"version": "https://host.example/f.tgz"},
    "g": {"version": "1.0.0", "resolved": "git+https://token@host.example/g.git#abc"},
    "h": {"resolved": "http://npm.example/h/-/h-1.0.0.tgz"}
  }
}
"""


def test_reads_the_nested_table() -> None:
    parsed = PARSER.parse(NESTED, "npm-shrinkwrap.json")
    assert rows(parsed) == [
        ("a", "1.0.0", "registry", ("main",), 5, 5),
        ("b", "2.0.0", "registry", ("main",), 11, 9),
        ("b", "1.0.0", "registry", ("dev",), 14, 5),
        ("@s/c", "1.0.0", "registry", ("optional",), 15, 5),
        ("d", None, "git", ("main",), 16, 5),
        ("e", None, "path", ("main",), 17, 5),
        ("f", None, "url", ("main",), 18, 5),
        ("g", "1.0.0", "git", ("main",), 19, 5),
        ("h", None, "registry", ("main",), 20, 5),
    ]
    assert [(r.location.pointer, r.direct, r.required_by, r.alias) for r in parsed.requirements[:4]] == [
        ("dependencies.a", False, ("b",), None),
        ("dependencies.a.dependencies.b", False, ("a",), None),
        ("dependencies.b", True, (), None),
        ("dependencies.c", False, ("a", "b"), "c"),
    ]
    assert parsed.problems == ()
    h = by_name(parsed.requirements, "h")
    assert h.source.index is not None
    assert h.source.index.url == "http://npm.example/"


def test_names_that_look_like_pointers_confuse_nobody() -> None:
    text = json.dumps({
        "dependencies": {
            "a.dependencies.b": {"version": "1.0.0"},
            "a": {"version": "1.0.0", "requires": {"b": "1"}, "dependencies": {"b": {"version": "2.0.0"}}},
        }
    })  # fmt: skip
    parsed = PARSER.parse(text, "package-lock.json")
    assert [(r.name, r.required_by) for r in parsed.requirements] == [
        ("a.dependencies.b", ()),
        ("a", ()),
        ("b", ("a",)),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"lockfileVersion": 2, "dependencies": {"a": {"version": "1.0.0"}}}', ["a"]),
        ('{"lockfileVersion": "3", "packages": {"node_modules/a": {"version": "1.0.0"}}}', ["a"]),
        ('{"lockfileVersion": 2, "packages": {}, "dependencies": {"a": {"version": "1.0.0"}}}', ["a"]),
        ('{"lockfileVersion": 1, "packages": {"node_modules/b": {}}, "dependencies": {"a": {}}}', ["b"]),
        ('{"lockfileVersion": 3, "packages": null}', []),
        ('{"name": "nothing else"}', []),
        ("{}", []),
    ],
)
def test_the_table_that_is_there_decides(text: str, names: list[str]) -> None:
    parsed = PARSER.parse(text, "package-lock.json")
    assert ([r.name for r in parsed.requirements], parsed.problems) == (names, ())


@pytest.mark.parametrize("version", ["4", "1e999"])
def test_a_newer_version_is_told(version: str) -> None:
    text = f'{{\n"lockfileVersion": {version}, "packages": {{"node_modules/a": {{}}}}}}'
    parsed = PARSER.parse(text, "package-lock.json")
    assert [r.name for r in parsed.requirements] == ["a"]
    ((line, column, message),) = problems(parsed)
    assert (line, column) == (2, 20)
    assert "is newer than the newest that depaudit knows, 3; it was read as that." in message


def test_tells_what_is_wrong_with_one_entry_and_keeps_the_others() -> None:
    text = """{"lockfileVersion": 3, "packages": {
"node_modules/good": {"version": 5, "resolved": 7, "dependencies": ["a"]},
"node_modules/Bad Name": {"version": "1.0.0"},
"node_modules/a/b/c": {},
"node_modules/list": [],
"node_modules/good": {"version": "1.0.0"}
}}"""
    parsed = PARSER.parse(text, "package-lock.json")
    assert rows(parsed) == [("good", "1.0.0", "registry", ("main",), 6, 1)]
    assert problems(parsed) == [
        (6, 1, "The key 'node_modules/good' stands here for the second time; tools differ on which one counts."),
        (5, 22, "'node_modules/list' has a list, no entry."),
        (3, 1, "'Bad Name' is not a name that npm could hold."),
        (4, 1, "'a/b/c' is not a name that npm could hold."),
    ]


def test_tells_what_is_wrong_in_a_nested_table() -> None:
    text = """{"dependencies": {
"a": {"version": "no version", "dependencies": {"b": 1}},
"c": null,
"d": {"version": 1}
}}"""
    parsed = PARSER.parse(text, "package-lock.json")
    assert rows(parsed) == [
        ("a", None, "registry", ("main",), 2, 1),
        ("d", None, "registry", ("main",), 4, 1),
    ]
    assert problems(parsed) == [
        (3, 6, "'c' has null, no entry."),
        (2, 54, "'b' has a number, no entry."),
        (2, 1, "'a' has the version 'no version': it is neither a version range nor a dist-tag."),
    ]


def test_stops_telling_at_some_point() -> None:
    packages = {f"node_modules/name {number}": {} for number in range(500)}
    parsed = PARSER.parse(json.dumps({"lockfileVersion": 3, "packages": packages}), "package-lock.json")
    assert len(parsed.problems) == MAX_PROBLEMS + 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("null", 1, "The file holds null where an object was expected."),
        ("invalid [{\n\n}]", 1, "This is not JSON: expecting value."),
        ('{"lockfileVersion": null}', 1, "'lockfileVersion' holds null where a number was expected."),
        ('{"lockfileVersion": true}', 1, "'lockfileVersion' holds true where a number was expected."),
        ('{"lockfileVersion": "new"}', 1, "'lockfileVersion' holds text where a number was expected."),
        ('{"lockfileVersion": 3,\n"packages": []}', 2, "'packages' holds a list where a table of packages belongs."),
        ('{"dependencies": "a"}', 1, "'dependencies' holds text where a table of packages belongs."),
    ],
)
def test_refuses_what_is_no_lockfile(text: str, line: int, message: str) -> None:
    error = refused(PARSER, text, "package-lock.json")
    assert (error.line, error.message) == (line, message)


def test_deep_nesting_is_refused() -> None:
    text = '{"dependencies": {"a": ' * 300 + "{}" + "}}" * 300
    assert "nested" in refused(PARSER, text, "package-lock.json").message


def test_long_chains_of_askers_end() -> None:
    names = [f"a{number}" for number in range(3000)]
    packages: dict[str, object] = {
        f"node_modules/{name}": {"version": "1.0.0", "dependencies": {following: "1"}}
        for name, following in zip(names, [*names[1:], names[0]], strict=True)
    }
    folder = "a/" * 500 + "node_modules/x"
    packages[folder] = {"version": "1.0.0", "dependencies": dict.fromkeys(names, "1")}
    parsed = PARSER.parse(json.dumps({"lockfileVersion": 3, "packages": packages}), "package-lock.json")
    assert len(parsed.requirements) == 3001
    assert parsed.requirements[0].required_by == ("a2999", "x")


KEYS = ["lockfileVersion", "packages", "dependencies", "requires", "version", "resolved", "name", "link", "integrity"]


@given(text=documents(KEYS))
@settings(max_examples=300, deadline=None)
def test_any_document_is_read_or_refused(text: str) -> None:
    parse_any(PARSER, text, "package-lock.json")


CORPUS = corpus("package-lock-v1", "package-lock-v2", "package-lock-v3", "npm-shrinkwrap")


@pytest.mark.skipif(not CORPUS, reason="the shared corpus is not there")
@pytest.mark.parametrize("folder", CORPUS, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_agrees_with_npm_on_real_files(folder: Path) -> None:
    check_against_corpus(PARSER, folder)
