"""Which registry an archive belongs to."""

from __future__ import annotations

import pytest

from depaudit.parsers.registry_urls import npm_registry_base


@pytest.mark.parametrize(
    ("url", "name", "expected"),
    [
        ("https://registry.npmjs.org/ms/-/ms-2.1.3.tgz", "ms", None),
        ("http://registry.npmjs.org/ms/-/ms-2.1.3.tgz", "ms", None),
        ("https://REGISTRY.npmjs.org/ms/-/ms-2.1.3.tgz", "ms", None),
        ("https://registry.yarnpkg.com/@s/a/-/a-1.0.0.tgz#abc", "@s/a", None),
        ("https://registry.npmjs.org:8443/ms/-/ms-2.1.3.tgz", "ms", "https://registry.npmjs.org:8443/"),
        ("https://registry.npmjs.org.evil.example/ms/-/ms-1.tgz", "ms", "https://registry.npmjs.org.evil.example/"),
        ("https://u:p@registry.npmjs.org/ms/-/ms-2.1.3.tgz", "ms", None),
        ("https://npm.example/api/npm/all/ms/-/ms-2.1.3.tgz", "ms", "https://npm.example/api/npm/all/"),
        ("https://npm.example/r/@s/a/-/a-1.tgz", "@s/a", "https://npm.example/r/"),
        ("https://npm.example/r/@s%2fa/-/a-1.tgz", "@s/a", "https://npm.example/r/"),
        ("https://npm.pkg.github.com/download/@s/a/1.0.0/abc", "@s/a", "https://npm.pkg.github.com/"),
        ("https://evil.example/other.tgz", "ms", "https://evil.example/"),
        ("http://[", "ms", "http://["),
        ("https://registry.npmjs.org:99999/ms/-/ms-1.tgz", "ms", "https://registry.npmjs.org:99999/ms/-/ms-1.tgz"),
    ],
)
def test_base(url: str, name: str, expected: str | None) -> None:
    assert npm_registry_base(url, name) == expected
