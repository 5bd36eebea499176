"""Words that ask for Python packages, as pip, uv, Poetry and pdm write them on a command line.

A word becomes a ``Requirement`` (a name, a named URL, a wheel), a ``NamedFile`` (a folder, a script) or, where only the
client can tell which package it is, the reason why not: nothing is guessed, nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from depaudit.commands.base import FileUse, NamedFile
from depaudit.commands.options import place
from depaudit.errors import DepauditError, ParseError
from depaudit.model.names import Ecosystem, normalize, quoted
from depaudit.model.requirement import REGISTRY, Requirement, Source, SourceKind
from depaudit.parsers.pep508 import MAX_LENGTH, is_marker, pinned_version, read_dependency, without_credentials
from depaudit.parsers.python_links import is_archive, looks_like_path, read_link, url_kind

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_EXTRAS = r"(?:\[[^\]]*\])?"
_NAMED_URL = re.compile(rf"\s*{_NAME}\s*{_EXTRAS}\s*@")
_TOOL = re.compile(rf"({_NAME})({_EXTRAS})@([^@/\\:\s]*)")
# Poetry: name@^1, name=1.2, name:1.2, "name ^1", name>=1; https://python-poetry.org/docs/cli/#add
_POETRY = re.compile(rf"({_NAME})\s*({_EXTRAS})\s*(?:(?:@|:|(?<![<>~!=])=(?!=)|\s)\s*(.*)|([<>=!~^].*))?", re.DOTALL)
_EXACT = re.compile(r"={0,3}\s*v?(\d[0-9A-Za-z.!+_-]*)")
_PATH_EXTRAS = re.compile(r"\[[^\]]*\]\Z")
_PYLOCK = re.compile(r"(?:.*[/\\])?pylock(?:\.[^./\\]+)?\.toml")
_PYTHON = re.compile(r"(?:python|pypy|cpython|graalpy)[0-9.tw]{0,8}", re.IGNORECASE)


class Typed:
    """Gathers what the words of one command line ask for. ``why`` is the first reason why one could not be read."""

    def __init__(self) -> None:
        self.requirements: list[Requirement] = []
        self.files: list[NamedFile] = []
        self.why: str | None = None

    def unread(self, reason: str) -> None:
        """Note that something can't be told from the line; the first reason is kept."""
        self.why = self.why or reason

    def file(self, path: str, use: FileUse) -> None:
        """A file or folder that an option names. One on the network, or standard input, only the client can read."""
        if path == "-" or url_kind(path) in (SourceKind.URL, SourceKind.GIT):
            self.unread(f"{quoted(without_credentials(path))} can only be read by the client itself.")
        elif path:
            self.files.append(NamedFile(path=path, use=use))

    def requirements_file(self, path: str) -> None:
        """``-r FILE``: a list, a lockfile (PEP 751), a manifest or a script, told by its name as pip and uv do."""
        if _PYLOCK.fullmatch(path):
            self.file(path, FileUse.LOCKFILE)
        elif path.endswith((".py", ".pyw")):
            self.file(path, FileUse.SCRIPT)
        elif path.endswith(".toml") or re.search(r"(?:^|[/\\])setup\.(?:cfg|py)\Z", path):
            self.file(path, FileUse.PROJECT)
        else:
            self.file(path, FileUse.REQUIREMENTS)

    def word(
        self, text: str, index: int, *, groups: tuple[str, ...] = ("main",), source: Source = REGISTRY, marker: str = ""
    ) -> None:
        """A requirement as pip takes it: a specifier (PEP 508), a URL, a path. ``source`` and ``marker`` (of options)
        hold for plain names."""
        self._try(text, lambda: self._any(text, index, groups, source, marker))

    def editable(self, text: str, index: int, *, groups: tuple[str, ...] = ("main",)) -> None:
        """``-e``: a folder, or a repository."""
        if url_kind(text) is None and not _NAMED_URL.match(text):
            self._path(text, index, groups)
        else:
            self.word(text, index, groups=groups)

    def poetry_word(
        self, text: str, index: int, *, groups: tuple[str, ...] = ("main",), source: Source = REGISTRY, marker: str = ""
    ) -> None:
        """A requirement as ``poetry add`` takes it: also ``name@^1``, ``name@latest``, ``name=1.2``."""
        self._try(text, lambda: self._poetry(text, index, groups, source, marker))

    def tool(self, text: str, index: int) -> None:
        """A package as ``uvx`` takes it: also ``ruff@0.4`` and ``ruff@latest``. Python itself is none."""
        name, at, version = text.partition("@")
        if _PYTHON.fullmatch(name) and (not at or re.fullmatch(r"[0-9.]*", version)):
            return
        tool = _TOOL.fullmatch(text) if len(text) <= MAX_LENGTH else None
        if tool is None:
            self.word(text, index)
            return
        version = "" if tool[3] == "latest" else tool[3]
        self._try(
            text, lambda: self._add(tool[1], text, index, f"=={version}" if version else "", ("main",), REGISTRY, "")
        )

    def name(self, text: str, index: int) -> None:
        """A plain name that the command itself stands for (``pip`` for ``uv venv --seed``)."""
        self._try(text, lambda: self._add(text, text, index, "", ("main",), REGISTRY, ""))

    def _try(self, text: str, read: Callable[[], None]) -> None:
        try:
            if len(text) > MAX_LENGTH:
                self.unread(f"A word of {len(text)} letters is no requirement.")
            else:
                read()
        except DepauditError as error:
            self.unread(f"{error.message} {error.mend}".strip())

    def _any(self, text: str, index: int, groups: tuple[str, ...], source: Source, marker: str) -> None:
        if not text.strip():
            raise ParseError("An empty word is no requirement.")
        kind = url_kind(text)
        wanted, _, own_marker = text.partition("; " if kind is not None else ";")
        if kind is not None:
            self._link(wanted.strip(), index, kind, groups, own_marker.strip() or marker)
        elif not _NAMED_URL.match(wanted) and looks_like_path(wanted.strip()):
            self._path(wanted.strip(), index, groups)
        else:
            self._specifier(text, index, groups, source, marker)

    def _specifier(self, text: str, index: int, groups: tuple[str, ...], source: Source, marker: str) -> None:
        dependency = read_dependency(text)
        if dependency.url is not None:
            source = Source(kind=url_kind(dependency.url) or SourceKind.PATH, url=dependency.url)
        self._add(
            dependency.raw_name,
            text,
            index,
            dependency.specifier,
            groups,
            source,
            dependency.marker or marker,
        )

    def _poetry(self, text: str, index: int, groups: tuple[str, ...], source: Source, marker: str) -> None:
        wanted = text.strip()
        match = _POETRY.fullmatch(wanted)
        target = (match[3] or "").strip() if match is not None else ""
        named_url = match is not None and wanted.partition("@")[1] and url_kind(target) is not None
        if match is None or url_kind(wanted) is not None or named_url or ";" in wanted:
            self._any(wanted, index, groups, source, marker)
        elif is_archive(wanted) or "/" in wanted or "\\" in wanted:
            self._path(wanted, index, groups)
        else:
            constraint = (target or match[4] or "").strip()
            exact = _EXACT.fullmatch(constraint)
            if constraint in ("*", "latest"):
                constraint = ""
            elif exact is not None:
                constraint = f"=={exact[1]}"
            self._add(match[1], wanted, index, constraint, groups, source, marker)

    def _link(self, url: str, index: int, kind: SourceKind, groups: tuple[str, ...], marker: str) -> None:
        link = read_link(url, kind)
        if kind is SourceKind.PATH and link.named is None and not is_archive(url):
            self.files.append(NamedFile(path=_without_scheme(url), use=FileUse.PROJECT))
        elif link.named is None:
            raise ParseError(f"{quoted(without_credentials(url))} names its package only once it is fetched.")
        else:
            named = read_dependency(link.named)
            self._add(named.raw_name, url, index, named.specifier, groups, Source(kind=kind, url=url), marker)

    def _path(self, path: str, index: int, groups: tuple[str, ...]) -> None:
        if is_archive(path):
            link = read_link(path, SourceKind.PATH)
            if link.named is None:
                raise ParseError(f"{quoted(path)} names its package only once it is unpacked.")
            self._add(link.named, path, index, "", groups, Source(kind=SourceKind.PATH, url=path), "")
        else:
            self.files.append(NamedFile(path=_PATH_EXTRAS.sub("", path) or ".", use=FileUse.PROJECT))

    def _add(
        self, raw: str, text: str, index: int, specifier: str, groups: tuple[str, ...], source: Source, marker: str
    ) -> None:
        if marker and not is_marker(marker):
            raise ParseError(f"{quoted(marker)} is no environment marker.")
        self.requirements.append(
            Requirement(
                ecosystem=Ecosystem.PYPI,
                name=normalize(Ecosystem.PYPI, raw),
                raw_name=raw,
                requested=without_credentials(text).strip(),
                location=place(index),
                specifier=specifier,
                pinned_version=pinned_version(specifier),
                marker=marker or None,
                source=source,
                groups=groups,
            )
        )


def comma_separated(text: str) -> tuple[str, ...]:
    """The requirements of ``a,b>=1,<2``, as uv splits them: at commas outside brackets before no operator."""
    parts: list[str] = []
    depth = start = 0
    for position, letter in enumerate(text):
        depth += (letter in "[(") - (letter in "])")
        if (
            letter == ","
            and depth <= 0
            and not text[position + 1 : position + 64].lstrip().startswith(("<", ">", "=", "!", "~"))
        ):
            parts.append(text[start:position])
            start = position + 1
    return tuple(part.strip() for part in (*parts, text[start:]) if part.strip())


def _without_scheme(url: str) -> str:
    """The path of a ``file:`` URL."""
    from urllib.parse import unquote

    path = url.partition("#")[0].partition(":")[2]
    if path.startswith("//"):
        path = path[2:]
        path = path[path.find("/") :] if "/" in path else ""
    return unquote(path) or "."
