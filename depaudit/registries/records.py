"""Evidence as compact text for the cache, and back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project, Release, Status

SCHEMA = 1
"""Raised with every change of what is below or of how answers are read; it is part of every key."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def dump_project(project: Project) -> Any:
    """JSON's own types, without the name, index and ecosystem: those are in the key."""
    return [
        [
            [r.version, _from_time(r.published_at), r.yanked, r.deprecated, r.runs_code, r.files]
            for r in project.releases
        ],
        _from_time(project.first_published),
        project.latest,
        project.tags,
        project.status.value,
        project.status_reason,
        project.dates_known,
        None if project.details is None else dump_details(project.details),
    ]


def load_project(ecosystem: Ecosystem, name: NormalizedName, index: str, data: Any) -> Project:
    """The project again. Raises ``ValueError``, ``TypeError`` or ``KeyError`` for what ``dump_project`` never gives."""
    releases, first, latest, tags, status, status_reason, dates_known, details = data
    return Project(
        ecosystem=ecosystem,
        name=name,
        index=index,
        releases=tuple(
            Release(
                version=version,
                published_at=None if published is None else _EPOCH + published * _MICROSECOND,
                yanked=yanked,
                deprecated=deprecated,
                runs_code=runs_code,
                files=files,
            )
            for version, published, yanked, deprecated, runs_code, files in releases
        ),
        first_published=None if first is None else _EPOCH + first * _MICROSECOND,
        latest=latest,
        tags=tuple((tag, version) for tag, version in tags),
        status=Status(status),
        status_reason=status_reason,
        dates_known=dates_known,
        details=None if details is None else load_details(details),
    )


def dump_details(details: Details) -> Any:
    """JSON's own types."""
    return [details.summary, details.description, details.repository, details.homepage, details.owners]


def load_details(data: Any) -> Details:
    """The details again. Raises ``ValueError`` or ``TypeError`` for what ``dump_details`` never gives."""
    summary, description, repository, homepage, owners = data
    return Details(
        summary=summary, description=description, repository=repository, homepage=homepage, owners=tuple(owners)
    )


def seal(now: datetime, keep: float, value: Any) -> str:
    """An entry: when it was stored, for how many seconds it holds, and what (None: the name is absent)."""
    return json.dumps([now.timestamp(), keep, value], separators=(",", ":"))


def unseal(text: str, now: datetime, longest: float) -> list[Any] | None:
    """``[value]`` of an entry that still holds, else None.

    An entry from the future (the clock was set back) does not hold, or it would hold for ever; nor does one for
    longer than ``longest`` seconds.
    """
    try:
        stored, keep, value = json.loads(text)
        age = now.timestamp() - stored
        return [value] if 0 <= age < min(keep, longest) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _from_time(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND
