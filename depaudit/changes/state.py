"""One state of a repository as an audit needs it: what its files that matter hold, wherever that is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from depaudit.changes.blobs import Blobs
from depaudit.changes.disk import Disk
from depaudit.changes.entries import LINK, Entry, Lister, Listing, find
from depaudit.changes.kinds import INCLUDED, Kind
from depaudit.changes.links import MAX_TARGET_BYTES, NOWHERE, follow
from depaudit.model.record import record
from depaudit.parsers.base import MAX_INPUT_BYTES

TOO_LARGE = f"it has more than {MAX_INPUT_BYTES // (1024 * 1024)} MB, which no dependency file has"


@record(kw_only=False)
class Content:
    """What a path holds.

    ``oid``      the id of its bytes; "" where there are none
    ``place``    where these are: another path where it is a symbolic link
    ``on_disk``  they are in the work tree, not in git
    ``lost``     why there are none, as the end of a sentence
    """

    oid: str
    place: str
    on_disk: bool = False
    lost: str = ""

    def same(self, other: Content | None) -> bool:
        """Whether nothing changed: the same bytes, or the same reason why there are none at the same place."""
        if other is None or self.oid != other.oid or self.lost != other.lost:
            return False
        return bool(self.oid) or self.place == other.place


@dataclass(slots=True)
class State:
    """``contents`` and ``kinds`` are keyed by path; ``disk`` is there for the work tree alone."""

    lister: Lister
    blobs: Blobs
    disk: Disk | None
    listing: Listing
    contents: dict[str, Content] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)
    _targets: dict[str, str | None] = field(default_factory=dict)

    def settle(self, paths: Iterable[str]) -> None:
        """Find out what listed files hold; what is not there any more, or is a link to a folder, is left out."""
        leading: dict[str, str] = {}
        for path in paths:
            entry: Entry | None = self.listing.files[path]
            assert entry is not None
            self.kinds[path] = self.listing.kinds[path]
            if entry.lost:
                self.contents[path] = Content("", entry.oid, lost=entry.lost)
                continue
            entry = self._now(path, entry)
            if entry is None:
                continue
            if entry.mode == LINK:
                self.links.add(path)
                followed = follow(path, self._target, above=path.count("/"))
                if followed.lost:
                    self.contents[path] = Content("", self._target(path) or "", lost=followed.lost)
                else:
                    leading[path] = followed.path
            else:
                self._keep(path, path, entry)
        self._lead(leading)

    def include(self, paths: Collection[str]) -> None:
        """Take up files, whatever they are called, that others include; those that are not there are left out."""
        leading = {}
        for path in paths:
            if path in self.contents:
                continue
            self.kinds.setdefault(path, self.listing.kinds.get(path, INCLUDED))
            followed = follow(path, self._target)
            if followed.lost:
                self.contents[path] = Content("", path, lost=followed.lost)
            else:
                leading[path] = followed.path
        self._lead(leading, included=True)

    def read(self, content: Content) -> tuple[bytes, str]:
        """The bytes; or none, and why, as the end of a sentence. Raises ``GitError`` where this clone lacks them."""
        if content.lost:
            return b"", content.lost
        if content.on_disk and self.disk is not None:
            try:
                data = self.disk.read(content.place, MAX_INPUT_BYTES)
            except OSError as error:
                return b"", f"it cannot be read: {error.strerror or 'unknown error'}"
            return (b"", TOO_LARGE) if data is None else (data, "")
        data = self.blobs.read(content.oid, MAX_INPUT_BYTES)
        return (b"", TOO_LARGE) if data is None else (data, "")

    def _now(self, path: str, entry: Entry) -> Entry | None:
        return entry if self.disk is None else self.disk.settled(path, entry)

    def _keep(self, path: str, place: str, entry: Entry) -> None:
        if entry.lost:
            self.contents[path] = Content("", place, lost=entry.lost)
        else:
            self.contents[path] = Content(entry.oid, place, on_disk=entry.on_disk)

    def _lead(self, leading: dict[str, str], *, included: bool = False) -> None:
        """Settle paths by the places they lead to."""
        known = self.listing.files
        found = find(self.lister, {place for place in leading.values() if place not in known})
        for path, place in leading.items():
            entry = known.get(place) or found.files.get(place)
            entry = None if entry is None else entry if entry.lost else self._now(place, entry)
            if entry is not None and entry.mode != LINK:
                self._keep(path, place, entry)
            elif place not in found.folders and not included:
                self.contents[path] = Content("", place, lost=NOWHERE)

    def _target(self, path: str) -> str | None:
        if path not in self._targets:
            self._targets[path] = self._read_target(path)
        return self._targets[path]

    def _read_target(self, path: str) -> str | None:
        listed = self.listing.links.get(path)
        if self.disk is not None:
            target = self.disk.target(path)
            if target is not None or listed is None or not listed.sparse:
                return target
        if listed is None:
            return None
        data = self.blobs.read(listed.oid, MAX_TARGET_BYTES)
        return "" if data is None else data.decode("utf-8", "surrogateescape")
