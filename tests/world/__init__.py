"""The made-up internet: what the tests talk to instead of PyPI, npm and everything else.

A CONNECT proxy on 127.0.0.1 behind which PyPI and its file host, the npm registry, the download services, OSV, two
private indexes and ``evil.example`` answer over TLS under a root of their own. ``World`` is the way in.
"""

from tests.world.advisories import Advisory
from tests.world.crowd import everybody
from tests.world.faults import Fault, FaultKind
from tests.world.lives import Birth, Life, blank, established, security_holder, young
from tests.world.record import Recorded
from tests.world.world import World

__all__ = [
    "Advisory",
    "Birth",
    "Fault",
    "FaultKind",
    "Life",
    "Recorded",
    "World",
    "blank",
    "established",
    "everybody",
    "security_holder",
    "young",
]
