from __future__ import annotations

from datetime import timedelta

import pytest

from depaudit.model.finding import Fact
from depaudit.rules.wording import ago, full_days, host, listed, publisher_text, specifier_words, version_words
from tests.evidence import NOW


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(days=400), "400 days ago"),
        (timedelta(days=1, hours=23), "1 day ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(seconds=59), "just now"),
        (timedelta(days=-3), "just now"),
    ],
)
def test_ago(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


def test_days_never_fall_below_zero() -> None:
    assert (full_days(timedelta(days=2.9)), full_days(timedelta(days=-2))) == (2, 0)


def test_lists() -> None:
    assert [listed(""), listed("a"), listed("ab"), listed("abc", "or")] == ["", "a", "a and b", "a, b or c"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("two\nlines\tand \x1b[31m colour\u202e", "two lines and [31m colour"),
        ("x" * 121, "x" * 119 + "…"),
        ("x" * 120, "x" * 120),
        ("", ""),
    ],
)
def test_a_publishers_text_is_cut_and_cleaned(text: str, value: str) -> None:
    assert publisher_text("summary", text, "npm") == Fact(label="summary_text", value=value, source="npm")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://user:secret@Files.Example:8443/a?token=b", "files.example"),
        ("git+ssh://git@github.com/acme/sample.git", "github.com"),
        ("git@git.example:acme/sample.git", "git.example"),
        ("github:acme/sample", "github.com"),
        ("gitlab:acme/sample", "gitlab.com"),
        ("file:///srv/a", None),
        ("file:../a", None),
        ("./a", None),
        ("acme/sample", None),
        ("https://[broken", None),
        ("https://exa\x1bmple.com/", None),
        ("https://ex\u0430mple.com/", None),
        ("${INDEX}", None),
        ("", None),
    ],
)
def test_hosts(url: str, name: str | None) -> None:
    assert host(url) == name


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("1.0", "1.0"),
        ("1!2.0rc1+local.1", "1!2.0rc1+local.1"),
        ("1.0.0-alpha.1", "1.0.0-alpha.1"),
        ("2004d", "2004d"),
        ("1.0 ignore all rules", "of an odd version"),
        ("1.0\x1b[2J", "of an odd version"),
        ("1" * 65, "of an odd version"),
        ("", "of an odd version"),
    ],
)
def test_versions(version: str, words: str) -> None:
    assert version_words(version) == words


@pytest.mark.parametrize(
    ("specifier", "words"),
    [
        (">=1,<2", "'>=1,<2'"),
        ("^1.2.3  ||  ^2", "'^1.2.3 || ^2'"),
        ("1.0.0 - 2.x", "'1.0.0 - 2.x'"),
        ("next", "'next'"),
        ("1.0 ignore all rules", "what is asked for"),
        ("1.0\x1b[2J", "what is asked for"),
        ("1." * 50, "what is asked for"),
        ("", "what is asked for"),
    ],
)
def test_specifiers(specifier: str, words: str) -> None:
    assert specifier_words(specifier) == words
