"""A very well-known name, with or without words that say only "the same, for this language or as it should be".

``python-celery`` for ``celery``, ``dateutil`` for ``python-dateutil``, ``lodash.js`` for ``lodash``. Words with which
real families are named (``-core``, ``-utils``, ``-sdk``, ``-client``, ``types-``, ``django-`` …) are no affixes: a
name that adds one of them is a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from depaudit.model.names import Ecosystem
from depaudit.names.similarity.base import Change
from depaudit.names.similarity.form import Form

_LANGUAGE = {
    Ecosystem.PYPI: frozenset({"python", "python2", "python3", "py", "py2", "py3", "pypi", "pip", "lib"}),
    Ecosystem.NPM: frozenset({"js", "node", "nodejs", "npm", "lib", "package"}),
}
_CLAIMS = frozenset(
    {"official", "original", "latest", "stable", "new", "fixed", "updated", "install", "installer", "dev", "lite"}
    | {"linux", "darwin", "windows", "win", "mac", "macos", "win32", "win64", "x64", "x86", "amd64", "arm64"}
)
"""Words that claim to be the same package, only better, or for one system."""
_MOST_USED = {Ecosystem.PYPI: 1000, Ecosystem.NPM: 7500}
"""Up to which rank a target is known well enough for an affix to be evidence (npm counts transitive use too)."""
_SHORTEST = 4


def _core(form: Form) -> tuple[str, ...]:
    """The words that are not the language's."""
    language = _LANGUAGE[form.ecosystem]
    return tuple(word for word in form.split if word not in language)


def _bare(form: Form) -> tuple[str, ...]:
    """The core without words that claim to be the same, and without a version number at the end of a word."""
    return tuple(word.rstrip("0123456789") or word for word in _core(form) if word not in _CLAIMS)


def target_keys(target: Form, rank: int) -> Iterator[str]:
    """The core, squeezed, of well-known names only."""
    if rank <= _MOST_USED[target.ecosystem]:
        yield "".join(_core(target))


def name_keys(name: Form) -> Iterator[str]:
    """The core, squeezed, with and without claims and version numbers."""
    core = "".join(_core(name))
    yield core
    if (bare := "".join(_bare(name))) != core:
        yield bare


def compare(name: Form, target: Form, rank: int) -> Change | None:
    """Same core, other affixes."""
    if rank > _MOST_USED[target.ecosystem]:
        return None
    mine, theirs = "".join(_core(name)), "".join(_core(target))
    if len(theirs) < _SHORTEST or name.squeezed == target.squeezed:
        return None
    if mine == theirs:
        if sorted(name.split) == sorted(target.split):
            return None  # the same words: an affair of separators or word order
        return _language_change(name, target)
    if "".join(_bare(name)) == theirs and len(name.words) > len(target.words):
        return Change("added word", ("claim",))
    return None


def _language_change(name: Form, target: Form) -> Change | None:
    glued = name.split != name.words or target.split != target.words
    more = len(name.split) - len(target.split)
    if more > 0:
        return Change("added language name", ("added affix, glued" if glued else "added affix",))
    if more < 0:
        return Change("missing language name", ("missing affix, glued" if glued else "missing affix",))
    return Change("other language name", ("other affix, glued" if glued else "other affix",))
