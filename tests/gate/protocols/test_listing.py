"""What every listing has in common."""

from __future__ import annotations

from typing import Any

from depaudit.gate.base import Fetched
from depaudit.gate.protocols.listing import answer_headers, dump


def test_what_is_too_deep_to_be_written_offers_nothing() -> None:
    deep: list[Any] = []
    for _ in range(200_000):
        deep = [deep]
    assert dump({"name": "x", "deep": deep}, {"name": "x"}) == b'{"name": "x"}'
    while deep:  # or freeing it would go as deep
        deep = deep.pop()


def test_nothing_passes_by_which_a_client_could_keep_a_listing() -> None:
    headers = (
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
        ("etag", "e"),
        ("last-modified", "l"),
        ("expires", "x"),
        ("age", "1"),
        ("vary", "Accept"),
        ("cache-control", "max-age=600"),
        ("set-cookie", "a=b"),
        ("npm-notice", "hello"),
    )
    answered = Fetched(status=200, reason="OK", headers=headers, body=b"", url="https://x.example/")
    assert answer_headers(answered) == (
        ("content-type", "application/json"),
        ("npm-notice", "hello"),
        ("cache-control", "no-store"),
    )
