"""One entry of the report for people: a package, or several of which exactly the same is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import Package, SourceKind
from depaudit.model.verdict import Decision, Suppression, Verdict
from depaudit.report.advice import allow_any, next_step, own_exception
from depaudit.report.secrets import hide
from depaudit.report.terminal import BOLD, CYAN, DIM, GREEN, MAGENTA, RED, YELLOW, Style, count, listed, safe, wrap

COMMAND_LINE = "<command line>"
"""The path of whatever was typed as an argument."""

MAX_PLACES = 3
MAX_REQUIRERS = 3
MAX_NAMES = 10
"""Packages of one group that are named without ``-v``."""

_VERDICTS = {Verdict.BLOCK: RED, Verdict.WARN: YELLOW, Verdict.UNKNOWN: MAGENTA, Verdict.PASS: GREEN}
_SEVERITIES = {
    Severity.CRITICAL: RED,
    Severity.HIGH: RED,
    Severity.MEDIUM: YELLOW,
    Severity.LOW: DIM,
    Severity.INFO: DIM,
}
_SEVERITY_COLUMN = max(len(str(severity)) for severity in Severity) + 2
_INDENT = "  "


def shown_findings(decision: Decision, style: Style) -> tuple[Finding, ...]:
    """The findings that are shown: those of low severity on request only."""
    if style.verbose:
        return decision.findings
    return tuple(finding for finding in decision.findings if finding.severity >= Severity.MEDIUM)


def entry(decisions: Sequence[Decision], style: Style) -> list[str]:
    """The lines of one entry. All ``decisions`` have the same verdict and say the same."""
    first = decisions[0]
    word = style.paint(first.verdict.value, BOLD, _VERDICTS[first.verdict])
    if len(decisions) == 1:
        lines = [f"{word} {_name(first.package, style)}"]
        whereabouts = _whereabouts(first.package, style)
        lines += wrap(whereabouts, style.width, first=_INDENT) if whereabouts else []
    else:
        lines = [f"{word} {style.paint(count(len(decisions), 'package'), BOLD)}"]
        lines += _members(decisions, style)
    if first.unknown_because is not None:
        lines += wrap(why_unknown(first), style.width, first=_INDENT)
    for finding in shown_findings(first, style):
        lines += _finding(finding, style, finding.message if len(decisions) == 1 else of_each(first, finding.message))
    for suppression in first.suppressed:
        lines += _suppression(suppression, style)
    if first.pending:
        lines += wrap(safe(own_exception(first)), style.width, first=_INDENT)
    lines += _advice(decisions, style)
    return lines


def passed(decisions: Sequence[Decision], style: Style) -> list[str]:
    """The lines of the packages that passed, in columns; for ``-v``."""
    names = [package_name(decision.package) for decision in decisions]
    column = min(max(map(len, names), default=0), 50)
    lines = []
    for decision, name in zip(decisions, names, strict=True):
        word = style.paint("pass", GREEN)
        lines.append(f"{word} {_columns(name, column, _places(decision.package, style), style)}")
        for finding in decision.findings:
            lines += _finding(finding, style, finding.message)
        for suppression in decision.suppressed:
            lines += _suppression(suppression, style)
    return lines


def why_unknown(decision: Decision) -> str:
    """Why there is no verdict, in a sentence; empty where there is one."""
    return sentence(hide(_capitalised(decision.unknown_because))) if decision.unknown_because is not None else ""


def sentence(text: str) -> str:
    """``text`` made safe, with a full stop."""
    shown = safe(text)
    return shown if shown.endswith((".", "!", "?")) else f"{shown}."


def fact_label(fact: Fact) -> str:
    """What a fact is, in words; a publisher's own text is called that."""
    label = fact.label.removesuffix("_text")
    own = " in the publisher's words" if label != fact.label else ""
    return safe(label.replace("_", " ")) + own


def fact_value(fact: Fact) -> str:
    """A fact's value; a publisher's own words stand in quotes and are cut."""
    value = fact.value
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if fact.label.endswith("_text"):
        return f'"{safe(str(value), 120)}"'
    return safe(hide(str(value)), 200)


def places_of(package: Package) -> list[str]:
    """``path:line`` of each requirement, each once; what was typed on the command line needs no place."""
    places = (wish.location for wish in package.requirements if wish.location.path != COMMAND_LINE)
    return list(dict.fromkeys(f"{safe(place.path)}:{place.line}" for place in places))


def requirers_of(package: Package) -> list[str]:
    """The packages that a lockfile names as asking for it, each once; not made safe yet."""
    return list(dict.fromkeys(name for wish in package.requirements for name in wish.required_by))


def set_aside(suppression: Suppression) -> str:
    """Which finding an exception set aside: by which pattern, until when, why, said where."""
    until = f" until {suppression.until.isoformat()}" if suppression.until is not None else ""
    where = f" ({safe(suppression.where)})" if suppression.where else ""
    return (
        f"{suppression.finding.rule}, by the exception for {safe(suppression.pattern)}{until}: "
        f"{safe(suppression.reason)}{where}"
    )


