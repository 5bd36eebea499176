"""After the client: every file that it wrote and everything newly installed must have been judged in this run."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from depaudit.file_reader import REQUIREMENTS
from depaudit.inputs import Inputs, read_inputs
from depaudit.installed.files import read_bytes
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import Requirement
from depaudit.parsers import format_for

MAX_BYTES = 256 * 1024 * 1024
"""The largest lockfiles met in public have some 15 MB; what is larger is not kept, and that is said."""


# A version as lockfiles write it, foo@1.0.0 or @scope/foo@npm:1.0.0, and a path of a run. Each match begins where a
# word does and is bounded, so that the time is linear in the text's length.
_NAMED = re.compile(
    rb"(?<![A-Za-z0-9._~@/-])/?((?:@[A-Za-z0-9._~-]{1,214}/)?[A-Za-z0-9._~-]{1,214}@(?:npm:)?[0-9][A-Za-z0-9.+-]{0,255})"
)
_PATH = re.compile(rb"/([0-9a-f]{16}/[0-9]{1,9}/)")


@record(kw_only=False)
class Kept:
    """The files of a project as they were; None: there was none. ``unread``: they are there and could not be kept."""

    contents: Mapping[Path, bytes | None]
    unread: tuple[Path, ...] = ()


@record
class Written:
    """What changed files ask for now and did not before; ``problems``: what of them could not be read."""

    wishes: tuple[Requirement, ...]
    problems: tuple[Problem, ...] = ()


def keep(paths: Iterable[Path]) -> Kept:
    """Read the files that the client may write."""
    contents: dict[Path, bytes | None] = {}
    unread = []
    for path in dict.fromkeys(paths):
        content = _read(path)
        if content is None and os.path.lexists(path) and not _dangles(path):
            unread.append(path)  # never taken for "there was none": it would be taken away afterwards
        else:
            contents[path] = content
    return Kept(contents, tuple(unread))


def changed(kept: Kept) -> tuple[Path, ...]:
    """Those that are not as they were."""
    return tuple(path for path, content in kept.contents.items() if _read(path) != content)


def put_back(kept: Kept, paths: Iterable[Path]) -> tuple[str, ...]:
    """Make the files what they were, byte for byte; a sentence for each that could not be."""
    failed = []
    for path in paths:
        content = kept.contents[path]
        target = Path(os.path.realpath(path))  # a linked file stays a link
        try:
            if content is None:
                target.unlink(missing_ok=True)
            else:
                _replace(target, content)
        except OSError as error:
            failed.append(f"{path} could not be put back as it was ({error.strerror or error}).")
    return tuple(failed)


def new_wishes(kept: Kept, paths: Sequence[Path], cwd: Path, outputs: Collection[Path] = ()) -> Written:
    """What the changed files ask for now, by version, and did not before.

    ``outputs``  files that the command itself named: of whatever name, they are requirements files
    """
    readable = [path for path in paths if path.is_file() and (_is_known(path) or path in outputs)]
    now = [_inputs(path, cwd) for path in readable]
    before = _wishes_before(kept, readable)
    return Written(
        wishes=tuple(wish for one in now for wish in one.requirements if _key(wish) not in before),
        problems=tuple(problem for one in now for problem in one.problems),
    )


def mentions(kept: Kept, paths: Sequence[Path], marks: Collection[bytes]) -> tuple[bytes, ...]:
    """Which of ``marks`` (a path of this run, ``name@version``) stand in the files now and did not before."""
    found: dict[bytes, None] = {}
    if marks:
        for path in paths:
            new, old = _read(path) or b"", kept.contents[path] or b""
            found.update(dict.fromkeys(sorted((_words(new) & frozenset(marks)) - _words(old))))
    return tuple(found)


def _words(text: bytes) -> frozenset[bytes]:
    """Everything in ``text`` that could be a mark, whole: ``foo@1.0.1`` does not stand in ``foo@1.0.10``."""
    return frozenset(_NAMED.findall(text)) | frozenset(_PATH.findall(text))


def _wishes_before(kept: Kept, paths: Sequence[Path]) -> set[object]:
    """What the files asked for before: read from copies, for parsers tell a file by its name."""
    wishes: set[object] = set()
    with tempfile.TemporaryDirectory(prefix="depaudit-run-") as folder:
        for number, path in enumerate(paths):
            content = kept.contents[path]
            if content is None:
                continue
            copy = Path(folder, str(number), path.name)
            copy.parent.mkdir()
            copy.write_bytes(content)
            wishes |= {_key(wish) for wish in _inputs(copy, copy.parent).requirements}
    return wishes


def _inputs(path: Path, cwd: Path) -> Inputs:
    return read_inputs([path], cwd=cwd, format_name=None if _is_known(path) else REQUIREMENTS)


def _is_known(path: Path) -> bool:
    return format_for(path.as_posix()) is not None


def _key(wish: Requirement) -> object:
    return (wish.ecosystem, wish.name, wish.specifier, wish.pinned_version, wish.source.kind, wish.source.url)


def _read(path: Path) -> bytes | None:
    """The whole file; None where there is none, it is no plain file, or is larger than anybody's."""
    try:
        content, _ = read_bytes(str(path), MAX_BYTES + 1)
    except (OSError, ValueError):
        return None
    return content if len(content) <= MAX_BYTES else None


def _dangles(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def _replace(path: Path, content: bytes) -> None:
    """Write the whole file or nothing, with the permissions that it has."""
    mode = path.stat().st_mode & 0o7777 if path.exists() else None
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).chmod(0o644 if mode is None else mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
