"""The bundled name data: is there such a name, how much is it used, and what is it near to, without any network."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from depaudit.errors import DataError
from depaudit.model.evidence import BundledName, NearName
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.names.layout import damaged
from depaudit.names.shelf import Shelf

if TYPE_CHECKING:
    from depaudit.names.sources import SourceFile


def data_folder() -> Path:
    """Where the data lies: inside the installed package, or beside it in a checkout. Raises ``DataError``."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "data", package.parent / "data"):
        if (folder / "pypi.tables").is_file():
            return folder
    raise DataError(
        "The bundled name data is missing.",
        mend="Reinstall depaudit: pip install --force-reinstall depaudit",
        path=str(package / "data"),
    )


class NameData:
    """Both ecosystems' lists. Opening maps files into memory and reads a few hundred bytes.

    >>> data = NameData.open()
    >>> data.near(Ecosystem.PYPI, normalize(Ecosystem.PYPI, "reuqests"))[0].target
    'requests'
    """

    __slots__ = ("_folder", "_shelves", "snapshot")

    def __init__(self, folder: Path, shelves: dict[Ecosystem, Shelf]) -> None:
        self._folder = folder
        self._shelves = shelves
        self.snapshot: date = min(shelf.snapshot for shelf in shelves.values())

    @classmethod
    def open(cls, folder: Path | None = None) -> NameData:
        """Open the data in ``folder`` (default: what came with depaudit).

        Raises ``DataError``, saying what to type, when a file is missing, cut, damaged or of another version.
        """
        folder = data_folder() if folder is None else folder
        return cls(folder, {ecosystem: Shelf(folder, ecosystem) for ecosystem in Ecosystem})

    def look_up(self, ecosystem: Ecosystem, name: NormalizedName) -> BundledName:
        """What the snapshot says of ``name``: listed, rank, downloads or month of the newest release."""
        return self._shelves[ecosystem].look_up(name)

    def near(self, ecosystem: Ecosystem, name: NormalizedName, *, limit: int = 5) -> tuple[NearName, ...]:
        """Popular names that ``name`` may have been meant for, best first, at most ``limit``; never ``name`` itself.

        Nothing but the name is looked at: whether it is known, old or much used is for others to weigh.
        """
        return self._shelves[ecosystem].near(name, limit)

    def sources(self) -> tuple[SourceFile, ...]:
        """Where each file comes from, as ``SOURCES.toml`` says. Raises ``DataError``."""
        from depaudit.names.sources import read_sources

        return read_sources(self._folder)

    def verify(self) -> None:
        """Read every file wholly and compare it with its checksum. Raises ``DataError`` for the first that differs."""
        from depaudit.names.sources import checksum

        for source in self.sources():
            if checksum(self._folder / source.path) != source.sha256:
                raise damaged("a file's checksum is wrong", str(self._folder / source.path))
