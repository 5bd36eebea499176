"""The package would be installed from a place that no registry vouches for.

What it does
------------
Reports requirements that name a URL or a git repository instead of a registry's package, a folder outside the project,
and extra places for archives (`--find-links`).

Why it matters
--------------
Nothing that a registry does applies there: no fixed versions, no removal of malware, no history. Whoever controls the
place decides at each install what is installed.

Evidence
--------
The requirement as it is written. A URL or a repository is medium, a folder outside the project or a place for archives
low; folders of the project itself are the project.

Known false positives
---------------------
A company's own repositories, pinned to a commit.

What to do
----------
Take the package from a registry. Where that is impossible, pin a commit or a hash, and record with `depaudit allow` who
looked at it.
"""

from __future__ import annotations

import posixpath

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import Requirement, SourceKind
from depaudit.rules.base import Need, RuleMeta
from depaudit.rules.wording import host, listed

META = RuleMeta(
    id="unverified-source",
    summary="installed from a URL, VCS or path that no registry vouches for",
    worst=Severity.MEDIUM,
    needs=(Need.ROUTE,),
)


def check(evidence: Evidence) -> Finding | None:
    """Medium for a URL or a repository, low for a folder outside the project or extra places for archives."""
    kind = evidence.package.source
    if kind is SourceKind.WORKSPACE:
        return None
    if kind is SourceKind.REGISTRY:
        return _find_links(evidence) if evidence.route.find_links else None
    name = evidence.package.name
    urls = [wish.source.url or "" for wish in evidence.package.requirements]
    if kind is SourceKind.PATH or all(_is_local(url) for url in urls):
        if not any(_outside(wish) for wish in evidence.package.requirements):
            return None
        message = f"{name} would be installed from a folder outside this project, which no registry vouches for."
        return _finding(Severity.LOW, message, kind.value, None)
    where = listed(dict.fromkeys(found for url in urls if (found := host(url)) is not None))
    what = "a git repository" if kind is SourceKind.GIT else "an address"
    place = f"{what} at {where}" if where else what
    message = f"{name} would be installed from {place}, which no registry vouches for."
    return _finding(Severity.MEDIUM, message, kind.value, where or None)


def _find_links(evidence: Evidence) -> Finding:
    hosts = dict.fromkeys(host(link) or "a folder" for link in evidence.route.find_links)
    message = f"{evidence.package.name} may also come from {listed(hosts)}, which no registry vouches for."
    return _finding(Severity.LOW, message, "find-links", listed(hosts))


def _finding(severity: Severity, message: str, source: str, place: str | None) -> Finding:
    facts = [Fact(label="source", value=source)]
    if place is not None:
        facts.append(Fact(label="host", value=place))
    return Finding(rule=META.id, severity=severity, message=message, facts=tuple(facts))


def _is_local(url: str) -> bool:
    return url.startswith("file:") or (bool(url) and "://" not in url and host(url) is None)


def _outside(wish: Requirement) -> bool:
    """Whether a path leaves the tree in which the file that names it stands, as far as the text tells."""
    path = (wish.source.url or "").removeprefix("file:").replace("\\", "/")
    folder = posixpath.dirname(wish.location.path.replace("\\", "/"))
    absolute = path.startswith(("/", "~")) or path[1:3] == ":/"
    if absolute:
        inside = bool(folder) and posixpath.isabs(folder)
        target = "/" + path.lstrip("/")
        return not (inside and posixpath.normpath(target).startswith(posixpath.normpath(folder) + "/"))
    return posixpath.normpath(posixpath.join(folder, path)).startswith("../")
