"""Slips of the hand: a letter left out, put in, mistaken, swapped or moved, separators aside."""

from __future__ import annotations

from collections.abc import Iterator

from depaudit.names.similarity.base import Change
from depaudit.names.similarity.form import Form

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")
_MOST_USED_OF_LENGTH = {3: 150, 4: 500, 5: 3000}
"""Up to which rank a target of so many letters is evidence at all: short names are near each other by chance."""
_SLIPS_ONLY = frozenset({"transposition", "insertion of a double", "omission of a double"})
"""Causes that make a name of nobody's choosing; for these short names of all ranks that are filed are evidence."""
_FILED_OF_LENGTH = {3: 150, 4: 15_000, 5: 15_000}
LOOSE = ("moved", "two edits")
"""Causes that leave less of the name than one slip does."""
_SHORT_WORD = 4
_BEST_KNOWN = 300
_FARTHEST_MOVE = 4
_TWO_EDITS_FROM = 9
"""Letters from which two slips in one name are still evidence."""


def _neighbours() -> frozenset[str]:
    pairs = set()
    for y, row in enumerate(_ROWS):
        for x, letter in enumerate(row):
            for dy, dx in ((0, 1), (1, -1), (1, 0)):
                if y + dy < len(_ROWS) and 0 <= x + dx < len(_ROWS[y + dy]):
                    other = _ROWS[y + dy][x + dx]
                    pairs |= {letter + other, other + letter}
    return frozenset(pairs)


_NEIGHBOURS = _neighbours()


def deletions(text: str) -> Iterator[str]:
    """``text`` with one letter left out, each outcome once for every run of equal letters."""
    previous = ""
    for at, letter in enumerate(text):
        if letter != previous:
            yield text[:at] + text[at + 1 :]
        previous = letter


def target_keys(target: Form, rank: int) -> Iterator[str]:
    """The squeezed name and its one-letter deletions; short names only where they are among the most used."""
    length = len(target.squeezed)
    yield target.squeezed
    if rank <= _FILED_OF_LENGTH.get(length, rank if length > 2 else 0):
        yield from deletions(target.squeezed)


def name_keys(name: Form) -> Iterator[str]:
    """As for targets: two names meet under a common deletion when a slip or a moved letter lies between them."""
    yield name.squeezed
    if len(name.squeezed) > 2:
        yield from deletions(name.squeezed)


def compare(name: Form, target: Form, rank: int) -> Change | None:
    """The slip between the squeezed names; a changed separator beside it is a second cause."""
    typed, meant = name.squeezed, target.squeezed
    length = len(meant)
    if typed == meant or length < 3 or rank > _FILED_OF_LENGTH.get(length, rank):
        return None
    change = slip(typed, meant)
    if change is None or (change.causes[0] == "two edits" and not _telling(length, rank)):
        return None
    if rank > _MOST_USED_OF_LENGTH.get(length, rank) and change.causes[0] not in _SLIPS_ONLY:
        return None
    if change.causes[0] not in LOOSE and slip(name.plain, target.plain) is None:
        if length < _TWO_EDITS_FROM:
            return None
        return Change(f"{change.kind} and separators", (*change.causes, "separators too"))
    if _in_a_short_word(name.words, target.words):
        return Change(change.kind, (*change.causes, "short word"))
    return change


def _in_a_short_word(typed: tuple[str, ...], meant: tuple[str, ...]) -> bool:
    """Whether all words but one are the same and that one is short: ``django-cal``, ``django-ical``."""
    if len(meant) < 2 or len(typed) != len(meant):
        return False
    other = [word for word, same in zip(meant, typed, strict=True) if word != same]
    return len(other) == 1 and len(other[0]) <= _SHORT_WORD


def _telling(length: int, rank: int) -> bool:
    """Whether two slips leave enough of a name to tell which was meant."""
    return length >= _TWO_EDITS_FROM or (length >= _TWO_EDITS_FROM - 2 and rank <= _BEST_KNOWN)


def slip(typed: str, meant: str) -> Change | None:
    """The one slip that makes ``typed`` of ``meant``, or None when there is none, or more than one."""
    if typed == meant:
        return None
    difference = len(typed) - len(meant)
    if not -1 <= difference <= 1:
        return None
    start = 0
    for a, b in zip(typed, meant):  # noqa: B905  lengths may differ by one; ``strict=False`` costs time
        if a != b:
            break
        start += 1
    end = 0
    limit = min(len(typed), len(meant)) - start
    while end < limit and typed[-1 - end] == meant[-1 - end]:
        end += 1
    wrong, right = typed[start : len(typed) - end], meant[start : len(meant) - end]
    first = ("first letter",) if start == 0 else ()
    if difference == 1 and not right:
        return _insertion(typed, start, wrong, first)
    if difference == -1 and not wrong:
        return _omission(meant, start, right, first)
    if difference:
        return None
    if len(wrong) == 1:
        return _substitution(wrong, right, first)
    if len(wrong) == 2 and wrong == right[::-1]:
        return Change("swapped letters", ("transposition", *first))
    if wrong[1:] + wrong[:1] == right or wrong[-1:] + wrong[:-1] == right:
        return Change("moved letter", ("moved", *first)) if len(wrong) <= _FARTHEST_MOVE else None
    if wrong[1:] == right[:-1] or wrong[:-1] == right[1:]:
        return Change("two changed letters", ("two edits", *first))
    return None


def _insertion(typed: str, at: int, letter: str, first: tuple[str, ...]) -> Change:
    beside = (typed[at - 1] if at else "", typed[at + 1] if at + 1 < len(typed) else "")
    if letter in beside:
        return Change("doubled letter", ("insertion of a double",))
    if letter.isdigit():
        return Change("added digit", ("insertion of a digit", *first))
    if any(other and letter + other in _NEIGHBOURS for other in beside):
        return Change("extra letter", ("insertion of a neighbour", *first))
    return Change("extra letter", ("insertion", *first))


def _omission(meant: str, at: int, letter: str, first: tuple[str, ...]) -> Change:
    beside = (meant[at - 1] if at else "", meant[at + 1] if at + 1 < len(meant) else "")
    if letter in beside:
        return Change("missing doubled letter", ("omission of a double",))
    if letter.isdigit():
        return Change("missing digit", ("omission of a digit", *first))
    return Change("missing letter", ("omission", *first))


def _substitution(wrong: str, right: str, first: tuple[str, ...]) -> Change:
    if wrong.isdigit() and right.isdigit():
        return Change("other digit", ("other digit",))
    if wrong + right in _NEIGHBOURS:
        return Change("neighbouring key", ("substitution by a neighbour", *first))
    if wrong in _VOWELS and right in _VOWELS:
        return Change("other vowel", ("substitution of a vowel", *first))
    return Change("changed letter", ("substitution", *first))
