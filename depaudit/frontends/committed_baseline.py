"""The baseline of a change: inside the repository it is the one of base, so that nobody can make own findings old."""

from __future__ import annotations

import os
from pathlib import Path

from depaudit.changes.committed import read_committed
from depaudit.changes.git import EMPTY, Repository
from depaudit.changes.snapshot import Head
from depaudit.errors import ConfigError
from depaudit.frontends.baseline import Baseline, place_from, read_old, read_text
from depaudit.model.names import quoted
from depaudit.policy.baseline_text import MAX_BYTES, parse

_COMMIT = 7


def read_baseline(
    path: Path | None, repository: Repository, judge: str | Head, head: str | Head
) -> tuple[Baseline | None, list[str]]:
    """The baseline at ``path`` (absolute, or None), and sentences for people.

    ``judge``  the state whose word counts: base, or head itself where its own configuration counts
    ``head``   the state that is judged. Where it alone has the file, there is no baseline yet

    Raises ``ConfigError`` for a file that is nowhere or is no baseline, and ``GitError``.
    """
    if path is None:
        return None, []
    place = place_from(repository.top, repository.top)
    inside = _inside(path, repository.top)
    if inside is None:
        return Baseline(old=read_old(path), place=place), []
    shown = inside if inside.isprintable() else quoted(inside, 4_096)[1:-1]
    text = _text(inside, repository, judge)
    if text is not None:
        label = "" if isinstance(judge, Head) else f" (at {judge[:_COMMIT]})"
        return Baseline(old=parse(text, f"{shown}{label}"), place=place), []
    if judge is not head and _text(inside, repository, head) is not None:
        return None, [f"The change brings its own baseline ({shown}); it takes effect once merged."]
    raise ConfigError(
        "there is no such baseline in the repository.",
        path=shown,
        mend=f"Write it, and commit it: depaudit scan --write-baseline {shown}.",
    )


def _text(path: str, repository: Repository, state: str | Head) -> str | None:
    """The file as a state of the repository has it. What is only staged is taken from the work tree: it counts not."""
    if state == EMPTY:
        return None
    if isinstance(state, Head):
        file = repository.top / path
        return read_text(file) if file.is_file() else None  # a pipe or device could hold the run up
    return read_committed(repository, repository.commit(state), (path,), limit=MAX_BYTES).get(path)


def _inside(path: Path, top: Path) -> str | None:
    """``path`` from the repository's top, "/"-separated; None where it lies outside, however it is spelt."""
    plain = Path(os.path.normpath(path))
    if plain.is_relative_to(top):
        return plain.relative_to(top).as_posix()
    try:
        real, real_top = path.resolve(), top.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return None
    return real.relative_to(real_top).as_posix() if real.is_relative_to(real_top) else None
