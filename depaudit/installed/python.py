"""The distributions of a ``site-packages`` folder, by their ``*.dist-info`` and ``*.egg-info``."""

from __future__ import annotations

import os
import re
from pathlib import Path

from depaudit.errors import DepauditError, InvalidNameError, ParseError
from depaudit.installed.base import Seen, Snapshot, installed_since
from depaudit.installed.core_metadata import MAX_HEADER_BYTES, REINSTALL, CoreMetadata, read_core_metadata
from depaudit.installed.direct_url import MAX_BYTES, DirectUrl, read_direct_url
from depaudit.installed.files import read_bytes, read_small
from depaudit.model.names import Ecosystem, NormalizedName, normalize, quoted
from depaudit.model.pep440 import parse_version
from depaudit.model.problem import Problem
from depaudit.model.record import record

__all__ = ["Distribution", "installed_since", "read_site_packages", "snapshot"]

MAX_DISTRIBUTIONS = 20_000
"""Of one folder. Whole scientific distributions have some 1,000."""

MAX_ENTRIES = 500_000
"""Entries of one folder, packages' own modules included."""

_INSTALLER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,60}")
_EGG_TAIL = re.compile(r"-py\d{1,2}(?:\.\d{1,3})?(?:-[A-Za-z0-9_.-]{1,80})?$")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_]{0,127}")


@record
class Distribution:
    """One installed distribution.

    ``name``       None where neither the metadata nor the folder gives a name that PyPI could hold
    ``raw_name``   as the metadata spells it; else as the folder does
    ``version``    as written; None where nothing says
    ``folder``     the ``.dist-info`` or ``.egg-info`` folder (or old ``.egg-info`` file)
    ``metadata``   the file that says name and version, and ``line`` the version's line in it
    ``installer``  what INSTALLER says ("pip", "uv", "conda"); ``""`` without
    ``requested``  somebody asked for it by name (the file REQUESTED is there)
    ``requires``   the ``Requires-Dist`` lines as written
    ``problems``   what could not be read; what could be is kept
    """

    name: NormalizedName | None
    raw_name: str
    version: str | None
    folder: Path
    metadata: Path
    line: int = 1
    installer: str = ""
    requested: bool = False
    direct_url: DirectUrl | None = None
    requires: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_site_packages(folder: Path) -> tuple[Distribution, ...]:
    """All distributions of ``folder``, by the names of their folders.

    What is wrong with one of them stands in its ``problems``. Raises ``ParseError`` where the folder itself cannot be
    read, or holds more than any installer ever put there.
    """
    return tuple(_read(folder, entry) for entry in sorted(_listed(folder)))


def snapshot(folder: Path) -> Snapshot:
    """What is installed in ``folder``, by the names of the ``.dist-info`` folders alone; nothing where there is none.

    Raises ``ParseError`` as ``read_site_packages`` does.
    """
    found = []
    for entry, changed in _listed(folder).items():
        name, version = _of_folder(entry)
        found.append(Seen(_normal(name) or name, version or "", changed))
    return frozenset(found)


def _listed(folder: Path) -> dict[str, int]:
    """The names of the folders that describe distributions, with the time of their last change."""
    found: dict[str, int] = {}
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count > MAX_ENTRIES or len(found) > MAX_DISTRIBUTIONS:
                    raise ParseError(
                        f"The folder holds more than {MAX_DISTRIBUTIONS} distributions or {MAX_ENTRIES} entries.",
                        mend="No environment is that big; make it anew.",
                        path=str(folder),
                    )
                name = entry.name
                # pip renames what it is about to remove to "~…" and never reads that again
                if name.endswith((".dist-info", ".egg-info")) and not name.startswith(("~", ".")):
                    found[name] = _changed(entry)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or "it is no path"
        raise ParseError(
            f"The folder cannot be read: {cause}.", mend="Check its path and rights.", path=str(folder)
        ) from error
    return found


