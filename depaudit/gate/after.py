"""After the client: every file that it wrote and everything newly installed must have been judged in this run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from depaudit.file_reader import REQUIREMENTS
from depaudit.inputs import read_inputs
from depaudit.model.record import record
from depaudit.model.requirement import Requirement
from depaudit.parsers import format_for

MAX_BYTES = 256 * 1024 * 1024
"""The largest lockfiles met in public have some 15 MB; what is larger is not kept, and that is said."""


@record(kw_only=False)
class Kept:
    """The files of a project as they were; None: there was none."""

    contents: Mapping[Path, bytes | None]


def keep(paths: Iterable[Path]) -> Kept:
    """Read the files that the client may write."""
    return Kept({path: _read(path) for path in dict.fromkeys(paths)})


def changed(kept: Kept) -> tuple[Path, ...]:
    """Those that are not as they were."""
    return tuple(path for path, content in kept.contents.items() if _read(path) != content)


def put_back(kept: Kept, paths: Iterable[Path]) -> tuple[str, ...]:
    """Make the files what they were, byte for byte; a sentence for each that could not be."""
    failed = []
    for path in paths:
        content = kept.contents[path]
        try:
            if content is None:
                path.unlink(missing_ok=True)
            else:
                _replace(path, content)
        except OSError as error:
            failed.append(f"{path} could not be put back as it was ({error.strerror or error}).")
    return tuple(failed)


def new_wishes(kept: Kept, paths: Sequence[Path], cwd: Path, outputs: Collection[Path] = ()) -> tuple[Requirement, ...]:
    """What the changed files ask for now, by version, and did not before.

    ``outputs``  files that the command itself named: of whatever name, they are requirements files
    """
    readable = [path for path in paths if path.is_file() and (_is_known(path) or path in outputs)]
    now = [wish for path in readable for wish in _wishes(path, cwd)]
    before = _wishes_before(kept, readable)
    return tuple(wish for wish in now if _key(wish) not in before)


def mentions(kept: Kept, paths: Sequence[Path], marks: Iterable[bytes]) -> tuple[bytes, ...]:
    """Which of ``marks`` (a path of this run, ``name@version``) stand in the files now and did not before."""
    marks = tuple(dict.fromkeys(marks))
    found: dict[bytes, None] = {}
    for path in paths:
        new, old = _read(path) or b"", kept.contents[path] or b""
        found.update(dict.fromkeys(mark for mark in marks if mark in new and mark not in old))
    return tuple(found)


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
            wishes |= {_key(wish) for wish in _wishes(copy, copy.parent)}
    return wishes


def _wishes(path: Path, cwd: Path) -> tuple[Requirement, ...]:
    return read_inputs([path], cwd=cwd, format_name=None if _is_known(path) else REQUIREMENTS).requirements


def _is_known(path: Path) -> bool:
    return format_for(path.as_posix()) is not None


def _key(wish: Requirement) -> object:
    return (wish.ecosystem, wish.name, wish.specifier, wish.pinned_version, wish.source.kind, wish.source.url)


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError:
        return None
    return content if len(content) <= MAX_BYTES else None


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
