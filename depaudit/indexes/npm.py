"""npm's own settings: ``.npmrc`` files of the user, the installation and the project, and its environment variables.

The grammar is that of the ``ini`` package, the precedence that of ``@npmcli/config`` (npm 11): environment, project,
user, global. ``${NAME}`` is expanded in the operator's files alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from depaudit.indexes.files import SettingsFiles
from depaudit.indexes.settings import NpmAuth, NpmLevel
from depaudit.model.record import record
from depaudit.model.requirement import IndexRef, Location, Origin

# ${NAME} and ${NAME?}; a backslash before it takes the meaning away
_REFERENCE = re.compile(r"(?<!\\)(\\{0,20})\$\{([^${}?]{1,200})(\?)?\}")
_SCOPE_KEY = re.compile(r"(@[^:/\s]{1,214}):registry")
_AUTH_KEY = re.compile(r"(//[^\s]{1,2000}?):(_authToken|_auth|username|_password)")


@record
class Setting:
    """One ``key = value`` of an .npmrc, unexpanded, with its line from 1."""

    key: str
    value: str
    line: int

    def __repr__(self) -> str:
        return f"Setting({self.key!r}, line={self.line})"


@record
class NpmSettings:
    """npm's settings outside any project, strongest first. A project's level stands between the two."""

    environment: NpmLevel = NpmLevel()
    files: tuple[NpmLevel, ...] = ()

    @property
    def levels(self) -> tuple[NpmLevel, ...]:
        """Strongest first."""
        return (self.environment, *self.files)


def read_npm(
    environment: Mapping[str, str], files: SettingsFiles, *, home: Path, etc: Path, platform: str
) -> NpmSettings:
    """npm's settings, from ``environment`` and the files at its places."""
    variables = _variables(environment)
    levels: list[NpmLevel] = []
    for path in places(environment, home=home, etc=etc, platform=platform):
        level = read_npmrc(path, files, environment=environment)
        if level is not None:
            levels.append(level)
    place = Location(path="$npm_config_registry", line=1)
    settings = tuple(Setting(key=key, value=value, line=1) for key, value in variables.items())
    return NpmSettings(
        environment=_level(
            settings, lambda url, _: IndexRef(url=url, origin=Origin.OPERATOR, location=place), Origin.OPERATOR
        ),
        files=tuple(levels),
    )


def read_npmrc(path: Path, files: SettingsFiles, *, environment: Mapping[str, str]) -> NpmLevel | None:
    """The settings of one .npmrc; None where there is none. Variables are expanded if the file is the operator's."""
    text = files.read(path)
    if text is None:
        return None
    settings = parse_npmrc(text)
    origin = files.origin(path)
    if origin is Origin.OPERATOR:
        settings = tuple(
            Setting(key=expand(s.key, environment), value=expand(s.value, environment), line=s.line) for s in settings
        )
    return _level(settings, lambda url, line: files.ref(url, path, line, origin=origin), origin)


def read_project_npmrc(path: Path, files: SettingsFiles) -> NpmLevel | None:
    """The settings of a project's .npmrc: always the tree's, nothing in it is expanded."""
    text = files.read(path)
    if text is None:
        return None
    return _level(parse_npmrc(text), lambda url, line: files.ref(url, path, line, origin=Origin.TREE), Origin.TREE)


def parse_npmrc(text: str) -> tuple[Setting, ...]:
    """All settings outside sections, in order. Nothing is ever wrong in this grammar: odd lines are left out."""
    found: list[Setting] = []
    section = False
    # npm ends lines at these two letters alone, Python's splitlines at ten
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        line = raw.strip()
        if not line or line[0] in ";#":
            continue
        if line.startswith("[") and line.endswith("]"):
            section = True  # npm reads no sections
            continue
        key, equals, value = line.partition("=")
        if equals and not section:
            found.append(Setting(key=_unquoted(key), value=_unquoted(value), line=number))
    return tuple(found)


