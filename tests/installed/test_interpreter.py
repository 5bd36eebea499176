from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from depaudit.errors import ParseError
from depaudit.installed.interpreter import (
    base_of,
    environment_of,
    interpreter_of,
    is_environment,
    library_folders,
    site_folders,
)
from tests.installed.environments import venv


def _program(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_virtual_environment_by_its_layout(tmp_path: Path) -> None:
    site = venv(tmp_path / "env")
    (tmp_path / "env" / "lib64").symlink_to("lib")
    older = venv(tmp_path / "env", python="python3.10")
    assert site_folders(tmp_path / "env", {}) == (older, site)
    assert is_environment(tmp_path / "env")


def test_windows_and_pypy_layouts(tmp_path: Path) -> None:
    for folder in ("Lib/site-packages", "lib/pypy3.10/site-packages", "lib/notpython/site-packages"):
        (tmp_path / folder).mkdir(parents=True)
    assert library_folders(tmp_path) == (tmp_path / "Lib/site-packages", tmp_path / "lib/pypy3.10/site-packages")


def test_conda(tmp_path: Path) -> None:
    (tmp_path / "conda-meta").mkdir()
    site = tmp_path / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    assert site_folders(tmp_path, {}) == (site,)


def test_a_link_is_not_followed_beyond_the_environment(tmp_path: Path) -> None:
    site = venv(tmp_path / "env")
    (tmp_path / "env" / "bin").mkdir()
    python = tmp_path / "env" / "bin" / "python"
    python.symlink_to(sys.executable)
    elsewhere = tmp_path / "local" / "bin" / "tool"
    elsewhere.parent.mkdir(parents=True)
    elsewhere.symlink_to(python)
    assert environment_of(python) == environment_of(elsewhere) == tmp_path / "env"
    assert site_folders(python, {}) == (site,)


@pytest.mark.parametrize("form", ["#!{python}\n", "#! {python} -I\n", '#!/bin/sh\n\'\'\'exec\' "{python}" "$0" "$@"\n'])
def test_a_script_belongs_to_the_environment_of_its_first_line(tmp_path: Path, form: str) -> None:
    venv(tmp_path / "an env")
    python = _program(tmp_path / "an env" / "bin" / "python3")
    if " " in str(python) and "exec" not in form:
        python = _program(tmp_path / "env" / "bin" / "python3")
        venv(tmp_path / "env")
    script = _program(tmp_path / "bin" / "pip", form.format(python=python))
    assert interpreter_of(script) == python
    assert environment_of(script) == python.parent.parent


@pytest.mark.parametrize("text", ["", "#!/bin/sh\necho\n", "#!/usr/bin/env python3\n", "#!python\n", "\x7fELF"])
def test_other_programs_belong_to_none(tmp_path: Path, text: str) -> None:
    script = _program(tmp_path / "bin" / "pip", text)
    assert interpreter_of(script) is None
    assert environment_of(script) is None


def test_links_in_a_circle_belong_to_none(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "a").symlink_to("b")
    (tmp_path / "bin" / "b").symlink_to("a")
    assert environment_of(tmp_path / "bin" / "a") is None


def test_whose_packages_are_seen_too(tmp_path: Path) -> None:
    venv(tmp_path / "own")
    venv(tmp_path / "both", system=True)
    assert base_of(tmp_path / "own") is None
    assert base_of(tmp_path / "both") == Path("/usr/bin")
    assert base_of(tmp_path) is None


def test_an_interpreter_that_the_operator_names_is_asked(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    python = _program(
        tmp_path / "opt" / "python3", f'#!/bin/sh\necho "$PYTHONPATH$MARK $1 $2 $3" >&2\necho {site}\necho relative\n'
    )
    assert site_folders(python, {"PATH": os.environ["PATH"], "PYTHONPATH": "evil"}) == (site,)


def test_the_running_interpreter_knows_its_own(tmp_path: Path) -> None:
    real = Path(os.path.realpath(sys.executable))
    folders = site_folders(real, dict(os.environ))
    assert folders
    assert all(folder.is_dir() for folder in folders)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#!/bin/sh\nexit 3\n", "it ended with status 3."),
        ("#!/bin/sh\n", "it ended with status 0."),
        ("#!/no/such/thing\n", "it cannot be started."),
    ],
)
def test_an_interpreter_that_gives_no_answer(tmp_path: Path, text: str, message: str) -> None:
    python = _program(tmp_path / "opt" / "python3", text)
    with pytest.raises(ParseError) as caught:
        site_folders(python, {})
    assert caught.value.message == f"The interpreter did not say where its packages are: {message}"
    with pytest.raises(ParseError, match="is not run"):
        site_folders(python, {}, run=False)


def test_what_is_no_environment(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match=r"neither pyvenv\.cfg nor conda-meta"):
        site_folders(tmp_path, {})
    with pytest.raises(ParseError, match="no such interpreter"):
        site_folders(tmp_path / "none", {})
