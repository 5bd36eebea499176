"""Index URLs: reading them strictly, comparing them, and showing them without their secrets. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from depaudit.errors import ConfigError
from depaudit.model.names import Ecosystem
from depaudit.model.record import record

MAX_URL_LENGTH = 2048
"""Letters. No index met in public needs more than a tenth of it."""

PUBLIC_INDEX = {Ecosystem.PYPI: "https://pypi.org/simple/", Ecosystem.NPM: "https://registry.npmjs.org/"}
"""The one spelling of each public registry's index that this package gives out."""

# Everything on these hosts is the public registry, whatever the path; yarn's host is an alias of npm's, and
# pypi.python.org answers with redirects to pypi.org since 2018.
_REGISTRY_HOSTS = {
    Ecosystem.PYPI: frozenset({"pypi.org", "www.pypi.org", "pypi.python.org"}),
    Ecosystem.NPM: frozenset({"registry.npmjs.org", "registry.npmjs.com", "registry.yarnpkg.com"}),
}
_FILE_HOSTS = {
    Ecosystem.PYPI: frozenset({"files.pythonhosted.org"}),
    Ecosystem.NPM: frozenset[str](),  # npm serves its archives from the registry's own hosts
}
_DEFAULT_PORTS = {"https": 443, "http": 80}

