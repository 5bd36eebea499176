from __future__ import annotations

import json
from typing import Any

import pytest

from depaudit.errors import ParseError
from depaudit.installed.direct_url import DirectKind, DirectUrl, read_direct_url, without_secrets


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {
                "url": "https://ci:s3cret@git.example/team/app.git",
                "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": "a" * 40},
            },
            DirectUrl(url="https://git.example/team/app.git", kind=DirectKind.VCS, vcs="git", commit="a" * 40),
        ),
        (
            {"url": "https://files.example/a-1.whl?token=s3cret#sha256=1", "archive_info": {}},
            DirectUrl(url="https://files.example/a-1.whl", kind=DirectKind.ARCHIVE),
        ),
        ({"url": "file:///work/app", "dir_info": {}}, DirectUrl(url="file:///work/app", kind=DirectKind.DIR)),
        (
            {"url": "file:///work/app", "dir_info": {"editable": True}},
            DirectUrl(url="file:///work/app", kind=DirectKind.EDITABLE),
        ),
    ],
)
def test_each_kind_without_its_secrets(value: dict[str, Any], expected: DirectUrl) -> None:
    assert read_direct_url(json.dumps(value), "direct_url.json") == expected


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"url": 3, "dir_info": {}}', '{"url": "https://x/"}', "[" * 5000])
def test_what_no_installer_writes(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_direct_url(text, "x/direct_url.json")
    assert caught.value.path == "x/direct_url.json"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pa/ss@host.example/a", "https://host.example/a"),
        ("https://user:pa#ss@host.example/a", "https://host.example/a"),
        ("https://registry.example/@scope/name/-/name-1.tgz", "https://registry.example/@scope/name/-/name-1.tgz"),
        ("ssh://git@github.com/o/r.git#0123", "ssh://git@github.com/o/r.git"),
        ("ssh://git@evil:pw@github.com/o/r.git", "ssh://github.com/o/r.git"),
        ("../folder?x#y", "../folder"),
        ("https://host.example/a\nb\x1b[1m", "https://host.example/ab[1m"),
    ],
)
def test_secrets_are_dropped_whole(url: str, shown: str) -> None:
    assert without_secrets(url) == shown
