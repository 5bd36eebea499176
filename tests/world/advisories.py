"""OSV: what is known to be malicious or vulnerable."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from packaging.version import InvalidVersion, Version

from tests.world.answers import Answer, as_json
from tests.world.record import Recorded

_MOST_QUERIES = 1000
_NAMES = {"pypi": "PyPI", "npm": "npm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One record. No ``versions`` and no ``fixed``: every version is meant.

    ``ecosystem``  "pypi" or "npm"
    ``fixed``      the first version that is right again
    """

    id: str
    ecosystem: str
    name: str
    versions: tuple[str, ...] = ()
    introduced: str = "0"
    fixed: str | None = None
    summary: str = "Malicious code"
    aliases: tuple[str, ...] = ()
    withdrawn: bool = False

    def means(self, ecosystem: str, name: str, version: str | None) -> bool:
        """Whether a query for this package and version (None: any) finds the record."""
        if self.withdrawn or ecosystem != _NAMES[self.ecosystem] or name != self.name:
            return False
        if version is None or version in self.versions:
            return True
        return not self.versions and self._in_range(version)

    def _in_range(self, version: str) -> bool:
        try:
            asked = Version(version)
        except InvalidVersion:
            return self.introduced == "0" and self.fixed is None
        starts = self.introduced == "0" or Version(self.introduced) <= asked
        return starts and (self.fixed is None or asked < Version(self.fixed))

    def record(self, now: datetime) -> dict[str, Any]:
        """The whole record in OSV's schema."""
        events: list[dict[str, str]] = [{"introduced": self.introduced}]
        if self.fixed:
            events.append({"fixed": self.fixed})
        affected: dict[str, Any] = {
            "package": {"ecosystem": _NAMES[self.ecosystem], "name": self.name},
            "versions": list(self.versions),
        }
        if not self.versions:
            affected["ranges"] = [{"type": "ECOSYSTEM" if self.ecosystem == "pypi" else "SEMVER", "events": events}]
        record: dict[str, Any] = {
            "schema_version": "1.7.3",
            "id": self.id,
            "modified": _stamp(now),
            "published": _stamp(now),
            "summary": self.summary,
            "details": self.summary,
            "affected": [affected],
        }
        if self.aliases:
            record["aliases"] = list(self.aliases)
        if self.withdrawn:
            record["withdrawn"] = _stamp(now)
        return record


class Osv:
    """api.osv.dev. ``page`` above 0: no query's answer holds more ids, the rest comes by page token."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.page = 0
        self._advisories: list[Advisory] = []

    def add(self, *advisories: Advisory) -> None:
        """Publish advisories."""
        self._advisories.extend(advisories)

    def answer(self, asked: Recorded) -> Answer:
        """The service's answer to one request."""
        route = asked.route
        if asked.method == "GET" and route.startswith("/v1/vulns/"):
            wanted = route.removeprefix("/v1/vulns/")
            found = next((a for a in self._advisories if a.id == wanted), None)
            return _refused(404, 5, "Bug not found.") if found is None else as_json(found.record(self.now))
        if asked.method == "POST" and route in ("/v1/querybatch", "/v1/query"):
            try:
                body = json.loads(asked.body)
                if route == "/v1/query":
                    return as_json({"vulns": [a.record(self.now) for a in self._matches(body)]})
                queries = body["queries"]
                if len(queries) > _MOST_QUERIES:
                    return _refused(400, 3, "Too many queries.")
                return as_json({"results": [self._brief(query) for query in queries]})
            except (ValueError, KeyError, TypeError):
                return _refused(400, 3, "Invalid query.")
        return _refused(404, 5, "Not Found")

    def _matches(self, query: dict[str, Any]) -> list[Advisory]:
        package = query["package"]
        return [a for a in self._advisories if a.means(package["ecosystem"], package["name"], query.get("version"))]

    def _brief(self, query: dict[str, Any]) -> dict[str, Any]:
        found = self._matches(query)
        start = int(query.get("page_token") or 0)
        end = start + self.page if self.page else len(found)
        result: dict[str, Any] = {}
        if found[start:end]:
            result["vulns"] = [{"id": a.id, "modified": _stamp(self.now)} for a in found[start:end]]
        if end < len(found):
            result["next_page_token"] = str(end)
        return result


def _refused(status: int, code: int, message: str) -> Answer:
    return as_json({"code": code, "message": message}, status=status)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
