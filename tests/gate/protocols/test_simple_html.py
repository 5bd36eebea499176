"""The simple API's HTML listings, read and edited."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.gate.base import Fetched
from depaudit.gate.protocols.listing import Format, Listing
from depaudit.gate.protocols.simple import edit_listing, read_listing
from depaudit.model.names import NormalizedName
from tests.gate.protocols.pages import HOLD, PASS, REFUSE, all_pass, answer, listed, refused_path

INDEX = "https://pypi.org/simple/"
PAGE = "https://pypi.org/simple/six/"
SIX = NormalizedName("six")

PLAIN = """<!DOCTYPE html>
<html>
  <head>
    <meta name="pypi:repository-version" content="1.4">
    <title>Links for six</title>
  </head>
  <body>
    <h1>Links for six</h1>
<a href="https://f.example/six-1.0.tar.gz#sha256=aaaa" data-requires-python="&gt;=3.6" data-gpg-sig="true" >six-1.0.tar.gz</a><br />
<a href="../../f/six-1.1-py3-none-any.whl#sha256=bbbb" data-yanked="bad &amp; old" data-provenance="https://p.example/bbbb" data-core-metadata="sha256=cc" data-dist-info-metadata="sha256=cc" data-x="bbbb">six-1.1-py3-none-any.whl</a><br />
</body>
</html>
<!--SERIAL 12345-->
"""  # noqa: E501  as PyPI writes it
HEAD = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="pypi:repository-version" content="1.4">
<title>Links for six</title>
</head>
<body>
<h1>Links for six</h1>
"""
FIRST = (
    '<a href="https://f.example/six-1.0.tar.gz#sha256=aaaa" data-requires-python="&gt;=3.6" data-gpg-sig="true">'
    "six-1.0.tar.gz</a><br>\n"
)
SECOND = (
    '<a href="../../f/six-1.1-py3-none-any.whl#sha256=bbbb" data-yanked="bad &amp; old"'
    ' data-provenance="https://p.example/bbbb" data-core-metadata="sha256=cc" data-dist-info-metadata="sha256=cc"'
    ' data-x="bbbb">six-1.1-py3-none-any.whl</a><br>\n'
)
END = "</body>\n</html>\n"


def fetched(page: str, kind: str = "text/html; charset=UTF-8") -> Fetched:
    return answer(page.encode(), kind, PAGE)


def read(answered: Fetched) -> Listing:
    listing = read_listing(answered, SIX, INDEX)
    assert isinstance(listing, Listing), listing
    return listing


def links(*anchors: str) -> str:
    return "<!DOCTYPE html><html><head><title>Links for six</title></head><body>" + "".join(anchors) + "</body></html>"


def test_reading() -> None:
    listing = read(fetched(PLAIN))
    assert listing.format is Format.SIMPLE_HTML
    assert [release.version for release in listing.project.releases] == ["1.0", "1.1"]
    assert listed(listing) == [
        ("1.0", "https://f.example/six-1.0.tar.gz", "six-1.0.tar.gz", None),
        ("1.1", "https://pypi.org/f/six-1.1-py3-none-any.whl", "six-1.1-py3-none-any.whl", None),
    ]


def test_nothing_to_do() -> None:
    answered = fetched(PLAIN)
    listing = read(answered)
    assert edit_listing(answered, listing, all_pass(listing), refused_path) == (
        answered.body,
        (("content-type", "text/html; charset=UTF-8"), ("cache-control", "no-store")),
    )


def test_a_refused_version_stays_listed_without_its_bytes() -> None:
    answered = fetched(PLAIN)
    body, headers = edit_listing(answered, read(answered), {"1.0": PASS, "1.1": REFUSE}, refused_path)
    refused = (
        '<a href="https://pypi.org/-run-/six-1.1-py3-none-any.whl" data-yanked="bad &amp; old"'
        ' data-core-metadata="sha256=cc" data-dist-info-metadata="sha256=cc">six-1.1-py3-none-any.whl</a><br>\n'
    )
    assert body.decode() == HEAD + FIRST + refused + END
    assert headers == (("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"))


def test_a_held_version_is_left_out() -> None:
    answered = fetched(PLAIN, "application/vnd.pypi.simple.v1+html")
    body, headers = edit_listing(answered, read(answered), {"1.0": HOLD, "1.1": PASS}, refused_path)
    assert body.decode() == HEAD + SECOND + END
    assert headers[0] == ("content-type", "application/vnd.pypi.simple.v1+html; charset=utf-8")


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="https://f.example/six-1.0.zip#sha256=beef">six</a>',
        "<a href='https://f.example/six-1.0.zip#sha256=beef'>six</a>",
        "<a href=https://f.example/six-1.0.zip#sha256=beef>six</a>",
        '<A\n\tHREF = "https://f.example/six-1.0.zip#sha256=beef"\n>six</A>',
        '<a href="https:&#x2F;&#47;f.example/six-1.0.z&#105;p#sha256=beef">six</a>',
        '<a data-x="https://f.example/six-1.0.zip" rel=internal href="https://f.example/six-1.0.zip">six</a>',
        '<a href="https://f.example/six-1.0.zip" href="https://f.example/six-1.0.zip#sha256=beef">six</a>',
        '<a/href="https://f.example/six-1.0.zip"/title="beef">six</a>',
        '<a href=" https://f.example/six-1.0.zip ">six</a>',
        '<a href="https://f.example/%73ix-1.0.zip">https://f.example/six-1.0.zip</a>',
        '<!-- --><a href="https://f.example/six-1.0.zip"><!-- <a href="https://f.example/six-1.0.zip"> -->six</a>',
        '<script><a href="https://f.example/six-1.0.zip"></script>',
        '<a href="https://f.example/six-1.0.zip" <b>six</b></a>',
        '<a href="//f.example/six-1.0.zip">six</a>',
        '<a href="https://f.example/six-1.0.zip">six',
    ],
)
def test_a_refused_link_is_gone_however_it_is_written(anchor: str) -> None:
    answered = fetched(links(anchor))
    listing = read(answered)
    assert {file.version for file in listing.files} <= {"1.0", ""}
    body, _ = edit_listing(answered, listing, {"1.0": REFUSE}, refused_path)
    assert '<a href="https://f.example/-run-/' in body.decode()
    left = html.unescape(body.decode()).replace("https://f.example/-run-/", "")
    assert "f.example" not in left
    assert "beef" not in left


