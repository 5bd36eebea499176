"""Where a name would be looked up: the operator's settings and the tree's, joined as the clients join them.

``read_router`` alone has input; ``Router.route`` is pure. The rules are told in ``docs/indexes.md``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path

from depaudit.indexes.clients import Clients, read_clients, read_credentials
from depaudit.indexes.credentials import CredentialStore
from depaudit.indexes.files import SettingsFiles
from depaudit.indexes.javascript import read_kin
from depaudit.indexes.npm import user_file
from depaudit.indexes.private import PrivateNames
from depaudit.indexes.settings import NpmLevel, PypiClient
from depaudit.indexes.tree import Folder, Tree, read_tree
from depaudit.indexes.trust import Trust
from depaudit.indexes.urls import PUBLIC_INDEX, host_of, redact
from depaudit.indexes.uv import level_of_options
from depaudit.model.names import Ecosystem
from depaudit.model.problem import Problem
from depaudit.model.record import replace
from depaudit.model.requirement import IndexOptions, IndexRef, Origin, Requirement, SourceKind
from depaudit.model.route import Choice, Foreign, Index, Route
from depaudit.model.settings import IndexSettings

_PYPI = IndexRef(url=PUBLIC_INDEX[Ecosystem.PYPI], name="PyPI")


class Client(str, Enum):
    """A PyPI client, where it matters whose settings count."""

    PIP = "pip"
    UV = "uv"
    POETRY = "poetry"
    PDM = "pdm"


def read_router(
    environment: Mapping[str, str],
    *,
    home: Path,
    cwd: Path,
    tree_roots: Sequence[Path],
    settings: IndexSettings,
    options: IndexOptions | None = None,
    registry: str | None = None,
    platform: str = sys.platform,
    files: Iterable[Path] | None = None,
    client: Client | None = None,
    etc: Path = Path("/etc"),
    kin: str = "",
) -> Router:
    """Read the clients' settings, and give the router for one run.

    ``tree_roots``  what is audited: a settings file inside is not the operator's (without any, ``cwd`` stands there)
    ``options``     index options of the command line (``pip install -i``), and ``registry`` npm's ``--registry``:
                    the operator's, whatever origin the parser gave them
    ``files``       the dependency files of the run, where they are known: then only the folders beside and above them
                    are read for the tree's settings, else all below the tree roots
    ``client``      the client that a command line starts: its settings count for names that stand in no file, or in
                    one that no client calls its own (None: pip's, unless the project around names indexes for uv)
    ``etc``         the folder of the system's settings
    ``kin``         the npm-like client that a command starts (``yarn``, ``pnpm``, ``bun``): its own settings count too

    A file that cannot be read or is malformed becomes one of ``Router.problems``; nothing is raised.
    """
    cwd = Path(os.path.abspath(cwd))  # noqa: PTH100  places follow the text of paths, not symbolic links
    reading = SettingsFiles(home=home, cwd=cwd, tree_roots=tuple(tree_roots) or (cwd,))
    clients = read_clients(
        environment,
        reading,
        home=home,
        etc=etc,
        platform=platform,
        options=options,
        registry=registry,
        kin=read_kin(kin, environment, reading, home=home, folders=_upward(cwd, tree_roots)),
    )
    own = user_file(environment, home=home)
    tree = read_tree(
        reading,
        cwd=cwd,
        roots=tree_roots,
        dependency_files=files,
        user_npmrc=own if reading.origin(own) is Origin.OPERATOR else None,
    )
    kept = clients.under(settings)
    trust = Trust(
        settings,
        refs={ecosystem: kept.refs(ecosystem) for ecosystem in Ecosystem},
        npm_auth=kept.npm_auth,
        tree_auth_hosts={host_of(line.base) for line in tree.npm_auth},
        cwd=cwd,
    )
    named = [index.url for index in trust.named]
    credentials = read_credentials(clients, environment, reading, home=home, settings=settings, named=named)
    return Router(
        trust=trust,
        clients=kept,
        tree=tree,
        private=PrivateNames(settings.private),
        client=client,
        cwd=str(cwd),
        credentials=credentials,
        problems=(*reading.problems, *trust.problems),
    )


class Router:
    """Which indexes may be asked for a requirement. ``read_router`` makes it.

    ``problems``     settings that could not be read
    ``credentials``  the operator's, for the hosts that the operator names
    """

    def __init__(
        self,
        *,
        trust: Trust,
        clients: Clients,
        tree: Tree,
        private: PrivateNames,
        client: Client | None,
        cwd: str,
        credentials: CredentialStore,
        problems: tuple[Problem, ...],
    ) -> None:
        self.problems = problems
        self.credentials = credentials
        self._trust = trust
        self._clients = clients
        self._tree = tree
        self._private = private
        self._client = client
        self._cwd = cwd
        self._known: dict[tuple[object, ...], Route] = {}

    @property
    def named(self) -> tuple[Index, ...]:
        """The public registries, or what stands for them, and every index that the operator names."""
        return self._trust.named

    def route(self, requirement: Requirement) -> Route:
        """Where its name would be looked up; no index at all for what comes from a URL, a repository or a folder."""
        private = self._private.hold(requirement.ecosystem, requirement.name)
        if requirement.source.kind is not SourceKind.REGISTRY:
            return Route(indexes=(), private=private)
        key = _likeness(requirement)
        found = self._known.get(key)
        if found is None:
            found = self._npm(requirement) if requirement.ecosystem is Ecosystem.NPM else self._pypi(requirement)
            if not found.foreign:  # a foreign index is told with the place that names it
                self._known[key] = found
        return _kept_private(found) if private else found

    def reach(self, folder: Path) -> tuple[tuple[Index, ...], tuple[Foreign, ...]]:
        """Every index that a client working in ``folder`` might ask, whatever the name: the operator's, and those of
        the tree's own settings from there upward, told apart into indexes that may be asked and foreign ones."""
        indexes: dict[Index, None] = dict.fromkeys(self._trust.named)
        foreign: dict[Foreign, None] = {}
        kin = [(Ecosystem.NPM, ref) for level in self._clients.kin.levels for ref in level.refs]
        for ecosystem, ref in kin:
            judged = self._trust.judge(ecosystem, ref)
            (foreign if isinstance(judged, Foreign) else indexes)[judged] = None  # type: ignore[index]  # as told apart
        for one in self._tree.upward(os.path.abspath(folder)):  # noqa: PTH100  as places are read elsewhere
            refs = [(Ecosystem.NPM, ref) for ref in (one.npm.refs if one.npm else ())]
            if one.uv:
                refs += [(Ecosystem.PYPI, ref) for ref in self._clients.uv.client(one.uv).refs]
            refs += [(Ecosystem.PYPI, ref) for ref in (one.pdm.refs if one.pdm else ())]
            for ecosystem, ref in refs:
                judged = self._trust.judge(ecosystem, ref)
                if isinstance(judged, Foreign):
                    foreign[judged] = None
                else:
                    indexes[judged] = None
        return tuple(indexes), tuple(foreign)

    def _pypi(self, requirement: Requirement) -> Route:
        folders = tuple(self._tree.upward(self._folder(requirement)))
        client = _client_of(requirement, folders, self._client)
        settings = self._pypi_settings(client, requirement.indexes, folders)
        named = requirement.source.index
        if named is not None and not named.url:
            named = _by_name(named, settings)
        if named is not None and not self._trust.serves_files_only(Ecosystem.PYPI, named):
            return self._join(Ecosystem.PYPI, [named], Choice.FIRST_INDEX)
        refs: list[IndexRef | None] = []
        if not settings.no_index:
            last = settings.choice is Choice.FIRST_INDEX  # uv and Poetry ask the default after all others
            refs = [*settings.extra, settings.default] if last else [settings.default, *settings.extra]
        return self._join(Ecosystem.PYPI, refs, settings.choice, links=settings.find_links)

    def _pypi_settings(self, client: Client, written: IndexOptions | None, folders: Sequence[Folder]) -> PypiClient:
        line = self._clients.options
        if client is Client.UV:
            project = next((one.uv for one in folders if one.uv and one.uv.names_indexes), None)
            if project is None and written is not None:
                project = level_of_options(written)
            settings = self._clients.uv.client(project)
            return _with_options(settings, line, keep_extra=True)
        if client is Client.POETRY:
            # Poetry reads no settings of pip's; the primary source replaces PyPI, the others stand beside it
            return _with_options(PypiClient(choice=Choice.FIRST_INDEX), written, keep_extra=True)
        if client is Client.PDM:
            settings = next((one.pdm for one in folders if one.pdm), None) or PypiClient()
            settings = replace(settings, default=settings.default or self._clients.pdm.default)
            return _with_options(settings, written, keep_extra=True)
        settings = _with_options(self._clients.pip.client, line, keep_extra=True)
        return _with_options(settings, written, keep_extra=False)

    def _npm(self, requirement: Requirement) -> Route:
        named = requirement.source.index
        if named is not None and named.url and not self._trust.serves_files_only(Ecosystem.NPM, named):
            return self._join(Ecosystem.NPM, [named], Choice.FIRST_INDEX, archive=requirement.source.url)
        npm, kin = self._clients.npm, self._clients.kin
        line = NpmLevel(registry=self._clients.registry)
        project = tuple(one.npm for one in self._tree.upward(self._folder(requirement)) if one.npm)
        own = () if kin.alone else (npm.environment, *project, *npm.files)
        levels = (line, *kin.levels, *own)
        ref: IndexRef | None = None
        if requirement.name.startswith("@"):
            scope = requirement.name.partition("/")[0]
            ref = next((found for level in levels if (found := level.scope(scope))), None)
        if ref is None:
            ref = next((level.registry for level in levels if level.registry), None)
        return self._join(Ecosystem.NPM, [ref], Choice.FIRST_INDEX)

    def _join(
        self,
        ecosystem: Ecosystem,
        refs: Iterable[IndexRef | None],
        choice: Choice,
        *,
        links: tuple[IndexRef, ...] = (),
        archive: str | None = None,
    ) -> Route:
        """The route over ``refs`` (None is the public registry), private indexes first."""
        indexes: dict[Index, None] = {}
        foreign: dict[Foreign, None] = {}
        for ref in refs:
            judged = (
                self._trust.public(ecosystem) if ref is None else self._trust.judge(ecosystem, ref, archive=archive)
            )
            if isinstance(judged, Foreign):
                foreign[judged] = None
            else:
                indexes[judged] = None
                if judged.origin is Origin.TREE:  # asked, without credentials, and still nobody's but the tree's
                    foreign[Foreign(url=judged.url, ref=ref)] = None
        for link in links:
            stranger = self._trust.judge_links(ecosystem, link)
            if stranger is not None:
                foreign[stranger] = None
        ordered = tuple(sorted(indexes, key=lambda index: (index.public, index.shared)))
        return Route(
            indexes=ordered,
            choice=choice,
            foreign=tuple(foreign),
            private=bool(ordered) and all(_is_private(index) for index in ordered),
            find_links=tuple(dict.fromkeys(redact(link.url) for link in links)),
        )

    def _folder(self, requirement: Requirement) -> str:
        return os.path.dirname(os.path.normpath(os.path.join(self._cwd, requirement.location.path)))  # noqa: PTH118, PTH120  plain strings: this runs once a requirement


def _upward(folder: Path, roots: Sequence[Path]) -> list[Path]:
    """``folder`` and those above it, up to the tree root that holds it."""
    found: list[Path] = []
    for above in (folder, *folder.parents):
        found.append(above)
        if above in roots:
            return found
    return [folder]


def _likeness(requirement: Requirement) -> tuple[object, ...]:
    """What a route depends on beside privacy: thousands of a lockfile's entries are alike in it."""
    named = requirement.source.index
    scope = requirement.name.partition("/")[0] if requirement.name.startswith("@") else ""
    archive = requirement.source.url if named is not None and requirement.ecosystem is Ecosystem.NPM else None
    index = None if named is None else (named.url, named.name, named.origin)
    return (requirement.ecosystem, requirement.location.path, scope, index, requirement.indexes, archive)


def _client_of(requirement: Requirement, folders: Sequence[Folder], started: Client | None) -> Client:
    """Whose file it is: by its name, then by what its project's folders say."""
    otherwise = started or Client.PIP
    name = requirement.location.path.rpartition("/")[2]
    owner = {"uv.lock": Client.UV, "poetry.lock": Client.POETRY, "pdm.lock": Client.PDM}.get(name)
    if owner is not None:
        return owner
    if name.endswith(".py") and name != "setup.py":
        return Client.UV  # inline script metadata: uv runs such scripts
    if name == "pyproject.toml":
        for folder in folders:
            if folder.poetry or folder.pdm or folder.uv_used:
                return Client.POETRY if folder.poetry else Client.PDM if folder.pdm else Client.UV
        return otherwise
    if (
        started is None
        and requirement.indexes is None
        and any(folder.uv and folder.uv.names_indexes for folder in folders)
    ):
        return Client.UV  # pip would not see these indexes, but whoever wrote them installs with uv
    return otherwise


def _with_options(settings: PypiClient, options: IndexOptions | None, *, keep_extra: bool) -> PypiClient:
    """``settings`` under the options of a command line or a file.

    ``keep_extra``  False: an index URL also drops the extra indexes before it, as it does in pip's requirements files
                    (``pip._internal.req.req_file``), but not on pip's command line
    """
    if options is None:
        return settings
    if options.no_index or settings.no_index:
        indexes = replace(settings, default=None, extra=(), no_index=True)
    else:
        replaced = options.index_url is not None
        before = settings.extra if keep_extra or not replaced else ()
        # uv asks what the command line names before what its files name; for pip the order has no meaning
        extra = (*options.extra, *before) if settings.choice is Choice.FIRST_INDEX else (*before, *options.extra)
        indexes = replace(settings, default=options.index_url or settings.default, extra=extra)
    return replace(indexes, find_links=(*settings.find_links, *options.find_links))


def _by_name(ref: IndexRef, settings: PypiClient) -> IndexRef:
    """The index that a source gives by name alone: one of the client's, or Poetry's built-in ``PyPI``."""
    if ref.name is not None and ref.name.lower() == "pypi":
        return next((one for one in settings.refs if one.name and one.name.lower() == "pypi"), _PYPI)
    return next((one for one in settings.refs if one.name == ref.name), ref)


def _is_private(index: Index) -> bool:
    return not index.public and not index.shared and index.origin is Origin.OPERATOR


def _kept_private(route: Route) -> Route:
    """For a name that the operator declares private: only the operator's own indexes are left."""
    return replace(
        route,
        indexes=tuple(index for index in route.indexes if _is_private(index)),
        private=True,
        public_too=any(index.public for index in route.indexes),
    )
