"""Signals, terminals and ends by force: the client's are the user's, and nothing outlives a run."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.gate.kit import Machine

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

Make = Callable[..., Machine]

PATIENCE = 30.0
"""Seconds within which everything here happens; a machine that is busy takes its time."""


@pytest.fixture
def here(machine: Make) -> Iterator[Machine]:
    made = machine()
    yield made
    for path in made.root.glob("pid-*"):
        for word in path.read_text().split():
            _end(int(word))


def client(machine: Machine, body: str, *, name: str = "pip") -> None:
    """A client of a few lines of shell in the real one's place."""
    program = machine.bin / name
    program.write_text(f'#!/bin/sh\nROOT={machine.root}\necho "$HTTPS_PROXY" > $ROOT/proxy\n{body}')
    program.chmod(0o755)


def start(machine: Machine, *argv: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "depaudit", "run", "--", *argv]
    return subprocess.Popen(
        command,
        env=machine.environment(),
        cwd=machine.project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def pids(machine: Machine, name: str) -> tuple[int, ...]:
    until((machine.root / f"pid-{name}").exists, f"{name} never started")
    until(lambda: bool((machine.root / f"pid-{name}").read_text().strip()), f"{name} never started")
    return tuple(int(word) for word in (machine.root / f"pid-{name}").read_text().split())


def nothing_is_left(machine: Machine) -> None:
    """No temporary folder, no proxy, and none of the processes that were noted."""
    assert [path.name for path in machine.temporary.iterdir() if path.name.startswith("depaudit")] == []
    for path in machine.root.glob("pid-*"):
        for number in pids(machine, path.name.removeprefix("pid-")):
            until(lambda number=number: not _lives(number), f"{path.name} still lives")  # type: ignore[misc]
    port = urlsplit((machine.root / "proxy").read_text().strip()).port
    assert port is not None
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_client_that_is_killed_takes_its_children_along(here: Machine, number: signal.Signals) -> None:
    client(
        here,
        "sleep 600 & echo $! > $ROOT/pid-child\n"
        "setsid sh -c 'echo $$ > '$ROOT'/pid-strange; exec sleep 600' &\n"
        "while ! [ -s $ROOT/pid-strange ]; do sleep 0.02; done\n"
        f"kill -{number.name.removeprefix('SIG')} $$\n",
    )
    done = here.gated(["pip", "install", "zz-sound"])
    assert done.status == 128 + number, str(done)
    assert not done.left_running
    nothing_is_left(here)


def test_children_of_a_client_that_ends_well_are_left_alone(here: Machine) -> None:
    """A build daemon that a client starts on purpose is its own affair."""
    client(here, "setsid sleep 600 >/dev/null 2>&1 & echo $! > $ROOT/pid-daemon\nexit 0\n")
    done = here.gated(["pip", "install", "zz-sound"])
    assert done.status == 0, str(done)
    (daemon,) = pids(here, "daemon")
    assert _lives(daemon)
    _end(daemon)
    nothing_is_left(here)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_to_depaudit_is_the_clients(here: Machine, number: signal.Signals) -> None:
    client(here, "echo $$ > $ROOT/pid-client\nexec sleep 600\n")
    process = start(here, "pip", "install", "zz-sound")
    pids(here, "client")
    process.send_signal(number)
    assert process.wait(PATIENCE) == 128 + number
    nothing_is_left(here)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_what_a_client_makes_of_a_signal_is_kept(here: Machine, number: signal.Signals) -> None:
    name = number.name.removeprefix("SIG")
    client(
        here,
        f"trap 'echo {name} >> $ROOT/heard; exit 9' {name}\necho $$ > $ROOT/pid-client\nwhile :; do sleep 0.05; done\n",
    )
    process = start(here, "pip", "install", "zz-sound")
    pids(here, "client")
    process.send_signal(number)
    assert process.wait(PATIENCE) == 9
    assert (here.root / "heard").read_text() == f"{name}\n"
    nothing_is_left(here)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_before_the_client_starts_ends_the_run(here: Machine, number: signal.Signals) -> None:
    here.world.fault("pypi.org", kind="stall")
    client(here, "echo $$ > $ROOT/pid-client\n")
    process = start(here, "pip", "install", "zz-sound")
    until(lambda: here.world.knocks != (), "nothing was asked")
    process.send_signal(number)
    assert process.wait(PATIENCE) in (-number, 128 + number)
    assert not (here.root / "pid-client").exists()
    assert [path.name for path in here.temporary.iterdir() if path.name.startswith("depaudit")] == []


@pytest.mark.parametrize("command", [["pip", "install", "zz-sound"], ["pip", "--version"]], ids=["install", "version"])
def test_what_is_ignored_stays_ignored_and_nothing_else_is(here: Machine, command: list[str]) -> None:
    """``nohup`` before depaudit holds for the client, and Python's own neglect of SIGPIPE does not."""
    client(here, "grep SigIgn /proc/self/status >> $ROOT/ignored\n")
    words = f'"{sys.executable}" -m depaudit run -- {" ".join(command)}'
    here.alone(command)
    here.alone(["sh", "-c", words])
    here.alone(["sh", "-c", f"trap '' HUP; {' '.join(command)}"])
    here.alone(["sh", "-c", f"trap '' HUP; {words}"])
    plain, behind, deaf, deaf_behind = (here.root / "ignored").read_text().splitlines()
    assert (behind, deaf_behind) == (plain, deaf)
    assert plain != deaf


def test_ctrl_c_reaches_the_client_once(here: Machine) -> None:
    """A terminal interrupts its whole foreground group: the client hears it from there, not a second time from us."""
    client(
        here,
        "trap 'echo INT >> $ROOT/heard' INT\n"
        "echo $$ > $ROOT/pid-client\n"
        "while ! [ -e $ROOT/heard ]; do sleep 0.05; done\n"
        "sleep 0.5\nexit 7\n",
    )
    status = on_terminal(
        here, ["pip", "install", "zz-sound"], after=lambda: bool(pids(here, "client")), typed=b"\x03"
    ).status
    assert status == 7
    assert (here.root / "heard").read_text() == "INT\n"
    nothing_is_left(here)


def test_the_terminal_is_the_clients(here: Machine) -> None:
    """It sees a terminal on all three streams, and what is typed reaches it."""
    client(here, '[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && read -r answer && echo "heard: $answer"\n')
    told = on_terminal(here, ["pip", "install", "zz-sound"], after=(here.root / "proxy").exists, typed=b"yes\n")
    assert told.status == 0
    assert "heard: yes" in told.text


def test_a_refusal_on_a_terminal_tells_a_person_how_to_accept(here: Machine) -> None:
    told = on_terminal(here, ["pip", "install", "reqeusts"], program="pip")
    assert told.status == 40
    text = " ".join(told.text.split())
    assert "depaudit allow" in text
    assert "Ask a person" not in text


def test_a_refusal_without_a_terminal_asks_for_a_person(here: Machine) -> None:
    client(here, "exit 0\n")
    done = here.gated(["pip", "install", "reqeusts"])
    assert done.status == 40, str(done)
    assert "Ask a person to review it" in done.stderr
    assert "depaudit allow" not in done.stderr
    assert "--on-error" not in done.stderr


class Told:
    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text


def on_terminal(
    machine: Machine,
    argv: Sequence[str],
    *,
    after: Callable[[], bool] | None = None,
    typed: bytes = b"",
    program: str | None = None,
) -> Told:
    """Run behind the gate on a terminal of its own; ``typed`` is typed as soon as ``after`` holds."""
    if program is not None:
        client(machine, "exit 0\n", name=program)
    command = [sys.executable, "-m", "depaudit", "run", "--", *argv]
    environment = machine.environment() | {"TERM": "xterm"}
    number, terminal = pty.fork()
    if number == 0:
        os.chdir(machine.project)
        os.execve(sys.executable, command, environment)
    heard = bytearray()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if after is not None and after():
            after = None
            os.write(terminal, typed)
        ready, _, _ = select.select([terminal], [], [], 0.05)
        if ready:
            try:
                got = os.read(terminal, 65536)
            except OSError:  # Linux's way of telling that nobody holds the other end
                break
            if not got:
                break
            heard += got
    else:
        os.kill(number, signal.SIGKILL)
    _, status = os.waitpid(number, 0)
    os.close(terminal)
    code = os.waitstatus_to_exitcode(status)
    return Told(128 - code if code < 0 else code, heard.decode("utf-8", "replace"))


def _lives(number: int) -> bool:
    """A process that only waits to be buried lives no more."""
    try:
        os.kill(number, 0)
    except OSError:
        return False
    state = Path(f"/proc/{number}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not state.parent.parent.exists() or False


def _end(number: int) -> None:
    try:
        os.kill(number, signal.SIGKILL)
    except OSError:
        return
