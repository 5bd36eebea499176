"""Several files' words become one configuration: who may say what, and who may only tighten whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from depaudit.model.finding import Severity
from depaudit.model.record import record, replace
from depaudit.model.requirement import Origin
from depaudit.model.settings import IndexSettings, Services, Thresholds
from depaudit.policy.config import Config, FailOn, OnError
from depaudit.policy.rule_ids import WORST
from depaudit.policy.settings import FOREIGN, Settings


@record
class Layers:
    """The settings that were found, each optional.

    ``policies``  the system's and the user's policy, in this order: where one exists, all others may only tighten
    ``operator``  what else the operator names: ``DEPAUDIT_POLICY``, ``--config``; a later one overrules an earlier
    ``tree``      the audited tree's own file, or (with the operator's origin) that of a change's base
    """

    policies: tuple[Settings, ...] = ()
    operator: tuple[Settings, ...] = ()
    tree: Settings | None = None


def combine(layers: Layers) -> tuple[Config, tuple[str, ...]]:
    """The configuration in force, and a sentence for each file of which something was ignored."""
    locked = bool(layers.policies)
    operator = (*layers.policies, *layers.operator)
    ranked = [(settings, number == 0 or not locked) for number, settings in enumerate(operator)]
    if layers.tree is not None:
        ranked.append((layers.tree, not operator))
    config, notes = Config(locked=locked), []
    for settings, free in ranked:
        said, left_out = _without_operator_keys(settings)
        if left_out:
            notes.append(
                f"{settings.source}: {_listed(left_out)} ignored: only you may set that, not the audited files. "
                "Name the file with --config, or put it into your own policy.toml."
            )
        if free:
            config = _overlay(config, said)
        else:
            config, ignored = _tighten(config, said)
            if ignored:
                notes.append(
                    f"{settings.source}: {_listed(ignored)} ignored: {operator[0].source} may only be tightened."
                )
        config = replace(config, files=(*config.files, settings.source))
    return config, tuple(notes)


def with_options(
    config: Config, *, fail_on: str | None = None, on_error: str | None = None, exclude: Sequence[str] = ()
) -> tuple[Config, tuple[str, ...]]:
    """``config`` with the command line's options, and a note on those that a policy forbids."""
    said = Settings(
        source="the command line",
        origin=Origin.OPERATOR,
        fail_on=None if fail_on is None else FailOn(fail_on),
        on_error=None if on_error is None else OnError(on_error),
        exclude=tuple(exclude) or None,
    )
    if not config.locked:
        return _overlay(config, said), ()
    tightened, ignored = _tighten(config, said)
    if not ignored:
        return tightened, ()
    options = _listed(tuple(f"--{key}" for key in ignored))
    return tightened, (f"{options} ignored: {config.files[0]} may only be tightened.",)


