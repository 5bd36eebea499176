"""What a reader does with options that would lead a client round the gate, and with commands inside commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from depaudit.commands import program_of, read_command
from depaudit.commands.base import Conflict, Install, NotAnInstall, Reading, Undetermined
from depaudit.commands.options import Given, Scan, place, without
from depaudit.model.names import Ecosystem, quoted
from depaudit.model.record import record, replace
from depaudit.model.requirement import IndexOptions, IndexRef, Origin

OWN_CACHE = "the gate keeps a cache of its own, of what has passed it"
OWN_PROXY = "the gate goes on by the proxy that HTTPS_PROXY names"
OWN_ROOTS = "its certificates are added to those that the gate trusts"

MAX_NESTED = 8
"""Commands within commands (``poetry run uvx pip …``) that are looked into."""


@record
class Steering:
    """The options of one client that win over the gate.

    ``gone``     options taken out, with the reason for people
    ``refused``  options that cannot be taken out, with what to do instead
    ``roots``    options of ``gone`` that name a file with certificate authorities
    """

    gone: Mapping[str, str]
    refused: Mapping[str, str] = {}
    roots: frozenset[str] = frozenset()


@record
class Steered:
    """A command line that the gate can be sure of, and what was done to it."""

    argv: tuple[str, ...]
    neutralised: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    roots: tuple[str, ...] = ()


def steer(argv: Sequence[str], found: Scan, steering: Steering) -> Steered:
    """Take the options of ``steering`` out of ``argv``, which ``found`` is the scan of."""
    gone = found.given(*steering.gone)
    conflicts = [Conflict(option=one.name, mend=steering.refused[one.name]) for one in found.given(*steering.refused)]
    for one in found.unknown:
        risky = [name for name in one.fits if name in steering.gone or name in steering.refused]
        if risky:
            conflicts.append(
                Conflict(option=one.name, mend=f"Write the option out in full; it could stand for {risky[0]}.")
            )
    return Steered(
        argv=without(argv, gone),
        neutralised=tuple(f"{name} was left out: {why}." for name, why in steering.gone.items() if found.given(name)),
        conflicts=tuple(conflicts),
        roots=tuple(value for value in found.all(*sorted(steering.roots)) if value),
    )


def unknown_option(found: Scan) -> str | None:
    """Why a line with options that the table does not know can't be read; None when it knows them all."""
    if not found.unknown:
        return None
    return f"{quoted(_bare(found.unknown[0]))} is no option that depaudit knows."


@record
class Inner:
    """A command that another one starts. ``words``: its own words, less what was taken out of them."""

    reading: Reading | None
    words: tuple[str, ...]

    @property
    def installs(self) -> Install | Undetermined | None:
        """Its reading, where it may install."""
        return self.reading if isinstance(self.reading, (Install, Undetermined)) else None


def read_inner(argv: Sequence[str], start: int, *, module: bool = False) -> Inner:
    """The command that begins at ``start``. ``module``: the words are those behind ``python -m``."""
    rest = tuple(argv[start:])
    if not rest:
        return Inner(reading=None, words=rest)
    if sum(program_of(word) is not None for word in rest) > MAX_NESTED:
        why = "Too many commands stand within one another."
        return Inner(
            reading=Undetermined(client="pip", argv=rest, ecosystem=Ecosystem.PYPI, why=why),
            words=rest,
        )
    before = ("python", "-m") if module else ()
    reading = read_command((*before, *rest))
    return Inner(reading=reading, words=rest if reading is None else reading.argv[len(before) :])


def with_inner(steered: Steered, inner: Inner, count: int) -> Steered:
    """``steered`` with its last ``count`` words, the inner command, as ``inner`` leaves them."""
    reading = inner.installs
    if reading is None:
        return steered
    return Steered(
        argv=(*steered.argv[: len(steered.argv) - count], *inner.words),
        neutralised=(*steered.neutralised, *reading.neutralised),
        conflicts=(*steered.conflicts, *reading.conflicts),
        roots=(*steered.roots, *reading.roots),
    )


def running(client: str, argv: Sequence[str], start: int, steered: Steered) -> Reading:
    """The reading of a command that only runs another (``poetry run …``), whose words begin at ``start``.

    What runs may install by itself: then the whole is undetermined, with what could be read of the inner command.
    """
    inner = read_inner(argv, start)
    reading = inner.installs
    if reading is None:
        return NotAnInstall(client=client, argv=tuple(argv))
    both = with_inner(steered, inner, len(argv) - start)
    return replace(
        undetermined(client, both, f"{client} runs {reading.client}, which may install."),
        ecosystem=reading.ecosystem,
        requirements=reading.requirements,
        files=reading.files if reading.folder == "." else (),
        indexes=reading.indexes,
        registry=reading.registry,
        scopes=reading.scopes,
        settings=reading.settings,
    )


def undetermined(client: str, steered: Steered, why: str, folder: str = ".") -> Undetermined:
    """A Python client's command of which it can't be told what it installs."""
    return Undetermined(
        client=client,
        argv=steered.argv,
        ecosystem=Ecosystem.PYPI,
        why=why,
        folder=folder,
        neutralised=steered.neutralised,
        conflicts=steered.conflicts,
        roots=steered.roots,
    )


def typed_index(url: str, given: Given, name: str | None = None) -> IndexRef:
    """An index that the command line names."""
    return IndexRef(url=url, origin=Origin.OPERATOR, location=place(given.index), name=name)


def typed_indexes(
    index_url: IndexRef | None = None,
    extra: Iterable[IndexRef] = (),
    find_links: Iterable[IndexRef] = (),
    *,
    no_index: bool = False,
) -> IndexOptions | None:
    """The index options of a command line; None where it has none."""
    options = IndexOptions(index_url=index_url, extra=tuple(extra), find_links=tuple(find_links), no_index=no_index)
    return None if options == IndexOptions() else options


def joined(folder: str, inner: str | None) -> str:
    """``inner`` as seen from where ``folder`` is: paths of a command line, never resolved."""
    if not inner or inner == ".":
        return folder
    absolute = inner.startswith(("/", "\\", "~")) or inner[1:2] == ":"
    return inner if absolute or folder == "." else f"{folder.rstrip('/')}/{inner}"


def seen_from(project: str | None, path: str) -> str | None:
    """``path`` as seen from the folder ``project``, both being given from one place; None when it can't be told."""
    if not project or project == "." or path.startswith(("/", "\\", "~")) or path[1:2] == ":":
        return path
    parts = [part for part in project.split("/") if part not in ("", ".")]
    if project.startswith(("/", "~")) or ".." in parts or "\\" in project or ":" in project:
        return None
    return "../" * len(parts) + path


def _bare(one: Given) -> str:
    """An unknown option without what is attached to it, which may be a secret."""
    return one.name.partition("=")[0] if one.name.startswith("--") else one.name[:2]
