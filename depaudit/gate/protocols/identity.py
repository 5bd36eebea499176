"""Which project and version an archive is, told by its file name alone. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from depaudit.errors import InvalidNameError
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.npm_range import parse_version as parse_npm_version
from depaudit.model.pep440 import parse_version as parse_python_version
from depaudit.registries.archives import FileNames

MAX_FILENAME_LENGTH = 512
"""Letters. File systems stop at 255."""

_SDIST = r"\.tar\.gz|\.tgz|\.tar\.bz2|\.tbz2?|\.tar\.xz|\.txz|\.tar\.lzma|\.tar\.lz|\.tlz|\.tar\.zst|\.tzst|\.tar|\.zip"
_ARCHIVE = re.compile(rf"(?P<stem>.*)(?P<ending>\.whl|\.egg|{_SDIST})", re.IGNORECASE | re.DOTALL)
# "." in the middle of a longer word is no ending: x.zipper, x.whl2
_MENTIONED = re.compile(rf"(?:\.whl|\.egg|{_SDIST})(?![A-Za-z0-9])", re.IGNORECASE)
_COMPANION = re.compile(r"(?P<of>.+)\.(?:metadata|asc|sig|provenance)", re.DOTALL)


class Identity(NamedTuple):
    """``version`` as the file name spells it."""

    name: NormalizedName
    version: str


def is_archive(filename: str) -> bool:
    """Whether a client could unpack a file of that name."""
    return _ARCHIVE.fullmatch(filename) is not None


def mentions_archive(text: str) -> bool:
    """Whether an archive's ending stands anywhere in ``text``, at the end of a word."""
    return _MENTIONED.search(text) is not None


def companion_of(filename: str) -> str | None:
    """The archive that a file of that name goes with (PEP 658 metadata, a signature, provenance); None for no such."""
    match = _COMPANION.fullmatch(filename)
    return match["of"] if match is not None and is_archive(match["of"]) else None


def identity_of(filename: str, ecosystem: Ecosystem, name: NormalizedName | None = None) -> Identity | None:
    """The project and version in an archive's file name; None where they can't be told for certain.

    ``name``  whose archive it should be: a file of another project gives None. npm's file names do not hold the scope,
              so nothing is told without it; old sdists (``a-b-1.0-1.zip``) may be read in two ways without it.
    """
    if len(filename) > MAX_FILENAME_LENGTH:
        return None
    if ecosystem is Ecosystem.NPM:
        return None if name is None else _npm(filename, name)
    match = _ARCHIVE.fullmatch(filename)
    if match is None:
        return None
    stem, ending = match["stem"], match["ending"].lower()
    if ending == ".egg":  # name-version-py3.8[-platform]: setuptools writes "_" for "-" in each
        parts = stem.split("-")
        found = _python(parts[0], parts[1].replace("_", "-")) if len(parts) in (3, 4) else None
    elif ending == ".whl":
        parts = stem.split("-")
        found = _python(parts[0], parts[1].replace("_", "-")) if len(parts) in (5, 6) else None
    elif name is not None:
        read = FileNames(name).version_of(stem + ".zip")  # every sdist ending says the same
        found = None if read is None else _python(name, read[0])
    else:
        found = _of_sdist(stem)
    return found if name is None or (found is not None and found.name == name) else None


def _of_sdist(stem: str) -> Identity | None:
    """``name-version``, where only one hyphen can part them."""
    places = [place for place, letter in enumerate(stem) if letter == "-"]
    if len(places) > 16:
        return None
    found = [one for place in places if (one := _python(stem[:place], stem[place + 1 :])) is not None]
    return found[0] if len(found) == 1 else None


def _python(head: str, version: str) -> Identity | None:
    if parse_python_version(version) is None:
        return None
    try:
        return Identity(normalize(Ecosystem.PYPI, head), version)
    except InvalidNameError:
        return None


def _npm(filename: str, name: NormalizedName) -> Identity | None:
    start, ending = f"{name.rpartition('/')[2]}-", ".tgz"
    if not filename.startswith(start) or not filename.endswith(ending):
        return None
    version = filename[len(start) : -len(ending)]
    return None if version != version.strip() or parse_npm_version(version) is None else Identity(name, version)
