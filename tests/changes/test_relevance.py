"""Which changes of settings files may lead a client to other indexes."""

from __future__ import annotations

import pytest

from depaudit.changes.relevance import leads_elsewhere


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        ("a/.npmrc", "x=1", "x=2", True),
        (".npmrc", None, "x=2", True),
        ("uv.toml", "", None, True),
        ("pnpm-workspace.yaml", "packages: [a]", "packages: [b]", False),
        ("pnpm-workspace.yaml", "packages: [a]", "registry: https://x.example/", True),
        ("pyproject.toml", None, "[project]\nname = 'x'", False),
        ("pyproject.toml", None, "[tool.uv]", True),
        ("pyproject.toml", "[tool.uv]\ndev-dependencies = ['a']", "[tool.uv]\ndev-dependencies = ['b']", False),
        ("pyproject.toml", "[tool.uv]\nno-index = true", "[tool.uv]\nno-index = false", True),
        ("pyproject.toml", "[tool.uv.sources]\na = {index='x'}", "[tool.uv.sources]\na = {index='y'}", False),
        ("pyproject.toml", "[tool.poetry.dependencies]\na = '1'", "[tool.poetry.dependencies]\na = '2'", False),
        ("pyproject.toml", "[project]", "[tool.poetry]", True),
        ("pyproject.toml", "[[tool.poetry.source]]\nname = 'a'", "[[tool.poetry.source]]\nname = 'b'", True),
        ("pyproject.toml", "[[tool.pdm.source]]\nname = 'a'", "[[tool.pdm.source]]\nname = 'b'", True),
        ("pyproject.toml", "tool = 1 # uv", "[project] # uv", False),
        ("pyproject.toml", "[project]", "[tool.uv\n", True),
        ("pyproject.toml", "[project]", "\ufeff[project]\n# \ud800 uv", True),
    ],
)
def test_settings(path: str, before: str | None, after: str | None, expected: bool) -> None:
    one, other = (None if text is None else text.encode("utf-8", "surrogatepass") for text in (before, after))
    assert leads_elsewhere(path, one, other) is expected
