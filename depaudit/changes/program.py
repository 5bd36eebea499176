"""The git that is run: found outside of the repository, with an environment and settings under which it runs nothing.

A repository that is looked at may belong to anybody: its configuration, hooks and attributes can name programs. No
command used here needs any of them, and all are switched off besides.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from depaudit.errors import GitError
from depaudit.model.names import quoted
from depaudit.model.record import record

if TYPE_CHECKING:
    ByteProcess = subprocess.Popen[bytes]

LOCAL_SECONDS = 300.0
"""For one command that reads the repository alone."""

FETCH_SECONDS = 600.0
"""For one command that asks the remote."""

MAX_OUTPUT_BYTES = 8 * 1024 * 1024
"""Of a command that answers with a line or two."""

MAX_RECORD_BYTES = 64 * 1024
"""Of one entry in a listing; no file system takes a path of this length."""

_CHUNK = 1024 * 1024

# Whatever could run a program, ask for something, change files or page the output.
_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.untrackedCache=false",
    f"core.attributesFile={os.devnull}",
    "core.pager=cat",
    "core.askPass=",
    "core.alternateRefsCommand=",
    "core.quotePath=false",
    "diff.external=",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
)
_FIXED = {
    "LC_ALL": "C",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
}
# Where the account and the machine keep what git needs to know (safe.directory stands in the user's own settings).
_KEPT = (
    "HOME", "XDG_CONFIG_HOME", "TMPDIR", "TMP", "TEMP", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA",
    "LOCALAPPDATA", "PROGRAMDATA", "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT",
)  # fmt: skip
_KEPT_FOR_FETCH = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT",
    "GIT_SSL_KEY", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "SSH_AUTH_SOCK",
)  # fmt: skip
_CREDENTIALS = re.compile(r"://[^/@\s]{1,2000}@")


@record
class Finished:
    """A command that has ended."""

    status: int
    out: bytes
    err: str


@record(kw_only=False)
class Git:
    """Runs ``program`` in ``folder``. ``avoid`` are folders from which nothing may ever be run."""

    program: str
    folder: Path
    avoid: tuple[Path, ...] = ()

    def run(self, *words: str, alone: bool = False) -> Finished:
        """Run a command whose answer is short. Raises ``GitError`` when it takes too long or answers too much.

        ``alone``  without any repository, and without anybody's settings
        """
        with self._started(words, self._environment(alone=alone), LOCAL_SECONDS) as (process, errors):
            return _finish(process, errors)

    def fetch(self, *words: str) -> Finished:
        """Run a command that may ask a remote."""
        with self._started(words, self._environment(network=True), FETCH_SECONDS) as (process, errors):
            return _finish(process, errors)

    def records(self, *words: str) -> Iterator[str]:
        """What a command with ``-z`` lists, one by one. Raises ``GitError`` when it fails.

        Bytes that are no UTF-8 stand as lone surrogates.
        """
        with self._started(words, self._environment(), LOCAL_SECONDS) as (process, errors):
            yield from _split(process, b"\0")
            _expect_success(process, errors)

    def lines(self, *words: str, statuses: tuple[int, ...] = (0,)) -> Iterator[bytes]:
        """The lines of a command's output, without any repository and anybody's settings, long ones cut."""
        with self._started(words, self._environment(alone=True), LOCAL_SECONDS) as (process, errors):
            yield from _cut_lines(process)
            _expect_success(process, errors, statuses)

    @contextlib.contextmanager
    def talking(self, *words: str) -> Iterator[ByteProcess]:
        """A command that answers each line of its input; ended at the end of the block."""
        with self._started(words, self._environment(), LOCAL_SECONDS, stdin=subprocess.PIPE) as (process, _):
            yield process

    def _environment(self, *, network: bool = False, alone: bool = False) -> dict[str, str]:
        names = (*_KEPT, *_KEPT_FOR_FETCH) if network else _KEPT
        environment = {name: os.environ[name] for name in names if name in os.environ}
        environment["PATH"] = os.pathsep.join(search_path(os.environ, self.avoid))
        environment.update(_FIXED)
        # Stronger than any setting; older versions of git would fetch what a partial clone lacks.
        environment["GIT_ALLOW_PROTOCOL"] = "https:http:ssh:file" if network else "none"
        if alone:
            environment.update(
                GIT_DIR=str(self.folder / "no-repository"),
                GIT_CONFIG_NOSYSTEM="1",
                GIT_CONFIG_GLOBAL=os.devnull,
                HOME=str(self.folder),
                XDG_CONFIG_HOME=str(self.folder),
            )
        elif os.environ.get("GIT_INDEX_FILE"):
            # While git commits, this names the index of what will be committed; it is relative to the top.
            environment["GIT_INDEX_FILE"] = os.environ["GIT_INDEX_FILE"]
        return environment

    @contextlib.contextmanager
    def _started(
        self, words: Sequence[str], environment: Mapping[str, str], seconds: float, *, stdin: int = subprocess.DEVNULL
    ) -> Iterator[tuple[ByteProcess, IO[bytes]]]:
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        with tempfile.TemporaryFile() as errors:
            try:
                process = subprocess.Popen(  # noqa: S603  git itself, found outside of the repository
                    [self.program, *settings, "--no-pager", *words],
                    cwd=self.folder,
                    env=dict(environment),
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                )
            except (OSError, ValueError) as error:
                cause = getattr(error, "strerror", None) or "its arguments are not possible"
                raise GitError(f"git cannot be started: {cause}.", mend="Check the installation of git.") from error
            late = threading.Event()
            timer = threading.Timer(seconds, _end, (process, late))
            timer.daemon = True
            timer.start()
            try:
                yield process, errors
            finally:
                timer.cancel()
                process.kill()
                for stream in (process.stdin, process.stdout):
                    if stream is not None:
                        _close(stream)
                process.wait()
                if late.is_set():
                    raise GitError(f"git {words[0]} took more than {seconds:.0f} seconds.", mend="Try it by hand.")


def find_git(avoid: Sequence[Path], environment: Mapping[str, str] | None = None) -> str:
    """The path of git, taken from PATH but never from one of the folders ``avoid``. Raises ``GitError``."""
    for folder in search_path(os.environ if environment is None else environment, avoid):
        found = shutil.which("git", path=folder)
        # On Windows the current folder is searched first, whatever the path
        if found is not None and Path(found).parent == Path(folder) and not _inside(Path(found).resolve(), avoid):
            return found
    raise GitError("git was not found on PATH.", mend="Install git, or put its folder on PATH.")


def search_path(environment: Mapping[str, str], avoid: Sequence[Path]) -> tuple[str, ...]:
    """The folders of PATH that are absolute, not the current one, and not inside one of ``avoid``."""
    here = Path.cwd().resolve()
    folders = [f for f in environment.get("PATH", os.defpath).split(os.pathsep) if Path(f).is_absolute()]
    real = {f: Path(f).resolve() for f in folders}
    return tuple(f for f in folders if real[f] != here and not _inside(real[f], avoid))


def told(err: str) -> str:
    """The last line of what git says on its error output, without credentials, safe to show."""
    lines = [line for line in err.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal: ", "error: ", "remote: "))]
    line = (fatal or lines or ["no reason given"])[-1]
    return quoted(_CREDENTIALS.sub("://", line), 300)


def _inside(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _end(process: ByteProcess, late: threading.Event) -> None:
    late.set()
    process.kill()


def _finish(process: ByteProcess, errors: IO[bytes]) -> Finished:
    assert process.stdout is not None
    out = process.stdout.read(MAX_OUTPUT_BYTES + 1)
    if len(out) > MAX_OUTPUT_BYTES:
        raise GitError("git answered more than can be right.", mend="Try the same command by hand.")
    return Finished(status=process.wait(), out=out, err=_read_errors(errors))


def _expect_success(process: ByteProcess, errors: IO[bytes], statuses: tuple[int, ...] = (0,)) -> None:
    status = process.wait()
    if status not in statuses:
        reason = told(_read_errors(errors))
        raise GitError(f"git could not read the repository: {reason}.", mend="Try git fsck; then clone it anew.")


def _read_errors(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - 16_384))
    return errors.read().decode("utf-8", "replace")


def _split(process: ByteProcess, separator: bytes) -> Iterator[str]:
    assert process.stdout is not None
    rest = b""
    while chunk := process.stdout.read(_CHUNK):
        *whole, rest = (rest + chunk).split(separator)
        if len(rest) > MAX_RECORD_BYTES:
            raise GitError("The repository holds a path that is too long for any file system.")
        for one in whole:
            yield one.decode("utf-8", "surrogateescape")


def _cut_lines(process: ByteProcess) -> Iterator[bytes]:
    assert process.stdout is not None
    start = True
    while line := process.stdout.readline(_CHUNK):
        if start:
            yield line
        start = line.endswith(b"\n")


def _close(stream: IO[bytes]) -> None:
    with contextlib.suppress(OSError):  # what was not yet sent to a process that has ended
        stream.close()
