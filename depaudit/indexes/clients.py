"""The settings of all clients together: one record to read, and the credentials that lie in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from depaudit.indexes.credentials import Credential, CredentialStore, Grant, Keyring, grant_of, username_of
from depaudit.indexes.files import SettingsFiles
from depaudit.indexes.javascript import KinSettings
from depaudit.indexes.keyring import ask_keyring, find_keyring
from depaudit.indexes.netrc import read_netrc
from depaudit.indexes.npm import NpmSettings, read_npm
from depaudit.indexes.pdm import read_pdm
from depaudit.indexes.pip import PipSettings, read_pip
from depaudit.indexes.settings import NpmAuth, PypiClient
from depaudit.indexes.urls import try_parse
from depaudit.indexes.uv import UvSettings, named_credentials, read_uv
from depaudit.model.names import Ecosystem
from depaudit.model.record import record, replace
from depaudit.model.requirement import IndexOptions, IndexRef, Origin
from depaudit.model.settings import IndexSettings


@record
class Clients:
    """The clients' settings outside any project.

    ``options``   index options of the command line, ``registry`` npm's; both are the operator's
    """

    pip: PipSettings
    uv: UvSettings
    pdm: PypiClient
    npm: NpmSettings
    options: IndexOptions | None = None
    registry: IndexRef | None = None
    kin: KinSettings = KinSettings()

    def refs(self, ecosystem: Ecosystem) -> tuple[IndexRef, ...]:
        """Every index of the ecosystem that any of them names."""
        if ecosystem is Ecosystem.NPM:
            named = tuple(ref for level in (*self.kin.levels, *self.npm.levels) for ref in level.refs)
            return (self.registry, *named) if self.registry else named
        line = self.options
        given = (*((line.index_url,) if line and line.index_url else ()), *(line.extra if line else ()))
        return (*given, *self.pip.client.refs, *self.uv.client().refs, *self.pdm.refs)

    @property
    def npm_auth(self) -> tuple[NpmAuth, ...]:
        """The credential lines of the operator's own settings files and environment, strongest first."""
        levels = (*self.kin.levels, *self.npm.levels)
        return tuple(line for level in levels if level.origin is Origin.OPERATOR for line in level.auth)

    def under(self, settings: IndexSettings) -> Clients:
        """Without the index settings of the ecosystems for which the configuration names the index itself."""
        kept = self
        if settings.pypi is not None:
            uv = UvSettings(reads_projects=self.uv.reads_projects)
            kept = replace(kept, pip=PipSettings(client=PypiClient()), uv=uv, pdm=PypiClient())
        if settings.npm is not None:
            kept = replace(kept, npm=NpmSettings(), kin=KinSettings())
        return kept


def read_clients(
    environment: Mapping[str, str],
    files: SettingsFiles,
    *,
    home: Path,
    etc: Path,
    platform: str,
    options: IndexOptions | None,
    registry: str | None,
    kin: KinSettings = KinSettings(),  # noqa: B008  frozen
) -> Clients:
    """All clients' settings, from ``environment`` and their files."""
    return Clients(
        pip=read_pip(environment, files, home=home, etc=etc, platform=platform),
        uv=read_uv(environment, files, home=home, etc=etc, platform=platform),
        pdm=read_pdm(environment),
        npm=read_npm(environment, files, home=home, etc=etc, platform=platform),
        options=_as_operators(options) if options else None,
        registry=IndexRef(url=registry, origin=Origin.OPERATOR) if registry else None,
        kin=kin,
    )


def read_credentials(
    clients: Clients,
    environment: Mapping[str, str],
    files: SettingsFiles,
    *,
    home: Path,
    settings: IndexSettings,
    named: Iterable[str],
) -> CredentialStore:
    """The operator's credentials, for the hosts of the ``named`` URLs and no others."""
    refs = [ref for ecosystem in Ecosystem for ref in clients.refs(ecosystem) if ref.origin is Origin.OPERATOR]
    written = [*(url for url in (settings.pypi, settings.npm) if url), *(url for url, _ in settings.known)]
    urls = [*written, *(ref.url for ref in refs)]
    grants = [grant for url in urls if (grant := grant_of(url))]
    grants += [grant for ref in refs if (grant := _uv_grant(ref, environment))]
    grants += _npm_grants(clients.npm_auth)
    parsed = [url for text in named if (url := try_parse(text))]
    return CredentialStore(
        named=parsed,
        grants=grants,
        logins=read_netrc(environment, files, home=home),
        usernames=[pair for url in urls if (pair := username_of(url))],
        keyring=_keyring(clients, environment, files),
        any_host=settings.foreign == "trust",
    )


def _as_operators(options: IndexOptions) -> IndexOptions:
    """Whatever a parser thought: what stands on the command line is the operator's."""

    def own(ref: IndexRef) -> IndexRef:
        return replace(ref, origin=Origin.OPERATOR)

    return IndexOptions(
        index_url=own(options.index_url) if options.index_url else None,
        extra=tuple(map(own, options.extra)),
        find_links=tuple(map(own, options.find_links)),
        no_index=options.no_index,
    )


def _keyring(clients: Clients, environment: Mapping[str, str], files: SettingsFiles) -> Keyring | None:
    if not clients.pip.keyring and not clients.uv.keyring:
        return None
    executable = find_keyring(environment, lambda path: files.origin(path) is Origin.OPERATOR)
    return partial(ask_keyring, executable, environment) if executable else None


def _uv_grant(ref: IndexRef, environment: Mapping[str, str]) -> Grant | None:
    """uv's ``UV_INDEX_<NAME>_USERNAME`` and ``_PASSWORD``: only for an index whose URL the operator gives too."""
    base = try_parse(ref.url)
    pair = named_credentials(environment, ref.name) if ref.name else None
    return Grant(base=base, credential=Credential.basic(*pair)) if base and pair else None


def _npm_grants(lines: Iterable[NpmAuth]) -> list[Grant]:
    bases: dict[str, dict[str, str]] = {}
    for line in lines:
        bases.setdefault(line.base, {}).setdefault(line.kind, line.value)
    grants: list[Grant] = []
    for base, kinds in bases.items():
        credential = _npm_credential(kinds)
        if credential is None:
            continue
        for scheme in ("https", "http"):  # the line says no scheme; the store allows http only where a URL names it
            url = try_parse(f"{scheme}:{base}")
            if url is not None:
                grants.append(Grant(base=url, credential=credential))
    return grants


def _npm_credential(kinds: Mapping[str, str]) -> Credential | None:
    """npm's order: a token, then ``_auth``, then user and password (which is base64)."""
    if any("${" in value for value in kinds.values()):
        return None  # a variable that is not set: npm would send it as it stands
    token = kinds.get("_authToken")
    if token:
        return Credential.bearer(token) if _is_header_text(token) else None
    if kinds.get("_auth"):
        plain = _from_base64(kinds["_auth"])
        user, colon, password = plain.partition(":") if plain else ("", "", "")
        return Credential.basic(user, password) if colon else None
    if kinds.get("username") and kinds.get("_password"):
        secret = _from_base64(kinds["_password"])
        return Credential.basic(kinds["username"], secret) if secret is not None else None
    return None


def _from_base64(text: str) -> str | None:
    import base64
    import binascii

    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def _is_header_text(text: str) -> bool:
    """Nothing that could end the header and begin another."""
    return all("!" <= letter <= "~" for letter in text)
