"""What a command line would install: the contract of every client's reader."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from depaudit.model.names import Ecosystem
from depaudit.model.record import record
from depaudit.model.requirement import IndexOptions, Location, Requirement

COMMAND_LINE = "<command line>"
"""The path of requirements that were typed; ``column`` is then the word's position, from 1, as ``check`` has it."""


class FileUse(str, Enum):
    """How a command uses a file that it names."""

    REQUIREMENTS = "requirements"  # pip -r: installed
    CONSTRAINTS = "constraints"  # pip -c: installs nothing by itself
    SCRIPT = "script"  # a Python file with inline metadata (PEP 723)
    PROJECT = (
        "project"  # a folder with a manifest, or its manifest: pip install ., -e ./lib, uv pip install -r pyproject
    )
    LOCKFILE = "lockfile"  # pylock.toml and the like, named


@record
class NamedFile:
    """A file or folder that the command line names, as written (relative to ``Install.folder``)."""

    path: str
    use: FileUse


class ProjectUse(str, Enum):
    """What the command does with the project around its folder (manifest and lockfile)."""

    NONE = "none"  # pip install x: looks at no project
    RESOLVE = (
        "resolve"  # npm install, uv sync, poetry add: reads manifest and lockfile, may choose anew, may write both
    )
    FROZEN = "frozen"  # npm ci, uv sync --frozen, --immutable: takes the lockfile exactly as it stands
    LOCK = "lock"  # uv lock, poetry lock, --package-lock-only: writes the lockfile, fetches no archive


@record
class Conflict:
    """An option that would lead the client round the gate and that cannot simply be taken out.

    ``option``  as written, without any secret in it
    ``mend``    what to configure in depaudit, or to type, instead: one sentence
    """

    option: str
    mend: str


@record
class Install:
    """A command that downloads packages, or chooses which ones to.

    ``client``        the reader's own name: ``pip``, ``uv``, ``npm``, …
    ``argv``          the whole command line to start, program first; ``neutralised`` options are taken out already
    ``requirements``  what was typed: registry names, URLs, git, paths, each with its ``source``; direct;
                      location ``COMMAND_LINE``
    ``files``         the files and folders that were named
    ``project``       what is done with the project around ``folder``
    ``folder``        where the client works, relative to the working folder (``--prefix``, ``-C``, ``--cwd``,
                      ``--directory``, ``--project``); ``"."`` otherwise
    ``groups``        the groups that the options leave out of the project (``dev`` by ``--omit=dev``,
                      ``--no-dev``, ``--only main``), so that nobody is blamed for what is not installed
    ``indexes``       index options typed (pip's, uv's); origin is the operator's: a person typed them
    ``registry``      npm's ``--registry`` typed
    ``scopes``        npm scopes with the registry typed for each: ``("@acme", "https://npm.acme.example/")``
    ``settings``      npm settings files typed, by the key that names them: ``("userconfig", "ci.npmrc")``; as written,
                      relative to the working folder
    ``ecosystem``     whose names ``requirements`` are where none were typed
    ``local_first``   the names in ``requirements`` may be answered by a program of the project (``npx tsc``): a name
                      that ``node_modules/.bin`` or the environment has is not fetched
    ``target``        the folder or interpreter typed as the place to install to (``--target``, ``--prefix``,
                      ``--root``, ``--python``, ``-g`` as ``"global"``), None for the client's own choice
    ``temporary``     installs into a place of its own and runs something from it (``npx``, ``uvx``, ``pipx run``)
    ``writes``        downloads archives without unpacking them for use (``pip download``): still judged
    ``neutralised``   one sentence each for options taken out, for people
    ``conflicts``     options that make the gate refuse to start the client
    ``roots``         files with certificate authorities that typed options named (``--cert``, ``--cafile``), relative
                      to the working folder: taken out of ``argv``, to be merged into the bundle
    ``outputs``       files, relative to ``folder``, that the command writes its choice into (``pip lock -o``,
                      ``uv pip compile -o``): audited after the run as a lockfile is
    """

    client: str
    argv: tuple[str, ...]
    ecosystem: Ecosystem
    requirements: tuple[Requirement, ...] = ()
    files: tuple[NamedFile, ...] = ()
    project: ProjectUse = ProjectUse.NONE
    folder: str = "."
    left_out: tuple[str, ...] = ()
    indexes: IndexOptions | None = None
    registry: str | None = None
    scopes: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    local_first: bool = False
    target: str | None = None
    temporary: bool = False
    writes: bool = False
    neutralised: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    roots: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@record
class NotAnInstall:
    """A command that downloads no package: it is started at once, untouched."""

    client: str
    argv: tuple[str, ...]


@record
class Undetermined:
    """A command that may install something, and it cannot be told what: it runs behind the gate all the same.

    ``why``           one sentence: an unknown subcommand, a word that only the client can read
    ``requirements``  what was typed that may be fetched (``deno run npm:cowsay``)
    ``files``         files that were named, as far as they could be read from the line
    ``indexes``, ``registry``, ``scopes``, ``settings``, ``roots``  as an ``Install``'s
    """

    client: str
    argv: tuple[str, ...]
    ecosystem: Ecosystem
    why: str
    folder: str = "."
    requirements: tuple[Requirement, ...] = ()
    files: tuple[NamedFile, ...] = ()
    indexes: IndexOptions | None = None
    registry: str | None = None
    scopes: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    neutralised: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    roots: tuple[str, ...] = ()


Reading = Install | NotAnInstall | Undetermined


class Command(Protocol):
    """One client's reader: a module of this room.

    ``NAME``      the client's own name
    ``PROGRAMS``  the program names that start it (``("npm", "npx")``); versioned ones (``pip3.12``) are stripped before
    """

    NAME: str
    PROGRAMS: tuple[str, ...]

    def read(self, argv: Sequence[str]) -> Reading:
        """Read a command line, program first, with the bare program name (``pip`` for ``/usr/bin/pip3.12``) decided by
        ``program_of``. Pure; raises nothing for any words."""
        ...


def typed(position: int) -> Location:
    """The place of the ``position``-th word, from 1."""
    return Location(path=COMMAND_LINE, line=1, column=position)
