"""Files to what they say, each read once, with what they include."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from depaudit.discovery import shown
from depaudit.errors import DepauditError
from depaudit.includes import Edge, Node
from depaudit.model.names import quoted
from depaudit.model.problem import Problem
from depaudit.model.requirement import Location
from depaudit.parsers import format_for, parser_named
from depaudit.parsers.base import Include, Parsed
from depaudit.reading import SourceText, read_file

MAX_INCLUDE_DEPTH = 20
"""Files that include one another in a row."""

MAX_INCLUDES = 2_000
"""Lines of one run that include a file."""

MAX_TOTAL_CHARACTERS = 512 * 1024 * 1024
"""Of all files of one run."""

REQUIREMENTS = "requirements-txt"
"""The format whose files include others, and whose first lines may name an encoding."""


@dataclass(slots=True, kw_only=True)
class ReadFile:
    """A file and what it says.

    ``path``      as named or found; the reader's key for it is where it really is
    ``depth``     how many files stand between it and one that was named or found
    ``explicit``  named by the user
    ``found``     named by the user or found in a folder, not only included
    """

    path: Path
    shown: str
    format_name: str
    parsed: Parsed
    depth: int
    explicit: bool = False
    found: bool = False


@dataclass(slots=True, kw_only=True)
class FileReader:
    """Reads the files of one run. ``files`` and ``graph`` are keyed by the files' real paths, in order of reading."""

    cwd: Path
    files: dict[str, ReadFile] = field(default_factory=dict)
    graph: dict[str, Node] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)
    _includes: int = 0
    _characters: int = 0

    def read(self, path: Path, format_name: str, *, explicit: bool = False, found: bool = True, depth: int = 0) -> str:
        """Read a file, unless it was read before. Returns its key, which ``files`` lacks where it cannot be read."""
        try:
            key = str(path.resolve())
        except (OSError, RuntimeError):  # Python before 3.13 raises for a loop of links
            key = str(path)
        if key not in self.files and key not in self._refused:
            name = shown(path, self.cwd)
            source = self._source(path, name, format_name)
            self.problems.extend(source.problems)
            if source.text is None:
                self._refused.add(key)
                return key
            parsed, problems = parse_text(source.text, name, format_name)
            self.problems.extend(problems)
            self.files[key] = ReadFile(path=path, shown=name, format_name=format_name, parsed=parsed, depth=depth)
            self.graph[key] = Node(name, parsed.indexes)
        if key in self.files:
            self.files[key].explicit |= explicit
            self.files[key].found |= found
        return key

    def follow(self, roots: list[Path]) -> None:
        """Read what the files include, and what those include, as far as it stands inside of the audited tree."""
        inside = _boundaries(roots, self.cwd)
        waiting = list(self.files)
        started = set(waiting)
        for key in waiting:  # grows as it is gone through
            including = self.files[key]
            seen: set[tuple[str, str]] = set()
            for include in including.parsed.includes:
                line = (include.target, include.kind.value)
                if line in seen:
                    continue
                seen.add(line)
                target = self._include(including, include, inside)
                if target is not None and target in self.files:
                    self.graph[key].edges.append(Edge(target=target, kind=include.kind, location=include.location))
                    if target not in started:
                        started.add(target)
                        waiting.append(target)

    def _include(self, including: ReadFile, include: Include, inside: list[Path]) -> str | None:
        """Read one included file. Returns its key; None, with a problem, where it is not read."""
        problem = self._refusal(including)
        if problem is None:
            self._includes += 1
            path, problem = _target(including.path, include.target)
            if problem is None and path is not None:
                problem = _outside(path, inside)
        if problem is not None or path is None:
            message, mend = problem or ("it names no file.", "Write the file's name.")
            named = f"The file {quoted(include.target)} that this line includes was not read: {message}"
            self.problems.append(problem_at(include.location, named, mend))
            return None
        format_ = format_for(path.as_posix())
        name = format_.name if format_ is not None and format_.lockfile else REQUIREMENTS
        return self.read(path, name, found=False, depth=including.depth + 1)

    def _refusal(self, including: ReadFile) -> tuple[str, str] | None:
        if including.depth >= MAX_INCLUDE_DEPTH:
            return f"more than {MAX_INCLUDE_DEPTH} files include one another.", "Join some of them."
        if self._includes >= MAX_INCLUDES:
            return f"more than {MAX_INCLUDES} lines of this scan include a file.", "Scan fewer files at a time."
        return None

    def _source(self, path: Path, name: str, format_name: str) -> SourceText:
        if self._characters > MAX_TOTAL_CHARACTERS:
            limit = MAX_TOTAL_CHARACTERS // (1024 * 1024)
            message = f"The file was not read: those before it have more than {limit} MB in all."
            return SourceText(problems=(Problem(path=name, message=message, mend="Scan fewer folders at a time."),))
        source = read_file(path, name, coding_line=format_name == REQUIREMENTS)
        self._characters += len(source.text or "")
        return source


def parse_text(text: str, name: str, format_name: str) -> tuple[Parsed, tuple[Problem, ...]]:
    """What a text says, and all problems that it has. ``name`` is for messages."""
    try:
        parsed = parser_named(format_name).parse(text, name)
    except DepauditError as error:
        return Parsed(), (Problem.of(error, name),)
    return parsed, parsed.problems


def problem_at(location: Location, message: str, mend: str) -> Problem:
    """A problem of a place."""
    return Problem(path=location.path, message=message, mend=mend, line=location.line, column=location.column)


def _target(including: Path, target: str) -> tuple[Path | None, tuple[str, str] | None]:
    # As pip: relative to the including file; "file:" URLs are paths.
    scheme = target.partition(":")[0].lower()
    if scheme in ("http", "https", "ftp") or ("://" in target and scheme != "file"):
        return None, (
            "depaudit fetches no such files.",
            "Download it and include the local file, or scan it by itself.",
        )
    if "${" in target:
        return None, ("its name holds a variable, and depaudit expands none.", "Write the name out.")
    if "\0" in target:
        return None, ("no file can be called so.", "Correct the name.")
    if scheme == "file":
        try:
            target = unquote(urlsplit(target).path)
        except ValueError:
            return None, ("this is no file URL.", "Correct the URL.")
    path = including.parent / target
    try:
        if path.is_dir():
            return None, ("it is a folder.", "Name the file in it.")
        if path.exists():
            return path, None
    except (OSError, RuntimeError):
        pass  # too long, or a loop of links: it cannot be opened either
    return None, ("there is no such file.", f"Its path is taken relative to the folder of {quoted(including.name)}.")


def _boundaries(roots: list[Path], cwd: Path) -> list[Path]:
    """Folders whose files may be read because a file includes them: the roots, their repositories, and ``cwd``."""
    folders: list[Path] = []
    for root in dict.fromkeys(roots):
        real = root.resolve()
        repository = next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), real)
        folders.append(repository)
    here = cwd.resolve()
    if here not in (Path.home().resolve(), Path(here.anchor)):  # which hold more than any one project
        folders.append(here)
    return folders


def _outside(path: Path, inside: list[Path]) -> tuple[str, str] | None:
    real = path.resolve()
    if any(real.is_relative_to(folder) for folder in inside):
        return None
    return "it stands outside of the scanned tree.", "Scan it by itself, or move it into the project."
