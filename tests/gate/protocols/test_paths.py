"""URLs in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.gate.protocols.base import url_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://f.example/a/t-2.0+cu118.whl", "https://F.example:443/a/t-2.0%2Bcu118.whl#sha256=ab"),
        ("https://f.example/a/t-2.0%2bcu118.whl", "https://f.example/a/t-2.0%2Bcu118.whl"),
        ("https://f.example", "https://f.example/"),
        ("http://f.example:80/%61.zip", "http://f.example/a.zip"),
        ("https://user:secret@f.example/a.zip", "https://f.example/a.zip"),
    ],
)
def test_the_same_place(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://f.example/a%2Fb.zip", "https://f.example/a/b.zip"),
        ("https://f.example/a.zip", "http://f.example/a.zip"),
        ("https://f.example/a.zip", "https://f.example/A.zip"),
        ("https://f.example/a.zip?v=1", "https://f.example/a.zip?v=2"),
        ("https://f.example/a.zip", "https://f.example:8443/a.zip"),
        ("https://f.example/%2561.zip", "https://f.example/a.zip"),
    ],
)
def test_other_places(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@given(st.one_of(st.text(max_size=40), st.text(max_size=40).map("https://f.example/".__add__)))
def test_any_text_has_a_key_that_is_its_own(url: str) -> None:
    assert url_key(url_key(url)) == url_key(url)


@given(st.text(alphabet="aZ09-._~/", max_size=30))
def test_a_path_that_needs_no_encoding_is_its_own_spelling(path: str) -> None:
    assert url_key(f"https://F.example/{path}#fragment") == f"https://f.example:443/{path}"
