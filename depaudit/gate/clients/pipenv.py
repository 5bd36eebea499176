"""Pipenv under the gate.

Read in the source of Pipenv 2026.10.3: it resolves and installs by a pip of its own, which reads pip's variables and is
given Pipenv's cache folder. Environments lie in ``WORKON_HOME`` or the project, never in the cache. Before any command
it reads the project's ``.env`` over what the environment holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients import common, uv
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.python_settings import settings_files, unreadable, upward

NAME = "pipenv"

_LEADS_ROUND = common.VARIABLES | {
    *("PIP_PROXY", "PIP_CERT", "PIP_CACHE_DIR", "PIP_NO_PROXY_ENV", "PIPENV_CACHE_DIR"),
    *("UV_CACHE_DIR", "UV_CONFIG_FILE"),
}
_NAMES_INDEXES = frozenset(
    (
        *("PIPENV_PYPI_MIRROR", "PIPENV_TEST_INDEX", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"),
        *("PIP_PYPI_URL", "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"),
    )
)
_SETS = re.compile(r"[ \t]*(?:export[ \t]+)?['\"]?([A-Za-z_][A-Za-z0-9_-]{0,100})['\"]?[ \t]*(?:=|$)")
_TRUE = ("1", "true", "yes", "on")


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """A cache of the gate's own."""
    return {"PIPENV_CACHE_DIR": str(wiring.caches / NAME)}


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """The command line as it is."""
    del wiring
    return reading.argv


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """What the project's ``.env`` sets over the gate's variables, the indexes that it names unseen, and what leads uv
    round the gate, which Pipenv may be told to resolve with."""
    return (*_in_dot_env(place), *uv.conflicts(place))


def roots(place: Place) -> tuple[Path, ...]:
    """None of its own."""
    del place
    return ()


def _in_dot_env(place: Place) -> tuple[Conflict, ...]:
    if place.environment.get("PIPENV_DONT_LOAD_ENV", "").lower() in _TRUE:
        return ()
    files = settings_files(place)
    found: list[Conflict] = []
    for path in _dot_env_files(place):
        problems = len(files.problems)
        text = files.read(path)
        if text is None:
            if len(files.problems) > problems:
                found.append(unreadable(path))
            continue
        names = dict.fromkeys(match[1] for line in text.splitlines() if (match := _SETS.match(line)))
        for name in names:
            usual = name.upper().replace("-", "_") if name.startswith("PIP_") else name
            if usual in _LEADS_ROUND or usual in _NAMES_INDEXES:
                found.append(
                    Conflict(
                        option=name,
                        mend=f"Take {name} out of {path}, which Pipenv reads over the gate's variables, and set it in"
                        " your own environment.",
                    )
                )
    return tuple(found)


def _dot_env_files(place: Place) -> tuple[Path, ...]:
    """The file that a variable names; else that beside the nearest Pipfile, or here where there is none."""
    own = place.environment.get("PIPENV_DOTENV_LOCATION")
    if own:
        return (place.folder / own,)
    pipfile = place.environment.get("PIPENV_PIPFILE")
    folders = [(place.folder / pipfile).parent] if pipfile else list(upward(place.folder))
    nearest = next((folder for folder in folders if _is_file(folder / "Pipfile")), place.folder)
    return tuple(dict.fromkeys((nearest / ".env", place.folder / ".env")))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
