"""The audit of a change: what one state of a repository adds to another, judged by the configuration of the first."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from depaudit.changes.committed import read_committed
from depaudit.changes.compare import Reached, additions
from depaudit.changes.git import EMPTY, Repository
from depaudit.changes.hunks import changed_lines
from depaudit.changes.kinds import kind_of, shown
from depaudit.changes.snapshot import Head, Sides, take_sides
from depaudit.engine import Progress
from depaudit.errors import ConfigError, GitError
from depaudit.frontends.baseline import with_baseline
from depaudit.frontends.committed_baseline import read_baseline
from depaudit.frontends.session import Material, Options, Session, Surroundings
from depaudit.indexes.router import Router, read_router
from depaudit.indexes.urls import has_variable, try_parse
from depaudit.inputs import Inputs, read_inputs
from depaudit.model.problem import Problem
from depaudit.model.record import record, replace
from depaudit.model.requirement import Location, Origin
from depaudit.model.route import Foreign
from depaudit.model.verdict import Change, Report
from depaudit.parsers import format_for
from depaudit.policy.combine import with_options
from depaudit.policy.committed import accepting, candidates, own_exceptions, settings_among, with_pending
from depaudit.policy.config import Config
from depaudit.policy.exceptions import Allow
from depaudit.policy.places import MAX_BYTES
from depaudit.policy.settings import Settings
from depaudit.unread import unread_kind

_NAMED_IN_NOTE = 5


@record
class Asked:
    """What to compare, and how to judge it.

    ``folder``      somewhere in the repository: its nearest configuration counts
    ``base``        a revision, or ``EMPTY``
    ``exact_base``  compare with the base itself; else with the point where head left it, where that is here
    ``fetch``       fetch the base from the remote ``origin`` when it is not here
    ``own_config``  judge by head's own configuration (a push, a schedule); else by the base's
    ``accept_own``  why head's own exceptions count already, for people; empty: they do not
    ``paths``       only changes at or below these paths, from the repository's top
    ``baseline``    findings that are old; a file inside the repository is read as the configuration is, from base
    """

    folder: Path
    base: str
    head: str | Head = Head.WORK_TREE
    exact_base: bool = False
    fetch: bool = False
    own_config: bool = False
    accept_own: str = ""
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    config: Path | None = None
    fail_on: str | None = None
    on_error: str | None = None
    offline: bool = False
    names_only: bool = False
    cache: bool = True
    baseline: Path | None = None


@record
class Audited:
    """What came of it, and the configuration that decides what it means."""

    report: Report
    config: Config


def audit_change(asked: Asked, surroundings: Surroundings, progress: Progress | None = None) -> Audited:
    """Audit what head adds to base. Raises ``GitError``, ``ConfigError`` and ``DataError``."""
    repository = Repository.open(asked.folder)
    tip, compared = _bases(repository, asked)
    try:
        with tempfile.TemporaryDirectory(prefix="depaudit-") as temporary:
            sides = take_sides(repository, compared, asked.head, Path(temporary), paths=asked.paths)
            return _audit(asked, surroundings, repository, tip, sides, progress)
    except OSError as error:
        raise GitError(
            f"The two states cannot be laid out in a temporary folder: {error.strerror or error}.",
            mend="Make room, or set TMPDIR.",
        ) from error


def _bases(repository: Repository, asked: Asked) -> tuple[str, str]:
    """The base as given, whose configuration counts, and the commit to compare with."""
    if asked.base == EMPTY:
        return EMPTY, EMPTY
    try:
        tip = repository.commit(asked.base)
    except GitError:
        if not asked.fetch:
            raise
        tip = repository.fetch(asked.base)
    if asked.exact_base:
        return tip, tip
    head = "HEAD" if isinstance(asked.head, Head) else asked.head
    if isinstance(asked.head, Head) and repository.unborn:
        return tip, tip
    return tip, repository.merge_base(tip, head) or tip


def _audit(
    asked: Asked,
    surroundings: Surroundings,
    repository: Repository,
    tip: str,
    sides: Sides,
    progress: Progress | None,
) -> Audited:
    settings, own, notes = _settings(asked, repository, tip, sides)
    baseline, told = read_baseline(asked.baseline, repository, asked.head if asked.own_config else tip, asked.head)
    notes += told
    session = _session(asked, replace(surroundings, cwd=sides.head), settings)
    if own and asked.accept_own:
        if session.config.locked:
            notes.append("The change's own exceptions do not count: your policy may only be tightened.")
        else:
            session.config = accepting(session.config, own, asked.accept_own)
            notes.append(f"The change's own exceptions count ({asked.accept_own}).")
            own = ()
    before = read_inputs([sides.base], exclude=session.config.exclude, cwd=sides.base)
    after = read_inputs([sides.head], exclude=session.config.exclude, cwd=sides.head)
    vouched = _vouched(session, surroundings, sides, before)
    if not session.config.locked:
        indexes = session.config.indexes
        session.config = replace(session.config, indexes=replace(indexes, known=(*indexes.known, *vouched)))
    # files that did not change count too: what includes them may lead them to other indexes now
    paths = (*sides.changed, *sides.affected, *(path for path in _files(after) if _is_below(path, asked.paths)))
    material = Material(
        requirements=additions(
            _reached(before, _router(session, surroundings, sides.base, before)),
            _reached(after, _router(session, surroundings, sides.head, after)),
            paths=dict.fromkeys(paths),
            new=[path for path in dict.fromkeys(paths) if not _is_file(sides.base, path)],
            lines=lambda path, former: changed_lines(sides, path, former),
        ),
        problems=(*sides.problems, *_new_problems(before, after, sides)),
        not_audited=_more(before, after),
        undetermined=tuple(_undetermined(before, after)),
        files=sum(_is_dependency(path) for path in sides.changed),
        excluded=after.excluded,
        notes=tuple(notes),
        beside=tuple(sides.head / path for path in _files(after)),
    )
    report = session.audit(material, progress)
    if baseline is not None:
        report = with_baseline(report, session.config, baseline)
    report = replace(
        report,
        decisions=with_pending(report.decisions, own, surroundings.now.date()),
        change=Change(
            base=sides.base_commit,
            head=sides.head_name,
            files=sum(_is_dependency(path) for path in sides.changed),
        ),
        notes=(*report.notes, *_unread_note(sides)),
    )
    return Audited(report=report, config=session.config)


def _settings(
    asked: Asked, repository: Repository, tip: str, sides: Sides
) -> tuple[Settings, tuple[Allow, ...], list[str]]:
    """The configuration that counts, and head's exceptions that it lacks, with sentences for people."""
    folder = _below(repository.top, asked.folder)
    head = {path: text for path in candidates(folder) if (text := _text(sides.head, path)) is not None}
    if asked.own_config:
        return settings_among(head, folder, origin=Origin.TREE), (), []
    texts = read_committed(repository, tip, candidates(folder), limit=MAX_BYTES) if tip != EMPTY else {}
    label = f" (at {tip[:7]})" if tip != EMPTY else ""
    base = settings_among(texts, folder, origin=Origin.OPERATOR, label=label)
    try:
        proposed = settings_among(head, folder, origin=Origin.TREE)
    except ConfigError as error:
        return base, (), [f"The change breaks the configuration, which has no effect here: {error}"]
    return base, own_exceptions(base, proposed), []


