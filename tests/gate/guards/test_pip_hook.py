"""The hook put in and taken out: files, sentences and refusals."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from depaudit.errors import DepauditError
from depaudit.gate.guards import pip_hook
from depaudit.gate.guards.hook_source import LINE_FILE, MODULE_FILE, line_source, module_source
from tests.gate.guards.hooked import Environment

DEPAUDIT = (sys.executable, "-I", "-m", "depaudit")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "env", Path(sys.executable))


def _tree(folder: Path) -> dict[str, bytes | str]:
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())


def test_two_files_and_nothing_else(environment: Environment) -> None:
    before, folders = _tree(environment.folder), _folders(environment.folder)
    assert pip_hook.install(environment.python, depaudit=DEPAUDIT) == (
        f"The pip hook is in place in {environment.site}: every pip of {environment.python} now goes through depaudit.",
        "Environments that it makes with venv or virtualenv get the hook too; those that it made before do not.",
        f"Before removing depaudit, take it out: depaudit guard remove --pip --python {environment.python}",
    )
    after = _tree(environment.folder)
    new = {Path(name).name for name in set(after) - set(before)}
    assert {name for name in new if not name.endswith(".pyc")} == {MODULE_FILE, LINE_FILE}
    assert (environment.site / MODULE_FILE).read_text("utf-8") == module_source(DEPAUDIT)
    assert (environment.site / LINE_FILE).read_text("utf-8") == line_source()
    assert {stat.S_IMODE((environment.site / name).stat().st_mode) for name in (MODULE_FILE, LINE_FILE)} == {0o644}
    assert pip_hook.is_installed(environment.python)
    assert pip_hook.is_installed(environment.folder)

    assert pip_hook.remove(environment.python) == (
        f"The pip hook was taken out of {environment.site}: plain pip of {environment.python} is not gated any more.",
    )
    assert (_tree(environment.folder), _folders(environment.folder)) == (before, folders)
    assert not pip_hook.is_installed(environment.python)
    assert pip_hook.remove(environment.folder) == (f"There is no pip hook in the environment of {environment.python}.",)


def test_removing_keeps_what_is_not_ours(environment: Environment) -> None:
    environment.give({"__pycache__/other.cpython-311.pyc": "x", "other.pth": "/nowhere\n"})
    before = _tree(environment.folder)
    pip_hook.install(environment.python, depaudit=DEPAUDIT)
    pip_hook.remove(environment.python)
    assert _tree(environment.folder) == before


def test_an_older_hook_is_renewed(environment: Environment) -> None:
    pip_hook.install(environment.python, depaudit=DEPAUDIT)
    again = pip_hook.install(environment.folder, depaudit=("/bin/sh",))
    assert again[0].startswith(f"The pip hook was renewed in {environment.site}:")
    assert (environment.site / MODULE_FILE).read_text("utf-8") == module_source(("/bin/sh",))


def test_the_files_belong_to_no_distribution(environment: Environment) -> None:
    pip_hook.install(environment.python, depaudit=DEPAUDIT)
    assert list(environment.site.rglob("RECORD")) == []


@pytest.mark.parametrize("name", [MODULE_FILE, LINE_FILE])
def test_a_file_of_somebody_else_is_left_alone(name: str, environment: Environment) -> None:
    (environment.site / name).write_text("# mine\n")
    before = _tree(environment.folder)
    with pytest.raises(DepauditError) as caught:
        pip_hook.install(environment.python, depaudit=DEPAUDIT)
    assert str(caught.value) == (
        f"{environment.site / name} is there already, and it is not ours. Look at it, and delete it."
    )
    pip_hook.remove(environment.python)
    assert _tree(environment.folder) == before


@pytest.mark.parametrize("depaudit", [(), ("depaudit",), ("./depaudit", "-x"), ("/nowhere/depaudit",)])
def test_depaudit_must_be_named_by_its_absolute_path(depaudit: tuple[str, ...], environment: Environment) -> None:
    before = _tree(environment.folder)
    with pytest.raises(DepauditError) as caught:
        pip_hook.install(environment.python, depaudit=depaudit)
    named = repr(depaudit[0]) if depaudit else "'nothing'"
    assert str(caught.value) == (
        f"The hook needs depaudit by its absolute path, and {named} is no program. "
        "Run depaudit from the environment where it is to stay, and try again."
    )
    assert _tree(environment.folder) == before


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, "{python} cannot be started: No such file or directory."),
        ("echo hello", "{python} does not answer as a Python does."),
        ("echo '[]'", "{python} does not answer as a Python does."),
        ("echo oh no >&2; exit 3", "{python} failed with status 3: oh no."),
    ],
)
def test_what_is_no_python(script: str | None, message: str, tmp_path: Path) -> None:
    python = tmp_path / "python"
    if script is not None:
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
    for act in (lambda: pip_hook.install(python, depaudit=DEPAUDIT), lambda: pip_hook.remove(python)):
        with pytest.raises(DepauditError) as caught:
            act()
        assert caught.value.message == message.format(python=python)


ANSWER = (
    '{{"version": {version}, "environment": {environment}, "prefix": "{folder}", "purelib": "{folder}/site", '
    '"sites": ["{folder}/site"], "managed": {managed}, "knows_argv": {knows}}}'
)


@pytest.mark.parametrize(
    ("version", "environment", "managed", "knows", "message"),
    [
        ([3, 7], "true", "false", "true", "The pip hook needs Python 3.8 or newer, and {python} is 3.7."),
        (
            [3, 9],
            "true",
            "false",
            "false",
            "Python 3.9 cannot tell its own command line on this system, so that pip would not be noticed.",
        ),
        (
            [3, 12],
            "false",
            "true",
            "true",
            "{python} belongs to the operating system, which alone may change its packages (PEP 668).",
        ),
        ([3, 12], "true", "true", "true", "{python} does not read start-up files from {folder}/site."),
    ],
)
def test_where_there_can_be_no_hook(
    version: list[int], environment: str, managed: str, knows: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    answer = ANSWER.format(folder=tmp_path, version=version, environment=environment, managed=managed, knows=knows)
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{answer}'\n")
    python.chmod(0o755)
    with pytest.raises(DepauditError) as caught:
        pip_hook.install(python, depaudit=DEPAUDIT)
    assert caught.value.message == message.format(python=python, folder=tmp_path)
    assert "depaudit guard install" in caught.value.mend
    assert list((tmp_path / "site").iterdir()) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(environment: Environment) -> None:
    environment.site.chmod(0o555)
    try:
        with pytest.raises(DepauditError) as caught:
            pip_hook.install(environment.python, depaudit=DEPAUDIT)
    finally:
        environment.site.chmod(0o755)
    assert caught.value.message == f"{environment.site} cannot be written."


def test_a_link_to_an_interpreter_stays_in_its_environment(environment: Environment, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(environment.folder)
    pip_hook.install(link / "bin" / "python", depaudit=DEPAUDIT)
    assert (environment.site / LINE_FILE).exists()


def test_propagates_from_the_base_without_starting_a_python(tmp_path: Path) -> None:
    base, new = tmp_path / "base", tmp_path / "new"
    (base / "bin").mkdir(parents=True)
    (base / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    (new / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    (new / "pyvenv.cfg").write_text(f"home = {base / 'bin'}\nimplementation = CPython\nversion_info = 3.12.1\n")
    assert not pip_hook.propagate(new)
    (base / "lib" / "python3.12" / "site-packages" / MODULE_FILE).write_text(module_source(DEPAUDIT), "utf-8")
    assert not pip_hook.propagate(new)
    (base / "lib" / "python3.12" / "site-packages" / LINE_FILE).write_text(line_source(), "utf-8")
    assert pip_hook.propagate(new)
    assert _tree(new / "lib") == _tree(base / "lib")
    assert pip_hook.propagate(new)


def test_propagates_to_a_real_environment(environment: Environment, tmp_path: Path) -> None:
    """``home`` is the Python below, not the environment whose interpreter made this one: there is nothing to take."""
    environment.hook()
    subprocess.run([str(environment.python), "-S", "-m", "venv", "--without-pip", str(tmp_path / "new")], check=True)
    assert not pip_hook.propagate(tmp_path / "new")
    assert not pip_hook.is_installed(tmp_path / "new")


@pytest.mark.parametrize(
    "text", [None, "", "home\n", "home = /nowhere/bin\n", "home = /nowhere\nversion = 3.12\n", b"\xff"]
)
def test_what_is_no_environment_gets_no_hook(text: str | bytes | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "pyvenv.cfg").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert not pip_hook.propagate(tmp_path)
