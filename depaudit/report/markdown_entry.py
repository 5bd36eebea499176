"""One entry of the Markdown report: a package, or several of which the same is said; a table's row, and its details."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from depaudit.model.finding import Finding
from depaudit.model.verdict import Decision, Verdict
from depaudit.report.advice import allow_any, next_step, own_exception
from depaudit.report.entry import (
    fact_label,
    fact_value,
    of_each,
    package_name,
    places_of,
    requirers_of,
    sentence,
    set_aside,
    why_unknown,
)
from depaudit.report.gfm import cell, code, fenced, prose, summary_line
from depaudit.report.secrets import hide
from depaudit.report.summing_up import VERDICTS
from depaudit.report.terminal import count, listed, safe

MAX_WHY = 300
"""Letters of the reason that stands in the table; the details have more."""

MAX_IN_COLUMN = 60
MAX_MESSAGE = 600
MAX_NAMED = 3
MAX_PLACES = 20
MAX_MEMBERS = 50
MAX_SUGGESTIONS = 5

_WORDS = dict(VERDICTS)


def row(decisions: Sequence[Decision]) -> str:
    """The row of the table: verdict, package, why, where."""
    first = decisions[0]
    places = [place for decision in decisions for place in places_of(decision.package)]
    names = [_short(package_name(decision.package)) for decision in decisions]
    subject = (
        _some(names, MAX_NAMED) if len(names) == 1 else f"{count(len(names), 'package')}: {_some(names, MAX_NAMED)}"
    )
    columns = (f"**{_WORDS[first.verdict]}**", subject, _why(decisions), _some(map(_short, places), 1))
    return f"| {' | '.join(cell(column) for column in columns)} |"


def details(decisions: Sequence[Decision]) -> str:
    """All that is known, folded: where it is asked for, every finding with its evidence, what to do next."""
    first = decisions[0]
    names = _names(first)
    together = len(decisions) > 1
    word = _WORDS[first.verdict]
    if together:
        parts = [f"<details>\n{summary_line(f'{word}: {len(decisions):,} packages')}", _members(decisions)]
    else:
        parts = [f"<details>\n{summary_line(word, package_name(first.package))}", _whereabouts(first)]
    if first.unknown_because is not None:
        parts.append(f"Why: {prose(why_unknown(first), names)}")
    items = [_finding(finding, _message(decisions, finding), names) for finding in first.findings]
    items += [f"- Set aside: {prose(safe(set_aside(suppression), MAX_MESSAGE))}" for suppression in first.suppressed]
    parts.append("\n".join(items))
    if first.not_checked:
        parts.append(f"Not checked: {prose(safe(', '.join(first.not_checked), MAX_MESSAGE))}.")
    parts += [_did_you_mean(first), _next(first), _pending(first)]
    command = allow_any(decisions)
    if command:
        parts += ["If it is right as it is:", fenced(command, "sh")]
    return "\n\n".join(part for part in [*parts, "</details>"] if part)


def _short(text: str) -> str:
    """``text`` as it fits into a column: of a long path or name the middle is left out."""
    return text if len(text) <= MAX_IN_COLUMN else f"{text[:15]}...{text[18 - MAX_IN_COLUMN :]}"


def _why(decisions: Sequence[Decision]) -> str:
    """Why in a sentence, and what was meant."""
    first = decisions[0]
    if first.verdict is Verdict.UNKNOWN or not first.findings:
        said = why_unknown(first)
    else:
        said = _message(decisions, first.findings[0])
    return " ".join(
        part for part in (prose(safe(said, MAX_WHY), _names(first)), _did_you_mean(first), _pending(first)) if part
    )


def _message(decisions: Sequence[Decision], finding: Finding) -> str:
    text = finding.message if len(decisions) == 1 else of_each(decisions[0], finding.message)
    return sentence(hide(text))


def _finding(finding: Finding, message: str, names: Sequence[str]) -> str:
    item = f"- **{finding.severity}** {code(finding.rule)}: {prose(safe(message, MAX_MESSAGE), names)}"
    facts = [f"  - {prose(fact_label(fact))}: {code(fact_value(fact))}{_source(fact.source)}" for fact in finding.facts]
    return "\n".join([item, *facts])


def _source(source: str) -> str:
    return f" (from {code(source, 80)})" if source else ""


def _whereabouts(decision: Decision) -> str:
    """Where it is asked for, under which other name, and who requires it."""
    package = decision.package
    places, requirers = places_of(package), requirers_of(package)
    aliases = list(dict.fromkeys(wish.alias for wish in package.requirements if wish.alias))
    said = [f"Asked for at {_some(places, MAX_PLACES)}"] if places else []
    said += [f"as {_some(aliases, MAX_NAMED)}"] if aliases else []
    if requirers:
        said.append(f"required by {_some(requirers, MAX_PLACES)}")
    elif not package.direct:
        said.append("not asked for directly")
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _members(decisions: Sequence[Decision]) -> str:
    shown = decisions[:MAX_MEMBERS]
    lines = [f"- {code(package_name(one.package))} {_at(places_of(one.package))}".rstrip() for one in shown]
    if len(shown) < len(decisions):
        lines.append(f"- and {len(decisions) - len(shown):,} more")
    return "\n".join(lines)


def _at(places: Sequence[str]) -> str:
    return f"at {_some(places, 1)}" if places else ""


def _did_you_mean(decision: Decision) -> str:
    meant = [code(name) for name in decision.suggestions[:MAX_SUGGESTIONS]]
    return f"Did you mean {listed(meant, 'or')}?" if meant else ""


def _next(decision: Decision) -> str:
    step = next_step(decision)
    return f"**Next:** {prose(step)}" if step else ""


def _pending(decision: Decision) -> str:
    before, place, after = own_exception(decision).rpartition(decision.pending or " ")
    return f"{before}{code(place)}{after}" if decision.pending else ""


def _names(decision: Decision) -> tuple[str, ...]:
    """Words that are names, wherever they stand."""
    meant = (name.rpartition(":")[2] for name in decision.suggestions[:MAX_SUGGESTIONS])
    return (decision.package.name, *meant)


def _some(words: Iterable[str], limit: int) -> str:
    every = list(words)
    shown = ", ".join(map(code, every[:limit]))
    return f"{shown} and {len(every) - limit:,} more" if len(every) > limit else shown
