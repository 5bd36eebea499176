"""What a file or a command line asks for, and exactly where it says so."""

from __future__ import annotations

from enum import Enum

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.record import record


@record
class Location:
    """A place in an input: ``line`` and ``column`` from 1, ``pointer`` the logical place, as ``packages[3].name``."""

    path: str
    line: int
    column: int = 1
    pointer: str = ""


class SourceKind(str, Enum):
    """Where the bytes of a requirement would come from."""

    REGISTRY = "registry"
    URL = "url"
    GIT = "git"
    PATH = "path"
    WORKSPACE = "workspace"


class Origin(str, Enum):
    """Who named something: the person who runs depaudit, or the tree that is audited."""

    OPERATOR = "operator"
    TREE = "tree"


@record
class IndexRef:
    """An index as somebody named it, unexpanded: ``${VAR}`` stands as written and credentials may be inside.

    ``url`` may hold a secret: show ``indexes.urls.redact(url)``, never this. Parsers always give ``Origin.TREE``;
    the index layer raises it to the operator's where the operator names the same index.
    """

    url: str
    origin: Origin = Origin.TREE
    location: Location | None = None
    name: str | None = None

    def __repr__(self) -> str:  # a secret must not reach a traceback
        return f"IndexRef(name={self.name!r}, origin={self.origin.value})"


@record
class IndexOptions:
    """The index options that one file gives to all its requirements.

    ``index_url``   replaces the default index (pip's ``--index-url``, uv's ``default = true``, poetry's primary source)
    ``extra``       further indexes in the order given (``--extra-index-url``, uv's other ``[[index]]`` entries)
    ``find_links``  folders or pages of archives
    ``no_index``    no index at all
    """

    index_url: IndexRef | None = None
    extra: tuple[IndexRef, ...] = ()
    find_links: tuple[IndexRef, ...] = ()
    no_index: bool = False


@record
class Source:
    """Where a requirement comes from.

    ``url``    the archive, repository or path as written, for all kinds but ``REGISTRY`` and ``WORKSPACE``; for a
               lockfile's registry entry the archive's URL where the file states one
    ``index``  the one index that the file itself says (a lockfile's registry, ``[tool.uv.sources]``, a poetry
               source); None where the client's settings decide
    """

    kind: SourceKind
    url: str | None = None
    index: IndexRef | None = None

    def __repr__(self) -> str:
        return f"Source({self.kind.value})"


REGISTRY = Source(kind=SourceKind.REGISTRY)
"""The plain case: a name, looked up wherever the client's settings say."""


@record
class Requirement:
    """One wish for one package, at one place.

    ``name``            as its registry spells it
    ``raw_name``        as the file spells it (an npm alias's key is ``alias``)
    ``requested``       the whole requirement as written, for people: ``flask[async]>=3 ; python_version < "3.13"``
    ``specifier``       the version part alone, in its ecosystem's grammar (PEP 440, npm ranges, tags); ``""`` is any
    ``pinned_version``  the one version: locked, ``==1.2``, ``===1.2``, npm's ``1.2.3``, ``=1.2.3``; else None
    ``marker``          the PEP 508 marker as written, else None
    ``groups``          ``main``, ``dev``, ``optional``, ``peer``, ``build``, an extra's or group's own name
    ``direct``          asked for by a person in this file; False: a lockfile says that something else needs it
    ``required_by``     names of the packages that asked for it, where a lockfile tells
    ``indexes``         index options that its file (and the files including it) give to all requirements
    ``hashes``          True where the file pins the archive's hash
    """

    ecosystem: Ecosystem
    name: NormalizedName
    raw_name: str
    requested: str
    location: Location
    specifier: str = ""
    pinned_version: str | None = None
    marker: str | None = None
    source: Source = REGISTRY
    groups: tuple[str, ...] = ("main",)
    direct: bool = True
    required_by: tuple[str, ...] = ()
    alias: str | None = None
    indexes: IndexOptions | None = None
    hashes: bool = False


LOCAL_PATH = "local path"
"""The kind under which unnamed folders (``-e .``) are counted as not audited: the tree's own code, nobody's package."""


@record
class Package:
    """What is judged: one (ecosystem, name, version, source), with every requirement that asks for it."""

    ecosystem: Ecosystem
    name: NormalizedName
    version: str | None
    source: SourceKind
    requirements: tuple[Requirement, ...]

    @property
    def direct(self) -> bool:
        return any(r.direct for r in self.requirements)
