"""Yarn 1 and Berry under the gate.

Measured with yarn 1.22.22 and 4.18.1:

- Berry reads no common proxy variable, only its own; yarn 1 reads both. ``networkSettings`` of a ``.yarnrc.yml`` wins
  over every variable: such a run is refused. ``YARN_NETWORK_SETTINGS`` cannot undo it, and another
  ``YARN_RC_FILENAME`` would drop all settings.
- Berry stops at a variable ``YARN_…`` that it does not know: only settings of all its versions may be set.
- Berry keeps what it fetched below ``globalFolder``, yarn 1 puts ``yarn global add`` there: ``YARN_GLOBAL__FOLDER`` is
  Berry's spelling alone. A project's own ``.yarn/cache`` stays where it is: its files are the project's, and
  ``.pnp.cjs`` names them.
- yarn 1 takes ``cache-folder`` of a ``.yarnrc`` before any variable: such a run is refused.
"""

from __future__ import annotations

import glob
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from depaudit.commands.base import Conflict, Install, Undetermined
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.js_settings import in_file, yaml_table
from depaudit.gate.clients.npmrc import named_files
from depaudit.gate.clients.python_settings import settings_files, unreadable, upward
from depaudit.indexes.files import SettingsFiles
from depaudit.model.names import NormalizedName
from depaudit.model.requirement import Origin

NAME = "yarn"

_LED = "it leads Yarn past the gate. Name a proxy in HTTPS_PROXY instead: the gate goes on by it."
_STALE = "the gate keeps a cache of its own, and what another holds was never judged."
_NETWORK = ("httpProxy", "httpsProxy", "httpsCaFilePath", "caFilePath")
_AUTHORITIES = ("httpsCaFilePath", "caFilePath")
_YARN1_LINE = re.compile(
    r"""^[ \t]*["']?(?:(?:--[A-Za-z0-9*_-]{1,60}\.|--)?(cache-folder)|"""
    r"""--(?:[A-Za-z0-9*_-]{1,60}\.)?(preferred-cache-folder|offline|prefer-offline|use-yarnrc))["']?(?=[ \t=:\r]|$)""",
    re.MULTILINE,
)
_YARN1_CAFILE = re.compile(r"""^[ \t]*["']?cafile["']?[ \t]+["']?([^"'\r\n]{1,2000})""", re.MULTILINE)


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """The gate as proxy, its authority, caches of the gate's own."""
    cache = str(wiring.caches / "yarn1")
    berry = str(wiring.caches / "berry")
    made: dict[str, str | None] = {}
    for name in wiring.environment:
        key = _key(name)
        if key in ("cachefolder", "globalfolder"):
            made[name] = cache if key == "cachefolder" else berry  # whoever sets one means it for the Yarn that is used
        elif key in ("httpsproxy", "httpproxy", "proxy", "httpscafilepath", "enableofflinemode", "networksettings"):
            made[name] = None
    made |= {
        "YARN_HTTPS_PROXY": wiring.proxy,
        "YARN_HTTP_PROXY": wiring.proxy,
        "YARN_HTTPS_CA_FILE_PATH": str(wiring.bundle),
        "YARN_GLOBAL__FOLDER": berry,
    }
    if wiring.client in ("", NAME):
        made["npm_config_cache_folder"] = cache  # yarn 1 alone reads it; npm 11 warns of it
    return made


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """The command line as it is: what it starts may be either Yarn."""
    del wiring
    return reading.argv


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """Berry's ``networkSettings`` and ``enableOfflineMode``; yarn 1's ``cache-folder``, and the options that its lines
    ``--COMMAND.OPTION`` add to every command line."""
    files = settings_files(place)
    found: list[Conflict] = []
    for path in _berry_files(place):
        table = yaml_table(files, path)
        if table is None:
            found.append(unreadable(path))
            continue
        network = table.get("networkSettings")
        if network and not _is_plain(network):
            found.append(in_file("networkSettings", path, _LED))
        if str(table.get("enableOfflineMode", "false")).strip().lower() not in ("false", "0", ""):
            found.append(in_file("enableOfflineMode", path, "nothing can be judged without asking the registry."))
    for path in _yarn1_files(place):
        text = files.read(path)
        keys = dict.fromkeys(one or other for one, other in _YARN1_LINE.findall(text or ""))
        found += [in_file(key, path, _STALE) for key in keys]
    return tuple(found)


def roots(place: Place) -> tuple[Path, ...]:
    """The files with certificates that the operator's settings and variables name."""
    files = settings_files(place)
    named = [text for name, text in place.environment.items() if _key(name) in ("httpscafilepath", "cafilepath")]
    for path in _berry_files(place):
        if files.origin(path) is Origin.OPERATOR:
            table = yaml_table(files, path) or {}
            named += [text for key in _AUTHORITIES if isinstance(text := table.get(key), str)]
    named += _yarn1_cafiles(files, place)
    return named_files(place, named)


def prepare(caches: Path) -> None:
    """Take away the metadata that Berry has kept: it asks nobody about an exact version that it finds there, whatever
    it was told of ``no-store``. Never raises.

    ``caches``  ``Wiring.caches``
    """
    shutil.rmtree(caches / "berry" / "metadata", ignore_errors=True)


def forget(caches: Path, name: NormalizedName) -> None:
    """Take every archive of ``name`` out of the gate's cache for Berry, which finds them by name and version: what is
    refused now may lie there from a run that had no reason to. Never raises.

    ``caches``  ``Wiring.caches``
    """
    folder = caches / "berry" / "cache"
    for path in folder.glob(f"{glob.escape(name.replace('/', '-'))}-npm-*.zip"):
        path.unlink(missing_ok=True)


def _yarn1_cafiles(files: SettingsFiles, place: Place) -> list[str]:
    texts = (files.read(path) for path in _yarn1_files(place) if files.origin(path) is Origin.OPERATOR)
    return [found.strip() for text in texts if text is not None for found in _YARN1_CAFILE.findall(text)]


def _berry_files(place: Place) -> Iterator[Path]:
    names = dict.fromkeys((place.environment.get("YARN_RC_FILENAME") or ".yarnrc.yml", ".yarnrc.yml"))
    for folder in dict.fromkeys((*upward(place.folder), place.home)):
        yield from (folder / name for name in names)


def _yarn1_files(place: Place) -> Iterator[Path]:
    for folder in dict.fromkeys((*upward(place.folder), place.home)):
        yield folder / ".yarnrc"
    yield Path("/etc/yarnrc")
    yield Path("/usr/local/etc/yarnrc")


def _is_plain(network: object) -> bool:
    """Whether Berry's table of hosts sets nothing that counts here."""
    if not isinstance(network, dict):
        return False
    return all(isinstance(host, dict) and not set(host) & set(_NETWORK) for host in network.values())


def _key(name: str) -> str:
    """A variable's setting, as Berry takes it: letters alone, whatever stands between them; "" for any other's."""
    lower = name.lower()
    return re.sub(r"[^a-z0-9]", "", lower[5:]) if lower.startswith("yarn_") else ""
