"""Which releases a requirement admits, and which one would be installed, in either ecosystem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from depaudit.model import npm_range, pep440
from depaudit.model.evidence import Evidence, Found
from depaudit.model.names import Ecosystem
from depaudit.model.project import Project, Release
from depaudit.model.requirement import Requirement

_ANYTHING = {Ecosystem.PYPI: ("",), Ecosystem.NPM: ("", "*", "x", "X")}
"""How each ecosystem spells "whatever there is"."""


def satisfies(ecosystem: Ecosystem, version: str, specifier: str) -> bool | None:
    """Whether ``version`` satisfies ``specifier``; None when the specifier can't be read (a tag, ``catalog:``).

    A bare version is an exact pin in either ecosystem. Prereleases count for PyPI; for npm they do where npm lets them.
    """
    matches = _matching(ecosystem, (version,), specifier)
    return None if matches is None else next(matches, None) is not None


def matching(ecosystem: Ecosystem, versions: Sequence[str], specifier: str) -> list[str] | None:
    """Those of ``versions`` that satisfy ``specifier``, in the order given; None when the specifier can't be read."""
    matches = _matching(ecosystem, versions, specifier)
    return None if matches is None else list(matches)


def newest(ecosystem: Ecosystem, versions: Iterable[str], specifier: str) -> str | None:
    """The newest of ``versions`` that satisfies ``specifier``; None when none does or the specifier can't be read.

    Prereleases only count where the specifier asks for them or where nothing else is there (npm: and it asks nothing).
    """
    texts = list(versions)
    if ecosystem is Ecosystem.PYPI:
        return pep440.newest(matching(ecosystem, texts, specifier) or (), specifier)
    anything = specifier.strip() in (*_ANYTHING[ecosystem], "latest")
    npm_matches = matching(ecosystem, texts, "*" if anything else specifier)
    if not npm_matches and anything:
        npm_matches = texts
    ordered = ascending(ecosystem, npm_matches or ())
    return ordered[-1] if ordered else None


def ascending(ecosystem: Ecosystem, versions: Iterable[str]) -> list[str]:
    """``versions``, oldest first, in their ecosystem's order; those that are no versions are left out."""
    if ecosystem is Ecosystem.PYPI:
        return pep440.ascending(versions)
    parsed = {version: key for version in versions if (key := npm_range.parse_version(version)) is not None}
    return sorted(parsed, key=parsed.__getitem__)


def nearest(ecosystem: Ecosystem, versions: Iterable[str], specifier: str, limit: int = 3) -> tuple[str, ...]:
    """Up to ``limit`` of ``versions`` around the version that ``specifier`` names, newest first.

    Where it names none that can be ordered, the newest ones.
    """
    ordered = ascending(ecosystem, versions)
    wanted = _named_version(ecosystem, specifier)
    if wanted is None:
        return tuple(reversed(ordered[-limit:]))
    place = ordered.index(wanted) if wanted in ordered else ascending(ecosystem, [*ordered, wanted]).index(wanted)
    first = max(0, min(place - limit + 1, len(ordered) - limit))
    return tuple(reversed(ordered[first : first + limit]))


def installable(project: Project) -> tuple[Release, ...]:
    """The releases that have an archive, or of which the index does not say."""
    return tuple(release for release in project.releases if release.files != 0)


def admitted(project: Project, wish: Requirement) -> tuple[Release, ...] | None:
    """The installable releases that ``wish`` admits; None when what it asks for can't be read.

    A pin that is no version at all admits nothing, unless a release is spelled just so. npm's dist-tags are looked up
    in the project; one that it does not have admits nothing, where its tags are known.
    """
    releases = _admitted(project, wish)
    return None if releases is None else tuple(releases)


def admits_any(project: Project, wish: Requirement) -> bool | None:
    """Whether ``admitted`` has any release; quick for projects with hundreds of them."""
    releases = _admitted(project, wish)
    return None if releases is None else next(releases, None) is not None


