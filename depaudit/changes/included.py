"""What a requirements file, or a pyproject.toml, includes: as paths in the repository."""

from __future__ import annotations

import re

from depaudit.changes.links import joined
from depaudit.file_reader import REQUIREMENTS, parse_text
from depaudit.model.record import record
from depaudit.parsers import format_for
from depaudit.reading import decode

# Only to spare most files a parser; what a stranger spelling includes is then missed, and told by whoever reads it.
_HINT = re.compile(r"(?:\A|\s)--?[rc]")
_SETUPTOOLS = re.compile(r"\bfile\b")


@record(kw_only=False)
class Included:
    """A file, and the folders that the path to it goes through and leaves again by ".."."""

    path: str
    through: tuple[str, ...] = ()


def may_include(path: str, *, by_name: bool) -> str | None:
    """The format as which the file's includes are read; None where it has none.

    ``by_name``  its own name says what it is; else another one includes it
    """
    format_ = format_for(path)
    if format_ is None:
        return None if by_name else REQUIREMENTS
    return format_.name if format_.name in (REQUIREMENTS, "pyproject") else None


def includes_of(path: str, data: bytes, format_name: str) -> tuple[Included, ...]:
    """The files that the one at ``path`` includes, those outside of the repository and URLs left out."""
    text = decode(data, path, coding_line=format_name == REQUIREMENTS).text
    hint = _HINT if format_name == REQUIREMENTS else _SETUPTOOLS
    if text is None or hint.search(text) is None:
        return ()
    parsed, _ = parse_text(text, path, format_name)
    targets = dict.fromkeys(include.target for include in parsed.includes)
    found = (_placed(path.rpartition("/")[0], target) for target in targets)
    return tuple(one for one in found if one is not None)


def _placed(folder: str, target: str) -> Included | None:
    scheme = target.partition(":")[0].lower()
    if "://" in target or scheme in ("http", "https", "ftp", "file") or "${" in target or "\0" in target:
        return None
    path = joined(folder, target)
    if path is None:
        return None
    through = []
    parts = target.split("/")
    for at, part in enumerate(parts[1:], start=1):
        if part == ".." and parts[at - 1] not in ("", ".", ".."):
            left = joined(folder, "/".join(parts[:at]))
            if left is not None:
                through.append(left)
    return Included(path, tuple(through))
