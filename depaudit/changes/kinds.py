"""Which files of a repository matter to an audit, told by their names, and which names are never written to disk."""

from __future__ import annotations

import re
import unicodedata

from depaudit.discovery import MAX_DEPTH, SKIPPED_FOLDERS
from depaudit.file_reader import REQUIREMENTS
from depaudit.model.names import quoted
from depaudit.model.record import record
from depaudit.parsers import PARSERS, format_for
from depaudit.unread import UNREAD, unread_kind

SETTINGS = frozenset(
    {
        ".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", "pdm.toml", "pnpm-workspace.yaml", "pyproject.toml",
        "uv.toml",
    }
)  # fmt: skip
"""Files that tell a client which indexes it asks, for their own folder and those below."""

CONFIGURATION = "depaudit.toml"

MAX_PATH_BYTES = 4_000
"""Of a path in the repository; operating systems take 4,096 with what stands before it."""

_GIT_SHORT = re.compile(r"git~\d+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|\Z)")


@record
class Kind:
    """What a file is.

    ``dependency``  it names packages: in a format that depaudit reads, or one that it only knows
    ``read``        depaudit reads its format
    ``settings``    see ``SETTINGS``
    ``context``     it says what other files mean (workspaces, indexes, includes): both sides need it, changed or not
    """

    dependency: bool = False
    read: bool = False
    settings: bool = False
    context: bool = False


INCLUDED = Kind(dependency=True, read=True, context=True)
"""A file of any name that a requirements file includes."""

_KINDS = {
    (dependency, read, settings, context): Kind(dependency=dependency, read=read, settings=settings, context=context)
    for dependency in (False, True)
    for read in (False, True)
    for settings in (False, True)
    for context in (False, True)
}


_PATTERNS = tuple(p for format_ in PARSERS for p in format_.patterns) + tuple(p for _, ps in UNREAD for p in ps)
_NAMES = SETTINGS | {CONFIGURATION} | {pattern for pattern in _PATTERNS if "*" not in pattern}
_ENDINGS = {
    ending.rpartition(".")[2].lower()
    for ending in (*(p for p in _PATTERNS if "*" in p), *(ending for format_ in PARSERS for ending in format_.asks))
}
"""What surely matters, and how the names of all else end that may: asked of every file of a repository."""


def kind_of(path: str) -> Kind | None:
    """What the file at ``path`` ("/"-separated, from the repository's top) is; None when it does not matter."""
    name = path.rpartition("/")[2]
    if name not in _NAMES and name.rpartition(".")[2].lower() not in _ENDINGS:
        return None
    format_ = format_for(path)
    settings = name in SETTINGS
    if format_ is None and not settings and name != CONFIGURATION and unread_kind(name) is None:
        return None
    dependency = format_ is not None or unread_kind(name) is not None
    manifest = format_ is not None and format_.name in (REQUIREMENTS, "package-json")
    return _KINDS[dependency, format_ is not None, settings, settings or manifest or name == CONFIGURATION]


def is_passed_over(path: str) -> bool:
    """Whether a scan would not look into the folder: what is installed, built or cached."""
    return not SKIPPED_FOLDERS.isdisjoint(path.split("/")[:-1])


def refusal(path: str, *, windows: bool) -> str | None:
    """Why no file may be laid out under this name, as the end of a sentence; None when it may.

    Trees made by hand can hold names that git itself would never check out.
    """
    try:
        length = len(path.encode("utf-8"))
    except UnicodeEncodeError:
        return "its name is no UTF-8, and reports could not name it"
    if length > MAX_PATH_BYTES:
        return f"its path has more than {MAX_PATH_BYTES} bytes"
    parts = path.split("/")
    if len(parts) > MAX_DEPTH + 1:
        return f"it is more than {MAX_DEPTH} folders deep"
    for part in parts:
        if part in ("", ".", "..") or "\0" in part:
            return "no file can be called so"
        folded = _folded(part)
        if folded == ".git" or _GIT_SHORT.fullmatch(folded):
            return "it pretends to be a part of git's own folder"
        if windows and _unfit_for_windows(part):
            return "Windows takes no such name"
    return None


def shown(path: str) -> str:
    """A path for people: always printable."""
    return path if path.isprintable() else quoted(path, 4_096)[1:-1]


def _folded(part: str) -> str:
    # As file systems may: without case, trailing dots and blanks, streams (":"), and letters that show nothing.
    visible = "".join(c for c in part if unicodedata.category(c) != "Cf") if not part.isascii() else part
    return visible.partition(":")[0].rstrip(". ").casefold()


def _unfit_for_windows(part: str) -> bool:
    if any(c in '\\:*?"<>|' or c < " " for c in part) or part.endswith((".", " ")):
        return True
    return _DEVICE.match(part.casefold()) is not None
