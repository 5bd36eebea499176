"""What a parser is: text in, requirements with places out. Pure: no files, no network, no environment."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.requirement import IndexOptions, Location, Requirement

MAX_INPUT_BYTES = 48 * 1024 * 1024
"""A dependency file beyond this is refused with a message. The largest lockfiles met in public have some 10 MB."""


class IncludeKind(str, Enum):
    """What an included file's requirements mean."""

    REQUIREMENTS = "requirements"
    CONSTRAINTS = "constraints"


@record
class Include:
    """A file that this one includes, as written (relative to it, or a URL)."""

    target: str
    kind: IncludeKind
    location: Location


@record
class Parsed:
    """All that one file says.

    ``problems``     what could not be read; the rest is in ``requirements`` all the same
    ``indexes``      index options for all requirements of the file (the reader joins them with those of includes)
    ``not_audited``  (kind, count) of entries beyond this audit: ("conda", 2)
    ``undetermined`` places whose package cannot be told from the text (``pip install $PKG``), with what stands there
    ``project``      the name that the file gives to its own project, normalised; "" where it gives none
    ``project_version``  that project's version, as written; "" where it gives none
    ``workspaces``   globs of folders, relative to the file's, whose projects belong to this one (npm, yarn, bun)
    """

    requirements: tuple[Requirement, ...] = ()
    includes: tuple[Include, ...] = ()
    indexes: IndexOptions | None = None
    problems: tuple[Problem, ...] = ()
    not_audited: tuple[tuple[str, int], ...] = ()
    undetermined: tuple[tuple[Location, str], ...] = ()
    project: str = ""
    project_version: str = ""
    workspaces: tuple[str, ...] = ()


class Parser(Protocol):
    """One format. ``name`` is its id (``--format-in``, docs page); ``what`` one line for people.

    ``patterns``  the names of the files that are surely of this format, as ``fnmatch`` globs on the file's name
    ``lockfile``  it pins what some manifest beside it asks for
    """

    name: str
    what: str
    patterns: tuple[str, ...]
    lockfile: bool

    def matches(self, path: str) -> bool:
        """Whether a file at ``path`` (``/``-separated, as the user or discovery names it) is of this format."""
        ...

    def parse(self, text: str, path: str) -> Parsed:
        """Read ``text``; ``path`` is only for places and messages.

        Raises ``ParseError``, with line, cause and mend, when the file as a whole cannot be read; what is wrong with
        one entry alone is a ``Problem`` and the others are kept. Nothing else is ever raised, whatever the text.
        """
        ...