def selected_release(evidence: Evidence) -> Release | None:
    """The release that a client would install now; None when it can't be told.

    The pinned one; else PyPI's newest that is allowed, not yanked and no prerelease (where there is such a one), npm's
    ``latest`` where it satisfies and is not deprecated, else its newest that satisfies. Where several requirements ask
    differently, the newest of what they would get.
    """
    if not isinstance(evidence.project, Found):
        return None
    project = evidence.project.value
    chosen: dict[str, Release] = {}
    for wish in evidence.package.requirements:
        release = _choice(project, wish)
        if release is not None:
            chosen[release.version] = release
    if len(chosen) < 2:
        return next(iter(chosen.values()), None)
    ordered = ascending(evidence.package.ecosystem, chosen)
    return chosen[ordered[-1]] if ordered else next(iter(chosen.values()))


def _admitted(project: Project, wish: Requirement) -> Iterator[Release] | None:
    """As ``admitted``; a release is only compared when the iterator comes to it."""
    releases = {release.version: release for release in installable(project)}
    specifier = wish.pinned_version or wish.specifier
    if specifier.strip() in _ANYTHING[wish.ecosystem]:
        return iter(releases.values())
    pinned = wish.pinned_version is not None
    if pinned and specifier in releases:
        return iter((releases[specifier],))
    if not pinned and wish.ecosystem is Ecosystem.NPM and npm_range.parse_range(specifier) is None:
        tagged = _tagged(project, specifier.strip())
        if tagged is not None:
            return iter((releases[tagged],) if tagged in releases else ())
        return iter(()) if project.tags and _is_tag(specifier.strip()) else None
    # Indexes list the oldest first, requirements mostly admit the newest.
    matches = _matching(wish.ecosystem, [*reversed(releases)], specifier)
    if matches is None:
        return iter(()) if pinned else None
    return map(releases.__getitem__, matches)


def _matching(ecosystem: Ecosystem, versions: Sequence[str], specifier: str) -> Iterator[str] | None:
    if ecosystem is Ecosystem.PYPI:
        return pep440.matching(versions, specifier)
    wanted = npm_range.parse_range(specifier)
    if wanted is None:
        return None
    if specifier in versions:
        return iter((specifier,))
    return (
        version
        for version in versions
        if (parsed := npm_range.parse_version(version)) is not None and wanted.admits(parsed)
    )


def _choice(project: Project, wish: Requirement) -> Release | None:
    candidates = admitted(project, wish)
    if not candidates:
        return None
    if len(candidates) == 1:
        return candidates[0]
    specifier = wish.pinned_version or wish.specifier
    by_version = {release.version: release for release in candidates}
    if wish.ecosystem is Ecosystem.PYPI:
        kept = [release.version for release in candidates if release.yanked is None] or list(by_version)
        best = pep440.newest(kept, specifier)
    else:
        latest = by_version.get(project.latest or "")
        if latest is not None and not latest.deprecated:
            return latest
        kept = [release.version for release in candidates if not release.deprecated] or list(by_version)
        best = newest(Ecosystem.NPM, kept, "*")
    return by_version.get(best) if best is not None else None


def _tagged(project: Project, tag: str) -> str | None:
    """The version that a dist-tag stands for."""
    for name, version in project.tags:
        if name == tag:
            return version
    return project.latest if tag == "latest" else None


def _is_tag(text: str) -> bool:
    """Whether ``text`` can be nothing but a dist-tag (``catalog:``, ``workspace:^``, ``user/repo`` are none)."""
    return len(text) <= 64 and text.isascii() and text.replace("-", "").replace("_", "").replace(".", "").isalnum()


def _named_version(ecosystem: Ecosystem, specifier: str) -> str | None:
    if ecosystem is Ecosystem.PYPI:
        named = pep440.first_version(specifier)
        return named if named is not None and pep440.parse_version(named) is not None else None
    if npm_range.parse_version(specifier) is not None:
        return specifier
    wanted = npm_range.parse_range(specifier)
    first = wanted.alternatives[0] if wanted is not None else ()
    return ".".join(map(str, first[0].version.numbers)) if first else None
