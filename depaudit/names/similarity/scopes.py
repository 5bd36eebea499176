"""npm's scopes: ``core-tracing`` or ``azure-core-tracing`` for ``@azure/core-tracing``, ``@typos/x`` for ``@types/x``.

Two names within one scope have one owner, so neither can be a trap for the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from depaudit.names.similarity import edits
from depaudit.names.similarity.base import Change
from depaudit.names.similarity.confusables import fold
from depaudit.names.similarity.form import Form, squeeze

MISSING = "missing scope"
LOOK_ALIKE = "look-alike scope"
_MOST_USED = 5000
"""Up to which rank a package is known well enough for its base to bring it to mind."""
_SHORTEST_BASE = 6
_SHORTEST_SCOPE = 4
_UNSCOPED_ELSEWHERE = "types"
"""``@types/node`` describes ``node``: the bases of this scope are other packages' own names."""


def target_keys(target: Form, rank: int) -> Iterator[str]:
    """Scope and base joined, the base alone where it is telling, and the scope with a letter less or folded."""
    if target.scope != _UNSCOPED_ELSEWHERE:
        yield target.squeezed
        if _telling(target, rank):
            yield "".join(target.words)
    yield from _scoped_keys(target)


def name_keys(name: Form) -> Iterator[str]:
    """For a scoped name its scope with a letter less or folded, else the squeezed name."""
    if name.scope:
        yield from _scoped_keys(name)
    else:
        yield name.squeezed


def compare(name: Form, target: Form, rank: int) -> Change | None:
    """The scope left out or written as a word, or another scope that looks like the well-known one."""
    base = "".join(target.words)
    if name.scope:
        if "".join(name.words) == base and name.scope != target.scope and _look_alike(name.scope, target.scope):
            return Change(LOOK_ALIKE, ("look-alike scope",))
        return None
    if target.scope == _UNSCOPED_ELSEWHERE:
        return None
    if name.squeezed == target.squeezed:
        return Change("scope written as a word", ("scope as a word",))
    if name.squeezed == base and _telling(target, rank):
        return Change(MISSING, ("missing scope",))
    return None


def _scoped_keys(form: Form) -> Iterator[str]:
    scope = squeeze(form.scope)
    base = "".join(form.words)
    yield f"@{scope}/{base}"
    if len(scope) >= _SHORTEST_SCOPE:
        yield f"@{fold(scope)}/{base}"
        for shorter in edits.deletions(scope):
            yield f"@{shorter}/{base}"


def _look_alike(mine: str, theirs: str) -> bool:
    mine, theirs = squeeze(mine), squeeze(theirs)
    if mine == theirs:
        return True
    if min(len(mine), len(theirs)) < _SHORTEST_SCOPE:
        return False
    return fold(mine) == fold(theirs) or edits.slip(mine, theirs) is not None


def _telling(target: Form, rank: int) -> bool:
    """Whether the base alone says which package is meant: well known, several words, and not short."""
    return rank <= _MOST_USED and len(target.words) > 1 and len(target.base) >= _SHORTEST_BASE
