"""Where the packages of a ``node_modules`` stand: npm's and yarn's nested folders, pnpm's, bun's and deno's stores.

The folders are found by their names alone; what stands in them is for others to read. Symbolic links are not followed
out of the project: pnpm's and deno's lead into their store (``.pnpm/<name>@<version>/node_modules/<name>``), npm's to
the members of the workspace, and only those are gone into.
"""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path

from depaudit.errors import ParseError
from depaudit.model.record import record

MAX_DEPTH = 50
"""``node_modules`` folders within one another. npm 2 nested the deepest; it met Windows' limit at some 20."""

MAX_PACKAGES = 100_000
MAX_ENTRIES = 2_000_000

_MODULES = "node_modules"
_NO_STORES = frozenset({".bin", ".cache", ".vite", ".vite-temp", ".prisma", ".ignored", ".yarn-state.yml"})


class Placement(str, Enum):
    """How a package came to its place."""

    INSTALLED = "installed"  # a folder of its own, put there by the client
    MEMBER = "member"  # a link to a folder of the project: a workspace member, or a local package
    OUTSIDE = "outside"  # a link that leads out of the project, or nowhere: not followed


@record
class Place:
    """One package's place.

    ``path``       its folder, or the link itself where that leads outside
    ``key``        the name that the folder has: what ``require`` finds it by; ``""`` where it has none of its own
    ``owner``      the folder of the package in whose ``node_modules`` it stands; ``""`` for the top and for stores
    ``store``      the entry of a virtual store that holds it: ``lodash@4.17.21``
    ``target``     where the link leads, for ``MEMBER`` and ``OUTSIDE``
    """

    path: str
    key: str
    placement: Placement = Placement.INSTALLED
    owner: str = ""
    store: str = ""
    target: str = ""


def find_places(folder: Path, root: Path | None = None) -> tuple[Place, ...]:
    """All packages under the ``node_modules`` folder ``folder``, in no order.

    ``root`` is the project's top: links are followed inside of it alone (default: the folder that holds ``folder``).
    Raises ``ParseError`` where the folder cannot be read, or a bound is met; nothing is found where there is none.
    """
    top = os.path.realpath(folder)
    walk = _Walk(top=top, root=os.path.realpath(root) if root is not None else os.path.dirname(top))  # noqa: PTH120  plain strings: thousands of them
    walk.run()
    return tuple(walk.places)


