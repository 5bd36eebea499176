"""Whose index it is: every index that anybody names becomes one that may be asked, or a foreign one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from depaudit.errors import ConfigError
from depaudit.indexes.settings import NpmAuth
from depaudit.indexes.urls import (
    PUBLIC_INDEX,
    IndexUrl,
    has_variable,
    host_of,
    is_public_registry,
    is_under,
    parse,
    redact,
    try_parse,
    userinfo,
)
from depaudit.indexes.wellknown import well_known
from depaudit.model.names import Ecosystem, quoted
from depaudit.model.problem import Problem
from depaudit.model.requirement import IndexRef, Origin
from depaudit.model.route import Foreign, Index
from depaudit.model.settings import IndexSettings

_PATH = re.compile(r"/|\.{1,2}(?:/|$)|[A-Za-z]:[\\/]")
_ONE_VARIABLE = re.compile(r"\s*\$(?:\{[^{}$]{1,200}\}|[A-Za-z_][A-Za-z0-9_]*)(?:/[^$@]*)?\s*")
_WEB = re.compile(r"\s*https?:", re.IGNORECASE)


class Trust:
    """What the operator names, and the judgement on everything else.

    ``refs``              all indexes that the operator's own settings and command line name
    ``npm_auth``          the operator's credential lines: each names its registry, so that registry is the operator's
    ``tree_auth_hosts``   hosts for which the audited tree holds credential lines
    """

    def __init__(
        self,
        settings: IndexSettings,
        *,
        refs: Mapping[Ecosystem, Iterable[IndexRef]],
        npm_auth: Iterable[NpmAuth],
        tree_auth_hosts: Iterable[str],
        cwd: Path,
    ) -> None:
        self._foreign = settings.foreign
        self._file_hosts = frozenset(host.lower().rstrip(".") for host in settings.file_hosts)
        self._tree_auth_hosts = frozenset(tree_auth_hosts)
        self._cwd = cwd
        self._problems: list[Problem] = []
        self._public: dict[Ecosystem, Index] = {}
        self._named: dict[tuple[Ecosystem, IndexUrl], Index] = {}
        self._parsed: dict[str, IndexUrl | None] = {}
        self._name_settings(settings)
        for ecosystem, some in refs.items():
            for ref in some:
                if ref.origin is Origin.OPERATOR:
                    self._name_ref(ecosystem, ref)
        for line in npm_auth:
            url = try_parse(f"https:{line.base}")
            if url is not None and not is_public_registry(Ecosystem.NPM, url):
                self._name(Ecosystem.NPM, url, public=False)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Indexes that the operator names in a way that cannot be read."""
        return tuple(self._problems)

    @property
    def named(self) -> tuple[Index, ...]:
        """The indexes that the operator names; the public registries, or what stands for them, first."""
        return tuple(dict.fromkeys((*self._public.values(), *self._named.values())))

    def public(self, ecosystem: Ecosystem) -> Index:
        """The public registry, or what the configuration puts in its place."""
        return self._public[ecosystem]

    def judge(self, ecosystem: Ecosystem, ref: IndexRef, *, archive: str | None = None) -> Index | Foreign:
        """The index behind ``ref``, or the reason not to ask it.

        ``archive`` is the URL of the very archive, where a lockfile states one: it lies below its registry's URL,
        while ``ref`` may be no more than a guess from it.
        """
        url = self._url(ref)
        known = None if url is None else self._known(ecosystem, url)
        if known is None and archive is not None and url is not None:
            known = self._holding(ecosystem, archive, url)
        if known is not None:
            return known
        if url is None or has_variable(str(url)) or self._foreign == "report":
            return self._foreigner(ref)
        origin = Origin.OPERATOR if self._foreign == "trust" else Origin.TREE
        return Index(ecosystem=ecosystem, url=str(url), public=False, origin=origin)

    def judge_links(self, ecosystem: Ecosystem, ref: IndexRef) -> Foreign | None:
        """A page of archives (``--find-links``): foreign when it is on the web and nobody but the tree names it."""
        if ref.origin is Origin.OPERATOR or self._foreign == "trust":
            return None
        if not _WEB.match(ref.url) and not ref.url.lstrip().startswith("$"):
            return None  # a folder
        url = self._url(ref)
        if url is not None:
            beside = any(one is ecosystem and url.origin == named.origin for one, named in self._named)
            if beside or self._known(ecosystem, url) is not None or url.host in self._file_hosts:
                return None
        return self._foreigner(ref)

    def serves_files_only(self, ecosystem: Ecosystem, ref: IndexRef) -> bool:
        """Whether the operator lists the host as one that serves archives, so that it tells nothing of the index."""
        url = self._url(ref)
        return url is not None and url.host in self._file_hosts and self._known(ecosystem, url) is None

    def _known(self, ecosystem: Ecosystem, url: IndexUrl) -> Index | None:
        if is_public_registry(ecosystem, url):
            return self._public[ecosystem]
        named = self._named.get((ecosystem, url))
        if named is not None:
            return named
        if str(url) == self._public[ecosystem].url:
            return self._public[ecosystem]
        if well_known(ecosystem, url) is not None:
            return Index(ecosystem=ecosystem, url=str(url), public=False, shared=True)
        return None

    def _holding(self, ecosystem: Ecosystem, archive: str, url: IndexUrl) -> Index | None:
        """The operator's index below which the archive lies, on the very host that the tree's ``url`` names."""
        target = try_parse(archive)
        if target is None or target.origin != url.origin:
            return None
        above = [
            (len(base.path), index)
            for (one, base), index in self._named.items()
            if one is ecosystem and is_under(target, base)
        ]
        public = self._public[ecosystem]
        base = try_parse(public.url)
        if base is not None and is_under(target, base):
            above.append((len(base.path), public))
        return max(above, key=lambda pair: pair[0])[1] if above else None

    def _foreigner(self, ref: IndexRef) -> Foreign:
        # a variable beside a host that the tree chose may carry a secret there; `${INDEX}` alone lets whoever sets it
        # choose the host too
        variable = has_variable(ref.url) and _ONE_VARIABLE.fullmatch(ref.url) is None
        meant = variable or userinfo(ref.url) is not None or host_of(ref.url) in self._tree_auth_hosts
        shown = redact(ref.url) if ref.url else f"the index named {quoted(ref.name or '')}"
        return Foreign(url=shown, credential=meant, ref=ref)

    def _url(self, ref: IndexRef) -> IndexUrl | None:
        text = ref.url
        if text not in self._parsed:
            self._parsed[text] = try_parse(text)
        if self._parsed[text] is None and ref.origin is Origin.OPERATOR:
            return try_parse(self._as_file_url(text))
        return self._parsed[text]

    def _as_file_url(self, text: str) -> str:
        """pip and uv also take a folder's path for an index; ``text`` unchanged where it is none."""
        if _PATH.match(text) is None:
            return text
        return (self._cwd / text).as_uri()

    def _name_settings(self, settings: IndexSettings) -> None:
        for ecosystem, url in ((Ecosystem.PYPI, settings.pypi), (Ecosystem.NPM, settings.npm)):
            self._public[ecosystem] = Index(ecosystem=ecosystem, url=PUBLIC_INDEX[ecosystem], public=True)
            parsed = None if url is None else self._setting(url)
            if parsed is not None and not is_public_registry(ecosystem, parsed):
                self._public[ecosystem] = Index(ecosystem=ecosystem, url=str(parsed), public=True)
        for url, public in settings.known:
            parsed = self._setting(url)
            if parsed is not None:
                for ecosystem in Ecosystem:
                    self._name(ecosystem, parsed, public=public)

    def _setting(self, url: str) -> IndexUrl | None:
        try:
            return parse(url)
        except ConfigError as error:
            self._problems.append(Problem.of(error, "depaudit's configuration"))
            return None

    def _name_ref(self, ecosystem: Ecosystem, ref: IndexRef) -> None:
        url = self._url(ref)
        if url is None:
            place = ref.location
            self._problems.append(
                Problem(
                    path=place.path if place else "the command line",
                    line=place.line if place and not place.path.startswith("$") else None,
                    message=f"{redact(ref.url)} is not an index address that can be used, so it is not asked.",
                    mend="Write it as https://host/path/.",
                )
            )
            return
        self._name(ecosystem, url, public=False)

    def _name(self, ecosystem: Ecosystem, url: IndexUrl, *, public: bool) -> None:
        if is_public_registry(ecosystem, url) or str(url) == self._public[ecosystem].url:
            return
        shared = not public and well_known(ecosystem, url) is not None
        index = Index(ecosystem=ecosystem, url=str(url), public=public, shared=shared)
        self._named.setdefault((ecosystem, url), index)
