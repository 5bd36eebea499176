"""No credential in a URL is printed, however it is written."""

from __future__ import annotations

import pytest

from depaudit.report.secrets import hide


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("flask>=3", "flask>=3"),
        ("npm:@types/node@20", "npm:@types/node@20"),
        ("https://pypi.org/simple/", "https://pypi.org/simple/"),
        ("https://registry.npmjs.org/@types/node", "https://registry.npmjs.org/@types/node"),
        ("x @ https://user:hunter2@h.example:8443/x.zip", "x @ https://h.example:8443/x.zip"),
        ("git+https://hunter2@h.example/x.git@main#egg=x", "git+https://h.example/x.git@main#egg=x"),
        ("git+ssh://git@h.example:org/x.git", "git+ssh://h.example:org/x.git"),
        ("https://u:hunt@er2@h.example/x", "https://h.example/x"),
        ("https://u:hunt/er2@h.example/x", "https://..."),
        ("https://u:hunt?er2@h.example/x", "https://..."),
        ("https://h.example/x.zip?token=hunter2&a=b", "https://h.example/x.zip?..."),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://proxy/https://u:hunter2@h/x", "https://proxy/https://h/x"),
        ("https://u:hunter2://x@h/x", "https://...://h/x"),
        ("'https://u:p@a/x' and https://u:p@b/y", "'https://a/x' and https://b/y"),
    ],
)
def test_hidden(text: str, shown: str) -> None:
    assert hide(text) == shown


def test_a_hostile_text_ends_soon() -> None:
    # in quadratic time this would take hours
    assert hide("://@" * 100_000) == "://" * 100_000
    assert hide("://" + "@" * 400_000) == "://"
