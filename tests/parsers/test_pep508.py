from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from depaudit.errors import DepauditError, InvalidNameError, ParseError
from depaudit.parsers.pep508 import (
    MAX_LENGTH,
    Dependency,
    is_marker,
    pinned_version,
    read_dependency,
    without_credentials,
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("requests", Dependency(name="requests", raw_name="requests")),
        ("Zope.Interface", Dependency(name="zope-interface", raw_name="Zope.Interface")),
        ("a==1.0", Dependency(name="a", raw_name="a", specifier="==1.0", pinned="1.0")),
        ("a == 1.0", Dependency(name="a", raw_name="a", specifier="== 1.0", pinned="1.0")),
        ("a[x,y-z]>=1,<2", Dependency(name="a", raw_name="a", specifier=">=1,<2")),
        ("a (>=1)", Dependency(name="a", raw_name="a", specifier=">=1")),
        ("a===1.0-odd", Dependency(name="a", raw_name="a", specifier="===1.0-odd", pinned="1.0-odd")),
        ("a==1.*", Dependency(name="a", raw_name="a", specifier="==1.*")),
        ("a==1.0+local.1", Dependency(name="a", raw_name="a", specifier="==1.0+local.1", pinned="1.0+local.1")),
        (
            "a>=1 ; python_version < '3.9'",
            Dependency(name="a", raw_name="a", specifier=">=1", marker="python_version < '3.9'"),
        ),
        (
            "a @ https://h/a.zip;v=1 ; os_name == 'nt'",
            Dependency(name="a", raw_name="a", url="https://h/a.zip;v=1", marker="os_name == 'nt'"),
        ),
        ("a[b] @ git+https://h/a", Dependency(name="a", raw_name="a", url="git+https://h/a")),
    ],
)
def test_reads(text: str, wanted: Dependency) -> None:
    assert read_dependency(text) == wanted


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("flask=1.0", "Write == for an exact version."),
        ("flask=>1.0", "Write >= or <=."),
        ("flask^1.0", "^ and ~ are not PEP 440; write a range such as >=1.2,<2 or ~=1.2."),
        ("flask@1.0.0 x", "That is npm's way of naming a version; write name==version."),
        ("{{ cookiecutter.name }}", "This looks like a template; scan the file that it makes."),
        ("two words", "Write a name and, if wanted, a version such as flask==3.0.0; start comments with #."),
    ],
)
def test_refuses_and_says_what_to_write(text: str, mend: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_dependency(text)
    assert caught.value.mend == mend


@pytest.mark.parametrize("text", ["a; " + "(" * 30_000, "a" * (MAX_LENGTH + 1) + " b", "a ; os_name", "", "é"])
def test_refuses_hostile_texts(text: str) -> None:
    with pytest.raises(ParseError):
        read_dependency(text)


def test_a_name_beyond_the_registry_s_length_is_no_name() -> None:
    with pytest.raises(InvalidNameError):
        read_dependency("a" * 201)


def test_a_refused_url_shows_no_password() -> None:
    with pytest.raises(ParseError) as caught:
        read_dependency("a @ https://user:secret@h/x y")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("specifier", "pinned"),
    [
        ("", None),
        ("==1.0", "1.0"),
        ("===1.0", "1.0"),
        ("==1.0,!=1.1", "1.0"),
        ("==1.0,==1.1", None),
        ("==1.0, ==1.0", "1.0"),
        ("==1.*", None),
        ("~=1.0", None),
        ("!=1.0", None),
    ],
)
def test_pins(specifier: str, pinned: str | None) -> None:
    assert pinned_version(specifier) == pinned


def test_markers() -> None:
    assert is_marker("python_version < '3'")
    assert not is_marker("python_versio < '3'")
    assert not is_marker("(" * 30_000)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a==1", "a==1"),
        ("a @ https://h/x", "a @ https://h/x"),
        ("a @ https://u:p@h/x?token=1#egg=a", "a @ https://***@h/x?***#egg=a"),
        ("git+ssh://git@h/x", "git+ssh://***@h/x"),
        ("https://${USER}:${TOKEN}@h/x", "https://***@h/x"),
    ],
)
def test_credentials_are_not_shown(text: str, shown: str) -> None:
    assert without_credentials(text) == shown


_PIECES = [
    "a",
    "B.c",
    "d_e-f",
    "[x]",
    "[x,y]",
    "[",
    "]",
    "==",
    ">=",
    "~=",
    "<",
    "!=",
    "===",
    "1",
    "1.0",
    "2.dev1",
    "1rc1",
]
_PIECES += [
    ".*",
    "+l",
    ",",
    " ",
    "(",
    ")",
    ";",
    "os_name=='x'",
    " @ ",
    "https://h/x",
    "\t",
    "0.post1",
    "1_0",
    "v1",
    "\n",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))
@settings(max_examples=400, deadline=None)
def test_agrees_with_packaging(text: str) -> None:
    """The fast way takes nothing that ``packaging`` refuses, and both understand the same."""
    try:
        wanted = Pep508(text)
    except InvalidRequirement:
        with pytest.raises(DepauditError):
            read_dependency(text)
        return
    if wanted.url is not None and not re.search(r"[:/\\$]|^[.~]|\.(whl|zip|gz|bz2|tgz|xz|tar)$", wanted.url):
        with pytest.raises(DepauditError):  # requests@latest: packaging calls that a URL, pip refuses it
            read_dependency(text)
        return
    got = read_dependency(text)
    assert got.name == canonicalize_name(wanted.name)
    assert got.url == wanted.url
    assert SpecifierSet(got.specifier) == wanted.specifier
    assert (got.marker is None) == (wanted.marker is None)