def expand(text: str, environment: Mapping[str, str]) -> str:
    """``text`` with ``${NAME}`` replaced; an unknown name stays as written, or is empty when written ``${NAME?}``."""

    def replace(found: re.Match[str]) -> str:
        escapes, name, optional = found.groups()
        if len(escapes) % 2:
            return found.group()[(len(escapes) + 1) // 2 :]
        fallback = "" if optional else f"${{{name}}}"
        return str(escapes[len(escapes) // 2 :]) + environment.get(name, fallback)

    return _REFERENCE.sub(replace, text)


def places(environment: Mapping[str, str], *, home: Path, etc: Path, platform: str) -> tuple[Path, ...]:
    """The user's file and the installation's, strongest first."""
    variables = _variables(environment)
    own = variables.get("globalconfig")
    found = [user_file(environment, home=home)]
    if own:
        return (*found, Path(own))
    prefix = variables.get("prefix") or environment.get("PREFIX")
    if prefix:
        found.append(Path(prefix) / "etc" / "npmrc")
    elif platform == "win32":
        roaming = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
        found.append(roaming / "npm" / "etc" / "npmrc")
    elif environment.get("PATH"):
        node = _find_node(environment["PATH"])
        if node is not None:
            found.append(Path(node).resolve().parent.parent / "etc" / "npmrc")
        found.append(etc / "npmrc")  # where Linux distributions point npm's prefix at
    return tuple(found)


def user_file(environment: Mapping[str, str], *, home: Path) -> Path:
    """The user's own .npmrc."""
    return Path(_variables(environment).get("userconfig") or home / ".npmrc")


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    """``npm_config_*`` as npm reads them: any case, empty ones ignored, ``_`` is ``-`` but not before ``//`` keys."""
    found: dict[str, str] = {}
    for name, value in environment.items():
        if name[:11].lower() != "npm_config_" or not value:
            continue
        key = name[11:]
        if not key.startswith("//"):
            key = (key[:1] + key[1:].replace("_", "-")).lower()
        found[key] = value
    return found


def _level(settings: tuple[Setting, ...], ref: Callable[[str, int], IndexRef], origin: Origin) -> NpmLevel:
    registry: IndexRef | None = None
    scopes: dict[str, IndexRef] = {}
    auth: dict[tuple[str, str], NpmAuth] = {}
    for setting in settings:  # of two lines with one key, the later counts
        if not setting.value:
            continue
        if setting.key == "registry":
            registry = ref(setting.value, setting.line)
        elif found := _SCOPE_KEY.fullmatch(setting.key):
            scopes[found[1]] = ref(setting.value, setting.line)
        elif found := _AUTH_KEY.fullmatch(setting.key):
            base = found[1] if found[1].endswith("/") else found[1] + "/"
            auth[base, found[2]] = NpmAuth(base=base, kind=found[2], value=setting.value)
    return NpmLevel(registry=registry, scopes=tuple(scopes.items()), auth=tuple(auth.values()), origin=origin)


def _find_node(search: str) -> str | None:
    """The ``node`` command on ``PATH`` of a POSIX system (shutil would be much to load for that)."""
    for folder in search.split(":"):
        path = os.path.join(folder, "node")  # noqa: PTH118  plain strings: this runs at every start
        if folder and os.access(path, os.X_OK):
            return path
    return None


def _unquoted(raw: str) -> str:
    """The ``ini`` package's reading of one key or value: quotes, escapes, comments at the end of the line."""
    text = raw.strip()
    if text and text[0] == text[-1] and text[0] in "\"'":
        if text[0] == "'":
            text = text[1:-1]
        import json

        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        return value if isinstance(value, str) else text
    kept: list[str] = []
    escaped = False
    for letter in text:
        if escaped:
            kept.append(letter if letter in "\\;#" else "\\" + letter)
            escaped = False
        elif letter in ";#":
            break
        elif letter == "\\":
            escaped = True
        else:
            kept.append(letter)
    return ("".join(kept) + ("\\" if escaped else "")).strip()