def _columns(name: str, column: int, places: str, style: Style) -> str:
    return f"{name.ljust(column)}  {style.paint(places, DIM)}" if places else name


def of_each(decision: Decision, message: str) -> str:
    """``message`` as it can be said of several packages: with "Each" for the name that it begins with."""
    subject, space, rest = message.partition(" ")
    return f"Each{space}{rest}" if subject == decision.package.name else message


def package_name(package: Package) -> str:
    """``pypi:flask 3.0.0``, with where it comes from unless that is a registry."""
    name = safe(f"{package.ecosystem}:{package.name}")
    if package.version is not None:
        name += f" {safe(package.version, 80)}"
    return name if package.source is SourceKind.REGISTRY else f"{name} ({package.source.value})"


def _name(package: Package, style: Style) -> str:
    aliases = list(dict.fromkeys(wish.alias for wish in package.requirements if wish.alias))
    alias = f" {style.paint(f'as {_some(aliases, MAX_REQUIRERS)}', DIM)}" if aliases else ""
    return style.paint(package_name(package), BOLD) + alias


def _whereabouts(package: Package, style: Style) -> str:
    """The places that ask for it, and who requires it."""
    text = _places(package, style)
    requirers = requirers_of(package)
    if requirers:
        by = f"required by {_some(requirers, 10**9 if style.verbose else MAX_REQUIRERS)}"
        return f"{text}; {by}" if text else by
    return text if package.direct else f"{text}; not asked for directly"


def _places(package: Package, style: Style) -> str:
    return _some(places_of(package), 10**9 if style.verbose else MAX_PLACES)


def _members(decisions: Sequence[Decision], style: Style) -> list[str]:
    """The packages of a group, each with its first place."""
    shown = decisions if style.verbose or len(decisions) <= MAX_NAMES else decisions[:MAX_NAMES]
    names = [package_name(decision.package) for decision in shown]
    column = min(max(map(len, names)), 50)
    lines = []
    for decision, name in zip(shown, names, strict=True):
        lines.append(_columns(f"{_INDENT}{name}", column + len(_INDENT), _some(places_of(decision.package), 1), style))
    if len(shown) < len(decisions):
        lines.append(f"{_INDENT}and {len(decisions) - len(shown):,} more (-v names them all)")
    return lines


def _finding(finding: Finding, style: Style, message: str) -> list[str]:
    severity = str(finding.severity)
    label = f"{_INDENT}{severity.ljust(_SEVERITY_COLUMN)}"
    tag = f"[{finding.rule}]"
    lines = wrap(f"{sentence(hide(message))} {tag}", style.width, first=label)
    if style.verbose:
        facts = [f"{fact_label(fact)}: {fact_value(fact)}" for fact in finding.facts]
        if facts:
            lines += [style.paint(line, DIM) for line in wrap("; ".join(facts), style.width, first=" " * len(label))]
    return _painted(lines, label, tag, style, _SEVERITIES[finding.severity])


def _painted(lines: list[str], label: str, tag: str, style: Style, color: str) -> list[str]:
    """The wrapped lines with colour on the label and the rule id: colour must not count as width."""
    if not style.color:
        return lines
    word = label.strip()
    painted = [line.replace(tag, style.paint(tag, DIM)) if line.endswith(tag) else line for line in lines]
    rest = painted[0][len(_INDENT) + len(word) :]
    return [f"{_INDENT}{style.paint(word, color)}{rest}", *painted[1:]]


def _suppression(suppression: Suppression, style: Style) -> list[str]:
    lines = wrap(set_aside(suppression), style.width, first=f"{_INDENT}set aside: ")
    return [style.paint(line, DIM) for line in lines]


def _advice(decisions: Sequence[Decision], style: Style) -> list[str]:
    """What to type instead, what to do next, and how to accept it: each on its own line, commands never broken."""
    first = decisions[0]
    lines = []
    if first.suggestions:
        meant = listed(map(safe, first.suggestions), "or")
        lines.append(f"{_INDENT}Did you mean {style.paint(meant, BOLD, GREEN)}?")
    step = next_step(first)
    if step:
        label = f"{_INDENT}next: "
        wrapped = wrap(step, style.width, first=label)
        lines += [f"{_INDENT}{style.paint('next', CYAN)}: {wrapped[0][len(label) :]}", *wrapped[1:]]
    command = allow_any(decisions)
    if command:
        lines.append(f"{_INDENT}If it is right as it is: {command}")
    return lines


def _capitalised(reason: str) -> str:
    return reason if reason.startswith("npm ") else reason[:1].upper() + reason[1:]  # npm writes itself small


def _some(words: Iterable[str], limit: int) -> str:
    shown = [safe(word, 200) for word in words]
    if len(shown) <= limit:
        return ", ".join(shown)
    return f"{', '.join(shown[:limit])} and {len(shown) - limit} more"
