"""Which credential may go with a request, and never to a host that the operator did not name.

Nothing here shows a secret: no ``repr``, message or problem holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from depaudit.indexes.urls import IndexUrl, is_public_host, is_under, try_parse, userinfo
from depaudit.indexes.wellknown import well_known
from depaudit.model.names import Ecosystem
from depaudit.model.record import record

Keyring = Callable[[str, "str | None"], "tuple[str, str] | None"]
"""Asked with a service (an index URL or a host) and perhaps a user; gives user and password."""


class Credential:
    """A user and password, or a token. Its text is reachable by ``authorization`` alone."""

    __slots__ = ("_header",)

    def __init__(self, header: str) -> None:
        self._header = header

    @classmethod
    def basic(cls, username: str, password: str) -> Credential:
        """HTTP Basic authentication (RFC 7617), in UTF-8."""
        import base64

        return cls("Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii"))

    @classmethod
    def bearer(cls, token: str) -> Credential:
        """A token as npm sends it (RFC 6750)."""
        return cls("Bearer " + token)

    def authorization(self) -> str:
        """The value of the ``Authorization`` header."""
        return self._header

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credential) and self._header == other._header

    def __hash__(self) -> int:
        return hash(self._header)

    def __repr__(self) -> str:
        return "Credential(…)"

    def __reduce__(self) -> str:
        raise TypeError("a credential is never pickled")


@record
class Grant:
    """A credential and the URL at and below which it counts."""

    base: IndexUrl
    credential: Credential


class CredentialStore:
    """The operator's credentials.

    ``named``     the indexes that the operator names: only their scheme, host and port are ever given a credential
    ``grants``    credentials of URLs; the longest URL wins
    ``logins``    host → (user, password), of the netrc file; asked where no grant applies
    ``usernames`` URLs that name a user without a password: whom to ask the keyring for
    ``keyring``   None unless the operator's settings ask for one
    ``any_host``  the operator trusts every index that the tree names (``foreign-indexes = "trust"``)
    """

    __slots__ = ("_answers", "_any_host", "_grants", "_keyring", "_logins", "_named", "_origins", "_usernames")

    def __init__(
        self,
        *,
        named: Iterable[IndexUrl] = (),
        grants: Iterable[Grant] = (),
        logins: Mapping[str, tuple[str, str]] | None = None,
        usernames: Iterable[tuple[IndexUrl, str]] = (),
        keyring: Keyring | None = None,
        any_host: bool = False,
    ) -> None:
        self._named = tuple(named)
        self._origins = frozenset(url.origin for url in self._named)
        self._grants = tuple(sorted(grants, key=lambda grant: -len(grant.base.path)))
        self._logins = dict(logins or {})
        self._usernames = tuple(sorted(usernames, key=lambda pair: -len(pair[0].path)))
        self._keyring = keyring
        self._any_host = any_host
        self._answers: dict[str, Credential | None] = {}

    def __repr__(self) -> str:
        return f"CredentialStore({len(self._grants)} grants, {len(self._logins)} logins)"

    def for_url(self, url: str) -> Credential | None:
        """The credential to send with a request for ``url``, or None. No input or output."""
        target = self._allowed(url)
        if target is None:
            return None
        for grant in self._grants:
            if is_under(target, grant.base):
                return grant.credential
        username = self._username(target)
        login = self._logins.get(target.host)
        if login is not None and username in (None, login[0]):
            return Credential.basic(*login)
        # pip and uv send a lone user too: some registries take a token in its place
        return Credential.basic(username, "") if username is not None else None

    def on_unauthorized(self, url: str) -> Credential | None:
        """A credential of the keyring for ``url``, after the server answered 401 to what ``for_url`` gave.

        Runs a command for up to some seconds (call it from a thread); each index is asked about once.
        """
        target = self._allowed(url)
        if target is None or self._keyring is None or is_public_host(target.host):
            return None
        above = [one for one in self._named if is_under(target, one)]
        index = max(above, key=lambda one: len(one.path), default=None)
        if index is None:
            return None
        service = str(index)
        if service not in self._answers:
            self._answers[service] = self._ask_keyring(self._keyring, index)
        return self._answers[service]

    def _ask_keyring(self, keyring: Keyring, index: IndexUrl) -> Credential | None:
        username = self._username(index)
        # pip's order: the index as written (people store it with and without the slash), then the host
        for service in (str(index), str(index).rstrip("/"), index.netloc):
            answer = keyring(service, username)
            if answer is not None:
                return Credential.basic(*answer)
        return None

    def _allowed(self, url: str) -> IndexUrl | None:
        """The URL, if a credential may go there at all."""
        target = try_parse(url)
        if target is None or target.scheme == "file":
            return None
        if any(well_known(ecosystem, target) for ecosystem in Ecosystem):
            return None
        if target.origin in self._origins:
            return target  # over plain http only where the operator's own URL says http
        if target.scheme == "http":
            return None
        if self._any_host or (is_public_host(target.host) and target.port is None):
            return target
        return None

    def _username(self, target: IndexUrl) -> str | None:
        return next((username for base, username in self._usernames if is_under(target, base)), None)


def grant_of(url: str) -> Grant | None:
    """The credential that stands in an operator's URL as user and password, for that index alone."""
    base, info = try_parse(url), userinfo(url)
    if base is None or info is None or info.password is None:
        return None
    return Grant(base=base, credential=Credential.basic(info.username, info.password))


def username_of(url: str) -> tuple[IndexUrl, str] | None:
    """The lone user that stands in an operator's URL."""
    base, info = try_parse(url), userinfo(url)
    if base is None or info is None or info.password is not None:
        return None
    return base, info.username