def _changed(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_mtime_ns
    except OSError:  # it has just gone, or is a link that leads nowhere
        return 0


def _read(site: Path, entry: str) -> Distribution:
    folder = site / entry
    named, versioned = _of_folder(entry)
    place = _metadata_file(folder)
    problems: list[Problem] = []
    metadata: CoreMetadata | None = None
    try:
        metadata = _core_metadata(place)
    except DepauditError as error:
        problems.append(Problem.of(error, str(place)))
    raw_name = named if metadata is None else metadata.name
    name = _normal(raw_name)
    if metadata is not None:
        problems += _disagreement(entry, metadata, place)
        if name is None:
            problems.append(_problem(place, f"{quoted(raw_name)} is not a name that PyPI could hold."))
            name = _normal(named)
    direct_url: DirectUrl | None = None
    try:
        direct_url = _direct_url(folder)
    except DepauditError as error:
        problems.append(Problem.of(error, str(folder / "direct_url.json")))
    return Distribution(
        name=name,
        raw_name=raw_name,
        version=versioned if metadata is None else metadata.version,
        folder=folder,
        metadata=place,
        line=1 if metadata is None else metadata.line,
        installer=_installer(folder),
        requested=(folder / "REQUESTED").is_file(),
        direct_url=direct_url,
        requires=() if metadata is None else metadata.requires,
        problems=tuple(problems),
    )


def _metadata_file(folder: Path) -> Path:
    if folder.name.endswith(".dist-info"):
        return folder / "METADATA"
    return folder / "PKG-INFO" if folder.is_dir() else folder  # distutils wrote the file itself


def _core_metadata(place: Path) -> CoreMetadata:
    try:
        data, _ = read_bytes(str(place), MAX_HEADER_BYTES)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or "unknown error"
        raise ParseError(f"The file cannot be read: {cause}.", mend=REINSTALL, path=str(place)) from error
    return read_core_metadata(data, str(place))


def _direct_url(folder: Path) -> DirectUrl | None:
    place = folder / "direct_url.json"
    if not place.is_file():
        return None
    text = read_small(str(place), MAX_BYTES)
    if text is None:
        raise ParseError("The file cannot be read.", mend=REINSTALL, path=str(place))
    return read_direct_url(text, str(place))


def _installer(folder: Path) -> str:
    text = (read_small(str(folder / "INSTALLER"), 200) or "").strip()
    return text if _INSTALLER.fullmatch(text) else ""


def _disagreement(entry: str, metadata: CoreMetadata, place: Path) -> list[Problem]:
    """What to say where the folder's name is another distribution's than the metadata's."""
    named, versioned = _of_folder(entry)
    same_name = _normal(named) == _normal(metadata.name)
    same_version = versioned is None or _same_version(versioned, metadata.version)
    if same_name and same_version:
        return []
    return [
        _problem(
            place,
            f"The folder is called {quoted(entry)}, but what stands in it is {quoted(metadata.name)} "
            f"{quoted(metadata.version)}; installers write the same in both.",
            metadata.line,
        )
    ]


def _of_folder(entry: str) -> tuple[str, str | None]:
    """The name and the version that a folder's name says."""
    stem, _, kind = entry.rpartition(".")
    if kind == "egg-info":
        stem = _EGG_TAIL.sub("", stem)
    name, dash, version = stem.rpartition("-")
    if not dash or _VERSION.fullmatch(version) is None:
        return stem, None
    return name, version


def _same_version(folder: str, stated: str) -> bool:
    """Folders escape ``-`` to ``_``, and old ones hold versions that are not in their normal form."""
    if folder == stated.replace("-", "_"):
        return True
    one, other = parse_version(folder.replace("_", "-")), parse_version(stated)
    return one is not None and one == other


def _normal(raw: str) -> NormalizedName | None:
    try:
        return normalize(Ecosystem.PYPI, raw)
    except InvalidNameError:
        return None


def _problem(place: Path, message: str, line: int | None = None) -> Problem:
    return Problem(path=str(place), message=message, mend=REINSTALL, line=line)
