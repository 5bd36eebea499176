"""npm's variables under the gate, which its kin read too, and what its settings name that the gate must know."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from depaudit.gate.clients.base import Place
from depaudit.gate.clients.python_settings import settings_files, upward
from depaudit.indexes.npm import expand, parse_npmrc, places
from depaudit.model.requirement import Origin

_PREFIX = "npm_config_"


def variables(environment: Mapping[str, str], settings: Mapping[str, str | None]) -> dict[str, str | None]:
    """``settings`` as npm's variables: in the spelling that all read, every other spelling taken away.

    npm reads ``NPM_CONFIG_CaFile`` too, and of two spellings whichever stands last. None takes a setting away.
    """
    made: dict[str, str | None] = {
        name: None for name in environment if name[:11].lower() == _PREFIX and _key(name) in settings
    }
    made.update({_PREFIX + key.replace("-", "_"): value for key, value in settings.items()})
    return made


def values(place: Place, key: str) -> tuple[str, ...]:
    """What the operator's variables and ``.npmrc`` files say of ``key``, strongest first."""
    found = [
        text.strip()
        for name, text in place.environment.items()
        if name[:11].lower() == _PREFIX and _key(name) == key and text.strip()
    ]
    files = settings_files(place)
    for path in _paths(place):
        text = files.read(path)
        if text is None or files.origin(path) is not Origin.OPERATOR:
            continue
        found += [
            expand(setting.value, place.environment)
            for setting in parse_npmrc(text)
            if expand(setting.key, place.environment) == key and setting.value
        ]
    return tuple(found)


def named_files(place: Place, names: Iterable[str]) -> tuple[Path, ...]:
    """The paths that settings name: relative to the working folder, ``~`` being the home."""
    return tuple(dict.fromkeys(_path(place, name) for name in names if name not in ("null", "false", "")))


def _path(place: Place, name: str) -> Path:
    return place.home / name[2:] if name.startswith("~/") else place.folder / name


def _paths(place: Place) -> Iterator[Path]:
    for folder in upward(place.folder):
        yield folder / ".npmrc"
    yield from places(place.environment, home=place.home, etc=Path("/etc"), platform=sys.platform)


def _key(name: str) -> str:
    key = name[len(_PREFIX) :]
    return (key[:1] + key[1:].replace("_", "-")).lower()
