"""The reading edge: paths to requirements, with everything that could not be read or is beyond this audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from depaudit.discovery import discover, shown
from depaudit.file_reader import REQUIREMENTS, FileReader, parse_text, problem_at
from depaudit.includes import joined_options, loops, required_files
from depaudit.model.names import quoted
from depaudit.model.problem import Problem
from depaudit.model.record import record, replace
from depaudit.model.requirement import IndexOptions, Location, Requirement
from depaudit.parsers import format_for, parser_named
from depaudit.parsers.base import MAX_INPUT_BYTES, Parsed
from depaudit.reading import decode, read_file
from depaudit.unread import unread_kind
from depaudit.workspaces import Manifest, Workspaces, covers, find_workspaces

_MANIFEST = "package-json"
_NAMED_IN_NOTE = 5


@record
class Inputs:
    """All that was read.

    ``not_audited``   (ecosystem or format, how many) seen and beyond this audit
    ``undetermined``  places whose package cannot be told from the text, with what stands there
    ``files``         how many files were read
    ``excluded``      how many dependency files ``exclude`` patterns left out
    ``roots``         the folders given, or those of the files given
    ``notes``         sentences for people: what was left out and why
    """

    requirements: tuple[Requirement, ...] = ()
    problems: tuple[Problem, ...] = ()
    not_audited: tuple[tuple[str, int], ...] = ()
    undetermined: tuple[tuple[Location, str], ...] = ()
    files: int = 0
    excluded: int = 0
    roots: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def read_inputs(
    paths: Sequence[Path], *, exclude: Sequence[str] = (), cwd: Path, format_name: str | None = None
) -> Inputs:
    """Read files and folders (relative ones to ``cwd``), and what the files include.

    ``exclude`` are patterns as in ``.gitignore`` for what folders hold; ``format_name`` says what the files named are
    where their names do not. Everything that goes wrong is a problem of the result. Raises ``UsageError`` for a
    format that does not exist.
    """
    if format_name is not None:
        parser_named(format_name)
    cwd = cwd.absolute()
    gathered = _Gathered(reader=FileReader(cwd=cwd))
    for path in paths:
        _add(gathered, cwd / path, tuple(exclude), format_name)
    gathered.reader.follow(gathered.roots)
    return _result(gathered)


def read_stdin(stream: BinaryIO, format_name: str) -> Inputs:
    """Read standard input as the format named. Raises ``UsageError`` for a format that does not exist."""
    parser_named(format_name)
    source = decode(stream.read(MAX_INPUT_BYTES + 1), "-", coding_line=format_name == REQUIREMENTS)
    if source.text is None:
        return Inputs(problems=source.problems)
    inputs = read_text(source.text, "-", format_name)
    return replace(inputs, problems=(*source.problems, *inputs.problems))


def read_text(text: str, path: str, format_name: str) -> Inputs:
    """Read one text as the format named; ``path`` is for messages. What it includes is not read, and that is told.

    Raises ``UsageError`` for a format that does not exist.
    """
    parser_named(format_name)
    parsed, problems = parse_text(text, path, format_name)
    left_out = tuple(
        problem_at(i.location, f"The file {quoted(i.target)} that this line includes was not read.", "Scan it as well.")
        for i in parsed.includes
    )
    return Inputs(
        requirements=_with_options(parsed.requirements, parsed.indexes),
        problems=(*problems, *left_out),
        not_audited=parsed.not_audited,
        undetermined=parsed.undetermined,
        files=1,
    )


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """What the paths of the command line came to. Paths are as people are shown them."""

    reader: FileReader
    roots: list[Path] = field(default_factory=list)
    not_audited: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    excluded: int = 0

    def problem(self, path: Path, message: str, mend: str) -> None:
        """Note what is wrong with a path as a whole."""
        self.reader.problems.append(Problem(path=self.shown(path), message=message, mend=mend))

    def shown(self, path: Path) -> str:
        """The path for people."""
        return shown(path, self.reader.cwd)

    def set_aside(self, path: Path, kind: str) -> None:
        """Count a file that depaudit knows and does not read."""
        self.not_audited[kind] += 1
        self.unread.append(self.shown(path))


def _add(gathered: _Gathered, path: Path, exclude: tuple[str, ...], format_name: str | None) -> None:
    try:
        folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError):  # too long, or holds a NUL
        folder = exists = False
    if folder:
        _add_folder(gathered, path, exclude)
        return
    gathered.roots.append(path.parent)
    if not exists:
        gathered.problem(path, "There is no such file or folder.", "Check the path.")
        return
    known = format_for(path.as_posix())
    kind = unread_kind(path.name)
    if format_name is not None or known is not None:
        gathered.reader.read(path, format_name or (known.name if known is not None else ""), explicit=True)
    elif kind is not None:
        gathered.set_aside(path, kind)
    elif path.suffix.lower() in (".txt", ".in"):
        gathered.reader.read(path, REQUIREMENTS, explicit=True)
    else:
        gathered.problem(
            path,
            "This is not a dependency file that depaudit knows.",
            "Name its format with --format-in, for example --format-in requirements-txt.",
        )


def _add_folder(gathered: _Gathered, folder: Path, exclude: tuple[str, ...]) -> None:
    gathered.roots.append(folder)
    found = discover(folder, exclude, cwd=gathered.reader.cwd)
    gathered.reader.problems.extend(replace(p, path=gathered.shown(Path(p.path))) for p in found.problems)
    gathered.excluded += found.excluded
    gathered.ignored.extend(map(gathered.shown, found.ignored))
    gathered.links.extend(map(gathered.shown, found.links))
    for path, kind in found.unread:
        gathered.set_aside(path, kind)
    shrinkwrapped = {file.path.parent for file in found.files if file.path.name == "npm-shrinkwrap.json"}
    for file in found.files:
        if file.path.name != "package-lock.json" or file.path.parent not in shrinkwrapped:  # npm reads the other one
            gathered.reader.read(file.path, file.format.name)
    if not (found.files or found.unread or found.problems):
        gathered.problem(folder, "The folder holds no dependency file.", "Name another folder, or a file.")


def _result(gathered: _Gathered) -> Inputs:
    reader = gathered.reader
    starts = [key for key, file in reader.files.items() if file.found]
    explicit = [key for key in starts if reader.files[key].explicit]
    required = required_files(reader.graph, starts, explicit)
    options = joined_options(reader.graph)
    workspaces = _workspaces(reader)
    requirements: list[Requirement] = []
    undetermined: list[tuple[Location, str]] = []
    for key, file in reader.files.items():
        if key not in required:
            continue
        found: Iterable[Requirement] = _with_options(file.parsed.requirements, options.get(key))
        if file.format_name == _MANIFEST:
            found = workspaces.localize(found, Path(key).parent)
        requirements.extend(found)
        undetermined.extend(file.parsed.undetermined)
        gathered.not_audited.update(dict(file.parsed.not_audited))
    return Inputs(
        requirements=tuple(requirements),
        problems=(*reader.problems, *loops(reader.graph)),
        not_audited=tuple(sorted(gathered.not_audited.items())),
        undetermined=tuple(undetermined),
        files=len(reader.files),
        excluded=gathered.excluded,
        roots=tuple(dict.fromkeys(gathered.roots)),
        notes=tuple(_notes(gathered)),
    )


def _with_options(requirements: tuple[Requirement, ...], options: IndexOptions | None) -> tuple[Requirement, ...]:
    if options is None:
        return requirements
    return tuple(r if r.indexes is not None else replace(r, indexes=options) for r in requirements)


def _workspaces(reader: FileReader) -> Workspaces:
    manifests = {
        Path(key).parent: _manifest(Path(key).parent, file.parsed)
        for key, file in reader.files.items()
        if file.format_name == _MANIFEST
    }
    # A part of a workspace may be scanned alone; its fellow members are then found from the workspace's root.
    for folder in [*manifests]:
        for above in _folders_above(folder):
            if above in manifests or not (above / "package.json").is_file():
                continue
            root = _unscanned_manifest(above, reader.cwd)
            manifests[above] = root
            if covers(root.workspaces, above, folder):
                for found in discover(above).files:
                    if found.format.name == _MANIFEST and found.path.parent not in manifests:
                        manifests[found.path.parent] = _unscanned_manifest(found.path.parent, reader.cwd)
    return find_workspaces(tuple(manifests.values()))


def _folders_above(folder: Path) -> tuple[Path, ...]:
    # Up to the top of the repository; none where there is no repository.
    top = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
    return tuple(above for above in folder.parents if above.is_relative_to(top))


def _unscanned_manifest(folder: Path, cwd: Path) -> Manifest:
    # What is wrong with it is not this scan's business: it is then no workspace.
    path = folder / "package.json"
    source = read_file(path, shown(path, cwd))
    return _manifest(folder, parse_text(source.text or "", str(path), _MANIFEST)[0])


def _manifest(folder: Path, parsed: Parsed) -> Manifest:
    return Manifest(folder=folder, name=parsed.project, version=parsed.project_version, workspaces=parsed.workspaces)


def _notes(gathered: _Gathered) -> Iterable[str]:
    if gathered.unread:
        yield f"Known, but not read by this version: {_some(gathered.unread)}."
    if gathered.ignored:
        yield f"Not read, because .gitignore names them: {_some(gathered.ignored)}."
    if gathered.links:
        yield f"Not read, because they are links that lead out of the folder or nowhere: {_some(gathered.links)}."


def _some(paths: list[str]) -> str:
    more = len(paths) - _NAMED_IN_NOTE
    named = ", ".join(paths[:_NAMED_IN_NOTE])
    return f"{named} and {more} more" if more > 0 else named
