"""Which npm registry an archive's URL belongs to."""

from __future__ import annotations

from urllib.parse import urlsplit

PUBLIC_HOSTS = ("registry.npmjs.org", "registry.yarnpkg.com")
"""npm's public registry; yarn's host is the same registry under another name."""

_FAST = tuple(f"https://{host}/" for host in PUBLIC_HOSTS)


def npm_registry_base(url: str, name: str) -> str | None:
    """The base URL, ending in ``/``, of the registry that serves the package ``name`` from ``url``.

    None for the public registry. Registries serve archives as ``<base><name>/-/<file>.tgz``; of any other URL the
    host alone can be said.
    """
    if url.startswith(_FAST):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # "https://[", or a port that no host can have
        return url
    if host in PUBLIC_HOSTS and port in (None, 80, 443):
        return None
    for written in (name, name.replace("/", "%2f"), name.replace("/", "%2F")):
        base, found, _ = url.partition(f"/{written}/-/")
        if found:
            return base + "/"
    return f"{parts.scheme}://{parts.netloc}/"
