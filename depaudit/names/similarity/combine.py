"""Which change is the likeliest, and how much it says: a noisy channel in log-odds.

A score is the logarithm of how much likelier the name is as a slip of its target than as a name of its own. It adds up
what the change says (slips that hands make often, names rarely), how long the target is (long names are not met by
chance) and how much the target is used (often typed, often imitated). Lengths, ranks and what goes with a change were
weighed with made-up slips of popular names against honest names of the long tail; how often each kind of change is made
was set by hand. ``docs/data.md`` says more.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator

from depaudit.names.similarity import (
    affixes,
    confusables,
    edits,
    known_as,
    numerals,
    scopes,
    separators,
    sound,
    spelling,
    word_order,
)
from depaudit.names.similarity.base import Change, Idea
from depaudit.names.similarity.form import Form

IDEAS: tuple[Idea, ...] = (edits, separators, word_order, affixes, numerals, confusables, spelling, sound)
"""The ideas for names without a scope, both of them; a scope on either side is ``scopes``' affair alone."""

FLOOR = 1.0
"""Below this nothing is said: some 2% of honest names are that near anything."""
STRONG = 4.2
"""From here a name alone is evidence enough: some 0.2% of honest names of the long tail are that near anything."""

_WEIGHTS = {
    # slips of the hand
    "transposition": 7.4,
    "insertion of a double": 6.0,
    "omission of a double": 5.7,
    "moved": 4.6,
    "substitution by a neighbour": 4.3,
    "insertion of a neighbour": 4.2,
    "substitution of a vowel": 4.0,
    "omission": 3.8,
    "omission of a digit": 3.5,
    "insertion of a digit": 3.5,
    "other digit": 3.5,
    "insertion": 3.1,
    "substitution": 2.9,
    "two edits": 2.6,
    # slips of the eye and of the ear
    "look-alike figure": 6.2,
    "look-alike letters": 5.4,
    "spelling": 4.6,
    "plural": 3.7,
    "sound": 2.8,
    # slips of the memory
    "by-name": 6.5,
    "look-alike scope": 5.6,
    "added affix": 4.6,
    "other affix": 4.6,
    "added affix, glued": 4.4,
    "claim": 4.4,
    "missing separator": 4.2,
    "missing affix": 3.9,
    "missing affix, glued": 3.9,
    "other affix, glued": 3.9,
    "missing number": 3.9,
    "word order, glued": 3.9,
    "capitals": 3.2,
    "moved separator": 3.2,
    "other number": 3.2,
    "other separator": 3.2,
    "added separator": 3.0,
    "word order": 3.0,
    "added number": 2.8,
    "missing scope": 2.7,
    "scope as a word": 1.2,
    # what goes with a change
    "first letter": -0.9,
    "of a by-name": -0.8,
    "separators too": -1.5,
    "short word": -0.5,
}
_EVERYDAY = -3.0
_ROUGHER, _ROUGHER_A_LETTER = 2.0, 2.5
"""How much rougher than its target an honest name is that one letter parts from it, and that has a letter more."""
_ROUGH, _MOST_ROUGH = 0.4, 1.5
_LENGTHS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)
_BY_LENGTH = (-0.6, -0.6, -0.7, -0.8, -0.6, 0.0, 0.2, 0.4, 0.6, 0.7, 0.9, 1.2)
_RANKS = (30, 100, 300, 1000, 3000, 7500, 15_000, 30_000)
_BY_RANK = (2.3, 2.0, 1.1, 0.8, -0.1, -0.6, -1.1, -1.5, -1.8)
_LETTER_BY_LETTER = frozenset(name for name in list(_WEIGHTS)[: list(_WEIGHTS).index("by-name")])
"""Causes that change letters: for these the length says how likely the two would meet by chance."""
_BELOW_RANKING = 100_000
_LARGE_SCOPE = 5000


def place(rank: int | None, *, of_large_scope: bool) -> int:
    """The rank by which a target is weighed: whatever a large organisation publishes is well known."""
    weighed = _BELOW_RANKING if rank is None else rank
    return min(weighed, _LARGE_SCOPE) if of_large_scope else weighed


def target_keys(target: Form, rank: int) -> Iterator[str]:
    """The keys under which the near-name index files ``target``; may repeat."""
    for idea in (scopes,) if target.scope else IDEAS:
        yield from idea.target_keys(target, rank)


def by_name_keys(by_name: Form, rank: int) -> Iterator[str]:
    """The keys under which a name that people use for a package is filed."""
    yield from edits.target_keys(by_name, rank)


def name_keys(name: Form) -> Iterator[str]:
    """The keys under which to look ``name`` up; may repeat."""
    for idea in (scopes,) if name.scope else IDEAS:
        yield from idea.name_keys(name)


def changes(name: Form, target: Form, rank: int, *, by_name: bool) -> Iterator[Change]:
    """Every change that may have made ``name`` of ``target``."""
    if by_name:
        ideas: tuple[Idea, ...] = ()
        change = known_as.compare(name, target, rank)
        if change is not None:
            yield change
    else:
        ideas = (scopes,) if name.scope or target.scope else IDEAS
    for idea in ideas:
        change = idea.compare(name, target, rank)
        if change is not None:
            yield change


def best(
    name: Form, target: Form, rank: int, *, by_name: bool, everyday: bool, roughness: Callable[[str], float]
) -> tuple[float, str] | None:
    """The score and the kind of the likeliest change, or None when nothing relates the two.

    ``everyday``   the words in which the name differs from the target are words that many names have
    ``roughness``  how unlike a name a squeezed name reads
    """
    found: tuple[float, str] | None = None
    for change in changes(name, target, rank, by_name=by_name):
        score = weigh(change, len(target.squeezed), rank)
        if change.causes[0] in _LETTER_BY_LETTER:
            longer = len(name.squeezed) - len(target.squeezed)
            rougher = roughness(name.squeezed) - roughness(target.squeezed) - _ROUGHER - _ROUGHER_A_LETTER * longer
            score += max(-_MOST_ROUGH, min(_MOST_ROUGH, _ROUGH * rougher))
            if everyday:
                score += _EVERYDAY
        if found is None or score > found[0]:
            found = (score, change.kind)
    return found


def weigh(change: Change, length: int, rank: int) -> float:
    """The log-odds of one change to a target of ``length`` letters and that ``rank``."""
    score = sum(_WEIGHTS[cause] for cause in change.causes) + _BY_RANK[bisect_left(_RANKS, rank)]
    if change.causes[0] in _LETTER_BY_LETTER:
        score += _BY_LENGTH[bisect_left(_LENGTHS, length)]
    return score