def _session(asked: Asked, surroundings: Surroundings, settings: Settings) -> Session:
    top = surroundings.cwd
    options = Options(
        tree_roots=(top,),
        start=top,
        offline=asked.offline or asked.names_only,
        names_only=asked.names_only,
        cache=asked.cache,
        new_here=True,
    )
    session = Session(surroundings, options, explicit_config=asked.config, base=settings)
    session.config, notes = with_options(
        session.config, fail_on=asked.fail_on, on_error=asked.on_error, exclude=asked.exclude
    )
    session.notes += notes
    return session


def _router(session: Session, surroundings: Surroundings, folder: Path, inputs: Inputs) -> Router:
    """The indexes as the clients' settings of one side have them."""
    return read_router(
        surroundings.environment,
        home=surroundings.home,
        cwd=folder,
        tree_roots=(folder,),
        settings=session.config.indexes,
        platform=surroundings.platform,
        files=[folder / path for path in _files(inputs)],
    )


def _reached(inputs: Inputs, router: Router) -> list[Reached]:
    return [Reached(wish, router.route(wish)) for wish in inputs.requirements]


def _vouched(
    session: Session, surroundings: Surroundings, sides: Sides, before: Inputs
) -> tuple[tuple[str, bool], ...]:
    """The indexes that base itself names, which a change does not bring: (URL, not public)."""
    router = _router(session, surroundings, sides.base, before)
    foreign: list[Foreign] = [one for wish in before.requirements for one in router.route(wish).foreign]
    folders = dict.fromkeys(sides.base / PurePosixPath(path).parent for path in _files(before))
    foreign += [one for folder in folders for one in router.reach(folder)[1]]
    urls: dict[str, None] = {}
    for one in foreign:
        if one.ref is not None and not has_variable(one.ref.url):
            url = try_parse(one.ref.url)
            if url is not None:
                urls[str(url)] = None
    return tuple((url, False) for url in urls)


