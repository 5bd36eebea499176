"""What a request is aimed at."""

from __future__ import annotations

import pytest

from depaudit.gate.targets import Address, Origin, is_path, parse_absolute, parse_authority


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("pypi.org:443", Address("pypi.org", 443)),
        ("PyPI.ORG.:443", Address("pypi.org", 443)),
        ("[::1]:8080", Address("::1", 8080)),
        ("[0:0::1]:1", Address("::1", 1)),
        ("127.0.0.1:65535", Address("127.0.0.1", 65535)),
        ("inner_name:80", Address("inner_name", 80)),
    ],
)
def test_an_authority(text: str, address: Address) -> None:
    assert parse_authority(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "pypi.org", "pypi.org:", ":443", "pypi.org:0", "pypi.org:65536", "pypi.org:443/", "a@pypi.org:443", "a b:1",
        "[::1:443", "[1.2.3]:4", "::1:443", ".:1", "..:1", ".org:1", "a..b:1", "pypi.org:٣", "pypi.org:443\n",
        "é.org:1",
    ],
)  # fmt: skip
def test_no_authority(text: str) -> None:
    assert parse_authority(text) is None


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("http://a.example", "http://a.example/"),
        ("HTTP://A.example.:80/x?y=z", "http://a.example/x?y=z"),
        ("http://a.example?x", "http://a.example/?x"),
        ("https://a.example:8443//b/../c%2F", "https://a.example:8443//b/../c%2F"),
        ("http://[::1]:3141/x", "http://[::1]:3141/x"),
    ],
)
def test_an_absolute_url(target: str, url: str) -> None:
    parsed = parse_absolute(target)
    assert parsed is not None
    assert parsed[0].url(parsed[1]) == url


@pytest.mark.parametrize(
    "target",
    [
        "", "/", "ftp://a/", "http:///x", "http://u:p@a/", "http://a/x#y", "http://a/x y", "http://a/\r\nX: y", "//a/x",
        "http://a:b/", "http://a\\b/", "http://a/é", "*",
    ],
)  # fmt: skip
def test_no_absolute_url(target: str) -> None:
    assert parse_absolute(target) is None


def test_a_path() -> None:
    assert [is_path(text) for text in ("/", "/a?b", "//x", "", "a", "*", "/a#b", "/a b", "/\t", "/é")] == [
        True, True, True, False, False, False, False, False, False, False,
    ]  # fmt: skip


def test_an_origin_leaves_out_the_usual_port() -> None:
    assert Origin("https", Address("a", 443)).url("/") == "https://a/"
    assert Origin("https", Address("a", 80)).url("/") == "https://a:80/"
    assert Origin("http", Address("::1", 80)).url("/") == "http://[::1]/"
    assert Address("::1", 80).authority() == "[::1]:80"
