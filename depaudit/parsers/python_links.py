"""URLs and paths in place of a requirement, as pip reads them: what kind they are, and which package they name.

The name is in a wheel's file name, or in the fragment ``#egg=name``; a source archive, repository or folder without
one names nothing until it is fetched and built, and then nothing is guessed.
https://pip.pypa.io/en/stable/topics/vcs-support/, https://packaging.python.org/specifications/binary-distribution-format/
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from depaudit.errors import ParseError
from depaudit.model.names import quoted
from depaudit.model.record import record
from depaudit.model.requirement import SourceKind
from depaudit.parsers.pep508 import without_credentials

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_VCS = frozenset(("git", "hg", "svn", "bzr", "ssh", "sftp"))
_EGG = re.compile(r"[#&]egg=([^&]*)")
_ARCHIVE = re.compile(
    r"\.(?:whl|zip|tar|tgz|tbz|txz|tlz|tar\.gz|tar\.bz2|tar\.xz|tar\.lz|tar\.lzma)(?:\[[^\]]*\])?\Z", re.IGNORECASE
)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@record
class Link:
    """A URL or path. ``named`` is the specifier text that it carries (``name``, ``name[extra]``), else None."""

    kind: SourceKind
    url: str
    named: str | None = None


def url_kind(text: str) -> SourceKind | None:
    """What kind of source the URL ``text`` is; None when pip would not take it for a URL."""
    match = _SCHEME.match(text)
    if match is None:
        return None
    scheme = match.group(1).lower()
    if scheme in ("http", "https", "ftp"):
        return SourceKind.URL
    if scheme == "file":
        return SourceKind.PATH
    return SourceKind.GIT if scheme in _VCS or scheme.partition("+")[0] in _VCS else None


def looks_like_path(text: str) -> bool:
    """Whether ``text`` is a path to pip: it has a separator or begins with a dot, or is an archive's file name."""
    if "://" in text:
        return False
    if text.startswith((".", "/", "~/", "\\\\")) or _DRIVE.match(text):
        return True
    if text.partition("@")[1] and not looks_like_path(text.partition("@")[0]):
        return False
    return ("/" in text and len(text.split(None, 1)) == 1) or is_archive(text)


def is_archive(text: str) -> bool:
    """Whether ``text`` ends like the file name of a wheel or source archive, extras behind it or not."""
    return _ARCHIVE.search(text, max(0, len(text) - 1000)) is not None


def read_link(url: str, kind: SourceKind) -> Link:
    """The link that ``url`` (a URL or path of ``kind``) is.

    Raises ``ParseError`` (without a place) for a wheel's file name that names nothing.
    """
    file_name = unquote(url.partition("#")[0].partition("?")[0].rstrip("/").replace("\\", "/").rpartition("/")[2])
    stem = re.sub(r"\[[^\]]*\]$", "", file_name) if kind is SourceKind.PATH else file_name
    if stem.lower().endswith(".whl"):
        parts = stem[:-4].split("-")
        if len(parts) not in (5, 6) or not parts[0] or not parts[1]:
            raise ParseError(
                f"{quoted(without_credentials(stem))} is not the file name of a wheel.",
                mend="A wheel is called name-version-python-abi-platform.whl.",
            )
        return Link(kind=kind, url=url, named=parts[0])
    egg = _EGG.search(url) if url_kind(url) is not None else None
    return Link(kind=kind, url=url, named=unquote(egg.group(1)).strip() or None if egg is not None else None)