class _Walk:
    def __init__(self, *, top: str, root: str) -> None:
        self.root = root
        self.top = top
        self.places: list[Place] = []
        self.folders: set[str] = set()  # of packages, real paths
        self.modules: set[str] = set()  # node_modules folders that were gone through or are waiting, real paths
        self.gone: set[str] = set()
        self.waiting: list[tuple[str, str, str, int]] = []
        self.links: list[tuple[str, str]] = []
        self.entries = 0

    def run(self) -> None:
        self.enter(self.top, "", "", 0)
        while self.waiting or self.links:
            while self.waiting:
                self.modules_folder(*self.waiting.pop())
            links, self.links = self.links, []
            for path, key in links:
                self.link(path, key)

    def enter(self, modules: str, owner: str, store: str, depth: int) -> None:
        if modules in self.modules:
            return
        if depth > MAX_DEPTH:
            raise self.refusal(f"node_modules folders stand more than {MAX_DEPTH} deep in one another.")
        self.modules.add(modules)
        self.waiting.append((modules, owner, store, depth))

    def modules_folder(self, modules: str, owner: str, store: str, depth: int) -> None:
        self.gone.add(modules)
        for name, is_link, is_folder in self.listed(modules):
            path = f"{modules}{os.sep}{name}"
            if name.startswith("."):
                if is_folder and name not in _NO_STORES:
                    self.store(path, depth)
            elif name.startswith("@") and (is_folder or is_link):
                if is_link:  # a whole scope that is a link is nobody's layout
                    self.links.append((path, name))
                    continue
                for inner, inner_link, inner_folder in self.listed(path):
                    inner_path, key = f"{path}{os.sep}{inner}", f"{name}/{inner}"
                    self.entry(inner_path, key, owner, store, depth, is_link=inner_link, is_folder=inner_folder)
            else:
                self.entry(path, name, owner, store, depth, is_link=is_link, is_folder=is_folder)

    def entry(self, path: str, key: str, owner: str, store: str, depth: int, *, is_link: bool, is_folder: bool) -> None:
        if is_link:
            self.links.append((path, key))
        elif is_folder:
            self.package(Place(path=path, key=key, owner=owner, store=store), depth)

    def package(self, place: Place, depth: int) -> None:
        if place.path in self.folders:
            return
        self.folders.add(place.path)
        self.places.append(place)
        if len(self.places) > MAX_PACKAGES:
            raise self.refusal(f"The folder holds more than {MAX_PACKAGES} packages.")
        inside = f"{place.path}{os.sep}{_MODULES}"
        if os.path.isdir(inside) and not os.path.islink(inside):  # noqa: PTH112, PTH114  as above
            self.enter(inside, place.path, place.store, depth + 1)

    def store(self, folder: str, depth: int) -> None:
        """A virtual store: its entries have a ``node_modules`` (pnpm, deno, bun) or a ``package`` (yarn's)."""
        for name, is_link, is_folder in self.listed(folder):
            if is_link or not is_folder:
                continue
            entry = f"{folder}{os.sep}{name}"
            if name == _MODULES:  # pnpm's and deno's own hoisted links, for what forgot to declare a dependency
                self.enter(entry, "", "", depth + 1)
                continue
            inside = f"{entry}{os.sep}{_MODULES}"
            if os.path.isdir(inside) and not os.path.islink(inside):  # noqa: PTH112, PTH114  as above
                self.enter(inside, "", name, depth + 1)
            alone = f"{entry}{os.sep}package"
            if os.path.isfile(f"{alone}{os.sep}package.json") and not os.path.islink(alone):  # noqa: PTH113, PTH114  as above
                self.package(Place(path=alone, key="", store=name), depth + 1)

    def link(self, path: str, key: str) -> None:
        """A symbolic link in the place of a package."""
        target = _target(path)
        if target in self.folders:
            return
        real = os.path.realpath(path)
        if real in self.folders:
            return
        if not _inside(real, self.root) or not os.path.isdir(real):  # noqa: PTH112  as above
            self.places.append(Place(path=path, key=key, placement=Placement.OUTSIDE, target=target))
            return
        holder = _modules_above(real, self.root)
        if holder is not None:  # the store of a workspace's root, seen from a member
            self.enter(holder, "", _store_entry(holder), 0)
            if holder in self.gone:  # and it was passed over there
                self.package(Place(path=real, key=key), 0)
            return
        self.folders.add(real)
        self.places.append(Place(path=real, key=key, placement=Placement.MEMBER, target=real))
        inside = f"{real}{os.sep}{_MODULES}"
        if os.path.isdir(inside) and not os.path.islink(inside):  # noqa: PTH112, PTH114  as above
            self.enter(inside, "", "", 0)

    def listed(self, folder: str) -> list[tuple[str, bool, bool]]:
        """(name, whether it is a link, whether it is a folder) of all entries."""
        try:
            with os.scandir(folder) as entries:
                found = [(entry.name, entry.is_symlink(), entry.is_dir(follow_symlinks=False)) for entry in entries]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise ParseError(
                f"The folder cannot be read: {error.strerror or 'unknown error'}.",
                mend="Check its rights; what stands in it was not audited.",
                path=folder,
            ) from error
        self.entries += len(found)
        if self.entries > MAX_ENTRIES:
            raise self.refusal(f"The folder holds more than {MAX_ENTRIES} entries.")
        return found

    def refusal(self, message: str) -> ParseError:
        return ParseError(message, mend="Remove the folder and install anew.", path=self.top)


def _target(path: str) -> str:
    try:
        return os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))  # noqa: PTH115, PTH118, PTH120  as above
    except OSError:
        return ""


def _inside(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _modules_above(path: str, root: str) -> str | None:
    """The nearest ``node_modules`` that holds ``path``, inside of ``root``."""
    before, found, _ = path.rpartition(f"{os.sep}{_MODULES}{os.sep}")
    return f"{before}{os.sep}{_MODULES}" if found and _inside(before, root) else None


def _store_entry(modules: str) -> str:
    """The entry of a virtual store that has this ``node_modules``; ``""`` for any other."""
    parts = Path(modules).parts
    return parts[-2] if len(parts) > 3 and parts[-4] == _MODULES and parts[-3].startswith(".") else ""