# ${NAME}, ${NAME-default}, $NAME and cmd's %NAME%; a %2F of percent-encoding is none, it has digits and no second %.
_VARIABLE = re.compile(r"\$\{[^{}]{0,200}\}|\$[A-Za-z_]|%[A-Za-z_][A-Za-z0-9_]{2,100}%")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}(?=://)|file(?=:)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_])?")
_ADDRESS = re.compile(r"[0-9a-f:.]{2,60}")  # an IPv6 address, without its brackets and without a zone
_UPWARD = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_LOOPBACK = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|::1")

_PASSWORD_IN_PATH = re.compile(r"[^/]@")  # npm's @scope begins a segment
_HIDDEN = "…"


@record
class IndexUrl:
    """An index's address in its normal form. It never holds user, password, query or fragment.

    ``host``  lower case, IPv6 addresses without brackets; empty for ``file``
    ``port``  None where it is the scheme's default
    ``path``  begins and ends with ``/``
    """

    scheme: str
    host: str
    port: int | None
    path: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"

    @property
    def netloc(self) -> str:
        """Host and, where it is not the default, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What a credential belongs to: scheme, host and port."""
        return self.scheme, self.host, self.port or _DEFAULT_PORTS.get(self.scheme, 0)

    @property
    def loopback(self) -> bool:
        """The host is this machine itself."""
        return _LOOPBACK.fullmatch(self.host) is not None


@record(kw_only=False)
class Userinfo:
    """The user and password that stood in a URL, percent-decoded. ``password`` is None where there was none."""

    username: str
    password: str | None

    def __repr__(self) -> str:
        return "Userinfo(…)"


def parse(url: str) -> IndexUrl:
    """Read an absolute ``https``, ``http`` or ``file`` URL; user, password, query and fragment are dropped.

    Raises ``ConfigError`` for anything else: the message shows the URL only as ``redact`` does.
    """
    text = url.strip(" ")
    if not text or len(text) > MAX_URL_LENGTH or any(c <= " " or c == "\x7f" or c == "\\" for c in text):
        raise _refusal(url, "it is empty, too long, or holds spaces, control characters or backslashes")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _refusal(url, "its host or port cannot be read") from None
    scheme = parts.scheme.lower()
    if scheme not in ("https", "http", "file"):
        raise _refusal(url, "it does not begin with https://, http:// or file://")
    if _UPWARD.search(parts.path):
        raise _refusal(url, "its path goes upward")
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    path = path.rstrip("/") + "/"
    if scheme == "file":
        # A host in a file URL is a network share on Windows: opening it would send this machine's password hash.
        if parts.netloc.lower() not in ("", "localhost") or path.startswith("//"):
            raise _refusal(url, "a file:// URL must not name a host")
        return IndexUrl(scheme=scheme, host="", port=None, path=path)
    return IndexUrl(
        scheme=scheme,
        host=_host(url, parts.hostname or ""),
        port=None if port == _DEFAULT_PORTS[scheme] else port,
        path=path,
    )


def try_parse(url: str) -> IndexUrl | None:
    """``parse``, with None for what it refuses."""
    try:
        return parse(url)
    except ConfigError:
        return None


def normalize_url(url: str) -> str:
    """The URL in its normal form, as ``model.route.Index.url`` holds it. Raises ``ConfigError`` as ``parse`` does."""
    return str(parse(url))


def userinfo(url: str) -> Userinfo | None:
    """The user and password in the URL, if there are any."""
    try:
        netloc = urlsplit(url.strip(" ")).netloc
    except ValueError:
        return None
    info, at, _ = netloc.rpartition("@")
    if not at or not info:
        return None
    username, colon, password = info.partition(":")
    return Userinfo(unquote(username), unquote(password) if colon else None)


def has_variable(url: str) -> bool:
    """Whether a client would expand an environment variable in it: ``${TOKEN}``, ``$TOKEN``, ``%TOKEN%``."""
    return _VARIABLE.search(url) is not None


def host_of(url: str) -> str:
    """The host in lower case, also of URLs that ``parse`` refuses (``git+ssh://…``); ``""`` where none can be read."""
    try:
        return (urlsplit(url.strip(" ")).hostname or "").rstrip(".")
    except ValueError:
        return ""


def same_index(ecosystem: Ecosystem, one: str, other: str) -> bool:
    """Whether both URLs name one index: equal in normal form, or both the public registry."""
    left, right = try_parse(one), try_parse(other)
    if left is None or right is None:
        return False
    return left == right or (is_public_registry(ecosystem, left) and is_public_registry(ecosystem, right))


def is_public_registry(ecosystem: Ecosystem, url: IndexUrl) -> bool:
    """Whether it is PyPI's or npm's own index, or the host of its files. http counts: we would ask over https."""
    return url.port is None and (url.host in _REGISTRY_HOSTS[ecosystem] or url.host in _FILE_HOSTS[ecosystem])


def is_public_host(host: str) -> bool:
    """Whether the host belongs to a public registry of either ecosystem, its files included."""
    name = host.lower().rstrip(".")
    return any(name in hosts for table in (_REGISTRY_HOSTS, _FILE_HOSTS) for hosts in table.values())


def is_file_host(host: str) -> bool:
    """Whether a public registry serves its archives from this host."""
    name = host.lower().rstrip(".")
    return any(name in hosts for hosts in _FILE_HOSTS.values()) or name in _REGISTRY_HOSTS[Ecosystem.NPM]


def is_under(url: IndexUrl, base: IndexUrl) -> bool:
    """Whether ``url`` is ``base`` or lies below it, on the same scheme, host and port."""
    return url.origin == base.origin and url.path.startswith(base.path)


def redact(url: str, limit: int = 200) -> str:
    """The URL as it may be shown: no user, password, token, query or fragment; only printable ASCII.

    What cannot be told apart from a secret is hidden too: a URL whose host cannot be read is ``https://…``.
    """
    text = url.strip()
    found = _SCHEME.match(text)
    scheme = found.group().lower() if found else ""
    rest = text[len(scheme) + 1 :] if found else text
    if not rest.startswith("//"):
        # A path, a name, or `${INDEX}`: only what stands before an @ could be a secret here.
        shown = f"{scheme}:{_after_at(rest)}" if found else _after_at(rest)
        return _printable(shown.partition("?")[0], limit)
    visible = _without_tail(rest[2:])
    authority, slash, path = visible.partition("/")
    if not slash and "@" in rest[2 + len(visible) :]:  # an unescaped ? or # in a password
        return _printable(f"{scheme}://{_HIDDEN}", limit)
    host = authority.rpartition("@")[2]
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    odd_port = bool(colon) and not port.isdecimal() and not has_variable(port)
    if odd_port or _PASSWORD_IN_PATH.search(path):  # an unescaped / in a password
        return _printable(f"{scheme}://{_HIDDEN}", limit)
    shown_path = "/".join(_without_token(name if colon else host, path.split("/")))
    return _printable(f"{scheme}://{host}{slash}{shown_path}", limit)


def _host(url: str, raw: str) -> str:
    host = raw.rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise _refusal(url, "its host is no name that can be looked up") from None
    if _HOST.fullmatch(host) is None and (":" not in host or _ADDRESS.fullmatch(host) is None):
        raise _refusal(url, "it names no host" if not host else "its host is no name that can be looked up")
    return host


def _refusal(url: str, why: str) -> ConfigError:
    return ConfigError(
        f"{redact(url)!s} is not an index address that can be used: {why}.",
        mend="Write it as https://host/path/.",
    )


def _after_at(text: str) -> str:
    """Without a leading ``user:password@``; npm's ``@scope`` in a path stays."""
    head, at, tail = text.rpartition("@")
    return tail if at and head and not head.endswith("/") else text


def _without_tail(text: str) -> str:
    return re.split(r"[?#]", text, maxsplit=1)[0]


def _without_token(host: str, segments: list[str]) -> list[str]:
    """Cloudsmith and Gemfury hand out index URLs whose first path segment is the customer's token."""
    hosts_with_token = ("dl.cloudsmith.io", "pypi.fury.io", "repo.fury.io", "npm.fury.io", "npm-proxy.fury.io")
    if host.lower() in hosts_with_token and segments[0] not in ("", "public", "basic") and len(segments[0]) >= 12:
        return [_HIDDEN, *segments[1:]]
    return segments


def _printable(text: str, limit: int) -> str:
    cut = text if len(text) <= limit else text[: limit - 1] + _HIDDEN
    return "".join(c if " " <= c <= "~" or c == _HIDDEN else c.encode("unicode_escape").decode("ascii") for c in cut)
