"""Where npm's dist-tags point once versions are left out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from depaudit.model.npm_range import parse_range, parse_version


def moved_tags(tags: Mapping[str, str], left: Collection[str], is_deprecated: Callable[[str], bool]) -> dict[str, str]:
    """``tags`` with those that point at no version of ``left`` moved, as ``npm --before`` reads them, or dropped.

    That is the newest of ``left`` that ``<=`` the tag's own version admits, so a prerelease only for a prerelease of
    the same numbers; one that is not deprecated comes before one that is (npm-pick-manifest 11, ``pickManifest``).
    """
    moved: dict[str, str] = {}
    for tag, version in tags.items():
        best = version if version in left else _newest_up_to(version, left, is_deprecated)
        if best is not None:
            moved[tag] = best
    return moved


def _newest_up_to(limit: str, left: Collection[str], is_deprecated: Callable[[str], bool]) -> str | None:
    wanted = parse_range(f"<={limit}") if parse_version(limit) is not None else None
    if wanted is None:
        return None
    admitted = [
        (not is_deprecated(version), parsed, version)
        for version in left
        if (parsed := parse_version(version)) is not None and wanted.admits(parsed)
    ]
    return max(admitted)[2] if admitted else None
