"""package.json to requirements with places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from depaudit.parsers.package_json import MAX_PROBLEMS, PARSER
from tests.parsers.json_cases import check_against_corpus, corpus, documents, parse_any, problems, refused, rows

WHOLE = """{
  "name": "@acme/app",
  "version": "1.0.0",
  "workspaces": ["packages/*", 3],
  "dependencies": {
    "left-pad": "1.3.0",
    "@types/node": "^20",
    "mini": "npm:ms@2.1.3",
    "local": "file:../local",
    "fellow": "workspace:*",
    "shorthand": "user/repo#main",
    "archive": "https://host.example/a.tgz",
    "shared": "catalog:",
    "@std/assert": "jsr:^1"
  },
  "devDependencies": { "eslint": "=9.0.0", "JSONStream": "*" },
  "optionalDependencies": {"fsevents": "~2.3.2"},
  "peerDependencies": {"react": ">=18", "vue": ">=3"},
  "peerDependenciesMeta": {"vue": {"optional": true}, "react": {"optional": "yes"}},
  "bundledDependencies": ["left-pad"],
  "scripts": {"dependencies": "echo"}
}
"""


def test_reads_every_table_with_places() -> None:
    parsed = PARSER.parse(WHOLE, "app/package.json")
    assert rows(parsed) == [
        ("left-pad", "1.3.0", "registry", ("main",), 6, 5),
        ("@types/node", None, "registry", ("main",), 7, 5),
        ("ms", "2.1.3", "registry", ("main",), 8, 5),
        ("local", None, "path", ("main",), 9, 5),
        ("fellow", None, "workspace", ("main",), 10, 5),
        ("shorthand", None, "git", ("main",), 11, 5),
        ("archive", None, "url", ("main",), 12, 5),
        ("shared", None, "registry", ("main",), 13, 5),
        ("eslint", "9.0.0", "registry", ("dev",), 16, 24),
        ("JSONStream", None, "registry", ("dev",), 16, 44),
        ("fsevents", None, "registry", ("optional",), 17, 28),
        ("react", None, "registry", ("peer",), 18, 24),
        ("vue", None, "registry", ("peer", "optional"), 18, 41),
    ]
    assert parsed.not_audited == (("jsr", 1),)
    assert parsed.problems == ()
    assert (parsed.project, parsed.project_version, parsed.workspaces) == ("@acme/app", "1.0.0", ("packages/*",))
    alias = parsed.requirements[2]
    assert (alias.raw_name, alias.alias, alias.requested) == ("ms", "mini", "mini@npm:ms@2.1.3")
    assert alias.location.pointer == "dependencies.mini"
    assert alias.location.path == "app/package.json"
    assert all(requirement.direct for requirement in parsed.requirements)


OVERRIDES = """{
  "dependencies": {"foo": "^1.0.0", "bar": "2.0.0"},
  "overrides": {
    "foo": "1.2.3",
    "//": "a comment",
    "not-asked-for": "1.0.0",
    "baz": {".": "npm:other@1", "deep": {"foo@^1": "1.2.4", "x": "npm:y@2"}},
    "bar": "$bar"
  },
  "resolutions": {
    "**/foo": "1.2.5",
    "a/**/@s/b": "npm:@t/c@1.0.0",
    "foo@npm:^1": "1.2.6",
    "member": "workspace:*",
    "@types/jest/pretty-format": "^25.1.0",
    "fork": "github:me/fork"
  },
  "pnpm": {"overrides": {"q@1>foo": "1.2.7", "zoo>gone": "-", "bar@2": "https://host.example/bar.tgz"}}
}
"""


def test_keeps_overrides_that_put_something_else_in_place_or_speak_of_what_is_asked_for() -> None:
    parsed = PARSER.parse(OVERRIDES, "package.json")
    assert [(r.name, r.pinned_version, r.source.kind.value, r.location.pointer) for r in parsed.requirements[2:]] == [
        ("foo", "1.2.3", "registry", "overrides.foo"),
        ("other", None, "registry", "overrides.baz.."),
        ("foo", "1.2.4", "registry", "overrides.baz.deep.foo@^1"),
        ("y", None, "registry", "overrides.baz.deep.x"),
        ("foo", "1.2.5", "registry", "resolutions.**/foo"),
        ("@t/c", "1.0.0", "registry", "resolutions.a/**/@s/b"),
        ("foo", "1.2.6", "registry", "resolutions.foo@npm:^1"),
        ("fork", None, "git", "resolutions.fork"),
        ("foo", "1.2.7", "registry", "pnpm.overrides.q@1>foo"),
        ("bar", None, "url", "pnpm.overrides.bar@2"),
    ]
    assert {r.groups for r in parsed.requirements[2:]} == {("override",)}
    assert parsed.problems == ()


def test_tells_what_is_wrong_with_one_entry_and_keeps_the_others() -> None:
    text = """{
  "dependencies": {
    "good": "1.0.0",
    "Bad Name": "1.0.0",
    "number": 5,
    "object": {"version": "1"},
    "nonsense": "not a version",
    "pigeon": "carrier:pigeon",
    "good": "2.0.0"
  },
  "devDependencies": ["a"],
  "peerDependencies": [],
  "optionalDependencies": null,
  "dependencies": {"again": "1.0.0"},
  "resolutions": {"a b": "1", "**": "1"}
}"""
    parsed = PARSER.parse(text, "package.json")
    assert [(r.name, r.specifier, r.pinned_version) for r in parsed.requirements] == [
        ("good", "1.0.0", "1.0.0"),
        ("nonsense", "", None),
        ("pigeon", "", None),
        ("good", "2.0.0", "2.0.0"),
        ("again", "1.0.0", "1.0.0"),
    ]
    assert problems(parsed) == [
        (14, 3, "The key 'dependencies' stands here for the second time; tools differ on which one counts."),
        (9, 5, "The key 'good' stands here for the second time; tools differ on which one counts."),
        (4, 5, "'Bad Name' is not a name that npm could hold."),
        (5, 15, "'number' has a number where a version was expected."),
        (6, 15, "'object' has an object where a version was expected."),
        (
            7,
            17,
            "'not a version' cannot be read as a version of 'nonsense': it is neither a version range nor a dist-tag.",
        ),
        (
            8,
            15,
            "'carrier:pigeon' cannot be read as a version of 'pigeon': no package manager is known to read carrier:.",
        ),
        (11, 22, "'devDependencies' holds a list where a table of versions belongs."),
        (15, 19, "'a b' names no package."),
    ]
    assert all(problem.mend for problem in parsed.problems)


def test_stops_telling_at_some_point() -> None:
    text = json.dumps({"dependencies": {f"name {number}": "1" for number in range(500)}})
    parsed = PARSER.parse(text, "package.json")
    assert len(parsed.problems) == MAX_PROBLEMS + 1
    assert parsed.problems[-1].message == "More is wrong in this file, here and below."


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"name": "a", "dependencies": {}}',
        '{"publisher": "me", "engines": {"vscode": "*"}}',
        '{"name": 5, "version": [], "workspaces": "x", "peerDependenciesMeta": [], "pnpm": 1, "overrides": null}',
        '{"name": "Not A Name", "workspaces": {"packages": "x"}}',
    ],
)
def test_a_file_may_ask_for_nothing(text: str) -> None:
    parsed = PARSER.parse(text, "package.json")
    assert (parsed.requirements, parsed.problems, parsed.not_audited) == ((), (), ())
    assert (parsed.project in ("", "a"), parsed.workspaces) == (True, ())


def test_a_package_of_unity_is_of_another_ecosystem() -> None:
    text = '{"name": "com.acme.x", "unity": "2021.3", "dependencies": {"com.unity.inputsystem": "1.7.0"}}'
    parsed = PARSER.parse(text, "package.json")
    assert (parsed.requirements, parsed.not_audited) == ((), (("unity", 1),))


def test_workspaces_of_yarn_stand_one_level_down() -> None:
    parsed = PARSER.parse('{"workspaces": {"packages": ["a", "b/*"], "nohoist": []}}', "package.json")
    assert parsed.workspaces == ("a", "b/*")


def test_what_no_output_could_be_written_with_is_replaced() -> None:
    parsed = PARSER.parse(r'{"dependencies": {"a": "file:\ud800", "b\udfff": "1"}}', "package.json")
    assert [(r.requested, r.source.url) for r in parsed.requirements] == [("a@file:?", "file:?")]
    assert problems(parsed) == [(1, 39, "'b?' is not a name that npm could hold.")]


def test_the_empty_key_is_no_name() -> None:
    assert problems(PARSER.parse('{"dependencies": {"": "1"}}', "package.json")) == [
        (1, 19, "'' is not a name that npm could hold.")
    ]


@pytest.mark.parametrize(("text", "line"), [("", 1), ("null", 1), ("{\n\n,}", 3), ('{"dependencies": {', 1)])
def test_refuses_what_is_no_manifest(text: str, line: int) -> None:
    assert refused(PARSER, text, "package.json").line == line


def test_deep_overrides_are_refused() -> None:
    text = '{"overrides": ' + '{"a": ' * 500 + '"1"' + "}" * 500 + "}"
    assert "nested" in refused(PARSER, text, "package.json").message


def test_names() -> None:
    assert [PARSER.matches(p) for p in ("package.json", "a/package.json", "package.json5", "a-package.json")] == [
        True,
        True,
        False,
        False,
    ]


KEYS = ["name", "dependencies", "devDependencies", "overrides", "resolutions", "pnpm", "workspaces", "unity"]


@given(text=documents(KEYS))
@settings(max_examples=300, deadline=None)
def test_any_document_is_read_or_refused(text: str) -> None:
    parse_any(PARSER, text, "package.json")


CORPUS = corpus("package.json")


@pytest.mark.skipif(not CORPUS, reason="the shared corpus is not there")
@pytest.mark.parametrize("folder", CORPUS, ids=lambda folder: folder.name)
def test_agrees_with_npm_on_real_files(folder: Path) -> None:
    check_against_corpus(PARSER, folder)
