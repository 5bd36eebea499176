"""One file a format: text to requirements with places.

``PARSERS`` lists them all. Importing this package imports none of them: a parser, and the readers it needs, are loaded
when a file of its format is met.
"""

from __future__ import annotations

import importlib
from fnmatch import fnmatchcase

from depaudit.errors import UsageError
from depaudit.model.names import quoted
from depaudit.model.record import record
from depaudit.parsers.base import Parser


@record
class Format:
    """One format and where its parser is. All but ``module`` and ``asks`` repeat what that parser says of itself.

    ``module``  in this package; its ``PARSER`` reads the format
    ``asks``    endings of file names, beyond ``patterns``, for which the parser's own ``matches`` is asked: it may
                know a file by its folder
    """

    name: str
    what: str
    patterns: tuple[str, ...]
    lockfile: bool
    module: str
    asks: tuple[str, ...] = ()

    def load(self) -> Parser:
        """The parser itself."""
        parser: Parser = importlib.import_module(f"depaudit.parsers.{self.module}").PARSER
        return parser


PARSERS: tuple[Format, ...] = (
    Format(
        name="requirements-txt",
        what="pip requirements and constraints files",
        patterns=(
            "requirements.txt",
            "requirements[-_.]*.txt",
            "requirements[0-9]*.txt",
            "*[-_.]requirements.txt",
            "requirements.in",
            "requirements[-_.]*.in",
            "*[-_.]requirements.in",
            "constraints.txt",
            "constraints[-_.]*.txt",
            "*[-_.]constraints.txt",
        ),
        lockfile=False,
        module="requirements",
        asks=(".txt", ".in"),
    ),
    Format(
        name="pyproject",
        what="pyproject.toml: PEP 621 and 735, Poetry, uv, PDM, Hatch",
        patterns=("pyproject.toml",),
        lockfile=False,
        module="pyproject",
    ),
    Format(
        name="uv-lock",
        what="uv's lockfile",
        patterns=("uv.lock", "*.py.lock"),
        lockfile=True,
        module="uv_lock",
    ),
    Format(
        name="poetry-lock",
        what="Poetry's lockfile",
        patterns=("poetry.lock",),
        lockfile=True,
        module="poetry_lock",
    ),
    Format(
        name="pylock",
        what="the standard Python lockfile (PEP 751)",
        patterns=("pylock.toml", "pylock.*.toml"),
        lockfile=True,
        module="pylock",
    ),
    Format(
        name="package-json",
        what="package.json, the manifest of npm, yarn, pnpm and bun",
        patterns=("package.json",),
        lockfile=False,
        module="package_json",
    ),
    Format(
        name="package-lock",
        what="package-lock.json and npm-shrinkwrap.json, npm's lockfiles of versions 1 to 3",
        patterns=("package-lock.json", "npm-shrinkwrap.json"),
        lockfile=True,
        module="package_lock",
    ),
)
"""Every format that depaudit reads."""

_BY_NAME = {format_.name: format_ for format_ in PARSERS}
_BY_FILE_NAME = {pattern: format_ for format_ in PARSERS for pattern in format_.patterns if "*" not in pattern}
_GLOBS = tuple(
    (pattern.rpartition("*")[2], pattern, format_)
    for format_ in PARSERS
    for pattern in format_.patterns
    if "*" in pattern
)
_ASKED = tuple((ending, format_) for format_ in PARSERS for ending in format_.asks)


def format_for(path: str) -> Format | None:
    """The format of the file at ``path`` (``/``-separated), told by its name and folder; None when none knows it."""
    file_name = path.rpartition("/")[2]
    if file_name in _BY_FILE_NAME:
        return _BY_FILE_NAME[file_name]
    for ending, pattern, format_ in _GLOBS:  # asked of every file of a tree: the cheap question first
        if file_name.endswith(ending) and fnmatchcase(file_name, pattern):
            return format_
    lower = file_name.lower()
    return next((f for ending, f in _ASKED if lower.endswith(ending) and f.load().matches(path)), None)


def parser_for(path: str) -> Parser | None:
    """The parser of the file at ``path`` (``/``-separated); None when none knows it."""
    format_ = format_for(path)
    return None if format_ is None else format_.load()


def parser_named(name: str) -> Parser:
    """The parser of the format that ``--format-in`` names. Raises ``UsageError`` with the names there are."""
    if name in _BY_NAME:
        return _BY_NAME[name].load()
    from difflib import get_close_matches  # only ever needed here

    close = get_close_matches(name, _BY_NAME, n=1)
    raise UsageError(
        f"{quoted(name)} is no format that depaudit reads.",
        mend=f"Did you mean {close[0]}?" if close else f"The formats are {', '.join(_BY_NAME)}.",
    )
