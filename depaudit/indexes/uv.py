"""uv's own settings: ``uv.toml`` of the user and the system, ``[tool.uv]`` tables, and its environment variables.

Merged as uv 0.13 does: the lists of environment, project, user and system are joined in that order, all ``[[index]]``
entries before all of the older ``extra-index-url``, these before ``index-url``; the first default wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from depaudit.indexes.files import SettingsFiles, line_of
from depaudit.indexes.settings import PypiClient
from depaudit.model.record import record
from depaudit.model.requirement import IndexOptions, IndexRef, Location, Origin
from depaudit.model.route import Choice

MAX_INDEXES = 200
"""Entries of one file that are read; real projects have a handful."""


@record
class UvIndex:
    """One ``[[index]]`` entry."""

    ref: IndexRef
    default: bool = False
    explicit: bool = False


@record
class UvLevel:
    """What one file, or the environment, says. ``index_url`` and ``extra`` are the older keys of the same meaning."""

    indexes: tuple[UvIndex, ...] = ()
    index_url: IndexRef | None = None
    extra: tuple[IndexRef, ...] = ()
    find_links: tuple[IndexRef, ...] = ()
    no_index: bool | None = None
    strategy: str | None = None
    keyring: str | None = None

    @property
    def names_indexes(self) -> bool:
        """Whether it says anything of where packages come from."""
        return bool(self.indexes or self.index_url or self.extra or self.no_index)


@record
class UvSettings:
    """uv's settings outside any project. A project's level stands between the two, unless uv is told to read none."""

    environment: UvLevel = UvLevel()
    files: tuple[UvLevel, ...] = ()
    reads_projects: bool = True

    def client(self, project: UvLevel | None = None) -> PypiClient:
        """The indexes for a project with these settings of its own."""
        levels = (self.environment, *((project,) if project and self.reads_projects else ()), *self.files)
        return _merged(levels)

    @property
    def keyring(self) -> bool:
        """Whether uv is told to ask the ``keyring`` command for passwords."""
        return next((level.keyring for level in (self.environment, *self.files) if level.keyring), "") == "subprocess"


def read_uv(
    environment: Mapping[str, str], files: SettingsFiles, *, home: Path, etc: Path, platform: str
) -> UvSettings:
    """uv's settings, from ``environment`` and the files at its places."""
    level = _environment_level(environment)
    if environment.get("UV_CONFIG_FILE"):
        own = read_uv_toml(Path(environment["UV_CONFIG_FILE"]), files)
        return UvSettings(environment=level, files=(own,) if own else (), reads_projects=False)
    if _is_true(environment.get("UV_NO_CONFIG")):
        return UvSettings(environment=level, reads_projects=False)
    user = read_uv_toml(_user_file(environment, home=home, platform=platform), files)
    system_file = files.first(_system_files(environment, etc=etc, platform=platform))
    system = read_uv_toml(system_file, files) if system_file else None
    return UvSettings(environment=level, files=tuple(one for one in (user, system) if one))


def read_uv_toml(path: Path, files: SettingsFiles, *, origin: Origin | None = None) -> UvLevel | None:
    """The settings of one ``uv.toml``; None where there is none. ``origin`` is by the file's place unless given."""
    text = files.read(path)
    if text is None:
        return None
    table = load_toml(text, path, files)
    return None if table is None else level_of(table, text, path, files, origin=origin)


def load_toml(text: str, path: Path, files: SettingsFiles) -> dict[str, Any] | None:
    """The file's top table; None, and a problem noted, where it is malformed."""
    import tomli

    try:
        return tomli.loads(text)
    except (
        ValueError,
        RecursionError,
    ):  # also of a number of thousands of digits; the message may quote the text: it is not passed on
        files.problem(path, "The file is not valid TOML; its index settings were not read.", mend="Mend its syntax.")
        return None


def level_of(
    table: Mapping[str, Any], text: str, path: Path, files: SettingsFiles, *, origin: Origin | None = None
) -> UvLevel:
    """The settings in a ``uv.toml``'s top table or a ``[tool.uv]`` table. Entries of a wrong type are left out."""

    def ref(url: str, name: object = None) -> IndexRef:
        label = name if isinstance(name, str) else None
        return files.ref(url, path, line_of(text, url), name=label, origin=origin)

    entries = table.get("index")
    indexes = tuple(
        UvIndex(
            ref=ref(entry["url"], entry.get("name")),
            default=entry.get("default") is True,
            explicit=entry.get("explicit") is True,
        )
        for entry in (entries if isinstance(entries, list) else [])[:MAX_INDEXES]
        if isinstance(entry, dict) and isinstance(entry.get("url"), str) and entry.get("format") != "flat"
    )
    flat = [
        entry["url"]
        for entry in (entries if isinstance(entries, list) else [])[:MAX_INDEXES]
        if isinstance(entry, dict) and isinstance(entry.get("url"), str) and entry.get("format") == "flat"
    ]
    url, strategy, keyring = table.get("index-url"), table.get("index-strategy"), table.get("keyring-provider")
    return UvLevel(
        indexes=indexes,
        index_url=ref(url) if isinstance(url, str) else None,
        extra=tuple(map(ref, _strings(table.get("extra-index-url")))),
        find_links=tuple(map(ref, [*flat, *_strings(table.get("find-links"))])),
        no_index=table.get("no-index") is True or None,
        strategy=strategy if isinstance(strategy, str) else None,
        keyring=keyring if isinstance(keyring, str) and files.origin(path) is Origin.OPERATOR else None,
    )


