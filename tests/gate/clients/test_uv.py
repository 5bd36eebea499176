"""uv under the gate: variables, options, and the settings that would lead it round."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from depaudit.commands import read_command
from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients import uv
from depaudit.model.names import Ecosystem, normalize
from tests.gate.clients.places import place, wiring, write


def test_variables() -> None:
    assert uv.environment(wiring(UV_INDEX="https://i.example/")) == {
        "UV_CACHE_DIR": "/caches/uv",
        "UV_NATIVE_TLS": None,
        "UV_SYSTEM_CERTS": None,
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("uv pip install x", "uv pip install --refresh x"),
        ("uv -q pip --no-cache install x", "uv -q pip --no-cache install --refresh x"),
        ("python -m uv pip sync r.txt", "python -m uv pip sync --refresh r.txt"),
        ("uvx ruff check", "uvx --refresh ruff check"),
        ("uv tool run ruff", "uv tool run --refresh ruff"),
        ("uv tool install ruff", "uv tool install --refresh ruff"),
        ("uv build", "uv build --refresh"),
        ("uv venv --seed", "uv venv --refresh --seed"),
        ("uv tool upgrade --all", "uv tool upgrade --all"),
        ("uv --offline pip install x", "uv --offline pip install x"),
        ("uv pip install --no-refresh x", "uv pip install --no-refresh x"),
        ("uv sync", "uv sync"),
        ("uv add x", "uv add x"),
        ("uv run x", "uv run x"),
        ("uv frobnicate", "uv frobnicate"),
    ],
)
def test_refresh_where_there_is_no_lockfile(line: str, expected: str) -> None:
    reading = read_command(shlex.split(line))
    assert isinstance(reading, (Install, Undetermined))
    assert uv.arguments(reading, wiring()) == tuple(shlex.split(expected))


def test_no_refresh_offline() -> None:
    reading = read_command(["uv", "pip", "install", "x"])
    assert isinstance(reading, Install)
    assert uv.arguments(reading, wiring(UV_OFFLINE="1")) == ("uv", "pip", "install", "x")
    assert uv.arguments(reading, wiring(UV_OFFLINE="0")) == ("uv", "pip", "install", "--refresh", "x")


def conflict(key: str, path: Path) -> Conflict:
    return Conflict(
        option=key,
        mend=f"Take {key} out of {path}, where it leads uv past the gate, and name that proxy in HTTPS_PROXY:"
        " the gate goes on by it.",
    )


@pytest.mark.parametrize(
    "where", ["project/uv.toml", "uv.toml", "../.config/uv/uv.toml", "../../etc/uv/uv.toml"], ids=str
)
def test_proxies_of_settings_files_here_and_above(tmp_path: Path, where: str) -> None:
    here = place(tmp_path)
    path = write(
        (tmp_path / "home/work" / where).resolve(), 'https-proxy = "http://u:secret@p.example"\nno-proxy=["*"]\n'
    )
    assert uv.conflicts(here) == (conflict("https-proxy", path),)


def test_proxies_of_a_project(tmp_path: Path) -> None:
    here = place(tmp_path)
    path = write(here.folder / "pyproject.toml", '[tool.uv]\nhttp-proxy = "x"\n[tool.other]\nhttps-proxy = "y"\n')
    assert uv.conflicts(here) == (conflict("http-proxy", path),)


def test_what_leads_nowhere_is_no_conflict(tmp_path: Path) -> None:
    here = place(tmp_path)
    write(
        here.folder / "uv.toml", 'no-proxy = ["*"]\nallow-insecure-host = ["h"]\nnative-tls = true\ncache-dir = "c"\n'
    )
    write(here.folder / "pyproject.toml", "no TOML at all, and nothing of the kind in it")
    assert uv.conflicts(here) == ()
    assert uv.roots(here) == ()


@pytest.mark.parametrize("text", ['https-proxy = "x', 'a = "\\q"', "#" * 1_100_000])
def test_a_file_that_cannot_be_read_is_a_conflict(tmp_path: Path, text: str) -> None:
    here = place(tmp_path)
    path = write(here.folder / "uv.toml", text)
    assert uv.conflicts(here) == (
        Conflict(
            option="uv.toml",
            mend=f"{path} can't be read, so what proxy it names can't be told: mend the file.",
        ),
    )


def test_only_the_file_that_a_variable_names(tmp_path: Path) -> None:
    path = write(tmp_path / "own.toml", 'http-proxy = "x"\n')
    here = place(tmp_path, {"UV_CONFIG_FILE": str(path)})
    write(here.folder / "uv.toml", 'https-proxy = "x"\n')
    assert uv.conflicts(here) == (conflict("http-proxy", path),)
    assert uv.conflicts(place(tmp_path, {"UV_NO_CONFIG": "true"})) == ()


SCRIPT = """\
#!/usr/bin/env python
# /// script
# dependencies = ["six"]
# [tool.uv]
# {line}
# ///
import six
"""


def test_a_scripts_own_settings(tmp_path: Path) -> None:
    here = place(
        tmp_path, good=SCRIPT.format(line="exclude-newer = '2026-01-01'"), bad=SCRIPT.format(line="http-proxy='x'")
    )
    assert uv.conflicts(here) == (conflict("http-proxy", here.folder / "bad.py"),)
    unreadable = place(tmp_path, odd=SCRIPT.format(line="http-proxy='x"))
    assert [one.option for one in uv.conflicts(unreadable)] == ["odd.py"]
    unclosed = place(tmp_path, open="# /// script\n# [tool.uv]\n# http-proxy = 'x'\n")
    assert uv.conflicts(unclosed) == ()


def test_what_is_refused_is_forgotten(tmp_path: Path) -> None:
    kept = [
        write(tmp_path / "uv" / path, "")
        for path in ("wheels-v8/pypi/other/1.0-py3-none-any.http", "archive-v0/abc/bad/__init__.py", "pypi/bad/x")
    ]
    gone = [
        write(tmp_path / "uv" / path, "")
        for path in (
            "wheels-v8/pypi/bad/1.0-py3-none-any.http",
            "wheels-v8/index/9c2a/bad/1.0-py3-none-any.http",
            "sdists-v11/pypi/bad/1.0/revision.http",
        )
    ]
    uv.forget(tmp_path, normalize(Ecosystem.PYPI, "Bad"))
    assert [path.exists() for path in kept] == [True] * 3
    assert [path.exists() for path in gone] == [False] * 3
    uv.forget(tmp_path / "nowhere", normalize(Ecosystem.PYPI, "bad"))
