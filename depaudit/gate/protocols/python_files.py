"""The files of a Python index's page: where each is, and whether its name, place and fragment agree. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from depaudit.gate.base import ListedFile
from depaudit.gate.protocols.identity import identity_of, is_archive
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.registries.archives import FileNames

_HARMLESS = ("mailto", "javascript", "data", "tel", "about")
_ODD = frozenset("[]#%\\?;\t\r\n ")


class Outside:
    """A file that clients would fetch past any proxy: ``file:``, ``ftp:``, a version control system's URL."""


OUTSIDE: Final = Outside()


class Files:
    """Reads the entries of one page of ``versions``, whose relative URLs start from ``base``."""

    def __init__(self, name: NormalizedName, base: str, versions: Collection[str] = ()) -> None:
        self._name = name
        self._versions = versions
        self._base = base
        self._names = FileNames(name)

    def read(
        self, raw_url: str, filename: str | None, version: str | None, size: int | None = None
    ) -> ListedFile | Outside | None:
        """The archive that an entry offers; None for what is none, or has a URL that nobody could ask.

        ``filename``  as the page says; None where only the URL does (HTML)
        ``version``   told by that name; given up where a client could tell another one. pip goes by the end of the
                      URL and by ``#egg=``, uv by the file name
        """
        plain = filename is not None and raw_url.startswith("https://") and raw_url.endswith(f"/{filename}")
        if filename is not None and plain and not _ODD.intersection(raw_url):  # nearly every entry there is
            return self._listed(raw_url, filename, version, size) if is_archive(filename) else None
        try:
            url, fragment = urldefrag(urljoin(self._base, raw_url.strip()))
            parts = urlsplit(url)
        except ValueError:
            return None
        end = unquote(parts.path).rpartition("/")[2]
        shown = end if filename is None else filename.rpartition("/")[2]
        egg = "egg=" in unquote(fragment)
        if parts.scheme.lower() not in ("http", "https"):
            return None if parts.scheme.lower() in _HARMLESS else OUTSIDE
        if not (egg or is_archive(end) or is_archive(shown)):
            return None
        doubtful = egg or "%2f" in parts.path.lower() or "\\" in raw_url or not is_archive(end)
        if doubtful or (end != shown and self._names.version_of(end) != self._names.version_of(shown)):
            return self._listed(url, shown, "", size)
        return self._listed(url, shown, version, size)

    def _listed(self, url: str, filename: str, version: str | None, size: int | None) -> ListedFile:
        if version is None and filename.endswith(".egg"):  # listings leave eggs to no release: no client takes them
            version = self._of_egg(filename)
        return ListedFile(
            ecosystem=Ecosystem.PYPI,
            name=self._name,
            version=version or "",
            url=url,
            filename=filename,
            size=size,
        )

    def _of_egg(self, filename: str) -> str | None:
        told = identity_of(filename, Ecosystem.PYPI, self._name)
        return told.version if told is not None and told.version in self._versions else None
