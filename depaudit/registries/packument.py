"""npm's packuments, full and abbreviated: text in, project or failure out. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project, Release, Status
from depaudit.registries.errors import Failure, nonsense
from depaudit.registries.pypi_json import MAX_OWNERS, MAX_SUMMARY, clean, is_page
from depaudit.registries.repository import repository_of
from depaudit.registries.times import parse_time

_MAX_REASON = 500
_MAX_TAGS = 1000
_HOOKS = ("preinstall", "install", "postinstall")
_HOLDER = re.compile(r"0\.0\.\d{1,4}-security(?:\.\d{1,4})?", re.ASCII)
_NO_README = "ERROR: No README data found!"
_MISSHAPEN = nonsense("JSON that is no packument")


def read_packument(name: NormalizedName, index: str, body: bytes) -> Project | Failure:
    """The project of a packument. Nothing of the parsed document is kept."""
    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        return nonsense("not JSON")
    return packument_of(name, index, page)


def packument_of(name: NormalizedName, index: str, page: Any) -> Project | Failure:
    """``read_packument`` of a document that is parsed already."""
    if not isinstance(page, dict) or not isinstance(page.get("name", page.get("_id")), str):
        return _MISSHAPEN
    if page.get("name", page.get("_id")) != name:
        return nonsense("a page of another project")
    versions, times, tags = page.get("versions", {}), page.get("time", {}), page.get("dist-tags", {})
    if not isinstance(versions, dict) or not isinstance(times, dict) or not isinstance(tags, dict):
        return _MISSHAPEN
    if not all(isinstance(manifest, dict) for manifest in versions.values()):
        return _MISSHAPEN
    return _project(name, index, page, versions, times, tags)


def _project(
    name: NormalizedName,
    index: str,
    page: dict[str, Any],
    versions: dict[str, dict[str, Any]],
    times: dict[str, Any],
    tags: dict[str, Any],
) -> Project:
    releases = tuple(_release(version, manifest, times) for version, manifest in versions.items())
    latest = tags.get("latest")
    if not isinstance(latest, str):
        latest = None
    newest = versions.get(latest, {}) if latest is not None else {}
    status, reason = _status(versions, latest)
    created = parse_time(times.get("created"))  # mirrors leave it out
    dated = [release.published_at for release in releases if release.published_at is not None]
    if created is None and len(dated) == len(releases):  # or the oldest may be the one without a date
        created = min(dated, default=None)
    return Project(
        ecosystem=Ecosystem.NPM,
        name=name,
        index=index,
        releases=releases,
        first_published=created,
        latest=latest,
        tags=tuple((t, v) for t, v in list(tags.items())[:_MAX_TAGS] if isinstance(v, str)),
        status=status,
        status_reason=reason,
        dates_known=created is not None,
        details=_details(page, newest),
    )


def _release(version: str, manifest: dict[str, Any], times: dict[str, Any]) -> Release:
    dist = manifest.get("dist")
    return Release(
        version=version,
        published_at=parse_time(times.get(version)),
        deprecated=_deprecation(manifest),
        runs_code=runs_code(manifest),
        files=1 if isinstance(dist, dict) and isinstance(dist.get("tarball"), str) else 0,
    )


def _deprecation(manifest: dict[str, Any]) -> str | None:
    """npm's message; an empty one is how a deprecation is taken back."""
    message = manifest.get("deprecated")
    if isinstance(message, str) and message:
        return message[:_MAX_REASON]
    return "" if message is True else None


def runs_code(manifest: dict[str, Any]) -> bool:
    """Whether a version's manifest, full or abbreviated, says that installing it runs its code."""
    if manifest.get("hasInstallScript") is True:
        return True
    scripts = manifest.get("scripts")
    return isinstance(scripts, dict) and any(scripts.get(hook) for hook in _HOOKS)


def _status(versions: dict[str, dict[str, Any]], latest: str | None) -> tuple[Status, str]:
    if not versions:  # told by ``time.unpublished``, or (mirrors) by nothing at all
        return Status.UNPUBLISHED, ""
    head = latest if latest in versions else next(reversed(versions))
    if _HOLDER.fullmatch(head):
        return Status.SECURITY_HOLDING, ""
    message = _deprecation(versions[head])
    return (Status.DEPRECATED, message) if message is not None else (Status.ACTIVE, "")


def _details(page: dict[str, Any], newest: dict[str, Any]) -> Details | None:
    """What the packument says of the project; where its top says nothing, the newest version does.

    None where neither would: mirrors strip those fields, and an abbreviated packument has none. A project that is
    blank still has maintainers on a registry that tells.
    """
    telling = ("description", "repository", "homepage", "readme", "readmeFilename", "maintainers")
    if not any(key in source for key in telling for source in (page, newest)):
        return None
    homepage = _either(page, newest, "homepage")
    repository = _repository(_either(page, newest, "repository"))
    return Details(
        summary=clean(_either(page, newest, "description"))[:MAX_SUMMARY],
        description=_has_readme(page),
        repository=repository or repository_of(homepage),
        homepage=homepage if isinstance(homepage, str) and is_page(homepage) and not repository_of(homepage) else None,
        owners=_owners(_either(page, newest, "maintainers")),
    )


def _either(page: dict[str, Any], newest: dict[str, Any], key: str) -> Any:
    return page.get(key) or newest.get(key)


def _repository(value: Any) -> str | None:
    return repository_of(value.get("url") if isinstance(value, dict) else value, shorthand=True)


def _has_readme(page: dict[str, Any]) -> bool | None:
    readme = page.get("readme")
    if isinstance(readme, str) and readme.strip() not in ("", _NO_README):
        return True
    if page.get("readmeFilename"):
        return True
    return False if readme is not None else None


def _owners(maintainers: Any) -> tuple[str, ...]:
    if not isinstance(maintainers, list):
        return ()
    names = (m.get("name") if isinstance(m, dict) else m for m in maintainers[:MAX_OWNERS])
    # old documents hold "name <mail>"
    return tuple(sorted({n.partition("<")[0].strip().lower() for n in names if isinstance(n, str) and n.strip()}))
