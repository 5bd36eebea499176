"""The two download services, with the rules by which the real ones answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.world.answers import Answer, as_json
from tests.world.lives import Life
from tests.world.record import Recorded

_DAYS = {"last-day": 1, "last-week": 7, "last-month": 30}
_MOST_NAMES = 128

Lives = Callable[[str], Life | None]


class PyPIStats:
    """pypistats.org: one name a request."""

    def __init__(self, lives: Lives) -> None:
        self._lives = lives

    def answer(self, asked: Recorded) -> Answer:
        """The service's answer to one request."""
        parts = asked.route.strip("/").split("/")
        if asked.method != "GET" or len(parts) != 4 or parts[:2] != ["api", "packages"] or parts[3] != "recent":
            return Answer(status=404, body=b"404", content_type="text/html")
        life = self._lives(parts[2])
        if life is None or life.downloads is None:
            return Answer(status=404, body=b"404", content_type="text/html")
        month = life.downloads
        return as_json(
            {
                "data": {"last_day": month // 30, "last_month": month, "last_week": month * 7 // 30},
                "package": parts[2],
                "type": "recent_downloads",
            }
        )


class NpmDownloads:
    """api.npmjs.org: up to 128 names a request, scoped ones only alone; null for unknown names in bulk."""

    def __init__(self, lives: Lives, *, now: datetime) -> None:
        self._lives = lives
        self._now = now

    def answer(self, asked: Recorded) -> Answer:
        """The service's answer to one request."""
        _, _, rest = asked.route.partition("/downloads/point/")
        period, _, names = rest.partition("/")
        if period not in _DAYS or not names or asked.method != "GET":
            return as_json({"error": "Not Found"}, status=404)
        wanted = names.split(",")
        if len(wanted) == 1:
            row = self._row(wanted[0], _DAYS[period])
            if row is None:
                return as_json({"error": f"package {wanted[0]} not found"}, status=404)
            return as_json(row)
        if any(name.startswith("@") for name in wanted):
            return as_json({"error": "bulk requests for scoped packages are not yet supported"}, status=400)
        if len(wanted) > _MOST_NAMES:
            return as_json({"error": f"too many packages requested, at most {_MOST_NAMES}"}, status=400)
        return as_json({name: self._row(name, _DAYS[period]) for name in wanted})

    def _row(self, name: str, days: int) -> dict[str, object] | None:
        life = self._lives(name)
        if life is None or life.downloads is None:
            return None
        end = (self._now - timedelta(days=1)).date()
        return {
            "downloads": life.downloads * days // 30,
            "start": str(end - timedelta(days=days - 1)),
            "end": str(end),
            "package": name,
        }
