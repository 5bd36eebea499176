"""What the page shows: the report sorted, grouped and said in words; the template only lays it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from depaudit.model.names import Ecosystem
from depaudit.model.problem import Problem
from depaudit.model.record import record
from depaudit.model.verdict import Decision, Report, Verdict
from depaudit.report.card import TITLES, Card, Item, Names, SetAside, card_of, facts_said, item_of, moment, set_aside_of
from depaudit.report.chains import Chains
from depaudit.report.grouping import groups
from depaudit.report.json_report import timestamp
from depaudit.report.problems import place
from depaudit.report.summing_up import NOTHING_ADDED, compared, incomplete
from depaudit.report.terminal import Style, count

MAX_PASSED = 5_000
"""Packages that passed and are named; a page with all of a hundred thousand would open slowly and tell nothing."""

LONG = 200
"""Packages from which on the browser may leave out what is not on the screen."""


@record
class Count:
    """How many got a verdict. ``word`` begins with a capital."""

    verdict: str
    number: int
    word: str


@record
class Choice:
    """One value of a filter, as people read it, and how many packages it lets through."""

    value: str
    text: str
    number: int


@record
class Trouble:
    """An input error: where, what, and what to do (may be empty)."""

    place: str
    message: str
    mend: str


@record
class Line:
    """Something about the run: what it is, and what there is to say of it."""

    label: str
    values: tuple[str, ...]


@record
class Page:
    """All of the page. Sentences may hold foreign text: nothing in here has been made safe for HTML.

    ``tone``       "block", "warn", "unknown" or "pass": how the headline looks
    ``passed``     at most ``MAX_PASSED``; ``unlisted`` more are only counted
    ``ecosystems`` ``files`` ``reaches``  the values of the filters, where there is something to choose from
    ``rules``      id and summary of each rule that found something
    """

    title: str
    tone: str
    headline: str
    lead: tuple[str, ...]
    incomplete: str
    total: int
    long: bool
    counts: tuple[Count, ...]
    cards: tuple[Card, ...]
    troubles: tuple[Trouble, ...]
    set_aside: tuple[SetAside, ...]
    passed: tuple[Item, ...]
    unlisted: int
    ecosystems: tuple[Choice, ...]
    reaches: tuple[Choice, ...]
    files: tuple[Choice, ...]
    limits: tuple[str, ...]
    notes: tuple[str, ...]
    about: tuple[Line, ...]
    rules: tuple[tuple[str, str], ...]
    tool: str


def page_of(report: Report) -> Page:
    """The page of ``report``."""
    decisions = report.decisions
    names = Names(Chains(decision.package for decision in decisions))
    numbers = Counter(decision.verdict for decision in decisions)
    cards = tuple(card_of(group, names) for group in groups(decisions, Style(verbose=True), facts_said))
    passed = [decision for decision in decisions if decision.verdict is Verdict.PASS]
    tone, headline = _headline(report, numbers)
    shown = tuple(item_of(decision, names) for decision in passed[:MAX_PASSED])
    return Page(
        title=f"{headline} · depaudit",
        tone=tone,
        headline=headline,
        lead=tuple(_lead(report)),
        incomplete="" if report.complete else incomplete(report),
        total=sum(len(card.items) for card in cards) + len(shown),
        long=len(decisions) >= LONG,
        counts=tuple(Count(verdict=v.value, number=numbers[v], word=TITLES[v]) for v in Verdict if numbers[v]),
        cards=cards,
        troubles=tuple(map(_trouble, report.problems)),
        set_aside=tuple(set_aside_of(d, suppression) for d in decisions for suppression in d.suppressed),
        passed=shown,
        unlisted=len(passed) - len(shown),
        ecosystems=_choices(_ecosystems(decisions)),
        reaches=_choices(_reaches(decisions)),
        files=_choices((str(number), path, total) for path, (number, total) in names.files.items()),
        limits=report.network.limits_hit,
        notes=report.notes,
        about=tuple(_about(report)),
        rules=_rules(decisions),
        tool=f"depaudit {report.tool_version}".rstrip(),
    )


def _headline(report: Report, numbers: Counter[Verdict]) -> tuple[str, str]:
    """The tone of the page and the one sentence that stands above it all."""
    total = len(report.decisions)
    if numbers[Verdict.BLOCK]:
        verb = "is" if numbers[Verdict.BLOCK] == 1 else "are"
        return "block", f"{count(numbers[Verdict.BLOCK], 'package')} {verb} blocked"
    if numbers[Verdict.WARN]:
        verb = "needs" if numbers[Verdict.WARN] == 1 else "need"
        return "warn", f"{count(numbers[Verdict.WARN], 'package')} {verb} a look"
    if numbers[Verdict.UNKNOWN]:
        return "unknown", f"{count(numbers[Verdict.UNKNOWN], 'package')} could not be judged"
    if report.problems:
        return "unknown", f"{count(len(report.problems), 'input error')}: not everything was read"
    if not report.complete:
        return "unknown", "The audit is incomplete"
    if not total:
        return "pass", NOTHING_ADDED.rstrip(".") if report.change is not None else "There are no packages to judge"
    return "pass", "The one package passed" if total == 1 else f"All {total:,} packages passed"


def _lead(report: Report) -> Iterable[str]:
    total = len(report.decisions)
    if total:
        where = f" in {count(report.files, 'file')}" if report.files else ""
        yield f"{count(total, 'package')} judged{where}."
    if report.change is not None:
        yield compared(report.change)
    if report.offline:
        yield f"Offline: judged by the bundled data of {report.snapshot.isoformat()} alone."


def _trouble(problem: Problem) -> Trouble:
    return Trouble(place=place(problem), message=problem.message, mend=problem.mend)


def _about(report: Report) -> Iterable[Line]:
    """What was done, for whoever asks how much the answer is worth."""

    def line(label: str, *values: str) -> Line:
        return Line(label=label, values=values)

    seconds = round((report.ended - report.started).total_seconds())
    took = f"after {count(seconds, 'second')}" if seconds else "within a second"
    if report.change is not None:
        yield line("Base", report.change.base or "nothing: all of it is new")
        yield line("Head", report.change.head)
        yield line("Dependency files that differ", f"{report.change.files:,}")
    yield line("Started", moment(timestamp(report.started)))
    yield line("Ended", f"{moment(timestamp(report.ended))} ({took})")
    if report.files:
        yield line("Files read", f"{report.files:,}")
    if report.excluded:
        yield line("Files excluded", f"{report.excluded:,}")
    asked = f"{count(report.network.requests, 'request')}, {report.network.from_cache:,} answered from cache"
    yield line("Network", "offline: nothing was asked" if report.offline else asked)
    yield line("Bundled name data", report.snapshot.isoformat())
    if report.not_checked:
        yield line("Not checked", *report.not_checked)
    totals: Counter[str] = Counter()
    for kind, number in report.not_audited:
        totals[kind] += number
    if totals:
        yield line("Not audited", *(f"{kind}: {number:,}" for kind, number in totals.items()))


def _ecosystems(decisions: Sequence[Decision]) -> Iterable[tuple[str, str, int]]:
    numbers = Counter(decision.package.ecosystem for decision in decisions)
    return ((e.value, e.registry, numbers[e]) for e in Ecosystem if numbers[e])


def _reaches(decisions: Sequence[Decision]) -> Iterable[tuple[str, str, int]]:
    direct = sum(decision.package.direct for decision in decisions)
    words = (("direct", "asked for", direct), ("transitive", "brought in", len(decisions) - direct))
    return (word for word in words if word[2])


def _choices(values: Iterable[tuple[str, str, int]]) -> tuple[Choice, ...]:
    """The values of a filter; none where there is nothing to choose."""
    choices = tuple(Choice(value=value, text=text, number=number) for value, text, number in values)
    return choices if len(choices) > 1 else ()


def _rules(decisions: Sequence[Decision]) -> tuple[tuple[str, str], ...]:
    """Id and summary of each rule that is named, in the order of the rules; summaries mark code as Markdown does."""
    from depaudit.rules import RULES

    used = {finding.rule for decision in decisions for finding in decision.findings}
    used |= {suppression.finding.rule for decision in decisions for suppression in decision.suppressed}
    return tuple((rule.META.id, rule.META.summary.replace("`", "")) for rule in RULES if rule.META.id in used)
