"""Find the configuration files, read them, and say what is in force.

Whatever reads TOML is imported only when there is a file to read: most runs have none, and start-up time is a feature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from depaudit.errors import ConfigError
from depaudit.model.record import record
from depaudit.model.requirement import Origin
from depaudit.policy.config import Config
from depaudit.policy.exceptions import expired_notes
from depaudit.policy.places import (
    Text,
    home_of_account,
    read_file,
    show,
    system_policy,
    user_policies,
)
from depaudit.policy.rule_ids import RULE_IDS

if TYPE_CHECKING:
    from depaudit.policy.settings import Settings

MAX_LEVELS = 256
"""Folders looked at on the way up from the audited path."""


@record
class Loaded:
    """``config`` in force, the files it came from by whose they are, and sentences on what was ignored and why."""

    config: Config
    operator_files: tuple[str, ...] = ()
    tree_files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def load_config(
    *,
    start: Path,
    tree_roots: Sequence[Path],
    explicit: Path | None,
    environment: Mapping[str, str],
    home: Path,
    platform: str,
    today: date | None = None,
    account_home: Path | None = None,
    system: Path | None = None,
    base: Settings | None = None,
    rule_ids: frozenset[str] = RULE_IDS,
) -> Loaded:
    """Read every configuration that applies to an audit.

    ``start``         the path whose nearest ``depaudit.toml`` or ``[tool.depaudit]`` counts as the tree's
    ``tree_roots``    the audited folders: no policy of the user's is taken from inside them on the word of ``HOME``
    ``explicit``      ``--config``
    ``today``         for exceptions that have ended; None leaves their notes out
    ``account_home``  the account's own home; None asks the operating system
    ``system``        the machine's policy; None is the platform's usual place
    ``base``          the configuration of a change's base, which then stands for the tree's own file

    Raises ``ConfigError`` for a file that cannot be read or says something impossible.
    """
    notes: list[str] = []
    policies = []
    system_text = _read_optional(system or system_policy(environment, platform))
    if system_text is not None:
        policies.append(system_text)
    user_text = _user_policy(environment, home, platform, account_home or home_of_account(), tree_roots, notes)
    if user_text is not None:
        policies.append(user_text)
    by_environment = environment.get("DEPAUDIT_POLICY")
    named = (_named(Path(by_environment) if by_environment else None), _named(explicit))
    operator = [text for text in named if text is not None]
    tree = _tree_file(start, notes) if base is None else None
    if tree is not None and any(_same(tree.path, text.path) for text in (*policies, *operator)):
        tree = None  # the operator named it: it is theirs
    _note_other_trees(tree, tree_roots, (*policies, *operator), notes, searched=base is None)

    if not (policies or operator or tree or base):
        return Loaded(config=Config(), notes=tuple(notes))
    from depaudit.policy.combine import Layers, combine

    layers = Layers(
        policies=_parsed(policies, Origin.OPERATOR, rule_ids),
        operator=_parsed(operator, Origin.OPERATOR, rule_ids),
        tree=base if tree is None else next(iter(_parsed([tree], Origin.TREE, rule_ids)), None),
    )
    config, ignored = combine(layers)
    ended = () if today is None else expired_notes(config.allow, today)
    return Loaded(
        config=config,
        operator_files=tuple(text.shown for text in (*policies, *operator)),
        tree_files=() if layers.tree is None else (layers.tree.source,),
        notes=(*notes, *ignored, *ended),
    )


def _parsed(texts: Sequence[Text], origin: Origin, rule_ids: frozenset[str]) -> tuple[Settings, ...]:
    from depaudit.policy.settings import parse_settings

    parsed = (
        parse_settings(text.text, path=text.shown, origin=origin, pyproject=text.pyproject, rule_ids=rule_ids)
        for text in texts
    )
    return tuple(settings for settings in parsed if settings is not None)


def _read_optional(path: Path | None) -> Text | None:
    return None if path is None else read_file(path)


def _user_policy(
    environment: Mapping[str, str],
    home: Path,
    platform: str,
    account_home: Path | None,
    tree_roots: Sequence[Path],
    notes: list[str],
) -> Text | None:
    for place in user_policies(environment, home, platform, account_home):
        sure = account_home is not None and place.is_relative_to(account_home)
        try:
            text = read_file(place)
        except ConfigError as error:
            if sure:
                raise
            notes.append(f"{error} It is not taken for your policy.")  # a HOME that belongs to somebody else
            continue
        if text is None:
            continue
        if not sure and _inside(place, tree_roots):
            notes.append(f"{show(place)} lies in the audited tree and is not taken for your policy.")
            continue
        return text
    return None


def _named(path: Path | None) -> Text | None:
    """A file that the operator names: it must be there, and say something."""
    if path is None:
        return None
    text = read_file(path, must_exist=True)
    if text is not None and text.pyproject and not _has_table(text):
        raise ConfigError("there is no [tool.depaudit] in this file.", path=text.shown, mend="Name another file.")
    return text


def _tree_file(start: Path, notes: list[str]) -> Text | None:
    """The nearest configuration upward from ``start``, up to the repository's root or the file system's."""
    for folder in _upward(start):
        own = read_file(folder / "depaudit.toml", plain=True)
        project = read_file(folder / "pyproject.toml", plain=True) if own is None else None
        if own is not None:
            other = _quiet_read(folder / "pyproject.toml")
            if other is not None and _has_table(other):
                notes.append(f"{other.shown}: [tool.depaudit] is not read, because {own.shown} lies beside it.")
            return own
        if project is not None and _has_table(project):
            return project
        if (folder / ".git").exists():
            return None
    return None


def _note_other_trees(
    tree: Text | None, tree_roots: Sequence[Path], named: Sequence[Text], notes: list[str], *, searched: bool
) -> None:
    """Say that the configuration of one audited folder is not applied to it, because another one's is."""
    if not searched:
        return
    for root in tree_roots[1:]:
        other = _tree_file(root, [])
        if other is None or any(_same(other.path, text.path) for text in (*named, *((tree,) if tree else ()))):
            continue
        note = f"{other.shown} is not applied, because one configuration holds for a run. Audit {show(root)} by itself."
        if note not in notes:
            notes.append(note)


def _quiet_read(path: Path) -> Text | None:
    try:
        return read_file(path, plain=True)
    except ConfigError:
        return None


def _has_table(text: Text) -> bool:
    """Whether a ``pyproject.toml`` has ``[tool.depaudit]``; most do not, and then no TOML reader is loaded at all."""
    if "depaudit" not in text.text:
        return False
    import tomli

    try:
        tool = tomli.loads(text.text.removeprefix("\ufeff")).get("tool")
    except (ValueError, RecursionError):
        # What it means to say cannot be told: parse_settings says where it is wrong. One that never was a
        # configuration is the audit's to report, and does not stop it.
        return "tool.depaudit" in text.text
    return isinstance(tool, dict) and "depaudit" in tool


def _upward(start: Path) -> Iterator[Path]:
    folder = start.absolute()
    if not folder.is_dir():
        folder = folder.parent
    yield folder
    yield from folder.parents[:MAX_LEVELS]


def _inside(path: Path, folders: Sequence[Path]) -> bool:
    real = path.resolve()
    return any(real.is_relative_to(folder.resolve()) for folder in folders)


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
