"""Symbolic links, followed within the repository alone."""

from __future__ import annotations

from collections.abc import Callable

from depaudit.model.record import record

MAX_HOPS = 40
"""Links that lead to one another in a row, as Linux has it."""

MAX_TARGET_BYTES = 4_096
"""Of what a link says."""

OUTSIDE = "it is a symbolic link that leads out of the repository"
NOWHERE = "it is a symbolic link that leads nowhere"
ENDLESS = "it is a symbolic link that leads back to itself"


@record(kw_only=False)
class Followed:
    """Where a path really is; or, with ``path`` empty, why that is nowhere."""

    path: str
    lost: str = ""


def follow(path: str, target_of: Callable[[str], str | None], *, above: int = 0) -> Followed:
    """Go along ``path``, each of its folders and itself, wherever a link leads.

    ``target_of``  what the link at a path says; None where that is no link
    ``above``      so many folders at its start are known to be none
    """
    parts = path.split("/")
    done = parts[:above]
    rest = parts[above:][::-1]
    hops = 0
    while rest:
        part = rest.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not done:
                return Followed("", OUTSIDE)
            done.pop()
            continue
        done.append(part)
        target = target_of("/".join(done))
        if target is None:
            continue
        hops += 1
        if hops > MAX_HOPS:
            return Followed("", ENDLESS)
        if target.startswith(("/", "\\")) or target[1:2] == ":" or not target:
            return Followed("", OUTSIDE)
        done.pop()
        rest.extend(reversed(target.split("/")))
    return Followed("/".join(done)) if done else Followed("", NOWHERE)


def joined(folder: str, target: str) -> str | None:
    """``target`` as seen from ``folder``, by the text alone; None where it stands above the repository's top."""
    if target.startswith("/"):
        return None
    done: list[str] = [part for part in folder.split("/") if part]
    for part in target.split("/"):
        if part == "..":
            if not done:
                return None
            done.pop()
        elif part not in ("", "."):
            done.append(part)
    return "/".join(done) or None
