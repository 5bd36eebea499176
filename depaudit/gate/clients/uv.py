"""uv under the gate.

Measured with uv 0.13.9:

- ``https-proxy`` and ``http-proxy`` of a ``uv.toml``, of ``[tool.uv]`` and of a script's own ``[tool.uv]`` win over all
  variables, and with ``no-proxy`` beside them nothing passes the gate; ``no-proxy`` and ``allow-insecure-host`` alone
  lead nowhere. Only ``UV_NO_CONFIG`` beats them, and that drops all other settings as well: such a run is refused.
- ``SSL_CERT_FILE`` is read whatever ``native-tls`` says.
- An index that was answered with ``no-store`` is asked afresh, but where it offers metadata beside the wheels, a wheel
  that lies unpacked in the cache is installed whatever its URL is by now: ``--refresh`` closes that for the commands
  that have no lockfile, ``forget`` for all.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from depaudit.commands.base import Conflict, Install, ProjectUse, Undetermined
from depaudit.commands.options import CLAP, scan
from depaudit.commands.programs import started
from depaudit.commands.uv_options import GLOBAL, GROUPS
from depaudit.gate.clients.base import Place, Wiring
from depaudit.gate.clients.python_settings import settings_files, sub_table, toml_table, unreadable, upward
from depaudit.indexes.files import SettingsFiles
from depaudit.model.names import NormalizedName

NAME = "uv"

_PROXY_KEYS = ("https-proxy", "http-proxy")
_TRUE = ("1", "true", "yes", "y", "on", "t")
_REFRESHED = frozenset({"pip install", "pip sync", "pip compile", "tool run", "tool install", "build", "venv"})
_BUCKETS = ("wheels-v*", "sdists-v*", "built-wheels-v*")
_OPEN, _CLOSE = "# /// script", "# ///"
_MOST_ENDS = 20  # lines that could end a script's metadata


def environment(wiring: Wiring) -> Mapping[str, str | None]:
    """A cache of the gate's own; uv's tools, interpreters and settings stay where they are."""
    return {"UV_CACHE_DIR": str(wiring.caches / NAME), "UV_NATIVE_TLS": None, "UV_SYSTEM_CERTS": None}


def arguments(reading: Install | Undetermined, wiring: Wiring) -> tuple[str, ...]:
    """``--refresh`` for what resolves without a lockfile; with one, uv would resolve it anew and may write it so."""
    argv = reading.argv
    start = started(argv)
    if start is None or not isinstance(reading, Install) or reading.project is not ProjectUse.NONE:
        return argv
    if "--offline" in argv or "--no-refresh" in argv or _true(wiring.environment, "UV_OFFLINE"):
        return argv  # uv takes but one of them; offline, nothing is fetched
    if start.program == "uvx":
        return (*argv[: start.stop], "--refresh", *argv[start.stop :])
    stop = scan(argv, start.stop, GLOBAL, CLAP, until_word=True).stop
    command = argv[stop] if stop < len(argv) else ""
    if command in GROUPS:
        stop = scan(argv, stop + 1, GLOBAL, CLAP, until_word=True).stop
        command += f" {argv[stop]}" if stop < len(argv) else ""
    return (*argv[: stop + 1], "--refresh", *argv[stop + 1 :]) if command in _REFRESHED else argv


def conflicts(place: Place) -> tuple[Conflict, ...]:
    """The proxies that uv's settings files, and the scripts of the command, name."""
    files = settings_files(place)
    found: list[Conflict] = []
    for path in _settings(place):
        table = toml_table(files, path)
        if table is None:
            text = files.read(path)
            if text is None or "proxy" in text or "\\" in text:
                found.append(unreadable(path))
        else:
            found += _named(table if path.name != "pyproject.toml" else sub_table(table, "tool", "uv"), path)
    for path in place.scripts:
        found += _in_script(files, path)
    return tuple(dict.fromkeys(found))


def roots(place: Place) -> tuple[Path, ...]:
    """None: uv's settings name no file with certificate authorities."""
    del place
    return ()


def forget(caches: Path, name: NormalizedName) -> None:
    """Take every archive of ``name`` out of the gate's cache for uv: what is refused now may lie there from a run that
    had no reason to. To be called before a listing with a refused version is answered. Never raises.

    ``caches``  ``Wiring.caches``
    """
    for bucket in _BUCKETS:
        for above in (caches / NAME).glob(bucket):
            for folder in (*above.glob(f"*/{name}"), *above.glob(f"*/*/{name}")):
                shutil.rmtree(folder, ignore_errors=True)


def _settings(place: Place) -> Iterator[Path]:
    """The files that uv may read, in whatever order."""
    environment = place.environment
    if environment.get("UV_CONFIG_FILE"):
        yield place.folder / environment["UV_CONFIG_FILE"]
        return
    if _true(environment, "UV_NO_CONFIG"):
        return
    for folder in upward(place.folder):
        yield folder / "uv.toml"
        yield folder / "pyproject.toml"
    if sys.platform == "win32":
        yield Path(environment.get("APPDATA") or place.home / "AppData" / "Roaming") / "uv" / "uv.toml"
        yield Path(environment.get("PROGRAMDATA") or r"C:\ProgramData") / "uv" / "uv.toml"
        return
    yield Path(environment.get("XDG_CONFIG_HOME") or place.home / ".config") / "uv" / "uv.toml"
    for shared in (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
        if shared:
            yield Path(shared) / "uv" / "uv.toml"
    yield Path("/etc/uv/uv.toml")


def _true(environment: Mapping[str, str], name: str) -> bool:
    return environment.get(name, "").strip().lower() in _TRUE


def _named(table: Mapping[str, Any], path: Path) -> list[Conflict]:
    return [
        Conflict(
            option=key,
            mend=f"Take {key} out of {path}, where it leads uv past the gate, and name that proxy in HTTPS_PROXY:"
            " the gate goes on by it.",
        )
        for key in _PROXY_KEYS
        if key in table
    ]


def _in_script(files: SettingsFiles, path: Path) -> list[Conflict]:
    """The proxies that a script's metadata (PEP 723) names."""
    problems = len(files.problems)
    text = files.read(path)
    if text is None:
        return [unreadable(path)] if len(files.problems) > problems else []
    return [conflict for block in _metadata(text) for conflict in _in_block(block, path)]


def _in_block(block: str, path: Path) -> list[Conflict]:
    import tomli

    try:
        return _named(sub_table(tomli.loads(block), "tool", "uv"), path)
    except (ValueError, RecursionError):
        return [unreadable(path)] if "proxy" in block or "\\" in block else []


def _metadata(text: str) -> Iterator[str]:
    """What may be the script's metadata: from each opening line to each closing one among the comments behind it."""
    lines = [line.rstrip() for line in text.splitlines()]
    opened = [number for number, line in enumerate(lines) if line == _OPEN][:_MOST_ENDS]
    for start in opened:
        end = start + 1
        ends: list[int] = []
        while end < len(lines) and lines[end].startswith("#"):
            if lines[end] == _CLOSE:
                ends.append(end)
            end += 1
        for stop in (*ends[:_MOST_ENDS], *ends[-1:]):
            yield "\n".join(line[2:] for line in lines[start + 1 : stop])
