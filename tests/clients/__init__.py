"""The real clients that the tests of the gate run: pinned, installed once by ``python -m tests.clients``.

``find("poetry")`` is the way in: the executable, or None where it is not installed; ``why_not`` then says why.
"""

from tests.clients.pins import PINS, PROGRAMS, Kind, Pin
from tests.clients.place import find, folder, node, programs, why_not

__all__ = ["PINS", "PROGRAMS", "Kind", "Pin", "find", "folder", "node", "programs", "why_not"]
