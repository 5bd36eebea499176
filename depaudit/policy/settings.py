"""What one configuration file says: every key optional, every value checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from depaudit.errors import ConfigError
from depaudit.model.finding import Severity
from depaudit.model.record import record
from depaudit.model.requirement import Origin
from depaudit.policy.config import FailOn, OnError
from depaudit.policy.exceptions import Allow, Deny
from depaudit.policy.lines import Pointer
from depaudit.policy.patterns import NamePattern, parse_pattern
from depaudit.policy.rule_ids import KNOWN_MALICIOUS, RULE_IDS
from depaudit.policy.tables import File, Table, nearest

KEYS = (
    "fail-on",
    "min-package-age",
    "min-release-age",
    "min-downloads",
    "exclude",
    "on-error",
    "require",
    "max-requests",
    "foreign-indexes",
    "file-hosts",
    "private",
    "indexes",
    "services",
    "index",
    "rules",
    "allow",
    "deny",
)
OPERATOR_ONLY = ("on-error", "require", "foreign-indexes", "file-hosts", "indexes", "services", "index")
SERVICES = ("pypi-json", "pypi-downloads", "npm-downloads", "osv")
FOREIGN = ("report", "anonymous", "trust")
REQUIRABLE = ("advisories", "downloads")
MAX_GLOB = 500


@record
class Settings:
    """One file's (or the command line's) words; None where it says nothing.

    ``services``  (key, base URL or "off") as far as given
    ``indexes``   (ecosystem, base URL) as far as given
    ``index``     (URL, public) of each ``[[index]]``
    """

    source: str
    origin: Origin
    fail_on: FailOn | None = None
    min_package_age: timedelta | None = None
    min_release_age: timedelta | None = None
    min_downloads: int | None = None
    exclude: tuple[str, ...] | None = None
    on_error: OnError | None = None
    require: tuple[str, ...] | None = None
    max_requests: int | None = None
    foreign_indexes: str | None = None
    file_hosts: tuple[str, ...] | None = None
    private: tuple[str, ...] | None = None
    indexes: tuple[tuple[str, str], ...] | None = None
    services: tuple[tuple[str, str], ...] | None = None
    index: tuple[tuple[str, bool], ...] | None = None
    rules: tuple[tuple[str, Severity | None], ...] = ()
    allow: tuple[Allow, ...] = ()
    deny: tuple[Deny, ...] = ()


def parse_settings(
    text: str, *, path: str, origin: Origin, pyproject: bool = False, rule_ids: frozenset[str] = RULE_IDS
) -> Settings | None:
    """Read a configuration file; ``pyproject`` says that it stands under ``[tool.depaudit]``.

    Returns None for a ``pyproject.toml`` without that table. Raises ``ConfigError`` with file and line.
    """
    raw = _toml(text, path)
    pointer: tuple[str, ...] = ()
    file = File(path, text)
    if pyproject:
        tool = raw.get("tool")
        own = tool.get("depaudit") if isinstance(tool, dict) else None
        if own is None:
            return None
        if not isinstance(own, dict):
            raise file.error(("tool", "depaudit"), "tool.depaudit must be a table.", "Write [tool.depaudit].")
        raw, pointer = own, ("tool", "depaudit")
    return _settings(Table(raw, file, pointer), path, origin, rule_ids)


def _toml(text: str, path: str) -> Mapping[str, Any]:
    import tomli

    try:
        return tomli.loads(text.removeprefix("\ufeff"))
    except tomli.TOMLDecodeError as error:
        raise ConfigError(f"not valid TOML: {error.msg}.", path=path, line=error.lineno, column=error.colno) from error
    except ValueError:  # Python reads no whole number of thousands of digits
        raise ConfigError("holds a number that is too long to be read.", path=path) from None
    except RecursionError:  # tomli before 2.3
        raise ConfigError("nested too deeply to be read.", path=path) from None


def _settings(table: Table, path: str, origin: Origin, rule_ids: frozenset[str]) -> Settings:
    table.known(KEYS)
    hosts = table.strings("file-hosts")
    return Settings(
        source=path,
        origin=origin,
        fail_on=table.choice("fail-on", FailOn),
        min_package_age=table.duration("min-package-age"),
        min_release_age=table.duration("min-release-age"),
        min_downloads=table.integer("min-downloads", least=0, most=10**12),
        exclude=_path_globs(table, "exclude"),
        on_error=table.choice("on-error", OnError),
        require=_require(table),
        max_requests=table.integer("max-requests", least=1, most=10**7),
        foreign_indexes=table.word("foreign-indexes", FOREIGN),
        file_hosts=None if hosts is None else tuple(table.host("file-hosts", n, host) for n, host in enumerate(hosts)),
        private=_private(table),
        indexes=_indexes(table),
        services=_services(table),
        index=_known_indexes(table),
        rules=_rules(table, rule_ids),
        allow=tuple(_allow(entry, rule_ids) for entry in table.tables("allow") or ()),
        deny=tuple(_deny(entry) for entry in table.tables("deny") or ()),
    )


def _path_globs(table: Table, key: str) -> tuple[str, ...] | None:
    globs = table.strings(key)
    for index, glob in enumerate(globs or ()):
        if len(glob) > MAX_GLOB or not glob.isprintable():
            raise table.file.error(
                (*table.pointer, key, index), f"{key}[{index}] is no path pattern.", 'Write "tests/fixtures/**".'
            )
    return globs


def _require(table: Table) -> tuple[str, ...] | None:
    kinds = table.strings("require")
    for kind in kinds or ():
        if kind not in REQUIRABLE:
            raise table.error("require", "require names evidence that nothing checks.", nearest(kind, REQUIRABLE))
    return kinds


def _private(table: Table) -> tuple[str, ...] | None:
    patterns = table.strings("private")
    for index, pattern in enumerate(patterns or ()):
        read = _read_pattern(pattern, table, ("private", index))
        if read.version is not None or pattern.strip().startswith("pkg:"):
            raise table.file.error(
                (*table.pointer, "private", index),
                f"private[{index}] is more than a name.",
                'Write "acme-*", "pypi:acme-*" or "@acme/*".',
            )
    return patterns


def _indexes(table: Table) -> tuple[tuple[str, str], ...] | None:
    indexes = table.table("indexes")
    if indexes is None:
        return None
    ecosystems = ("pypi", "npm")
    indexes.known(ecosystems)
    urls = ((name, indexes.url(name, schemes=("https", "http", "file"))) for name in ecosystems)
    return tuple((name, url) for name, url in urls if url is not None)


def _services(table: Table) -> tuple[tuple[str, str], ...] | None:
    services = table.table("services")
    if services is None:
        return None
    services.known(SERVICES)
    urls = ((name, services.url(name, schemes=("https", "http"), off=True)) for name in SERVICES)
    return tuple((name, url) for name, url in urls if url is not None)


def _known_indexes(table: Table) -> tuple[tuple[str, bool], ...] | None:
    entries = table.tables("index")
    if entries is None:
        return None
    known = []
    for entry in entries:
        entry.known(("url", "public"))
        entry.required_string("url", 'Write url = "https://mirror.example/simple/".')
        url = entry.url("url", schemes=("https", "http", "file"))
        if url is not None:
            known.append((url, bool(entry.boolean("public"))))
    return tuple(known)


def _rules(table: Table, rule_ids: frozenset[str]) -> tuple[tuple[str, Severity | None], ...]:
    rules = table.table("rules")
    if rules is None:
        return ()
    severities = {str(severity): severity for severity in Severity}
    chosen: list[tuple[str, Severity | None]] = []
    for rule in rules.keys():  # noqa: SIM118  a table of ours, no dict
        if rule not in rule_ids:
            raise rules.error(rule, f"there is no rule {rule[:60]!r}.", nearest(rule, rule_ids))
        word = rules.word(rule, ("off", *severities)) or ""
        severity = severities.get(word)
        if rule == KNOWN_MALICIOUS and severity is not Severity.CRITICAL:
            raise rules.error(rule, f"{rule} can be neither turned off nor lowered.", "Remove the line.")
        chosen.append((rule, severity))
    return tuple(chosen)


def _allow(entry: Table, rule_ids: frozenset[str]) -> Allow:
    entry.known(("name", "rules", "reason", "until"))
    rules = entry.strings("rules")
    for rule in rules or ():
        if rule not in rule_ids:
            raise entry.error("rules", f"there is no rule {rule[:60]!r}.", nearest(rule, rule_ids))
        if rule == KNOWN_MALICIOUS:
            raise entry.error("rules", f"no exception can be made from {rule}.", "Remove the package instead.")
    if rules == ():
        raise entry.error("rules", "rules is empty.", "Name the rules, or leave the key out to mean all of them.")
    return Allow(
        pattern=_pattern(entry),
        rules=rules or (),
        reason=entry.required_string("reason", 'Say why it is fine: reason = "ours, reviewed by …".').strip(),
        until=entry.day("until"),
        where=entry.place(),
    )


def _deny(entry: Table) -> Deny:
    entry.known(("name", "reason"))
    reason = entry.required_string("reason", 'Say why, and what to use instead: reason = "…".').strip()
    return Deny(pattern=_pattern(entry), reason=reason, where=entry.place())


def _pattern(entry: Table) -> NamePattern:
    name = entry.required_string("name", 'Write name = "pypi:flask" or name = "npm:@acme/*".')
    return _read_pattern(name, entry, ("name",))


def _read_pattern(text: str, table: Table, where: Pointer) -> NamePattern:
    try:
        return parse_pattern(text)
    except ValueError as error:
        raise table.file.error((*table.pointer, *where), f"{error}.") from error
