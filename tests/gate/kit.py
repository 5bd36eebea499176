"""What all tests of the gate with real clients share; see ``tests/clients`` for each part.

A test takes the fixture ``machine`` (``machine("pip-26.3", "npm")`` puts these onto PATH, or skips), and the packages
of ``PYPI`` and ``NPM`` are there.
"""

from tests.clients.machine import SECONDS, Done, Machine, site_packages, snapshot
from tests.clients.packages import NPM, PYPI, Names, needle, publish

__all__ = [
    "NPM",
    "PYPI",
    "SECONDS",
    "Done",
    "Machine",
    "Names",
    "needle",
    "publish",
    "site_packages",
    "snapshot",
]
