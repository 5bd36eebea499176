"""One option scanner for every client's reader, told by a table which options there are and what they take.

A reader writes a table once and scans the words behind the program's name::

    OPTIONS = table(
        nothing="-q/--quiet --no-deps",             # spellings of one option are joined by /
        value="-r/--requirement -i/--index-url/--pypi-url",
        attached="--color",                         # a value only as --color=always
        optional="--sign",                          # takes the next word unless it begins with a dash
        many="--with",                              # takes the next words up to one that begins with a dash
    )
    first = scan(argv, 1, OPTIONS, OPTPARSE, until_word=True)   # options before the subcommand
    found = scan(argv, first.stop + 1, OPTIONS, OPTPARSE)       # all that is behind it

``found.options`` are the options met (``Given``: canonical name, value, where it stood), ``found.words`` the words that
are none (``Word``), both in order. An option's canonical name is its first long spelling (``--requirement``), or its
first spelling where it has no long one.

Nothing here ever raises: what the table does not know is a ``Given`` with ``known`` False, whose value, if it has one,
is then among the words. A reader must not trust a line that has one to be no install, nor its words to be
requirements. An abbreviation that fits several options is unknown too, with ``fits`` naming them.

``without(argv, some_given)`` is the command line less those options: a cluster (``-qn``) keeps its other letters.
Positions are indexes of ``argv``; ``place(index)`` is the ``Location`` of such a word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum

from depaudit.commands.base import typed
from depaudit.model.record import record
from depaudit.model.requirement import Location


class Takes(Enum):
    """What an option takes."""

    NOTHING = "nothing"
    VALUE = "value"  # the next word, whatever it is, or what is attached to it
    ATTACHED = "attached"  # only what is attached: --color=always
    OPTIONAL = "optional"  # the next word where it does not begin with a dash
    MANY = "many"  # all next words up to one that begins with a dash


@record
class Grammar:
    """How a client's option parser reads words.

    ``abbreviations``       ``--req`` is ``--requirement`` where only that begins so (optparse, argparse, npm)
    ``equals``              ``-i=x`` gives ``x`` (clap, argparse); False: ``=x`` (optparse, click)
    ``clusters``            ``-qU`` is ``-q -U`` and ``-rfile`` is ``-r file``
    ``negations``           ``--no-x`` takes no value and denies the option ``--x`` of the table (npm, yarn)
    ``flag_words``          words that an option taking nothing swallows when they follow (npm: true, false, null)
    ``unknown_takes_word``  an unknown long option swallows the next word where it begins with no dash (npm)
    """

    abbreviations: bool = False
    equals: bool = False
    clusters: bool = True
    negations: bool = False
    flag_words: frozenset[str] = frozenset()
    unknown_takes_word: bool = False


OPTPARSE = Grammar(abbreviations=True)
ARGPARSE = Grammar(abbreviations=True, equals=True)
CLAP = Grammar(equals=True)
CLICK = Grammar()


@record
class Option:
    """One option. ``name`` is its canonical spelling."""

    name: str
    takes: Takes


Table = Mapping[str, Option]
"""Every spelling with its option."""


def table(
    *,
    nothing: str = "",
    value: str = "",
    attached: str = "",
    optional: str = "",
    many: str = "",
    base: Table | None = None,
) -> Table:
    """A table of options: words separated by white space, the spellings of one option joined by ``/``.

    Later spellings win over ``base``'s.
    """
    made: dict[str, Option] = dict(base or {})
    for text, takes in (
        (nothing, Takes.NOTHING),
        (value, Takes.VALUE),
        (attached, Takes.ATTACHED),
        (optional, Takes.OPTIONAL),
        (many, Takes.MANY),
    ):
        for entry in text.split():
            spellings = entry.split("/")
            name = next((one for one in spellings if one.startswith("--")), spellings[0])
            option = Option(name=name, takes=takes)
            made.update(dict.fromkeys(spellings, option))
    return made


@record
class Given:
    """One option as met.

    ``name``     canonical, or as typed where it is unknown
    ``value``    what it was given; the first of ``values``; None where it takes nothing or the line ends before it
    ``values``   all that it was given
    ``known``    it is in the table
    ``denied``   typed as ``--no-…`` of an option in the table
    ``fits``     the options that an ambiguous abbreviation may stand for
    ``index``    the word that it stands in
    ``stop``     the index behind its last word
    ``letters``  first and last position in that word, where it is one of several in a cluster
    """

    name: str
    index: int
    stop: int
    values: tuple[str, ...] = ()
    known: bool = True
    denied: bool = False
    fits: tuple[str, ...] = ()
    letters: tuple[int, int] | None = None

    @property
    def value(self) -> str | None:
        return self.values[0] if self.values else None


@record
class Word:
    """A word that is no option and no option's value."""

    text: str
    index: int


