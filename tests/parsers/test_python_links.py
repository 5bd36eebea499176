from __future__ import annotations

import pytest

from depaudit.errors import ParseError
from depaudit.model.requirement import SourceKind
from depaudit.parsers.python_links import Link, looks_like_path, read_link, url_kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://h/x.zip", SourceKind.URL),
        ("HTTP://h/x.zip", SourceKind.URL),
        ("file:///a/b", SourceKind.PATH),
        ("file:.#egg=x", SourceKind.PATH),
        ("git+https://h/x", SourceKind.GIT),
        ("git+ssh://git@h/x", SourceKind.GIT),
        ("hg+http://h/x", SourceKind.GIT),
        ("svn://h/x", SourceKind.GIT),
        ("requests", None),
        ("requests==1", None),
        ("a @ https://h/x", None),
        ("C:\\x", None),
        ("javascript:x", None),
    ],
)
def test_url_kind(text: str, kind: SourceKind | None) -> None:
    assert url_kind(text) == kind


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (".", True),
        ("./x", True),
        ("..", True),
        (".[dev]", True),
        ("x/", True),
        ("a/b", True),
        ("/abs", True),
        ("~/x", True),
        ("C:\\x", True),
        ("x-1.0-py3-none-any.whl", True),
        ("x-1.0.tar.gz", True),
        ("x.zip[extra]", True),
        ("requests", False),
        ("backports.tarfile===1.2.0", False),
        ("a @ https://h/x.zip", False),
        ("see docs/readme for more", False),
        ("=>1git+https://h/x", False),
    ],
)
def test_looks_like_path(text: str, path: bool) -> None:
    assert looks_like_path(text) is path


@pytest.mark.parametrize(
    ("url", "kind", "named"),
    [
        ("https://h/Foo_Bar-1.0-py3-none-any.whl", SourceKind.URL, "Foo_Bar"),
        ("https://h/Foo-1.0-1-py3-none-any.whl?a=b#sha256=0", SourceKind.URL, "Foo"),
        ("https://h/x%2D1.0-py3-none-any.whl", SourceKind.URL, "x"),
        ("./d/x-1.0-py3-none-any.whl[extra]", SourceKind.PATH, "x"),
        ("https://h/x.tar.gz", SourceKind.URL, None),
        ("git+https://h/x.git@v1#egg=name&subdirectory=s", SourceKind.GIT, "name"),
        ("git+https://h/x.git#subdirectory=s&egg=name[extra]", SourceKind.GIT, "name[extra]"),
        ("git+https://h/x.git#egg=", SourceKind.GIT, None),
        ("./x#egg=name", SourceKind.PATH, None),
    ],
)
def test_the_name_is_in_the_wheel_s_file_name_or_the_fragment(url: str, kind: SourceKind, named: str | None) -> None:
    assert read_link(url, kind) == Link(kind=kind, url=url, named=named)


@pytest.mark.parametrize("url", ["https://h/x.whl", "https://h/a-b-c.whl", "https://h/-1-py3-none-any.whl"])
def test_a_wheel_that_names_nothing_is_refused(url: str) -> None:
    with pytest.raises(ParseError, match="not the file name of a wheel"):
        read_link(url, SourceKind.URL)
