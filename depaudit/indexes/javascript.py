"""The registries in the settings of npm's kin: Yarn's ``.yarnrc.yml`` and ``.yarnrc``, ``bunfig.toml``, pnpm's YAML.

Read for the one client that a command starts; each stands above npm's own settings, which yarn 1, bun and pnpm read
too. Berry does not. https://yarnpkg.com/configuration/yarnrc https://bun.com/docs/runtime/bunfig
https://pnpm.io/settings
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from depaudit.indexes.files import SettingsFiles, line_of
from depaudit.indexes.settings import NpmAuth, NpmLevel
from depaudit.model.record import record
from depaudit.model.requirement import IndexRef, Location, Origin

_VARIABLES = {
    "yarn": ("YARN_NPM_REGISTRY_SERVER", "YARN_REGISTRY"),
    "pnpm": ("PNPM_CONFIG_REGISTRY", "pnpm_config_registry"),
    "bun": ("BUN_CONFIG_REGISTRY",),
}
_PROJECT = {"yarn": (".yarnrc.yml", ".yarnrc"), "pnpm": ("pnpm-workspace.yaml",), "bun": ("bunfig.toml",)}
_HOME = {"yarn": (".yarnrc.yml", ".yarnrc"), "pnpm": (), "bun": (".bunfig.toml",)}
_YARN1_LINE = re.compile(r"""["']?((?:@[^:"'\s]{1,214}:)?registry)["']?\s+["']?([^\s"']{1,2000})""")


@record
class KinSettings:
    """Strongest first. ``alone``: npm's own settings do not count beside them (Berry)."""

    levels: tuple[NpmLevel, ...] = ()
    alone: bool = False


def read_kin(
    client: str, environment: Mapping[str, str], files: SettingsFiles, *, home: Path, folders: Iterable[Path]
) -> KinSettings:
    """The settings of ``client`` (yarn, pnpm or bun); nothing for any other.

    ``folders``  those whose settings the client reads as the project's, nearest first
    """
    if client not in _PROJECT:
        return KinSettings()
    levels: list[NpmLevel] = []
    for name in _VARIABLES[client]:
        if environment.get(name):
            place = Location(path=f"${name}", line=1)
            ref = IndexRef(url=environment[name], origin=Origin.OPERATOR, location=place)
            levels.append(NpmLevel(registry=ref))
            break
    berry = False
    seen = False
    for path in dict.fromkeys(
        [*(folder / name for folder in folders for name in _PROJECT[client]), *(home / name for name in _HOME[client])]
    ):
        text = files.read(path)
        if text is None:
            continue
        berry = berry or (path.name == ".yarnrc.yml" and path.parent != home)
        seen = True
        level = _read(text, path, files)
        if level is not None:
            levels.append(level)
    return KinSettings(levels=tuple(levels), alone=seen and berry)


def _read(text: str, path: Path, files: SettingsFiles) -> NpmLevel | None:
    if path.name == ".yarnrc":
        return _yarn1(text, path, files)
    settings = _toml(text) if path.suffix == ".toml" else _yaml(text)
    if settings is None:
        files.problem(path, "The settings file cannot be read.", mend="Mend its syntax.")
        return None
    if path.name == ".yarnrc.yml":
        return _berry(settings, text, path, files)
    if path.name == "pnpm-workspace.yaml":
        registries = settings.get("registries")
        table = dict(registries) if isinstance(registries, dict) else {}
        return _level({**table, "default": table.get("default", settings.get("registry"))}, {}, text, path, files)
    install = settings.get("install")
    install = install if isinstance(install, dict) else {}
    scopes = install.get("scopes")
    table = {f"@{str(k).lstrip('@')}": _url(v) for k, v in (scopes if isinstance(scopes, dict) else {}).items()}
    return _level({**table, "default": _url(install.get("registry"))}, {}, text, path, files)


def _berry(settings: Mapping[str, Any], text: str, path: Path, files: SettingsFiles) -> NpmLevel:
    table: dict[str, object] = {"default": settings.get("npmRegistryServer")}
    tokens: dict[str, object] = {}
    if isinstance(settings.get("npmRegistryServer"), str) and settings.get("npmAuthToken"):
        tokens[settings["npmRegistryServer"]] = settings["npmAuthToken"]
    scopes = settings.get("npmScopes")
    for scope, said in (scopes if isinstance(scopes, dict) else {}).items():
        if isinstance(said, dict) and isinstance(said.get("npmRegistryServer"), str):
            table[f"@{str(scope).lstrip('@')}"] = said["npmRegistryServer"]
            if said.get("npmAuthToken"):
                tokens[said["npmRegistryServer"]] = said["npmAuthToken"]
    registries = settings.get("npmRegistries")
    for url, said in (registries if isinstance(registries, dict) else {}).items():
        if isinstance(said, dict) and said.get("npmAuthToken"):
            tokens[f"https:{url}" if str(url).startswith("//") else str(url)] = said["npmAuthToken"]
    return _level(table, tokens, text, path, files)


def _level(
    table: Mapping[str, object], tokens: Mapping[str, object], text: str, path: Path, files: SettingsFiles
) -> NpmLevel:
    origin = files.origin(path)

    def ref(url: str) -> IndexRef:
        return files.ref(url, path, line_of(text, url), origin=origin)

    default = table.get("default")
    auth = tuple(
        NpmAuth(base=f"{url.partition(':')[2].rstrip('/')}/", kind="_authToken", value=token)
        for url, token in tokens.items()
        if isinstance(token, str) and "${" not in token
    )
    return NpmLevel(
        registry=ref(default) if isinstance(default, str) and default else None,
        scopes=tuple(
            (scope, ref(url)) for scope, url in table.items() if scope.startswith("@") and isinstance(url, str) and url
        ),
        auth=auth,
        origin=origin,
    )


def _yarn1(text: str, path: Path, files: SettingsFiles) -> NpmLevel:
    table: dict[str, object] = {}
    for line in text.splitlines():
        match = _YARN1_LINE.match(line)
        if match is not None:
            table["default" if match[1] == "registry" else match[1].removesuffix(":registry")] = match[2]
    return _level(table, {}, text, path, files)


def _url(value: object) -> object:
    return value.get("url") if isinstance(value, dict) else value


def _toml(text: str) -> Mapping[str, Any] | None:
    import tomli

    try:
        return tomli.loads(text)
    except (ValueError, RecursionError):
        return None


def _yaml(text: str) -> Mapping[str, Any] | None:
    import yaml

    try:
        settings = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return settings if isinstance(settings, dict) else {}
