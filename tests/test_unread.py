"""Files that are known and not read."""

from __future__ import annotations

import pytest

from depaudit.parsers import format_for
from depaudit.unread import UNREAD, unread_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("yarn.lock", "yarn-lock"),
        ("environment.yml", "conda"),
        ("environment-dev.yaml", "conda"),
        ("Web.csproj", "nuget"),
        ("x.gemspec", "rubygems"),
        ("Pipfile", "pipfile"),
        ("my-environment.yml", None),
        ("Yarn.lock", None),
        ("package.json", None),
        ("", None),
    ],
)
def test_kinds(name: str, kind: str | None) -> None:
    assert unread_kind(name) == kind


def test_nothing_is_both_read_and_unread() -> None:
    names = [pattern.replace("[-_.]", "-").replace("*", "x") for _, patterns in UNREAD for pattern in patterns]
    assert [name for name in names if format_for(name) is not None] == []
    assert [name for name in names if unread_kind(name) is None] == []