@pytest.mark.parametrize(
    "page",
    [
        links('<!--!> <a href="https://f.example/six-9.zip"> -->', '<a href="six-1.0.zip">six</a>'),
        links('<!foo "><a href="https://f.example/six-9.zip">', '<a href="six-1.0.zip">six</a>'),
        links("<style><a href='https://f.example/six-9.zip'></style>", '<a href="six-1.0.zip">six</a>'),
        links('<a href="six-1.0.zip" href="https://f.example/six-9.zip">six</a>'),
        links('<a href="six-1.0.zip?a=1&copy=2">six</a>'),
        links("<a href=six-1.0.zip>six</a>"),
    ],
)  # fmt: skip
def test_what_clients_read_differently_is_written_anew(page: str) -> None:
    answered = fetched(page)
    listing = read(answered)
    body, _ = edit_listing(answered, listing, all_pass(listing), refused_path)
    again = read(fetched(body.decode()))
    assert again.exact
    assert again.files == listing.files


def test_a_charset_that_hides_tags_is_not_passed_on() -> None:
    answered = fetched(links('<a href="six-1.0.zip">six</a>+ADw-a href="six-9.zip">'), "text/html; charset=utf-7")
    listing = read(answered)
    body, headers = edit_listing(answered, listing, all_pass(listing), refused_path)
    assert b"six-9" not in body
    assert headers[0] == ("content-type", "text/html; charset=utf-8")


def test_relative_links_start_from_the_first_base() -> None:
    page = (
        '<base target="_top"><base href="https://b.example/x/"><base href="https://c.example/"><a href="six-1.0.zip">'
    )
    answered = fetched(links(page, '<a href="six-1.1.zip">'))
    listing = read(answered)
    assert [file.url for file in listing.files] == [
        "https://b.example/x/six-1.0.zip",
        "https://b.example/x/six-1.1.zip",
    ]
    body, _ = edit_listing(answered, listing, {"1.0": PASS, "1.1": REFUSE}, refused_path)
    text = body.decode()
    assert text.count("<base ") == 1
    assert '<base href="https://b.example/x/">' in text
    assert '<a href="six-1.0.zip">' in text
    assert '<a href="https://b.example/-run-/six-1.1.zip">' in text


def test_what_clients_would_fetch_past_the_gate_is_left_out() -> None:
    answered = fetched(
        links(
            '<a href="git+https://x.example/six#egg=six-9">',
            '<a href="file:///x/six-8.zip">',
            '<a href="mailto:x@y.example">',
            '<a href="six-1.0.zip">six-1.0.zip</a>',
        )
    )
    listing = read(answered)
    body, _ = edit_listing(answered, listing, all_pass(listing), refused_path)
    assert [line for line in body.decode().splitlines() if line.startswith("<a")] == [
        '<a href="mailto:x@y.example">mailto:x@y.example</a><br>',
        '<a href="six-1.0.zip">six-1.0.zip</a><br>',
    ]


def test_an_egg_fragment_leaves_the_version_untold() -> None:
    answered = fetched(links('<a href="https://f.example/download#egg=six-9">', '<a href="six-1.0.zip#egg=six-9">'))
    assert [(file.version, file.filename) for file in read(answered).files] == [("", "download"), ("", "six-1.0.zip")]


def test_what_is_no_index_page() -> None:
    assert read_listing(fetched("<html>log in</html>"), SIX, INDEX) == "answered nonsense: not an index page"
    assert (
        read_listing(fetched("<title>Links for seven</title>"), SIX, INDEX)
        == "answered nonsense: a page of another project"
    )


_PIECES = st.lists(
    st.sampled_from(
        ["<a ", "<A\n", "href=", "HREF = ", '"', "'", ">", "</a>", "six-1.0.zip", "https://f.example/six-1.0.zip", " ",
         "#sha256=beef", "<!--", "-->", "--!>", "&amp;", "&#47;", "<base ", "<script>", "</script>", "<title>",
         "Links for six", "</title>", "/", "=", "<", "data-yanked", "git+https://x#egg=a", "\x00", "é"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(_PIECES.map(lambda text: "<title>Links for six</title>" + text))
def test_whatever_the_page_nothing_of_what_is_refused_survives(page: str) -> None:
    answered = fetched(page)
    listing = read(answered)
    body, _ = edit_listing(answered, listing, {}, refused_path)
    if not listing.files and listing.exact:
        assert body == answered.body
        return
    again = read(fetched(body.decode()))
    assert all("/-run-/" in file.url for file in again.files)
    assert len(again.files) == len(listing.files)
    kept, _ = edit_listing(answered, listing, all_pass(listing), refused_path, unnamed=PASS)
    assert [file.url for file in read(fetched(kept.decode())).files] == [file.url for file in listing.files]
