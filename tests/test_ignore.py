"""Patterns as git reads them; the expectations were compared with ``git check-ignore``."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.ignore import MAX_PATTERN_LENGTH, MAX_PATTERNS, read_patterns


def verdict(patterns: str, path: str) -> bool | None:
    folder = path.endswith("/")
    return read_patterns(patterns.split("\n")).verdict(path.rstrip("/").split("/"), folder=folder)


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        ("foo", "foo", True),
        ("foo", "a/b/foo", True),
        ("foo", "foo/", True),
        ("foo", "afoo", None),
        ("foo/", "foo", None),
        ("foo/", "a/foo/", True),
        ("/foo", "foo", True),
        ("/foo", "a/foo", None),
        ("a/foo", "a/foo", True),
        ("a/foo", "b/a/foo", None),
        ("a/foo/", "a/foo", None),
        ("*.txt", "a/b.txt", True),
        ("*.txt", "a/b.txtx", None),
        ("a*b", "axxb", True),
        ("a*b", "a/b", None),
        ("a?c", "abc", True),
        ("a?c", "a/c", None),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", None),
        ("[^a-c]x", "dx", True),
        ("[]]x", "]x", True),
        ("[x", "[x", True),
        ("**/foo", "foo", True),
        ("**/foo", "a/b/foo", True),
        ("a/**", "a/", None),
        ("a/**", "a/b/c", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "x/a/b", None),
        ("a/**/b/**/c", "a/b/x/b/y/c", True),
        ("**", "a", True),
        ("a**b", "axb", True),
        ("# foo", "# foo", None),
        (r"\#foo", "#foo", True),
        (r"\!foo", "!foo", True),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", None),
        ("foo ", "foo", True),
        ("foo\\ ", "foo ", True),
        ("foo\r", "foo", True),
        ("", "foo", None),
        ("/", "foo", None),
        ("!", "foo", None),
        ("foo\n!foo", "foo", False),
        ("!foo\nfoo", "foo", True),
        ("*.json\n!package.json", "a/package.json", False),
        ("*.json\n!package.json", "a/other.json", True),
        ("a/b\nfoo/\nbar", "x/bar", True),
    ],
)
def test_verdicts(patterns: str, path: str, expected: bool | None) -> None:
    assert verdict(patterns, path) is expected


def test_bounds() -> None:
    assert read_patterns(["x" * (MAX_PATTERN_LENGTH + 1)]).verdict(["x"], folder=False) is None
    many = read_patterns(f"*{number}" for number in range(MAX_PATTERNS + 10))
    assert len(many.rest) == MAX_PATTERNS


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a*" * 400 + "b", "a" * 250),
        ("**/" * 300 + "b", "/".join("a" * 1000)),
        ("**/a/" * 150 + "b", "/".join("a" * 2000)),
        ("?*" * 300 + "!", "a" * 250),
        ("[a-z]*" * 150 + "!", "a" * 250),
    ],
)
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    assert verdict(pattern, path) is None  # would not come back within a lifetime if it went back and forth


_WORDS = st.sampled_from(["a", "b", "ab", "a*", "*", "**", "?b", "[ab]", "[!a]", "*.x", "a.x", "a*b"])
_LINES = st.builds(
    lambda negated, lead, words, tail: negated + lead + "/".join(words) + tail,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(_WORDS, min_size=1, max_size=3),
    st.sampled_from(["", "", "/"]),
)
_PATHS = st.lists(st.sampled_from(["a", "b", "ab", "aab", "a.x"]), min_size=1, max_size=3).map("/".join)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
@given(lines=st.lists(_LINES, min_size=1, max_size=4), paths=st.lists(_PATHS, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_agrees_with_git(tmp_path_factory: pytest.TempPathFactory, lines: list[str], paths: list[str]) -> None:
    repository = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    (repository / ".gitignore").write_text("\n".join(lines))
    # none of the paths exists: git takes them for files
    done = subprocess.run(
        ["git", "-C", str(repository), "check-ignore", "--no-index", "--non-matching", "--verbose", "--stdin"],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=False,
    )
    patterns = read_patterns(lines)
    for path, line in zip(paths, done.stdout.splitlines(), strict=True):
        parts = path.split("/")
        # a folder that is ignored hides all below
        hidden = any(patterns.verdict(parts[:depth], folder=True) for depth in range(1, len(parts)))
        ours = hidden or bool(patterns.verdict(parts, folder=False))
        stated = line.split("\t")[0].rpartition(":")[2] if not line.startswith("::") else ""
        theirs = bool(stated) and not stated.startswith("!")
        assert ours is theirs, (lines, path, line)
