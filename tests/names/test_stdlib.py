"""What comes with Python and Node.js."""

from __future__ import annotations

import sys

import pytest

from depaudit.names.stdlib import is_node_builtin, is_python_stdlib


@pytest.mark.parametrize(
    "name",
    [
        "os",
        "json",
        "asyncio",
        "distutils",
        "imp",
        "asyncore",
        "tomllib",
        "cProfile",
        "cprofile",
        "sqlite3",
        "importlib",
        "xml",
        "dummy_threading",
        "dummy-threading",
        "compression",
        "annotationlib",
        "msilib",
        "winreg",
    ],
)
def test_python(name: str) -> None:
    assert is_python_stdlib(name)


@pytest.mark.parametrize("name", ["requests", "setuptools", "pip", "importlib-metadata", "six", "test", ""])
def test_not_python(name: str) -> None:
    assert not is_python_stdlib(name)


def test_all_public_modules_of_this_python() -> None:
    assert [name for name in sys.stdlib_module_names if not name.startswith("_") and not is_python_stdlib(name)] == []


@pytest.mark.parametrize(
    "name", ["fs", "path", "node:fs", "fs/promises", "node:fs/promises", "node:test", "node:sqlite", "child_process"]
)
def test_node(name: str) -> None:
    assert is_node_builtin(name)


@pytest.mark.parametrize("name", ["express", "sqlite", "test", "node:express", "node:", "", "FS"])
def test_not_node(name: str) -> None:
    assert not is_node_builtin(name)