def _without_operator_keys(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings without what the audited tree has no say in, and the keys that were left out."""
    if settings.origin is Origin.OPERATOR:
        return settings, ()
    given = (
        ("on-error", settings.on_error),
        ("require", settings.require),
        ("foreign-indexes", settings.foreign_indexes),
        ("file-hosts", settings.file_hosts),
        ("indexes", settings.indexes),
        ("services", settings.services),
        ("index", settings.index),
    )
    bare = replace(
        settings,
        on_error=None,
        require=None,
        foreign_indexes=None,
        file_hosts=None,
        indexes=None,
        services=None,
        index=None,
    )
    return bare, tuple(key for key, value in given if value is not None)


def _overlay(config: Config, said: Settings) -> Config:
    """What ``said`` says overrules ``config``; lists grow. Even so the audited tree can only lower ``max-requests``."""
    old, indexes = config.thresholds, config.indexes
    requests = said.max_requests if said.max_requests is not None else config.max_requests
    if said.origin is Origin.TREE:
        requests = min(requests, config.max_requests)
    urls = dict(said.indexes or ())
    return replace(
        config,
        fail_on=said.fail_on or config.fail_on,
        thresholds=Thresholds(
            min_package_age=_first(said.min_package_age, old.min_package_age),
            min_release_age=_first(said.min_release_age, old.min_release_age),
            min_downloads=old.min_downloads if said.min_downloads is None else said.min_downloads,
        ),
        exclude=_joined(config.exclude, said.exclude),
        on_error=said.on_error or config.on_error,
        require=_joined(config.require, said.require),
        max_requests=requests,
        indexes=IndexSettings(
            pypi=urls.get("pypi", indexes.pypi),
            npm=urls.get("npm", indexes.npm),
            known=tuple({**dict(indexes.known), **dict(said.index or ())}.items()),
            private=_joined(indexes.private, said.private),
            foreign=said.foreign_indexes or indexes.foreign,
            file_hosts=_joined(indexes.file_hosts, said.file_hosts),
        ),
        services=_services(config.services, said.services),
        rules=tuple({**dict(config.rules), **dict(said.rules)}.items()),
        allow=(*config.allow, *said.allow),
        deny=(*config.deny, *said.deny),
    )


def _tighten(config: Config, said: Settings) -> tuple[Config, tuple[str, ...]]:
    """``config`` with whatever of ``said`` is stricter, and the keys of all that is not."""
    old, indexes = config.thresholds, config.indexes
    ignored = [
        key
        for key, looser in (
            ("fail-on", said.fail_on is not None and said.fail_on.tighter(config.fail_on) is not said.fail_on),
            ("min-package-age", _below(said.min_package_age, old.min_package_age)),
            ("min-release-age", _below(said.min_release_age, old.min_release_age)),
            ("min-downloads", said.min_downloads is not None and said.min_downloads < old.min_downloads),
            ("exclude", bool(set(said.exclude or ()) - set(config.exclude))),
            ("on-error", said.on_error is OnError.ALLOW and config.on_error is OnError.BLOCK),
            ("max-requests", said.max_requests is not None and said.max_requests > config.max_requests),
            ("foreign-indexes", said.foreign_indexes is not None and _looser(said.foreign_indexes, indexes.foreign)),
            ("file-hosts", bool(set(said.file_hosts or ()) - set(indexes.file_hosts))),
            ("indexes", any(getattr(indexes, name) != url for name, url in said.indexes or ())),
            ("index", bool(set(said.index or ()) - set(indexes.known))),
            ("services", _services(config.services, said.services) != config.services),
            ("allow", bool(said.allow)),
        )
        if looser
    ]
    floors, useless = _floors(config, said.rules)
    tightened = replace(
        config,
        fail_on=config.fail_on if said.fail_on is None else config.fail_on.tighter(said.fail_on),
        thresholds=Thresholds(
            min_package_age=max(_first(said.min_package_age, old.min_package_age), old.min_package_age),
            min_release_age=max(_first(said.min_release_age, old.min_release_age), old.min_release_age),
            min_downloads=max(said.min_downloads or 0, old.min_downloads),
        ),
        on_error=OnError.BLOCK if said.on_error is OnError.BLOCK else config.on_error,
        require=_joined(config.require, said.require),
        max_requests=min(said.max_requests or config.max_requests, config.max_requests),
        indexes=replace(
            indexes,
            private=_joined(indexes.private, said.private),
            foreign=min(said.foreign_indexes or indexes.foreign, indexes.foreign, key=FOREIGN.index),
        ),
        floors=(*config.floors, *floors),
        deny=(*config.deny, *said.deny),
    )
    return tightened, (*ignored, *useless)


def _floors(
    config: Config, rules: Iterable[tuple[str, Severity | None]]
) -> tuple[tuple[tuple[str, Severity], ...], tuple[str, ...]]:
    """The severities that can raise something, and the keys of those that would only lower."""
    floors: list[tuple[str, Severity]] = []
    useless = []
    worst = dict(WORST)
    for rule, severity in rules:
        reached = config.severity(rule, worst.get(rule, Severity.CRITICAL))
        if severity is None or (reached is not None and severity < reached):
            useless.append(f"rules.{rule}")
        if severity is not None:
            floors.append((rule, severity))
    return tuple(floors), tuple(useless)


def _services(services: Services, said: Sequence[tuple[str, str]] | None) -> Services:
    urls = {key.replace("-", "_"): None if url == "off" else url for key, url in said or ()}
    return Services(
        pypi_json=urls.get("pypi_json", services.pypi_json),
        pypi_downloads=urls.get("pypi_downloads", services.pypi_downloads),
        npm_downloads=urls.get("npm_downloads", services.npm_downloads),
        osv=urls.get("osv", services.osv),
    )


def _first(said: timedelta | None, otherwise: timedelta) -> timedelta:
    return otherwise if said is None else said


def _below(said: timedelta | None, present: timedelta) -> bool:
    return said is not None and said < present


def _looser(said: str, present: str) -> bool:
    return FOREIGN.index(said) > FOREIGN.index(present)


def _joined(present: tuple[str, ...], said: tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*present, *(said or ()))))


def _listed(keys: Sequence[str]) -> str:
    shown = list(dict.fromkeys(keys))
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