@record
class Scan:
    """What a scan met, in order. ``stop`` is the index where it ended; ``dashes`` that of a ``--``, if any."""

    options: tuple[Given, ...]
    words: tuple[Word, ...]
    stop: int
    dashes: int | None = None

    @property
    def unknown(self) -> tuple[Given, ...]:
        """The options that the table does not know."""
        return tuple(one for one in self.options if not one.known)

    def has(self, *names: str) -> bool:
        """Whether one of the options (canonical names) was given, and not denied."""
        return any(one.name in names and one.known and not one.denied for one in self.options)

    def given(self, *names: str) -> tuple[Given, ...]:
        """The options of these canonical names, in order."""
        return tuple(one for one in self.options if one.known and one.name in names)

    def all(self, *names: str) -> tuple[str, ...]:
        """Every value of the options of these canonical names, in order."""
        return tuple(value for one in self.given(*names) for value in one.values)

    def last(self, *names: str) -> str | None:
        """The last value given to one of these options: what counts for options that may stand once."""
        values = self.all(*names)
        return values[-1] if values else None

    def and_then(self, other: Scan) -> Scan:
        """Both scans as one: what stood before the subcommand and what stood behind it."""
        return Scan(
            options=self.options + other.options,
            words=self.words + other.words,
            stop=other.stop,
            dashes=self.dashes if other.dashes is None else other.dashes,
        )


def place(index: int) -> Location:
    """Where the word ``argv[index]`` stands, for people: the program itself is the first word."""
    return typed(index + 1)


def scan(argv: Sequence[str], start: int, options: Table, grammar: Grammar, *, until_word: bool = False) -> Scan:
    """Read ``argv`` from ``start`` on.

    ``until_word``: end before the first word that is no option (its index is ``stop``): the subcommand, or the program
    whose own options are not ours. A ``--`` makes words of all that follow; it is none itself.
    """
    met: list[Given] = []
    words: list[Word] = []
    dashes: int | None = None
    index = start
    while index < len(argv):
        word = argv[index]
        if dashes is None and word == "--":
            dashes = index
            index += 1
        elif dashes is not None or word == "-" or not word.startswith("-"):
            if until_word:
                break
            words.append(Word(text=word, index=index))
            index += 1
        else:
            found = _option(argv, index, options, grammar)
            met.extend(found)
            index = found[-1].stop
    return Scan(options=tuple(met), words=tuple(words), stop=index, dashes=dashes)


def without(argv: Sequence[str], given: Iterable[Given]) -> tuple[str, ...]:
    """``argv`` less these options and their values."""
    gone: set[int] = set()
    cut: dict[int, list[tuple[int, int]]] = {}
    for one in given:
        gone.update(range(one.index + 1, one.stop))
        if one.letters is None:
            gone.add(one.index)
        else:
            cut.setdefault(one.index, []).append(one.letters)
    kept = []
    for index, word in enumerate(argv):
        if index in gone:
            continue
        for first, last in sorted(cut.get(index, ()), reverse=True):
            word = word[:first] + word[last:]
        if index in cut and word == "-":
            continue
        kept.append(word)
    return tuple(kept)


