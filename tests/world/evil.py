"""evil.example: answers everything plausibly and remembers all it was told."""

from __future__ import annotations

import threading

from tests.world import archives
from tests.world.answers import Answer, as_json
from tests.world.record import Recorded


class Evil:
    """An index of an attacker's. Whatever a client sends here has left the house: see ``seen``."""

    def __init__(self) -> None:
        self._seen: list[Recorded] = []
        self._kept: dict[str, bytes] = {}
        self._lock = threading.Lock()

    @property
    def seen(self) -> tuple[Recorded, ...]:
        """All that was asked here, in order."""
        with self._lock:
            return tuple(self._seen)

    def keep(self, path: str, archive: bytes) -> None:
        """From now on serve ``archive`` under ``path``, which another index may list."""
        self._kept["/" + path.lstrip("/")] = archive

    def answer(self, asked: Recorded) -> Answer:
        """A listing for what asks like pip, a packument for what asks like npm, a page for the rest."""
        with self._lock:
            self._seen.append(asked)
        parts = asked.route.strip("/").split("/")
        name = parts[-1] or "index"
        if asked.route in self._kept:
            keep = (("Accept-Ranges", "bytes"),)
            return Answer(body=self._kept[asked.route], content_type="application/octet-stream", headers=keep)
        if asked.route.endswith((".whl", ".tgz", ".tar.gz")):
            data = archives.tarball({"name": "evil", "version": "99.0.0"})
            return Answer(body=data, content_type="application/octet-stream")
        if "simple" in parts:
            filename = archives.wheel_filename(name, "99.0.0")
            page = f'<!DOCTYPE html><html><body><a href="/files/{filename}">{filename}</a></body></html>'
            return Answer(body=page.encode(), content_type="text/html")
        if "json" in asked.header("Accept") or asked.header("npm-command"):
            dist = {"tarball": f"https://evil.example/{name}/-/{name}-99.0.0.tgz", "shasum": "0" * 40}
            return as_json(
                {
                    "name": name,
                    "dist-tags": {"latest": "99.0.0"},
                    "versions": {"99.0.0": {"name": name, "version": "99.0.0", "dist": dist}},
                    "time": {"created": "2012-01-01T00:00:00.000Z", "99.0.0": "2012-01-01T00:00:00.000Z"},
                }
            )
        return Answer(body=b"<html><body>It works!</body></html>", content_type="text/html")
