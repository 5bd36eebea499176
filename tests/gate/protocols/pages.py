"""What the tests of the editors share: answers, and where refused archives are listed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from depaudit.gate.base import Fetched, ListedFile, Treatment
from depaudit.gate.protocols.listing import Listing

PASS, REFUSE, HOLD = Treatment.PASS, Treatment.REFUSE, Treatment.HOLD


def answer(body: Any, content_type: str, url: str, **headers: str) -> Fetched:
    """An answer as upstream gave it, with the headers by which clients keep answers."""
    more = {"etag": '"e"', "last-modified": "x", "vary": "Accept", "age": "1", "cache-control": "max-age=600"} | headers
    return Fetched(
        status=200,
        reason="OK",
        headers=(("content-type", content_type), *more.items()),
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        url=url,
    )


def refused_path(file: ListedFile) -> str:
    """As the proxy's: on the host of the file, under a path of the run, with the same file name."""
    return f"https://{file.url.split('/')[2]}/-run-/{file.filename}"


def listed(listing: Listing) -> list[tuple[str, str, str, int | None]]:
    """The archives, without what all share."""
    return [(file.version, file.url, file.filename, file.size) for file in listing.files]


def all_pass(listing: Listing) -> dict[str, Treatment]:
    """Nothing to be done."""
    return dict.fromkeys(versions_of(listing), PASS)


def versions_of(listing: Listing) -> Iterable[str]:
    """The releases' spellings."""
    return (release.version for release in listing.project.releases)