def _option(argv: Sequence[str], index: int, options: Table, grammar: Grammar) -> tuple[Given, ...]:
    word = argv[index]
    if word in options and not word.startswith("--") and len(word) > 2:
        return (_with_value(argv, index, options[word], None, grammar),)  # -long with one dash
    if not word.startswith("--"):
        return _cluster(argv, index, options, grammar)
    spelling, equals, attached = word.partition("=")
    option, fits = _named(spelling, options, grammar)
    if option is not None:
        return (_with_value(argv, index, option, attached if equals else None, grammar),)
    if grammar.negations and spelling.startswith("--no-") and not fits:
        denied, fits = _named("--" + spelling[5:], options, grammar)
        if denied is not None:
            stop = index + 1
            if not equals and stop < len(argv) and argv[stop] in grammar.flag_words:
                stop += 1
            values = (attached,) if equals else tuple(argv[index + 1 : stop])
            return (Given(name=denied.name, index=index, stop=stop, values=values, denied=True),)
    stop = index + 1
    if grammar.unknown_takes_word and not equals and stop < len(argv) and not argv[stop].startswith("-"):
        stop += 1
    values = (attached,) if equals else tuple(argv[index + 1 : stop])
    return (Given(name=spelling, index=index, stop=stop, values=values, known=False, fits=fits),)


def _named(spelling: str, options: Table, grammar: Grammar) -> tuple[Option | None, tuple[str, ...]]:
    """The option that ``spelling`` stands for; else those that it may be short for."""
    option = options.get(spelling)
    if option is not None or not grammar.abbreviations or len(spelling) < 3:
        return option, ()
    near = {known.name: known for text, known in options.items() if text.startswith(spelling)}
    if len(near) == 1:
        return next(iter(near.values())), ()
    return None, tuple(sorted(near))


def _with_value(argv: Sequence[str], index: int, option: Option, attached: str | None, grammar: Grammar) -> Given:
    if attached is not None:
        return Given(name=option.name, index=index, stop=index + 1, values=(attached,))
    stop = _behind(argv, index + 1, option.takes, grammar.flag_words)
    return Given(name=option.name, index=index, stop=stop, values=tuple(argv[index + 1 : stop]))


def _behind(argv: Sequence[str], start: int, takes: Takes, flag_words: Collection[str]) -> int:
    """The index behind the words from ``start`` on that an option takes."""
    if start >= len(argv):
        return start
    if takes is Takes.VALUE:
        return start + 1
    if takes is Takes.OPTIONAL:
        return start + (not argv[start].startswith("-"))
    if takes is Takes.MANY:
        stop = start
        while stop < len(argv) and not argv[stop].startswith("-"):
            stop += 1
        return stop
    return start + (takes is Takes.NOTHING and argv[start] in flag_words)


def _cluster(argv: Sequence[str], index: int, options: Table, grammar: Grammar) -> tuple[Given, ...]:
    """The options of a word with one dash: several letters, the last of which may take the rest or the next word."""
    word = argv[index]
    if not grammar.clusters and len(word) > 2 and word[2] != "=":
        return (Given(name=word, index=index, stop=index + 1, known=False),)
    found: list[Given] = []
    position = 1
    while position < len(word):
        option = options.get("-" + word[position])
        if option is None:
            # What an unknown letter takes can't be told: the rest of the word may be its value.
            found.append(_letter("-" + word[position:], index, index + 1, (), (position, len(word)), known=False))
            break
        rest = word[position + 1 :]
        if option.takes is Takes.NOTHING and not (grammar.equals and rest.startswith("=")):
            stop = index + 1
            if not rest:
                stop = _behind(argv, stop, option.takes, grammar.flag_words)
            found.append(_letter(option.name, index, stop, argv[index + 1 : stop], (position, position + 1)))
            position += 1
            continue
        if rest:
            value = rest[1:] if grammar.equals and rest.startswith("=") else rest
            found.append(_letter(option.name, index, index + 1, (value,), (position, len(word))))
        else:
            stop = _behind(argv, index + 1, option.takes, ())
            found.append(_letter(option.name, index, stop, argv[index + 1 : stop], (position, len(word))))
        break
    return tuple(found)


def _letter(
    name: str, index: int, stop: int, values: Sequence[str], letters: tuple[int, int], *, known: bool = True
) -> Given:
    return Given(name=name, index=index, stop=stop, values=tuple(values), letters=letters, known=known)
