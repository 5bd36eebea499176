"""A crowd: a plausible life for any name whatever, the same each time. For benchmarks, and for size."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from tests.world.lives import Life


def everybody(name: str) -> Life:
    """The life of ``name``: one to ten years old, one to some hundred releases (median about 20), told only."""
    seed = hashlib.sha256(name.encode()).digest()
    count = 1 + int(2 ** (seed[0] / 256 * 8.6))
    first = timedelta(days=365 + int.from_bytes(seed[1:3], "big") % 3285)
    return Life(
        name=name,
        first=first,
        last=timedelta(days=40 + seed[3]),
        releases=max(count, 2),
        owners=(f"user-{seed[4]}",),
        repository=f"https://github.com/user-{seed[4]}/{name.rpartition('/')[2]}",
        downloads=2_000 + int.from_bytes(seed[5:7], "big") * 10,
        told_only=True,
    )