def _new_problems(before: Inputs, after: Inputs, sides: Sides) -> Iterable[Problem]:
    """What is wrong with files that changed, or because of the change; what was wrong before is not its business."""
    known = {(problem.path, problem.message) for problem in before.problems}
    changed = {*map(shown, sides.changed)}
    for problem in after.problems:
        if problem.path != "." and (problem.path in changed or (problem.path, problem.message) not in known):
            yield problem


def _undetermined(before: Inputs, after: Inputs) -> Iterable[tuple[Location, str]]:
    known = {(place.path, text) for place, text in before.undetermined}
    return (one for one in after.undetermined if (one[0].path, one[1]) not in known)


def _more(before: Inputs, after: Inputs) -> tuple[tuple[str, int], ...]:
    counts = Counter(dict(after.not_audited))
    counts.subtract(dict(before.not_audited))
    return tuple(sorted((kind, number) for kind, number in counts.items() if number > 0))


def _unread_note(sides: Sides) -> Iterable[str]:
    unread = [path for path in sides.changed if format_for(path) is None and unread_kind(_name(path)) is not None]
    if unread:
        more = len(unread) - _NAMED_IN_NOTE
        named = ", ".join(map(shown, unread[:_NAMED_IN_NOTE]))
        yield f"Changed, but not read by this version: {named}{f' and {more} more' if more > 0 else ''}."


def _files(inputs: Inputs) -> Sequence[str]:
    return tuple(dict.fromkeys(wish.location.path for wish in inputs.requirements))


def _is_dependency(path: str) -> bool:
    kind = kind_of(path)
    return kind is None or kind.dependency  # a file of another name counts because one of these includes it


def _is_file(folder: Path, path: str) -> bool:
    try:
        return (folder / path).is_file()
    except (OSError, ValueError):
        return False


def _is_below(path: str, limits: Sequence[str]) -> bool:
    return not limits or any(limit in ("", path) or path.startswith(f"{limit.rstrip('/')}/") for limit in limits)


def _text(folder: Path, path: str) -> str | None:
    """A file as the layout has it, or None."""
    if not _is_file(folder, path):
        return None
    with (folder / path).open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ConfigError("a configuration of more than 8 MiB is not read.", path=path)
    return content.decode("utf-8", "replace")


def _below(top: Path, folder: Path) -> str:
    """``folder`` as seen from ``top``, "/"-separated; "." for the top itself."""
    real = folder.resolve()
    above = top.resolve()
    return real.relative_to(above).as_posix() if real.is_relative_to(above) else "."


def _name(path: str) -> str:
    return path.rpartition("/")[2]
