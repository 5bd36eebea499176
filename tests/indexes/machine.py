"""A made-up machine in a temporary folder: a home, a project, the system's settings, an environment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from depaudit.indexes.files import SettingsFiles
from depaudit.indexes.router import Router, read_router
from depaudit.model.names import Ecosystem, normalize
from depaudit.model.requirement import IndexOptions, IndexRef, Location, Requirement, Source, SourceKind
from depaudit.model.route import Index, Route
from depaudit.model.settings import IndexSettings

PYPI = Index(ecosystem=Ecosystem.PYPI, url="https://pypi.org/simple/", public=True)
NPM = Index(ecosystem=Ecosystem.NPM, url="https://registry.npmjs.org/", public=True)


@dataclass
class Machine:
    """``top`` holds ``home``, ``etc`` and ``work`` (the audited project, and the working folder)."""

    top: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in (self.home, self.etc, self.work):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def home(self) -> Path:
        return self.top / "home"

    @property
    def etc(self) -> Path:
        return self.top / "etc"

    @property
    def work(self) -> Path:
        return self.top / "work"

    def write(self, path: str, text: str) -> Path:
        """Write ``top/path``."""
        target = self.top / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def files(self, roots: Sequence[Path] | None = None) -> SettingsFiles:
        return SettingsFiles(home=self.home, cwd=self.work, tree_roots=(self.work,) if roots is None else roots)

    def router(self, settings: IndexSettings | None = None, **more: Any) -> Router:
        more.setdefault("tree_roots", (self.work,))
        return read_router(
            self.environment,
            home=more.pop("home", self.home),
            cwd=self.work,
            settings=settings or IndexSettings(),
            platform=more.pop("platform", "linux"),
            etc=self.etc,
            **more,
        )


def pypi(name: str, path: str = "requirements.txt", **more: Any) -> Requirement:
    """A requirement of a PyPI name; ``index`` is its source's index."""
    return _requirement(Ecosystem.PYPI, name, path, more)


def npm(name: str, path: str = "package.json", **more: Any) -> Requirement:
    """A requirement of an npm name; ``index`` and ``archive`` are its source's index and URL."""
    return _requirement(Ecosystem.NPM, name, path, more)


def _requirement(ecosystem: Ecosystem, name: str, path: str, more: dict[str, Any]) -> Requirement:
    index, archive = more.pop("index", None), more.pop("archive", None)
    if index is not None or archive is not None:
        ref = index if isinstance(index, IndexRef) or index is None else IndexRef(url=index)
        more["source"] = Source(kind=SourceKind.REGISTRY, url=archive, index=ref)
    return Requirement(
        ecosystem=ecosystem,
        name=normalize(ecosystem, name),
        raw_name=name,
        requested=name,
        location=Location(path=path, line=1),
        **more,
    )


def options(
    index_url: str | None = None, extra: Sequence[str] = (), links: Sequence[str] = (), *, no_index: bool = False
) -> IndexOptions:
    """The index options of one file."""
    return IndexOptions(
        index_url=IndexRef(url=index_url) if index_url else None,
        extra=tuple(IndexRef(url=url) for url in extra),
        find_links=tuple(IndexRef(url=url) for url in links),
        no_index=no_index,
    )


def summary(route: Route) -> tuple[tuple[Index, ...], list[tuple[str, bool]]]:
    """The indexes of a route, and its foreign ones as (URL, whether a credential is meant for it)."""
    return route.indexes, [(foreign.url, foreign.credential) for foreign in route.foreign]


def private(url: str, ecosystem: Ecosystem = Ecosystem.PYPI) -> Index:
    """An index of the operator's."""
    return Index(ecosystem=ecosystem, url=url, public=False)


def shared(url: str, ecosystem: Ecosystem = Ecosystem.PYPI) -> Index:
    """A well-known index."""
    return Index(ecosystem=ecosystem, url=url, public=False, shared=True)
