"""Patterns of private names."""

from __future__ import annotations

import pytest

from depaudit.indexes.private import PrivateNames
from depaudit.model.names import Ecosystem, normalize


@pytest.mark.parametrize(
    ("patterns", "ecosystem", "name", "private"),
    [
        (("acme-*",), Ecosystem.PYPI, "Acme_Tools", True),
        (("Acme_*",), Ecosystem.PYPI, "acme-tools", True),
        (("acme.*",), Ecosystem.PYPI, "acme-tools", True),
        (("acme-*",), Ecosystem.PYPI, "acme", False),
        (("acme-*",), Ecosystem.PYPI, "my-acme-tools", False),
        (("acme-*",), Ecosystem.NPM, "acme-tools", True),
        (("@acme/*",), Ecosystem.NPM, "@acme/tools", True),
        (("@acme/*",), Ecosystem.NPM, "@acme-evil/tools", False),
        (("@acme/*",), Ecosystem.PYPI, "acme-tools", False),
        (("pypi:acme-*",), Ecosystem.NPM, "acme-tools", False),
        (("npm:acme-*", "x"), Ecosystem.NPM, "acme-tools", True),
        (("acme-[ab]*",), Ecosystem.PYPI, "acme-beta", True),
        ((), Ecosystem.PYPI, "acme", False),
    ],
)
def test_private_names(patterns: tuple[str, ...], ecosystem: Ecosystem, name: str, private: bool) -> None:
    assert PrivateNames(patterns).hold(ecosystem, normalize(ecosystem, name)) is private
