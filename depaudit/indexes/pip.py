"""pip's own settings: its configuration files in all their places, and its environment variables.

Places and precedence as in pip 26 (``pip._internal.configuration``): global, user, site, ``PIP_CONFIG_FILE``; a later
file replaces a key of an earlier one; then ``[install]`` wins over ``[global]`` whatever the file, and variables win
over both. pip expands no variables in its configuration files, so neither does this.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from depaudit.indexes.files import SettingsFiles, line_of
from depaudit.indexes.settings import PypiClient
from depaudit.model.record import record
from depaudit.model.requirement import IndexRef, Location, Origin
from depaudit.model.route import Choice

_COMMAND_SECTIONS = ("global", "download", "install")
"""Later wins: what is audited would be installed. ``[download]`` counts where ``[install]`` is silent."""

_TRUE = {"y", "yes", "t", "true", "on", "1"}  # pip's own list


@record
class PipSettings:
    """pip's indexes, and whether it is told to ask a keyring for passwords."""

    client: PypiClient
    keyring: bool = False


@record
class _Value:
    text: str
    location: Location
    origin: Origin

    def __repr__(self) -> str:  # a URL may hold a password
        return f"_Value(location={self.location!r}, origin={self.origin!r})"

    def ref(self, url: str) -> IndexRef:
        return IndexRef(url=url, origin=self.origin, location=self.location)


def read_pip(
    environment: Mapping[str, str], files: SettingsFiles, *, home: Path, etc: Path, platform: str
) -> PipSettings:
    """pip's settings, from ``environment`` and the files at its places."""
    values: dict[str, _Value] = {}
    own = environment.get("PIP_CONFIG_FILE")
    user = not own or files.read(Path(own)) is None  # pip leaves the user's files out when it has found this one
    sections = _read_files(places(environment, home=home, etc=etc, platform=platform, user=user), files)
    for section in _COMMAND_SECTIONS:
        values.update({key: value for (where, key), value in sections.items() if where == section})
    for name, text in environment.items():
        # pip ignores variables that are empty, and takes PIP_EXTRA_INDEX_URL in either case
        if name.lower().startswith("pip_") and text.strip():
            place = Location(path=f"${name}", line=1)
            values[_key(name[4:])] = _Value(text=text, location=place, origin=Origin.OPERATOR)
    return PipSettings(client=_client(values), keyring=_asks_keyring(values))


def places(
    environment: Mapping[str, str], *, home: Path, etc: Path, platform: str, user: bool = True
) -> tuple[Path, ...]:
    """The files that pip would read, weakest first; without ``user``, none of the user's own.

    ``etc`` is ``/etc``, which Windows and macOS do not use.
    """
    own = environment.get("PIP_CONFIG_FILE")
    if own in (os.devnull, "/dev/null", "nul", "NUL"):
        return ()
    name = "pip.ini" if platform == "win32" else "pip.conf"
    found = list(_global_places(environment, etc=etc, platform=platform, name=name))
    if user:
        found.append(home / ("pip" if platform == "win32" else ".pip") / name)
        found.append(_user_folder(environment, home=home, platform=platform) / name)
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if environment.get(variable):
            found.append(Path(environment[variable]) / name)
            break
    if own:
        found.append(Path(own))
    return tuple(found)


def _global_places(environment: Mapping[str, str], *, etc: Path, platform: str, name: str) -> tuple[Path, ...]:
    if platform == "win32":
        return (Path(environment.get("PROGRAMDATA") or r"C:\ProgramData") / "pip" / name,)
    if platform == "darwin":
        return (Path("/Library/Application Support/pip") / name,)
    folders = environment.get("XDG_CONFIG_DIRS") or str(etc / "xdg")
    shared = tuple(Path(folder) / "pip" / name for folder in folders.split(":") if folder)
    return (*shared, etc / name)


def _user_folder(environment: Mapping[str, str], *, home: Path, platform: str) -> Path:
    if platform == "win32":
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / "pip"
    if platform == "darwin":
        folder = home / "Library" / "Application Support" / "pip"
        return folder if folder.is_dir() else home / ".config" / "pip"
    return Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "pip"


def _read_files(paths: tuple[Path, ...], files: SettingsFiles) -> dict[tuple[str, str], _Value]:
    found: dict[tuple[str, str], _Value] = {}
    for path in paths:
        text = files.read(path)
        if text is None:
            continue
        import configparser

        parser = configparser.RawConfigParser()
        try:
            parser.read_string(text)
        except configparser.Error as error:
            # its own message quotes the line, which may hold a password
            files.problem(
                path,
                "The pip configuration file is malformed and was not read.",
                mend="Run `pip config debug` to see what is wrong with it.",
                line=getattr(error, "lineno", None),
            )
            continue
        origin = files.origin(path)
        for section in parser.sections():
            for key, value in parser.items(section):
                if value and value.strip():
                    place = Location(path=files.shown(path), line=line_of(text, value))
                    found[section, _key(key)] = _Value(text=value, location=place, origin=origin)
    return found


def _key(name: str) -> str:
    key = name.lower().replace("_", "-").removeprefix("--")
    return "index-url" if key == "pypi-url" else key


def _client(values: Mapping[str, _Value]) -> PypiClient:
    index = values.get("index-url")
    no_index = values.get("no-index")
    return PypiClient(
        default=index.ref(index.text.strip()) if index else None,
        extra=_many(values.get("extra-index-url")),
        find_links=_many(values.get("find-links")),
        no_index=no_index is not None and no_index.text.strip().lower() in _TRUE,
        choice=Choice.BEST_VERSION,
    )


def _many(value: _Value | None) -> tuple[IndexRef, ...]:
    return tuple(value.ref(url) for url in value.text.split()) if value else ()


def _asks_keyring(values: Mapping[str, _Value]) -> bool:
    provider = values.get("keyring-provider")
    return (
        provider is not None
        and provider.origin is Origin.OPERATOR
        and provider.text.strip().lower() in ("import", "subprocess")
    )