def level_of_options(options: IndexOptions) -> UvLevel:
    """The index options of one file, as the project's level: for scripts that hold their own ``[tool.uv]`` table."""
    return UvLevel(
        indexes=(
            *(UvIndex(ref=extra) for extra in options.extra),
            *((UvIndex(ref=options.index_url, default=True),) if options.index_url else ()),
        ),
        find_links=options.find_links,
        no_index=options.no_index or None,
    )


def named_credentials(environment: Mapping[str, str], name: str) -> tuple[str, str] | None:
    """User and password that the environment holds for the index of this name (``UV_INDEX_<NAME>_USERNAME``)."""
    label = re.sub(r"[^A-Z0-9]", "_", name.upper())
    username = environment.get(f"UV_INDEX_{label}_USERNAME", "")
    password = environment.get(f"UV_INDEX_{label}_PASSWORD", "")
    return (username, password) if username or password else None


def _merged(levels: Iterable[UvLevel]) -> PypiClient:
    ordered = tuple(levels)
    entries: list[UvIndex] = [entry for level in ordered for entry in level.indexes]
    entries += [UvIndex(ref=ref) for level in ordered for ref in level.extra]
    entries += [UvIndex(ref=level.index_url, default=True) for level in ordered if level.index_url]
    seen: set[str] = set()
    unique: list[UvIndex] = []
    for entry in entries:  # of two entries with one name, the first counts
        if entry.ref.name is None or entry.ref.name not in seen:
            unique.append(entry)
        if entry.ref.name is not None:
            seen.add(entry.ref.name)
    defaults = [entry.ref for entry in unique if entry.default and not entry.explicit]
    strategy = next((level.strategy for level in ordered if level.strategy), "first-index")
    return PypiClient(
        default=defaults[0] if defaults else None,
        extra=tuple(entry.ref for entry in unique if not entry.default and not entry.explicit),
        explicit=tuple(entry.ref for entry in unique if entry.explicit),
        find_links=tuple(ref for level in ordered for ref in level.find_links),
        no_index=next((level.no_index for level in ordered if level.no_index is not None), False),
        choice=Choice.BEST_VERSION if strategy == "unsafe-best-match" else Choice.FIRST_INDEX,
    )


def _environment_level(environment: Mapping[str, str]) -> UvLevel:
    def ref(url: str, variable: str, *, named: bool = False) -> IndexRef:
        name = None
        if named:
            # `name=https://…`: a URL may hold = itself, a name holds neither : nor /
            label, equals, rest = url.partition("=")
            if equals and re.fullmatch(r"[A-Za-z0-9._-]+", label):
                name, url = label, rest
        place = Location(path=f"${variable}", line=1)
        return IndexRef(url=url, origin=Origin.OPERATOR, location=place, name=name)

    indexes = [UvIndex(ref=ref(url, "UV_INDEX", named=True)) for url in environment.get("UV_INDEX", "").split()]
    default = environment.get("UV_DEFAULT_INDEX", "").strip()
    if default:
        indexes.append(UvIndex(ref=ref(default, "UV_DEFAULT_INDEX", named=True), default=True))
    older = environment.get("UV_INDEX_URL", "").strip()
    return UvLevel(
        indexes=tuple(indexes),
        index_url=ref(older, "UV_INDEX_URL") if older else None,
        extra=tuple(ref(u, "UV_EXTRA_INDEX_URL") for u in environment.get("UV_EXTRA_INDEX_URL", "").split()),
        find_links=tuple(ref(u.strip(), "UV_FIND_LINKS") for u in _commas(environment.get("UV_FIND_LINKS", ""))),
        no_index=_is_true(environment.get("UV_NO_INDEX")) or None,
        strategy=environment.get("UV_INDEX_STRATEGY") or None,
        keyring=environment.get("UV_KEYRING_PROVIDER") or None,
    )


def _user_file(environment: Mapping[str, str], *, home: Path, platform: str) -> Path:
    if platform == "win32":
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / "uv" / "uv.toml"
    return Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "uv" / "uv.toml"


def _system_files(environment: Mapping[str, str], *, etc: Path, platform: str) -> tuple[Path, ...]:
    """uv takes the first that is there."""
    if platform == "win32":
        return (Path(environment.get("PROGRAMDATA") or r"C:\ProgramData") / "uv" / "uv.toml",)
    folders = environment.get("XDG_CONFIG_DIRS") or str(etc / "xdg")
    shared = tuple(Path(folder) / "uv" / "uv.toml" for folder in folders.split(":") if folder)
    return (*shared, etc / "uv" / "uv.toml")


def _strings(value: object) -> list[str]:
    return [item for item in value[:MAX_INDEXES] if isinstance(item, str)] if isinstance(value, list) else []


def _commas(text: str) -> list[str]:
    return [part for part in text.split(",") if part.strip()]


def _is_true(text: str | None) -> bool:
    return text is not None and text.strip().lower() in ("1", "true", "yes", "y", "on", "t")
