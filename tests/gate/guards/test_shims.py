"""The shims under the shells that are here: what they start, with which words, and what they refuse."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from depaudit import __version__
from depaudit.gate.guards.shims import PROBE, STATE_FILE, find_real, is_shim, shim_text, shims, without_shims
from tests.gate.guards.shells import GATE, REAL, SH, Guarded, program, shell

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shims are for POSIX shells")

ODD = ["", " ", "a b", "*", "$HOME", "`id`", "new\nline", "\\", "'", '"', "é", "--", "-", "%s", "!"]


@pytest.fixture
def guarded(tmp_path: Path) -> Guarded:
    return Guarded(tmp_path / "with space")


# --- arguments, streams, processes


@pytest.mark.parametrize("name", SH)
def test_words_pass_byte_for_byte(name: str, guarded: Guarded) -> None:
    plain = guarded.run("npm", "ls", *ODD, by=shell(name))
    assert (plain.kind, plain.first, plain.words) == ("REAL", str(guarded.real / "npm"), ["ls", *ODD])
    gated = guarded.run("npm", "install", *ODD, by=shell(name))
    assert (gated.kind, gated.first) == ("GATE", "-I -c")
    assert gated.words == ["run", "--", str(guarded.real / "npm"), "install", *ODD]
    assert plain.path == gated.path == str(guarded.real)
    assert plain.errors + gated.errors == ""


def test_words_that_are_no_text_pass_too(guarded: Guarded) -> None:
    assert guarded.run("npm", "ls", os.fsdecode(b"\xff\xfe")).words[1] == os.fsdecode(b"\xff\xfe")


@pytest.mark.parametrize("words", [("npm", "ls"), ("npm", "ci")])
def test_the_process_is_the_same(words: tuple[str, ...], guarded: Guarded) -> None:
    process = subprocess.Popen(
        [str(guarded.shims / words[0]), *words[1:]], env={"PATH": guarded.path}, stdout=subprocess.PIPE
    )
    output, _ = process.communicate(timeout=30)
    assert int(output.split(b"\0")[3]) == process.pid


def test_streams_statuses_and_signals_are_the_tools_own(guarded: Guarded) -> None:
    program(guarded.real / "npm", "#!/bin/sh\nread -r line\nprintf '%s' \"$line\"\nprintf no >&2\nexit 7\n")
    done = guarded.run("npm", "ls", typed=b"typed in\nmore")
    assert (done.output, done.errors, done.status) == (b"typed in", "no", 7)
    program(guarded.real / "npm", "#!/bin/sh\nkill -TERM $$\n")
    assert guarded.run("npm", "ls").status == -signal.SIGTERM


def test_nothing_else_is_started(guarded: Guarded) -> None:
    """PATH holds the stubs alone: a shim that called dirname or sed would fail."""
    assert sorted(path.name for path in guarded.real.iterdir()) == ["bun", "npm", "pip", "uv", "yarn"]
    assert guarded.run("npm", "ls").errors == ""
    assert guarded.run("npm", "ci").errors == ""


# --- what passes directly, and what goes to the gate


@pytest.mark.parametrize("name", ["dash", "bash as sh", "busybox", "zsh as sh"])
@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("npm", "REAL"),
        ("npm --version", "REAL"),
        ("npm -s ls", "REAL"),
        ("npm -s --quiet run build -- install", "REAL"),
        ("npm install", "GATE"),
        ("npm --version install evil", "GATE"),
        ("npm --prefix run install evil", "GATE"),
        ("npm --prefix=d ls", "GATE"),
        ("npm lsx", "GATE"),
        ("npm l", "GATE"),
        ("npm LS", "GATE"),
        ("npm -s", "GATE"),
        ("npm -- ls", "GATE"),
        ("npm audit fix", "GATE"),
        ("yarn", "GATE"),
        ("yarn --silent", "GATE"),
        ("yarn why x", "REAL"),
        ("uv pip list", "REAL"),
        ("uv -q pip list", "REAL"),
        ("uv pip install x", "GATE"),
        ("uv pip -q list", "GATE"),
        ("uv list", "GATE"),
        ("uv pip", "GATE"),
        ("uv --directory pip list", "GATE"),
        ("pip list", "REAL"),
        ("pip --log list install evil", "GATE"),
        ("pip --python list install evil", "GATE"),
        ("bun pm ls", "REAL"),
        ("bun pm trust", "GATE"),
        ("bun run x", "GATE"),
    ],
)
def test_the_first_words_decide(name: str, line: str, kind: str, guarded: Guarded) -> None:
    assert guarded.run(*line.split(), by=shell(name)).kind == kind


def test_words_that_look_like_patterns_are_words(guarded: Guarded) -> None:
    for word in ("*", "l?", "[l]s", "ls\n", "ls|x", ""):
        assert guarded.run("npm", word).kind == "GATE"


def test_scripts_of_a_project_keep_the_guard(guarded: Guarded) -> None:
    """What ``npm run setup`` installs must pass the gate as well."""
    program(guarded.real / "npm", '#!/bin/sh\nexec pip install "$2"\n')
    done = guarded.run("npm", "run", "left-padd")
    assert (done.kind, done.words) == ("GATE", ["run", "--", str(guarded.real / "pip"), "install", "left-padd"])
    program(guarded.real / "npm", '#!/bin/sh\nexec pip install "$2"\n')
    assert guarded.run("npm", "ls", "x").kind == "REAL"


# --- PATH


def test_every_spelling_of_the_folder_is_dropped(guarded: Guarded, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(guarded.shims)
    here = guarded.shims
    spellings = [str(here), f"{here}/", f"{here}//", f"{here}/.", f"{here}/../shims", str(link), f"{link}/", "shims"]
    for first in spellings:
        others = ":".join(spellings)
        done = guarded.run("npm", "ls", path=f"/no/such:{first}:/a b:{others}:{guarded.real}/:*:{here}")
        assert (done.kind, done.path) == ("REAL", f"/no/such:/a b:{guarded.real}/:*"), first


def test_other_entries_stay_as_they_are(guarded: Guarded) -> None:
    for path in (":{0}:{1}", "{0}::{1}:", "rel:{0}:./x:{1}:-n", "{0}:{1}:{1}", "{0}:{1}::"):
        kept = path.replace("{0}:", "").format("", guarded.real)
        done = guarded.run("npm", "ls", path=path.format(guarded.shims, guarded.real))
        assert (done.kind, done.path) == ("REAL", kept), path


def test_the_first_real_tool_counts_whatever_the_order(guarded: Guarded, tmp_path: Path) -> None:
    other = program(tmp_path / "other" / "npm", REAL).parent
    (tmp_path / "not" / "npm").mkdir(parents=True)  # a folder
    (tmp_path / "dull").mkdir()
    (tmp_path / "dull" / "npm").write_text(REAL)  # no program
    path = f"{tmp_path}/not:{tmp_path}/dull:{guarded.shims}:{other}:{guarded.real}"
    assert guarded.run("npm", "ls", path=path).first == str(other / "npm")
    assert guarded.run("npm", "ls", path=f"{guarded.shims}:{guarded.real}:{other}").first == str(guarded.real / "npm")


def test_an_empty_entry_is_the_working_folder(guarded: Guarded) -> None:
    assert guarded.run("npm", "ls", path=f"{guarded.shims}:", folder=guarded.real).first == "./npm"
    assert guarded.run("npm", "ci", path=f"{guarded.shims}:", folder=guarded.real).words[2] == "./npm"
    inside = guarded.run("npm", "ls", path=f":{guarded.real}", folder=guarded.shims, by=("/bin/sh", "sh"))
    assert (inside.kind, inside.path) == ("REAL", str(guarded.real))


def test_started_from_its_own_folder(guarded: Guarded) -> None:
    for word in ("./npm", "../shims/npm"):
        done = subprocess.run(
            [word, "ls"],
            cwd=guarded.shims,
            env={"PATH": f"{guarded.shims}:{guarded.real}"},
            capture_output=True,
            check=False,
        )
        assert done.stdout.startswith(b"REAL\0"), word
    done = subprocess.run(
        [shutil.which("sh") or "/bin/sh", "npm", "ls"],
        cwd=guarded.shims,
        env={"PATH": guarded.path},
        capture_output=True,
        check=False,
    )
    assert done.stdout.startswith(b"REAL\0")


def test_without_any_path(guarded: Guarded) -> None:
    done = subprocess.run([str(guarded.shims / "deno"), "fmt"], env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr.startswith("deno is not installed.")


def test_a_moved_folder_still_finds_itself(guarded: Guarded) -> None:
    moved = guarded.shims.rename(guarded.base / "moved")
    (moved / STATE_FILE).unlink()
    done = guarded.run("npm", "ls", path=f"{moved}:{guarded.real}")
    assert (done.kind, done.path) == ("REAL", str(guarded.real))


def test_a_link_to_a_shim_keeps_its_own_folder(guarded: Guarded, tmp_path: Path) -> None:
    links = tmp_path / "bin"
    links.mkdir()
    (links / "npm").symlink_to(guarded.shims / "npm")
    done = guarded.run("npm", "ls", path=f"{links}:{guarded.path}")
    assert (done.kind, done.path) == ("REAL", f"{links}:{guarded.real}")


def test_two_folders_of_shims_end_at_the_real_tool(guarded: Guarded, tmp_path: Path) -> None:
    second = Guarded(tmp_path / "second")
    done = guarded.run("npm", "ci", path=f"{guarded.shims}:{second.shims}:{guarded.real}")
    assert done.words == ["run", "--", str(guarded.real / "npm"), "ci"]
    (guarded.shims / STATE_FILE).unlink()
    (second.shims / STATE_FILE).unlink()
    done = guarded.run("npm", "ls", path=f"{guarded.shims}:{second.shims}:{guarded.real}")
    assert (done.kind, done.path) == ("REAL", str(guarded.real))


def test_a_missing_tool_is_said(guarded: Guarded) -> None:
    for words in (("pnpm", "--version"), ("pnpm", "install")):
        done = guarded.run(*words)
        assert (done.status, done.output) == (127, b"")
        assert done.errors == "pnpm is not installed. (This is depaudit's guard: behind it PATH has no pnpm.)\n"


# --- version managers: their own shims are the real tool


def test_a_version_managers_shim_is_the_real_tool(guarded: Guarded, tmp_path: Path) -> None:
    """pyenv and asdf: a script on PATH that looks for the program elsewhere and puts that before the rest."""
    version = program(tmp_path / "versions" / "3.12" / "pip", REAL)
    manager = program(
        tmp_path / "manager" / "pip",
        f'#!/bin/sh\nPATH={version.parent}:$PATH\nexport PATH\nexec "${{0##*/}}" "$@"\n',
    )
    path = f"{guarded.shims}:{manager.parent}:{guarded.real}"
    done = guarded.run("pip", "list", path=path)
    assert (done.first, done.path) == (str(version), f"{version.parent}:{manager.parent}:{guarded.real}")
    assert guarded.run("pip", "install", "x", path=path).words[2] == str(manager)


def test_a_wrapper_that_finds_the_shim_again_is_stopped(guarded: Guarded, tmp_path: Path) -> None:
    """Its own search gives the guard back: without an end to it the two would start each other for ever."""
    wrapper = program(
        tmp_path / "wrapper" / "npm",
        '#!/bin/sh\nIFS=:\nfor at in $PATH; do\n  test "$at/npm" -ef "$0" && continue\n'
        '  test -x "$at/npm" && exec "$at/npm" "$@"\ndone\n',
    )
    path = f"{guarded.shims}:{wrapper.parent}:{guarded.real}"
    done = guarded.run("npm", "ls", path=path)
    assert (done.kind, done.first) == ("REAL", str(guarded.real / "npm"))
    done = guarded.run("npm", "run", "x", path=path)
    assert (done.status, done.output) == (41, b"")
    assert "starts itself again and again" in done.errors


# --- nothing waives it


@pytest.mark.parametrize("name", ["dash", "bash as sh", "busybox", "zsh as sh"])
def test_no_variable_waives_it(name: str, guarded: Guarded) -> None:
    settings = {
        "DEPAUDIT_ACTIVE": "1",
        "DEPAUDIT_GUARD": "0",
        "DEPAUDIT_GUARD_DEPTH": "+",
        "way": "plain",
        "first": "pip",
        "real": "/bin/true",
        "kept": "x",
        "python": "/bin/true",
        "IFS": "l/",
        "CDPATH": "/",
        "ENV": "/no/such",
    }
    functions = {"test": "return 1", "echo": ":", "unset": ":", "exec": 'shift 4; "$@"'}
    settings |= {f"BASH_FUNC_{name}%%": f"() {{ {body}; }}" for name, body in functions.items()}
    done = guarded.run("npm", "install", "x", by=shell(name), environment=settings)
    assert (done.kind, done.words) == ("GATE", ["run", "--", str(guarded.real / "npm"), "install", "x"])


def test_a_deep_count_refuses_and_waives_nothing(guarded: Guarded) -> None:
    done = guarded.run("npm", "install", "x", environment={"DEPAUDIT_GUARD_DEPTH": "+" * 99})
    assert (done.status, done.output) == (41, b"")


# --- depaudit behind it


@pytest.mark.parametrize("name", SH)
def test_a_missing_interpreter_refuses(name: str, guarded: Guarded) -> None:
    guarded.python.unlink()
    done = guarded.run("npm", "install", by=shell(name))
    assert (done.status, done.output) == (41, b"")
    assert done.errors == (
        f"depaudit: error: the guard of npm cannot work: {guarded.python} is gone. npm is not started.\n"
        "Install depaudit again, then type: depaudit guard install\n"
    )
    assert guarded.run("npm", "ls", by=shell(name)).kind == "REAL"


def test_an_interpreter_that_cannot_run_starts_nothing(guarded: Guarded) -> None:
    program(guarded.python, "#!/no/such/interpreter\n")
    done = guarded.run("npm", "install")
    assert (done.status in (126, 127), done.output) == (True, b"")


def real_shim(folder: Path, python: Path, tool: str = "npm") -> Path:
    return program(folder / tool, shim_text(tool, folder=folder, python=python))


def test_a_depaudit_that_cannot_be_loaded_refuses(tmp_path: Path) -> None:
    real = program(tmp_path / "real" / "npm", REAL)
    python = program(
        tmp_path / "python", f'#!/bin/sh\nexec {sys.executable} -S "$@"\n'
    )  # no site-packages: no depaudit
    shim = real_shim(tmp_path / "shims", python)
    done = subprocess.run(
        [str(shim), "ci"], env={"PATH": f"{shim.parent}:{real.parent}"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (41, "")
    assert "depaudit is broken" in done.stderr
    assert "depaudit guard install" in done.stderr


def test_the_working_folder_and_pythons_variables_lead_nobody_astray(tmp_path: Path) -> None:
    for name in ("depaudit", "json", "argparse", "sitecustomize", "usercustomize"):
        program(tmp_path / "evil" / f"{name}.py", "print('evil'); raise SystemExit(0)\n")
    shim = real_shim(tmp_path / "shims", Path(sys.executable))
    evil = str(tmp_path / "evil")
    settings = {"PATH": "/usr/bin:/bin", "PYTHONPATH": evil, "PYTHONHOME": evil, "PYTHONSTARTUP": f"{evil}/json.py"}
    done = subprocess.run([str(shim), PROBE], env=settings, cwd=evil, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"depaudit {__version__}"


def test_the_gate_is_asked_for_real(tmp_path: Path) -> None:
    """The whole way: the shim, depaudit, and back to the real tool, which a command without packages gets to see."""
    real = program(tmp_path / "real" / "npm", REAL)
    shim = real_shim(tmp_path / "shims", Path(sys.executable))
    path = f"{shim.parent}:{real.parent}:/usr/bin:/bin"
    done = subprocess.run(
        [str(shim), "--loglevel", "silent", "ls", "a b"],
        env={"PATH": path, "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    fields = done.stdout.decode().split("\0")
    assert (fields[0], fields[2], fields[4:]) == (
        "REAL",
        f"{real.parent}:/usr/bin:/bin",
        ["--loglevel", "silent", "ls", "a b", ""],
    )


def test_the_probe_starts_no_tool(guarded: Guarded) -> None:
    program(guarded.python, GATE)
    done = guarded.run("npm", PROBE)
    assert done.output.startswith(b"# depaudit guard shim 1: npm\nGATE\0-I -c\0")
    assert done.output.endswith(b"\0--version\0")
    assert guarded.run("npm", PROBE, "x").kind == "GATE"  # only alone: else it is the gate's affair
    guarded.python.unlink()
    assert guarded.run("npm", PROBE).status == 41


# --- what others ask about shims


def test_a_shim_is_known_by_its_second_line(guarded: Guarded, tmp_path: Path) -> None:
    link = tmp_path / "npm"
    link.symlink_to(guarded.shims / "npm")
    assert is_shim(guarded.shims / "npm")
    assert is_shim(link)
    assert not is_shim(guarded.real / "npm")
    assert not is_shim(tmp_path)
    assert not is_shim(tmp_path / "missing")


def test_a_path_without_shims(guarded: Guarded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(guarded.base)
    link = tmp_path / "link"
    link.symlink_to(guarded.shims)
    second = Guarded(tmp_path / "second").shims
    path = f"{link}::{guarded.shims}/:/a b:shims:{second}:{guarded.real}:"
    assert without_shims(path, guarded.shims) == f":/a b:{guarded.real}:"
    assert without_shims(str(guarded.shims), guarded.shims) == os.defpath
    assert without_shims("/usr/bin", tmp_path / "missing") == "/usr/bin"
    assert find_real("npm", path, guarded.shims) == str(guarded.real / "npm")
    assert find_real("pnpm", f"{guarded.shims}:{guarded.real}", guarded.shims) is None


def test_odd_folders_are_written_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s $HOME `x` "q" \\'
    program(tmp_path / "real" / "npm", REAL)
    python = program(tmp_path / "py 'thon" / "python", GATE)
    for path, text in shims(folder, python):
        program(path, text)
    done = subprocess.run(
        [str(folder / "npm"), "ci"],
        env={"PATH": f"{folder}:{tmp_path}/real"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split("\0")[:3] == ["GATE", "-I -c", f"{tmp_path}/real"]
