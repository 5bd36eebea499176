"""The blocks in start-up files: what they do in each shell, and that they come out without a trace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from depaudit.errors import UsageError
from depaudit.gate.guards.shells import SCRIPT, fish_script, posix_script, with_block, without_block

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shims are for POSIX shells")

FOLDER = Path("/somewhere/sh ims")

BEFORE = [
    None,
    b"",
    b"export A=1\n",
    b"export A=1",
    b"\n",
    b"\n\n\n",
    b"a\r\nb\r\n",
    b"a\r\nb",
    b"a\r",
    b"echo \\",
    b"echo \\\n",
    b"\xff\xfe not text \x00\n",
    b"# >>> conda initialize >>>\n# <<< conda initialize <<<\n",
]


@pytest.mark.parametrize("before", BEFORE)
def test_it_comes_out_byte_for_byte(before: bytes | None) -> None:
    written = with_block(before, FOLDER, "x")
    assert without_block(written, "x") == before
    assert written.startswith(before or b"")


@pytest.mark.parametrize("before", BEFORE)
def test_writing_it_again_changes_nothing(before: bytes | None) -> None:
    written = with_block(before, FOLDER, "x")
    assert with_block(written, FOLDER, "x") == written


@pytest.mark.parametrize("before", [b"a\n", b"a", b"", None])
def test_a_block_is_renewed_where_it_stands(before: bytes | None) -> None:
    written = with_block(before, Path("/old"), "x") + b"export LATER=1\n"
    renewed = with_block(written, Path("/new"), "x")
    assert renewed == written.replace(b"/old", b"/new")
    assert renewed.endswith(b"export LATER=1\n")
    assert without_block(renewed, "x") == {b"a\n": b"a\n", b"a": b"a\n"}.get(before or b"", b"") + b"export LATER=1\n"


def test_a_block_that_an_editor_gave_other_line_ends_comes_out_too() -> None:
    written = with_block(b"a\n", FOLDER, "x").replace(b"\n", b"\r\n")
    assert without_block(written, "x") == b"a\r\n"


def test_two_blocks_come_out() -> None:
    once = with_block(b"a\n", FOLDER, "x")
    assert without_block(once + once.removeprefix(b"a\n"), "x") == b"a\n"


def test_a_damaged_block_is_left_alone() -> None:
    written = with_block(b"a\n", FOLDER, "x")
    for damaged in (written.replace(b"# <<< depaudit guard <<<", b"#"), written.replace(b"1 line break", b"9 line")):
        for change in (lambda text: with_block(text, FOLDER, ".bashrc"), lambda text: without_block(text, ".bashrc")):
            with pytest.raises(UsageError, match=r"^\.bashrc: the block of depaudit's guard is damaged here"):
                change(damaged)


def test_what_bears_no_mark_is_not_ours() -> None:
    text = b"# depaudit\nexport PATH=/x:$PATH\n"
    assert without_block(text, "x") == text


# --- what the scripts do


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "it's a folder"
    folder.mkdir()
    (folder / SCRIPT).write_text(posix_script(folder))
    return folder


def say(*words: str, path: str, typed: str = "", **variables: str) -> list[str]:
    program = shutil.which(words[0])
    if program is None:
        pytest.skip(f"{words[0]} is not here")
    home = variables.pop("HOME", "/no/such/home")
    done = subprocess.run(
        [program, *words[1:]],
        input=typed,
        env={"PATH": path, "HOME": home, "HISTFILE": "", **variables},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        start_new_session=True,
    )
    plain = re.sub(r"\x1b\[\?2004[hl]", "", done.stdout)  # fish tells terminals how to paste
    return [line for line in plain.splitlines() if line]


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox", "zsh", "mksh", "ksh"])
@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/a:/b", "/a:/b"),
        ("F:/a:/b", "/a:/b"),
        ("/a:F:/b:F", "/a:/b"),
        ("/a:F", "/a"),
        (":/a::/b:", ":/a::/b:"),
        ("F", None),
        ("/a:F:F:F:/b", "/a:/b"),
        ("/aF:F/x:/*", "/aF:F/x:/*"),
    ],
)
def test_the_folder_comes_first_and_once(shell: str, path: str, kept: str | None, folder: Path) -> None:
    words = (shell, "sh") if shell == "busybox" else (shell,)
    script = f'set -u; . "$1/{SCRIPT}"; . "$1/{SCRIPT}"; echo "$PATH"; env | grep -c ^PATH='
    path, kept = (text and text.replace("F", str(folder)) for text in (path, kept))
    said = say(*words, "-c", script, "sh", str(folder), path=f"{path}:/usr/bin:/bin")
    assert said == [":".join(filter(lambda part: part is not None, (str(folder), kept, "/usr/bin:/bin"))), "1"]


def test_a_folder_that_is_gone_is_not_put_on_path(folder: Path) -> None:
    moved = folder.rename(folder.parent / "moved")
    script = f'. "$1/{SCRIPT}"; echo "$PATH"'
    assert say("bash", "-c", script, "sh", str(moved), path="/usr/bin") == ["/usr/bin"]


def bash_at_prompt(folder: Path, start: str, *typed: str) -> list[str]:
    start_up = folder.parent / "bashrc"
    start_up.write_text(f'{start}\n. "{folder}/{SCRIPT}"\n. "{folder}/{SCRIPT}"\nPS1=\n')
    lines = "".join(f"{line}\n" for line in (*typed, "exit"))
    return say("bash", "--rcfile", str(start_up), "-i", path="/usr/bin:/bin", typed=lines)


def test_bash_puts_it_first_again_at_each_prompt(folder: Path) -> None:
    said = bash_at_prompt(folder, "", "PATH=/venv/bin:$PATH; echo $PATH", "echo $PATH")
    assert said == [f"/venv/bin:{folder}:/usr/bin:/bin", f"{folder}:/venv/bin:/usr/bin:/bin"]


@pytest.mark.parametrize("end", ["", ";", " # why", "\n", " &&\\\n true"])
def test_bash_keeps_the_users_prompt_command(end: str, folder: Path) -> None:
    said = bash_at_prompt(folder, f"PROMPT_COMMAND='echo status=$?{end}'", "(exit 3)", "echo $PATH")
    assert said == ["status=0", "status=3", f"{folder}:/usr/bin:/bin", "status=0"]


def test_bash_keeps_the_users_list_of_prompt_commands(folder: Path) -> None:
    version = subprocess.run(
        [shutil.which("bash") or "bash", "-c", "echo ${BASH_VERSINFO[0]}${BASH_VERSINFO[1]}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if int(version) < 51:
        pytest.skip("lists came with bash 5.1")
    start = "PROMPT_COMMAND=('echo a=$?' 'echo b=$?')"
    said = bash_at_prompt(folder, start, "(exit 3)", "PATH=/x:$PATH", "echo ${#PROMPT_COMMAND[@]} $PATH")
    assert said[2:] == ["a=3", "b=3", "a=0", "b=0", f"2 {folder}:/x:/usr/bin:/bin", "a=0", "b=0"]


def test_a_bash_that_inherits_the_prompt_command_alone_is_not_troubled(folder: Path) -> None:
    said = bash_at_prompt(
        folder, "export PROMPT_COMMAND='echo mine'", "PS1= bash --norc --noprofile -i 2>&1", "PS1=", "echo in", "exit"
    )
    assert [line for line in said if "depaudit" in line] == []
    assert said[:1] == ["mine"]
    assert "in" in said


def test_zsh_puts_it_first_again_at_each_prompt(folder: Path, tmp_path: Path) -> None:
    for name in (".zshenv", ".zprofile", ".zshrc"):
        (tmp_path / name).write_text(f'. "{folder}/{SCRIPT}"\n')
    (tmp_path / ".zshrc").write_text(f'precmd_functions=(mine)\nmine() {{ echo status=$? }}\n. "{folder}/{SCRIPT}"\n')
    typed = 'PS1=\n(exit 3)\nPATH=/venv/bin:$PATH; echo "$PATH"\necho "$PATH" $#precmd_functions\nexit\n'
    said = say("zsh", "-i", path="/usr/bin:/bin", typed=typed, HOME=str(tmp_path))
    said = [line[line.index("status") :] if "status" in line else line for line in said]
    shown = [line for line in said if line.startswith(("/", "status=3"))]
    assert shown == ["status=3", f"/venv/bin:{folder}:/usr/bin:/bin", f"{folder}:/venv/bin:/usr/bin:/bin 2"]


def test_zsh_scripts_have_it_too(folder: Path, tmp_path: Path) -> None:
    (tmp_path / ".zshenv").write_text(f'. "{folder}/{SCRIPT}"\n')
    said = say("zsh", "-c", 'echo "$PATH"', path="/usr/bin", HOME=str(tmp_path))
    assert said == [f"{folder}:/usr/bin"]


def test_fish_puts_it_first_again_at_each_prompt(tmp_path: Path) -> None:
    folder = tmp_path / "it's \\ a *"
    folder.mkdir()
    (tmp_path / "fish" / "conf.d").mkdir(parents=True)
    (tmp_path / "fish" / "conf.d" / "depaudit.fish").write_text(fish_script(folder))
    show = "string join : $PATH"
    script = f"{show}; set -gx PATH /venv $PATH; {show}; emit fish_prompt; {show}"
    said = say(
        "fish", "-c", script, path="/usr/bin:/bin", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path), TERM="dumb"
    )
    assert said == [
        f"{folder}:/usr/bin:/bin",
        f"/venv:{folder}:/usr/bin:/bin",
        f"{folder}:/venv:/usr/bin:/bin",
    ]
    folder.rmdir()
    said = say(
        "fish", "-c", script, path="/usr/bin:/bin", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path), TERM="dumb"
    )
    assert said == ["/usr/bin:/bin", "/venv:/usr/bin:/bin", "/venv:/usr/bin:/bin"]
