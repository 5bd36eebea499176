"""Requirements and constraints files: the whole of pip's grammar, read as pip reads it.

What pip would refuse is a ``Problem``, and no name is made up from it. ``${NAME}`` is never expanded (the environment
is not part of the text): a version or name that holds one is undetermined.
https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from depaudit.errors import DepauditError, ParseError
from depaudit.model.names import Ecosystem, normalize, quoted
from depaudit.model.problem import Problem
from depaudit.model.requirement import (
    LOCAL_PATH,
    REGISTRY,
    IndexOptions,
    IndexRef,
    Location,
    Requirement,
    Source,
    SourceKind,
)
from depaudit.parsers.base import Include, IncludeKind, Parsed
from depaudit.parsers.pep508 import PLAIN, Dependency, is_marker, pinned_version, read_dependency, without_credentials
from depaudit.parsers.python_links import Link, is_archive, looks_like_path, read_link, url_kind
from depaudit.parsers.requirement_lines import LogicalLine, logical_lines
from depaudit.parsers.requirement_options import MAX_LENGTH, LineOptions, read_options, split_line

MAX_ENTRIES = 200_000
"""Requirements of one file; the largest met in public have some thousands."""
MAX_PROBLEMS = 1_000
"""Unreadable lines after which a file is taken for something else than a requirements file."""

# name, versions, hashes, as people, pip-compile, uv and pip freeze write them: no need for anything slower
_PLAIN = re.compile(rf"({PLAIN})((?: +--hash=sha(?:256|384|512):[0-9A-Za-z]+)*)")
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |\Z)")
_VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")
_NAME_THEN = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?=\s*(?:[\[=<>!~;(]|\s\$))")
_NAMED_URL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\]\s*)?@")
_LISTED = re.compile(r"(?:.*[-_.])?(?P<kind>requirements|constraints)(?:[-_.\d].*)?\.(?:txt|in)", re.IGNORECASE)
_NO_LIST = re.compile(r"(?:readme|licen[cs]e|notice|changelog|changes|contributing)\b.*", re.IGNORECASE)


class RequirementsParser:
    """Requirements and constraints files."""

    name = "requirements-txt"
    what = "pip requirements and constraints files"
    patterns: tuple[str, ...] = (
        "requirements.txt",
        "requirements[-_.]*.txt",
        "requirements[0-9]*.txt",
        "*[-_.]requirements.txt",
        "requirements.in",
        "requirements[-_.]*.in",
        "*[-_.]requirements.in",
        "constraints.txt",
        "constraints[-_.]*.txt",
        "*[-_.]constraints.txt",
    )
    lockfile = False

    def matches(self, path: str) -> bool:
        """Whether ``path`` is called like one, or is a text in a folder ``requirements``."""
        folder, _, file_name = path.rpartition("/")
        if _LISTED.fullmatch(file_name):
            return True
        in_folder = folder.rpartition("/")[2].lower() in ("requirements", "constraints")
        return in_folder and file_name.lower().endswith((".txt", ".in")) and not _NO_LIST.fullmatch(file_name)

    def parse(self, text: str, path: str) -> Parsed:
        """Read a file; one called ``constraints…`` gives the group ``constraints``."""
        folder, _, file_name = path.rpartition("/")
        listed = _LISTED.fullmatch(file_name)
        kind = listed.group("kind").lower() if listed is not None else folder.rpartition("/")[2].lower()
        groups = ("constraints",) if kind == "constraints" else ("main",)
        return parse_requirement_lines(logical_lines(text), path, groups)


PARSER = RequirementsParser()


def parse_requirement_lines(lines: Iterable[LogicalLine], path: str, groups: tuple[str, ...] = ("main",)) -> Parsed:
    """Read logical lines, each with its own place, as pip reads those of a requirements file.

    For every format that holds such lines (a conda environment's ``pip`` list, …). Raises ``ParseError`` beyond
    ``MAX_ENTRIES``.
    """
    reader = _Reader(path, groups)
    for line, column, text in lines:
        reader.take(line, column, text)
    return reader.parsed()


class _Reader:
    """Gathers what the lines of one file say."""

    def __init__(self, path: str, groups: tuple[str, ...]) -> None:
        self._path = path
        self._groups = groups
        self._requirements: list[Requirement] = []
        self._includes: list[Include] = []
        self._problems: list[Problem] = []
        self._undetermined: list[tuple[Location, str]] = []
        self._not_audited: Counter[str] = Counter()
        self._index_url: IndexRef | None = None
        self._extra: list[IndexRef] = []
        self._find_links: list[IndexRef] = []
        self._no_index = False

    def parsed(self) -> Parsed:
        indexes = None
        if self._index_url or self._extra or self._find_links or self._no_index:
            indexes = IndexOptions(
                index_url=self._index_url,
                extra=tuple(self._extra),
                find_links=tuple(self._find_links),
                no_index=self._no_index,
            )
        return Parsed(
            requirements=tuple(self._requirements),
            includes=tuple(self._includes),
            indexes=indexes,
            problems=tuple(self._problems),
            not_audited=tuple(self._not_audited.items()),
            undetermined=tuple(self._undetermined),
        )

    def take(self, line: int, column: int, text: str) -> None:
        """Read one logical line."""
        if len(self._problems) >= MAX_PROBLEMS:
            raise ParseError(
                f"{MAX_PROBLEMS} lines of this file are no requirements; it looks like something else.",
                mend="Give the requirements file's own name, or leave this one out with --exclude.",
                path=self._path,
                line=line,
            )
        if len(self._requirements) >= MAX_ENTRIES:
            raise ParseError(
                f"The file lists more than {MAX_ENTRIES} requirements.",
                mend="Split it, or leave it out with --exclude.",
                path=self._path,
                line=line,
            )
        plain = _PLAIN.fullmatch(text) if len(text) <= MAX_LENGTH else None
        location = Location(path=self._path, line=line, column=column)
        try:
            if plain is not None and (plain.group(3) or not is_archive(plain.group(1).rstrip())):
                requested, raw, specifier, hashes = plain.groups("")
                self._requirements.append(
                    Requirement(
                        ecosystem=Ecosystem.PYPI,
                        name=normalize(Ecosystem.PYPI, raw),
                        raw_name=raw,
                        requested=requested.rstrip(),
                        location=location,
                        specifier=specifier,
                        pinned_version=pinned_version(specifier),
                        groups=self._groups,
                        hashes=bool(hashes),
                    )
                )
                return
            if _CONFLICT.match(text):
                raise ParseError("There is a merge conflict marker here.", mend="Finish the merge.")
            if len(text) > MAX_LENGTH:
                raise ParseError(f"This line has {len(text)} letters.", mend="No requirement is that long.")
            self._any(location, text)
        except DepauditError as error:
            self._problem(location, error.message, error.mend or "Correct the name.")

    def _any(self, location: Location, text: str) -> None:
        wanted, option_text = split_line(text)
        options = read_options(option_text) if option_text else LineOptions()
        for message, mend in options.problems:
            self._problem(location, message, mend)
        if wanted:
            self._requirement(location, wanted, hashes=bool(options.get("hash")))
        elif options.get("editable"):
            self._editable(location, options.get("editable")[0])
        elif options.get("requirement"):
            self._include(location, options.get("requirement")[0], IncludeKind.REQUIREMENTS)
        elif options.get("constraint"):
            self._include(location, options.get("constraint")[0], IncludeKind.CONSTRAINTS)
        else:
            self._index_options(location, options)

    def _index_options(self, location: Location, options: LineOptions) -> None:
        self._no_index = self._no_index or options.no_index
        if options.get("index"):
            self._index_url = IndexRef(url=options.get("index")[-1], location=location)
        self._extra += [IndexRef(url=url, location=location) for url in options.get("extra")]
        self._find_links += [IndexRef(url=url, location=location) for url in options.get("find-links")]

    def _include(self, location: Location, target: str, kind: IncludeKind) -> None:
        if _VARIABLE.search(target):
            self._undetermined.append((location, without_credentials(target)))
        elif not target.strip():
            self._problem(location, "The option names no file.", "Write the file's name behind it.")
        else:
            self._includes.append(Include(target=target, kind=kind, location=location))

    def _editable(self, location: Location, target: str) -> None:
        """``-e``: a folder or a repository; pip refuses plain names and plain URLs."""
        named = _NAMED_URL.match(target)
        if named is not None and url_kind(target) is None:
            self._requirement(location, target, hashes=False)
            return
        kind = url_kind(target)
        if kind is SourceKind.URL:
            raise ParseError(
                f"{quoted(without_credentials(target))} cannot be installed in editable mode.",
                mend="-e takes a folder or a repository such as git+https://host/owner/name.git#egg=name.",
            )
        self._linked(location, target, read_link(target, kind or SourceKind.PATH), marker=None, hashes=False)

    def _requirement(self, location: Location, text: str, *, hashes: bool) -> None:
        """A requirement, URL or path, and its marker."""
        kind = url_kind(text)
        wanted, _, marker = text.partition("; " if kind is not None else ";")
        wanted, marker = wanted.strip(), marker.strip()
        if kind is None and _NAMED_URL.match(wanted):
            # a URL may hold semicolons; packaging knows where it ends
            self._named(location, text.strip().rstrip(";").rstrip() if not marker else text, hashes=hashes)
        elif kind is not None:
            self._linked(location, wanted, read_link(wanted, kind), marker=marker or None, hashes=hashes)
        elif looks_like_path(wanted):
            link = read_link(wanted, SourceKind.PATH)
            self._linked(location, wanted, link, marker=marker or None, hashes=hashes)
        else:
            self._named(location, text if marker else wanted, hashes=hashes)

    def _named(self, location: Location, text: str, *, hashes: bool) -> None:
        """A dependency specifier (PEP 508)."""
        variable = _VARIABLE.search(text)
        if variable is not None and _VARIABLE.search(text.partition("@")[0]):
            self._undetermined.append((location, without_credentials(text)))
            known = _NAME_THEN.match(text)
            if known is not None:
                self._requirements.append(
                    Requirement(
                        ecosystem=Ecosystem.PYPI,
                        name=normalize(Ecosystem.PYPI, known.group(1)),
                        raw_name=known.group(1),
                        requested=without_credentials(text),
                        location=location,
                        groups=self._groups,
                        hashes=hashes,
                    )
                )
            return
        dependency = read_dependency(text)
        source = REGISTRY
        if dependency.url is not None:
            kind = url_kind(dependency.url) or SourceKind.PATH
            source = Source(kind=kind, url=dependency.url)
        self._add(location, text, dependency, source=source, hashes=hashes)

    def _linked(self, location: Location, text: str, link: Link, *, marker: str | None, hashes: bool) -> None:
        """A URL or path on its own: named by its file name or its fragment, or not at all."""
        source = Source(kind=link.kind, url=link.url)
        if marker is not None and not is_marker(marker):
            raise ParseError(
                f"{quoted(marker)} is no environment marker.", mend="Write one such as python_version < '3.13'."
            )
        if link.named is not None and not _VARIABLE.search(link.named):
            dependency = read_dependency(link.named)
            if dependency.url is not None or dependency.marker is not None:
                raise ParseError(f"{quoted(link.named)} is no package name.", mend="Write #egg=name and nothing more.")
            dependency = Dependency(
                name=dependency.name, raw_name=dependency.raw_name, specifier=dependency.specifier, marker=marker
            )
            self._add(location, text, dependency, source=source, hashes=hashes)
        elif link.kind is SourceKind.PATH and link.named is None:
            self._not_audited[LOCAL_PATH] += 1
        else:
            self._undetermined.append((location, without_credentials(text)))

    def _add(
        self,
        location: Location,
        text: str,
        dependency: Dependency,
        *,
        source: Source,
        hashes: bool,
    ) -> None:
        self._requirements.append(
            Requirement(
                ecosystem=Ecosystem.PYPI,
                name=dependency.name,
                raw_name=dependency.raw_name,
                requested=without_credentials(text).strip(),
                location=location,
                specifier=dependency.specifier,
                pinned_version=dependency.pinned,
                marker=dependency.marker,
                source=source,
                groups=self._groups,
                hashes=hashes,
            )
        )

    def _problem(self, location: Location, message: str, mend: str) -> None:
        self._problems.append(
            Problem(path=self._path, message=message, mend=mend, line=location.line, column=location.column)
        )
