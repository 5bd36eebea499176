"""How the readers of each registry's protocol ask, and how they name whom they asked."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from depaudit.model.evidence import Unknown
from depaudit.model.route import Index
from depaudit.registries.http import Answer


class Ask(Protocol):
    """A GET of a URL with an ``Accept`` header, credentials already seen to."""

    async def __call__(self, url: str, accept: str) -> Answer | Unknown:
        """The answer, or why there is none."""
        ...


def source_of(index: Index) -> str:
    """Whom to name as the source: "pypi" or "npm" for the public registry, else the index's host."""
    return index.ecosystem.value if index.public else host_of(index.url)


def host_of(url: str) -> str:
    """The host (and port) of ``url``; of a ``file:`` URL the word "file"."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] or parts.scheme


def refusal(status: int) -> Unknown:
    """A status that is neither an answer nor "no such name"."""
    if status in (401, 403):
        return Unknown(f"access refused (HTTP {status}): credentials are missing, wrong or not enough")
    return Unknown(f"HTTP {status}")
