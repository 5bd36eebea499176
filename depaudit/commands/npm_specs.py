"""Packages as they are typed behind ``npm install``, ``pnpm dlx``, ``yarn add``: words to requirements.

The order of the questions is npm-package-arg's (https://github.com/npm/npm-package-arg): a URL, a repository, a file,
then ``name@what``. ``what`` is read as in a manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from depaudit.commands.base import FileUse, NamedFile
from depaudit.commands.options import Word, place
from depaudit.errors import InvalidNameError
from depaudit.model.names import Ecosystem, NormalizedName, normalize
from depaudit.model.record import record
from depaudit.model.requirement import Requirement, Source, SourceKind
from depaudit.parsers.npm_spec import NpmSpec, SpecError, read_spec, split_name

_URL = re.compile(r"(?:git\+)?[A-Za-z][A-Za-z0-9+.-]*:")
_SCP = re.compile(r"[^@\s/]+@[^:.\s/]+\.[^:\s/]+:")
_ARCHIVE = re.compile(r"\.(?:tgz|tar\.gz|tar)$", re.IGNORECASE)
_SCOPE_ALONE = re.compile(r"@[^/@]+(?:@[^/]*)?")
_VERSION_TAIL = re.compile(r"-v?\d.*$", re.DOTALL)
_UNNAMED = NormalizedName("unnamed")
"""What a source without a name is called: its name is in a file that is not fetched yet."""


@record
class Typed:
    """What words ask for. ``elsewhere``: some of them ask another registry (jsr), which is not audited."""

    requirements: tuple[Requirement, ...] = ()
    files: tuple[NamedFile, ...] = ()
    elsewhere: bool = False


def read_typed(words: Iterable[Word], group: str = "main") -> Typed:
    """What ``words`` ask for, for the table ``group`` of the manifest.

    A word that no registry could hold asks for nothing: the client refuses it itself.
    """
    requirements: list[Requirement] = []
    files: list[NamedFile] = []
    elsewhere = False
    for word in words:
        text = word.text.strip()
        if not text:
            continue
        spec, alias = _spec(text)
        if spec.elsewhere is not None:
            elsewhere = True
        elif spec.source.kind is SourceKind.PATH and not _ARCHIVE.search(spec.source.url or ""):
            files.append(NamedFile(path=_folder(spec.source.url or text), use=FileUse.PROJECT))
        elif spec.source.kind is not SourceKind.WORKSPACE:
            made = _requirement(spec, alias, text, word, group)
            requirements += [made] if made is not None else []
    return Typed(requirements=tuple(requirements), files=tuple(files), elsewhere=elsewhere)


def initializer(text: str, *, keep_prefix: bool = False) -> str:
    """The package behind ``npm init TEXT``: ``create-foo`` for ``foo``, ``@s/create`` for ``@s``.

    ``keep_prefix``  what begins with ``create-`` already stays as it is (pnpm)
    """
    if _SCOPE_ALONE.fullmatch(text):
        scope, version = split_name(text)
        return f"{scope}/create@{version}" if version else f"{scope}/create"
    name, version = split_name(text)
    scope, slash, last = name.rpartition("/")
    if not (keep_prefix and last.startswith("create-")):
        last = f"create-{last}"
    whole = f"{scope}{slash}{last}"
    return f"{whole}@{version}" if version else whole


def printable(text: str) -> str:
    """``text`` with what UTF-8 cannot hold escaped: a word of a command line may be any bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _spec(text: str) -> tuple[NpmSpec, str | None]:
    """What the word means, and the name it is given where that is not its own."""
    name, rest = split_name(text)
    if text.startswith("npm:"):
        name, rest = split_name(text[4:].lstrip("/"))
    elif text.startswith("jsr:"):
        return NpmSpec(name=text, elsewhere="jsr"), None
    elif _URL.match(text) or _SCP.match(text) or (not name.startswith("@") and ("/" in name or _ARCHIVE.search(name))):
        return _read("", text), None
    elif name in (".", "..", "~") or name.startswith("\\"):
        return NpmSpec(name="", source=Source(kind=SourceKind.PATH, url=text)), None
    spec = _read(name, rest)
    return spec, name if spec.name != name else None


def _read(name: str, text: str) -> NpmSpec:
    try:
        return read_spec(name, text)
    except SpecError:
        return NpmSpec(name=name)  # its name is audited all the same


def _requirement(spec: NpmSpec, alias: str | None, text: str, word: Word, group: str) -> Requirement | None:
    registry = spec.source.kind is SourceKind.REGISTRY
    try:
        name = normalize(Ecosystem.NPM, spec.name or ("" if registry else _name_of(spec.source.url or "")))
    except InvalidNameError:
        if registry:
            return None
        name = _UNNAMED
    return Requirement(
        ecosystem=Ecosystem.NPM,
        name=name,
        raw_name=name,
        requested=printable(text),
        specifier=printable(spec.specifier),
        pinned_version=spec.pinned_version,
        source=spec.source,
        groups=(group,),
        alias=printable(alias) if alias is not None else None,
        location=place(word.index),
    )


def _name_of(url: str) -> str:
    """What people would call a repository or archive: its last part, without ending and version."""
    last = unquote(re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/")).replace("\\", "/").replace(":", "/")
    stem = last.rpartition("/")[2].removesuffix(".git")
    if _ARCHIVE.search(stem):
        stem = _VERSION_TAIL.sub("", _ARCHIVE.sub("", stem))
    return stem


def _folder(url: str) -> str:
    """The path that ``file:``, ``link:`` and the like name."""
    path = re.sub(r"^(?:file|link|portal|exec):", "", url)
    return printable(re.sub(r"^//(?=/)", "", path))
