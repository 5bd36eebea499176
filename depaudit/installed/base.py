"""What both kinds of environment have in common: a quick look before and after a client's run."""

from __future__ import annotations

from typing import NamedTuple


class Seen(NamedTuple):
    """One installed package, as a quick look sees it.

    ``name``     as its registry spells it, where it is a name at all; else as it stands there
    ``version``  ``""`` where nothing says
    ``changed``  nanoseconds: a number that differs when the same version was installed anew
    ``alias``    the folder's name under ``node_modules`` where the package calls itself otherwise: an alias
                 (``npm:``), or a package that gives itself another's name
    ``bundled``  it came inside of another package's archive (npm's ``bundleDependencies``)
    """

    name: str
    version: str
    changed: int
    alias: str = ""
    bundled: bool = False


Snapshot = frozenset[Seen]
"""All that was installed at one time."""


def installed_since(before: Snapshot, after: Snapshot) -> tuple[Seen, ...]:
    """What is there now and was not before, reinstalled versions included, by name."""
    return tuple(sorted(after - before))
