"""PDM under the gate.

Read in the source of PDM 2.29.3 and measured: it takes the proxy and ``REQUESTS_CA_BUNDLE`` from the environment, and a
source's ``ca_certs`` wins over the latter. Environments and interpreters lie in its data folder, not in its cache.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients import uv
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.python_settings import (
    expanded,
    settings_files,
    sub_table,
    toml_table,
    unreadable,
    upward,
    user_folder,
)
from depaudit.model.requirement import Origin

NAME = "pdm"

_KEY = "ca_certs"
_TRUE = ("1", "true", "yes", "on")


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """A cache of the gate's own."""
    return {"PDM_CACHE_DIR": str(wiring.caches / NAME)}


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """The command line as it is."""
    del wiring
    return reading.argv


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """The sources for which a settings file names certificates of their own, as they would not trust the gate's; and
    what leads uv round the gate, where PDM is told to install with it."""
    files = settings_files(place)
    found: list[Conflict] = []
    by_uv = place.environment.get("PDM_USE_UV", "").lower() in _TRUE
    for path in _settings(place):
        table = toml_table(files, path)
        if table is None:
            text = files.read(path)
            if text is None or _KEY in text:
                found.append(unreadable(path))
            continue
        by_uv = by_uv or table.get("use_uv") is True
        if _certificates(table):
            found.append(
                Conflict(
                    option=_KEY,
                    mend=f"Take {_KEY} out of {path} and name the file in REQUESTS_CA_BUNDLE: depaudit adds the gate's"
                    " certificate to it there.",
                )
            )
    return (*dict.fromkeys(found), *(uv.conflicts(place) if by_uv else ()))


def roots(place: Place) -> tuple[Path, ...]:
    """The files with certificates that the operator's settings name."""
    files = settings_files(place)
    named = [
        name
        for path in _settings(place)
        if files.origin(path) is Origin.OPERATOR
        for name in _certificates(toml_table(files, path) or {})
    ]
    return tuple(dict.fromkeys(expanded(name, place) for name in named))


def _certificates(table: Mapping[str, Any]) -> list[str]:
    """Every ``ca_certs``: of ``[pypi]`` and its named sources in a ``config.toml``, of ``[[tool.pdm.source]]``."""
    pypi = sub_table(table, "pypi")
    sources = sub_table(table, "tool", "pdm").get("source")
    tables = [pypi, *(value for value in pypi.values() if isinstance(value, dict))]
    tables += [entry for entry in (sources if isinstance(sources, list) else []) if isinstance(entry, dict)]
    return [value for one in tables if isinstance(value := one.get(_KEY), str) and value]


def _settings(place: Place) -> Iterator[Path]:
    for folder in upward(place.folder):
        yield folder / "pdm.toml"
        yield folder / "pyproject.toml"
    own = place.environment.get("PDM_CONFIG_FILE")
    yield Path(own) if own else user_folder(place, "pdm") / "config.toml"
    if sys.platform.startswith("linux"):
        for shared in (place.environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
            if shared:
                yield Path(shared) / "pdm" / "config.toml"
