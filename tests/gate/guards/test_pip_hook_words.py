"""What the hook makes of a command line: tables, and agreement with depaudit's own reader of pip."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.commands import read_command
from depaudit.commands.base import Install, NotAnInstall
from depaudit.commands.pip_options import INSTALL
from depaudit.gate.guards.startup.words import harmless, pip_started, read


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("python", ([], "", "", [])),
        ("python -m pip install x", ([], "module", "pip", ["install", "x"])),
        ("python -mpip install -m", ([], "module", "pip", ["install", "-m"])),
        ("python -Impip install x", (["-I"], "module", "pip", ["install", "x"])),
        ("python -I -m pip list", (["-I"], "module", "pip", ["list"])),
        ("python -E -s -m pip", (["-E", "-s"], "module", "pip", [])),
        ("python -W ignore -m pip x", (["-W", "ignore"], "module", "pip", ["x"])),
        ("python -Wignore -Xdev -m pip x", (["-Wignore", "-Xdev"], "module", "pip", ["x"])),
        ("python -X m -m pip x", (["-X", "m"], "module", "pip", ["x"])),
        ("python -IWm -m pip x", (["-IWm"], "module", "pip", ["x"])),
        ("python -BW m -m pip x", (["-BW", "m"], "module", "pip", ["x"])),
        ("python --check-hash-based-pycs never -m pip", (["--check-hash-based-pycs", "never"], "module", "pip", [])),
        ("python --version-like -m pip", (["--version-like"], "module", "pip", [])),
        ("python -c pass -m pip", ([], "code", "pass", ["-m", "pip"])),
        ("python -Ec pass pip", (["-E"], "code", "pass", ["pip"])),
        ("python -s bin/pip install x", (["-s"], "script", "bin/pip", ["install", "x"])),
        ("python -- bin/pip install", ([], "script", "bin/pip", ["install"])),
        ("python - pip", ([], "script", "-", ["pip"])),
        ("python -m", ([], "module", "", [])),
        ("python -W", (["-W"], "", "", [])),
    ],
)
def test_reads_the_interpreters_words(line: str, expected: tuple[list[str], str, str, list[str]]) -> None:
    assert read(line.split(" ")) == expected


@pytest.mark.parametrize(
    ("kind", "target", "expected"),
    [
        ("module", "pip", ["-m", "pip"]),
        ("module", "pip.__main__", ["-m", "pip"]),
        ("module", "pipx", None),
        ("module", "ensurepip", None),
        ("module", "depaudit", None),
        ("code", "pip", None),
        ("script", "/env/bin/pip", ["/env/bin/pip"]),
        ("script", "/env/bin/pip3", ["/env/bin/pip3"]),
        ("script", "pip3.12", ["pip3.12"]),
        ("script", "/env/bin/pip-3.12", ["/env/bin/pip-3.12"]),
        ("script", "/env/Scripts/PIP.exe", ["/env/Scripts/PIP.exe"]),
        ("script", "/env/Scripts/pip-script.py", ["/env/Scripts/pip-script.py"]),
        ("script", "/site/pip/__main__.py", ["/site/pip"]),
        ("script", "/site/pip/__pip-runner__.py", ["/site/pip"]),
        ("script", "/tmp/__env_pip__.zip/pip", ["/tmp/__env_pip__.zip/pip"]),
        ("script", "/tmp/pip-26.3-py3-none-any.whl/pip", ["/tmp/pip-26.3-py3-none-any.whl/pip"]),
        ("script", "pip.pyz", ["pip.pyz/pip"]),
        ("script", "/tmp/pip-26.3.pyz", ["/tmp/pip-26.3.pyz/pip"]),
        ("script", "/site/piptools/__main__.py", None),
        ("script", "__main__.py", None),
        ("script", "/env/bin/pip-compile", None),
        ("script", "/env/bin/pipenv", None),
        ("script", "pipeline.py", None),
        ("script", "pip.py", None),
        ("script", "-", None),
        ("", "", None),
    ],
)
def test_knows_pip_by_whatever_name(kind: str, target: str, expected: list[str] | None) -> None:
    assert pip_started(kind, target) == expected


def test_somebodys_folder_named_pip_is_no_pip(tmp_path: Path) -> None:
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "__main__.py").write_text("print('mine')")
    assert pip_started("script", str(tmp_path / "pip")) is None
    (tmp_path / "pip" / "_internal").mkdir()
    assert pip_started("script", f"{tmp_path}/pip/") == [f"{tmp_path}/pip/"]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--version",
        "-V",
        "--help",
        "list",
        "list --outdated",
        "-q list",
        "-vvv freeze",
        "--proxy http://p list",
        "--proxy=http://p show x",
        "--prox http://p show x",
        "--python /env/bin/python list",
        "--isolated --no-input config list",
        "uninstall -y x",
        "cache purge",
        "index versions x",
        "help install",
        "-- list",
        "--version install x",
        "install --help",
        "install x --help",
        "install x --hel",
        "install -U -h",
        "install -rx.txt --help",
        "download --user -qh",
    ],
)
def test_harmless(line: str) -> None:
    assert harmless(line.split())


@pytest.mark.parametrize(
    "line",
    [
        "install x",
        "install",
        "-q install x",
        "--proxy list install x",
        "--log list install x",
        "--unknown list",
        "download x",
        "wheel x",
        "lock x",
        "frobnicate",
        "-- install x",
        "- list",
        "install -r --help",  # a requirements file of that name
        "install -Ur -h",
        "install --target --help x",
        "install -- --help",
        "Install x",
        "list-install",
        "install list",
    ],
)
def test_not_harmless(line: str) -> None:
    assert not harmless(line.split())


_WORDS = st.sampled_from(
    [
        *INSTALL,
        *("install", "download", "wheel", "lock", "list", "uninstall", "show", "help", "config", "frobnicate"),
        *("x", "y==1", "-", "--proxy=x", "--log=x", "-qq", "--prox", "--help", "-h", "-qh", "-rfile", "--vers", ""),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, max_size=5))
def test_what_the_hook_lets_go_installs_nothing_for_the_reader_either(words: list[str]) -> None:
    if harmless(words):
        assert not isinstance(read_command(["pip", *words]), Install)


@pytest.mark.parametrize(
    "line",
    ["install --help", "install -U --help", "install x -h", "-V install", "--no-proxy-env list", "-qh", "-- list", ""],
)
def test_what_the_reader_lets_go_the_hook_lets_go(line: str) -> None:
    """Else depaudit would start pip at once, and the hook depaudit, without end."""
    assert isinstance(read_command(["pip", *line.split()]), NotAnInstall)
    assert harmless(line.split())
