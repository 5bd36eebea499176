"""bun under the gate.

Measured with bun 1.4.5: it takes proxy and authorities from the common variables, but a ``cafile`` of ``bunfig.toml``
or ``.npmrc`` instead of them, which only ``--cafile`` beats; ``.env`` files of the project set what the environment
leaves open, a registry too, and whether metadata is asked afresh depends on the cache alone.
"""

from __future__ import annotations

import glob
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.commands.programs import started
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.js_settings import dotenv_names, in_file
from depaudit.gate.clients.npmrc import named_files
from depaudit.gate.clients.python_settings import settings_files, sub_table, toml_table, unreadable, upward
from depaudit.model.names import NormalizedName
from depaudit.model.requirement import Origin

NAME = "bun"

_MODES = ("development", "production", "test")
_DOTENV = (".env", ".env.local", *(f".env.{mode}{end}" for mode in _MODES for end in ("", ".local")))
_REGISTRY = frozenset(("BUN_CONFIG_REGISTRY", "NPM_CONFIG_REGISTRY", "npm_config_registry"))
_UNASKED = "nothing can be judged without asking the registry."
_LEADING = frozenset(
    ("--ca", "--cafile", "--cache-dir", "--config", "-c", "--env-file", "--offline", "--prefer-offline", "--registry")
)
_TAKE_CAFILE = frozenset(("install", "i", "add", "a", "remove", "rm", "update", "link"))


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """A cache of the gate's own, for bunx's programs too."""
    return {"BUN_INSTALL_CACHE_DIR": str(wiring.caches / NAME)}


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """``--cafile`` for the commands that have it: a ``cafile`` of a settings file would win over the variables."""
    argv = reading.argv
    start = started(argv)
    if start is None or start.program != "bun" or not isinstance(reading, Install):
        return argv
    command_at = next((index for index in range(start.stop, len(argv)) if not argv[index].startswith("-")), len(argv))
    if command_at == len(argv) or argv[command_at] not in _TAKE_CAFILE:
        return argv
    return (*argv[: command_at + 1], f"--cafile={wiring.bundle}", *argv[command_at + 1 :])


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """A registry that a ``.env`` file sets, which bun obeys and nobody sees; ``offline`` and ``preferOffline`` of
    ``bunfig.toml``; such options in ``BUN_OPTIONS``."""
    files = settings_files(place)
    found: list[Conflict] = []
    for folder in upward(place.folder):
        for path in (folder / name for name in _DOTENV):
            names = _REGISTRY & dotenv_names(files.read(path) or "")
            where = "name the registry in bunfig.toml or .npmrc."
            found += [in_file(name, path, where) for name in sorted(names) if not place.environment.get(name)]
    for path in _bunfigs(place):
        table = toml_table(files, path)
        if table is None:
            found.append(unreadable(path))
            continue
        install = sub_table(table, "install")
        found += [in_file(key, path, _UNASKED) for key in ("offline", "preferOffline") if install.get(key)]
    options = place.environment.get("BUN_OPTIONS", "").split()
    led = [word.partition("=")[0] for word in options if word.partition("=")[0] in _LEADING]
    found += [Conflict(option=f"BUN_OPTIONS {name}", mend=f"Take {name} out of BUN_OPTIONS.") for name in led]
    return tuple(found)


def roots(place: Place) -> tuple[Path, ...]:
    """The files that ``cafile`` names in the operator's own ``.bunfig.toml``; npm's settings are looked through for
    npm."""
    files = settings_files(place)
    named: list[str] = []
    for path in _bunfigs(place):
        if files.origin(path) is Origin.OPERATOR:
            cafile = sub_table(toml_table(files, path) or {}, "install").get("cafile")
            named += [cafile] if isinstance(cafile, str) else []
    return named_files(place, named)


def forget(caches: Path, name: NormalizedName) -> None:
    """Take every copy of ``name`` out of the gate's cache for bun, which finds them by name and version, and all that
    bunx made of them: what is refused now may lie there from a run that had no reason to. Never raises.

    ``caches``  ``Wiring.caches``
    """
    folder = caches / NAME
    for path in (*folder.glob(f"{glob.escape(name)}@*"), *folder.glob(".bunx-*")):
        shutil.rmtree(path, ignore_errors=True)
    shutil.rmtree(folder / name, ignore_errors=True)


def _bunfigs(place: Place) -> Iterator[Path]:
    for folder in upward(place.folder):
        yield folder / "bunfig.toml"
    shared = place.environment.get("XDG_CONFIG_HOME")
    for folder in dict.fromkeys((*((Path(shared),) if shared else ()), place.home)):
        yield folder / ".bunfig.toml"
