"""The client as a child process: its streams, its terminal and its signals are the user's own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from depaudit.errors import UsageError

_FORWARDED = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH")
_GRACE = 3.0
"""Seconds that the children of a killed client get to end before they are killed too."""


async def run_child(argv: Sequence[str], program: Path, environment: Mapping[str, str]) -> int:
    """Start the client, wait for it, and give its status (128+N for signal N).

    It stays in our process group, so that the terminal's signals reach it as if it ran alone; those that are sent to
    us alone are passed on. Raises ``UsageError`` when it cannot be started.
    """
    adopted = _adopt_orphans()
    with _signals_passed_on() as signals:  # from before the start: a signal in between would end us and leave it
        try:
            process = await asyncio.create_subprocess_exec(*argv, env=dict(environment), executable=str(program))
        except OSError as error:
            raise UsageError(
                f"{argv[0]} cannot be started: {error.strerror or error}.", mend="Check that it is installed."
            ) from error
        signals.pass_to(process)
        status = await process.wait()
    if status < 0 and adopted:
        await _end_children()
    return 128 - status if status < 0 else status


def replace_process(argv: Sequence[str], program: Path, environment: Mapping[str, str]) -> int:
    """Become the client: what installs nothing runs untouched. Returns only where a process cannot be replaced."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        for name in ("SIGPIPE", "SIGXFSZ"):  # which Python ignores, and a program that takes our place would too
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_DFL)
        try:
            os.execve(program, list(argv), dict(environment))  # noqa: S606  the user's own command, word for word
        except OSError as error:
            raise UsageError(
                f"{argv[0]} cannot be started: {error.strerror or error}.", mend="Check that it is installed."
            ) from error
    import subprocess

    return subprocess.call([str(program), *argv[1:]], env=dict(environment))  # noqa: S603  as above


def find_program(word: str, path: str) -> Path | None:
    """The program that a shell would start for ``word`` with ``path`` as its PATH; None without one."""
    if os.sep in word or (os.altsep and os.altsep in word):
        return Path(word) if os.path.isfile(word) and os.access(word, os.X_OK) else None  # noqa: PTH113
    found = shutil.which(word, path=path)
    return None if found is None else Path(found)


class _signals_passed_on:  # noqa: N801  reads as a phrase
    """While the child lives, an interrupt is its affair alone, and other signals are passed on to it. One that comes
    before there is a child is kept for it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._early: list[int] = []
        self._handled: list[int] = []
        self._interrupt: Any = None

    def pass_to(self, process: asyncio.subprocess.Process) -> None:
        """The child has started."""
        self._process = process
        for number in self._early:
            self._pass_on(number)

    def __enter__(self) -> _signals_passed_on:  # noqa: PYI034  typing.Self needs Python 3.11
        if os.name != "posix":
            self._interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
            return self
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", *_FORWARDED):
            number = getattr(signal, name)
            if signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup's doing, or a shell's: the child inherits it
            handler = self._interrupted if number == signal.SIGINT else self._pass_on
            with contextlib.suppress(ValueError, RuntimeError, OSError):
                loop.add_signal_handler(number, handler, number)
                self._handled.append(number)
        return self

    def __exit__(self, *_error: object) -> None:
        if os.name != "posix":
            signal.signal(signal.SIGINT, self._interrupt)
            return
        loop = asyncio.get_running_loop()
        for number in self._handled:
            with contextlib.suppress(ValueError, RuntimeError):
                loop.remove_signal_handler(number)

    def _interrupted(self, number: int) -> None:
        """A terminal has interrupted the whole group already; what was sent to us alone is passed on."""
        if self._process is None or not _terminal_is_ours():
            self._pass_on(number)

    def _pass_on(self, number: int) -> None:
        if self._process is None:
            self._early.append(number)
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)


def _terminal_is_ours() -> bool:
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


def _adopt_orphans() -> bool:
    """On Linux: become the parent of what the client leaves behind, so that it can be ended with it.

    https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
    """
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    pr_set_child_subreaper = 36
    try:
        return int(ctypes.CDLL(None, use_errno=True).prctl(pr_set_child_subreaper, 1, 0, 0, 0)) == 0
    except (OSError, AttributeError):
        return False


async def _end_children() -> None:
    """End whatever the killed client started: politely, then surely."""
    for number, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        children = _children()
        for child in children:
            with contextlib.suppress(OSError):
                os.kill(child, number)
        for _ in range(int(patience / 0.05)):
            _reap()
            if not _children():
                return
            await asyncio.sleep(0.05)


def _children() -> list[int]:
    """Our children, by /proc: direct ones are enough, for orphans become ours one after the other."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path("/proc/self/task").iterdir():
            with contextlib.suppress(OSError):
                found += [int(word) for word in (task / "children").read_text().split()]
    return found


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
