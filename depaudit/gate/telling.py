"""What a person reads of a run: one quiet line when all is well; on a refusal what, why, who asked, what now. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from depaudit.commands.base import Conflict
from depaudit.gate.ledger import Ledger, Refusal
from depaudit.model.evidence import Unknown
from depaudit.model.finding import Severity
from depaudit.model.verdict import Decision, Verdict
from depaudit.model.versions import ascending
from depaudit.report.advice import allow_command, next_step
from depaudit.report.secrets import hide
from depaudit.report.terminal import BOLD, CYAN, RED, YELLOW, Style, count, listed, safe, wrap

MAX_REASON = 110
"""Letters of a reason phrase on a status line."""

_STAGES = {
    "before": "The client was not started; nothing was downloaded.",
    "during": "Nothing of it was unpacked.",
    "after": "It did not pass the gate: take it out again, and look at what else the command did.",
    "locked": "The files that the command had written were put back as they were.",
}


def reason_phrase(decision: Decision) -> str:
    """Why, for a status line: short ASCII, for pip and uv show nothing else."""
    package = decision.package
    name = f"{package.name} {package.version}" if package.version else str(package.name)
    if decision.suggestions:
        why = f"did you mean {decision.suggestions[0]}?"
    elif decision.findings:
        why = decision.findings[0].rule
    else:
        why = decision.unknown_because or "it could not be judged"
    text = f"depaudit refused {name}: {why}"
    return "".join(letter for letter in text if " " <= letter <= "~")[:MAX_REASON]


def refusals(ledger: Ledger, style: Style, *, person: bool) -> list[str]:
    """Every refusal, worst known first. ``person``: somebody sits at the terminal and may decide."""
    lines: list[str] = []
    for refusal in sorted(ledger.refusals.values(), key=_badness):
        lines += ["", *_refusal(refusal, ledger, style, person=person)]
    return lines[1:]


def summary(ledger: Ledger, seconds: float, style: Style) -> list[str]:
    """The last line, and whatever the user should know although nothing was refused."""
    lines: list[str] = []
    for (ecosystem, name), versions in sorted(ledger.held.items(), key=lambda pair: pair[0][1]):
        newest = safe((ascending(ecosystem, versions) or versions)[-1], 40)  # pages list them in any order
        lines += _note(
            f"{safe(name)} {newest} is too fresh and was left out; the release before it was offered. "
            f"To have it, ask for it by version after a look.",
            style,
        )
    for decision in ledger.waived.values():
        what = _named(decision)
        lines += _note(f"{what} could not be judged and was let through, because on-error is allow.", style, YELLOW)
    for host, why in ledger.tunnels_refused.items():
        lines += _note(f"a connection to {safe(host, 100)} was refused: {safe(hide(why))}.", style, YELLOW)
    judged = count(len(ledger.judged), "package")
    number = len(ledger.refusals)
    refused = "none refused" if not number else f"{number:,} refused"
    lines += [f"depaudit: {judged} judged, {refused}, {seconds:.1f} s"]
    if number:
        lines[-1] = style.paint(lines[-1], BOLD, RED)
    return lines


def conflicts(found: Iterable[Conflict], style: Style) -> list[str]:
    """Options and settings that would lead the client round the gate."""
    lines = []
    for conflict in found:
        lines += wrap(
            f"{safe(hide(conflict.option))} would lead the client round the gate, so it was not started. "
            f"{safe(hide(conflict.mend))}",
            style.width,
            first="depaudit: ",
        )
    return lines


def _refusal(refusal: Refusal, ledger: Ledger, style: Style, *, person: bool) -> list[str]:
    decision = refusal.decision
    name = f"{refusal.name} {refusal.version}" if refusal.version else str(refusal.name)
    head = f"refused {safe(name, 200)} ({refusal.ecosystem.registry})"
    sentences = [refusal.why] if refusal.why else []
    command = ""
    if decision is not None:
        sentences += [finding.message for finding in decision.findings if finding.severity >= Severity.MEDIUM]
        sentences = sentences[: None if style.verbose else 1]
        if decision.verdict is Verdict.UNKNOWN:
            sentences.append(f"It could not be judged: {decision.unknown_because}.")
        elif isinstance(project := decision.evidence.project, Unknown) and project.asked:
            sentences.append(f"{refusal.ecosystem.registry} could not be asked: {project.reason}.")
        if decision.suggestions:
            sentences.append(f"Did you mean {listed(map(safe, decision.suggestions[:3]), 'or')}?")
        sentences += [step] if (step := next_step(decision)) else []
        command = allow_command(decision)
    asked_by = _asked_by(refusal, ledger)
    lines = wrap(" ".join(safe(hide(sentence)) for sentence in sentences), style.width, first=f"{head}: ", rest="    ")
    lines[0] = f"{style.paint('refused', BOLD, RED)}{lines[0][len('refused') :]}"
    for line in (asked_by, _STAGES[refusal.stage]):
        lines += wrap(line, style.width, first="    ") if line else []
    if command and person:
        lines += ["    After a look, a person can accept it: " + style.paint(command, CYAN)]
    elif command:
        lines += ["    Ask a person to review it before anything else is tried."]
    return lines


def _asked_by(refusal: Refusal, ledger: Ledger) -> str:
    """Who asked for it: the metadata that passed tells, else the place in the command or the file."""
    requirers = ledger.required_by(refusal.ecosystem, refusal.name)
    if requirers:
        rest = f" and {len(requirers) - 3} more" if len(requirers) > 3 else ""
        return f"Required by {', '.join(safe(one, 80) for one in requirers[:3])}{rest}."
    if refusal.decision is None or refusal.stage == "after":
        return ""
    wish = refusal.decision.package.requirements[0]
    if wish.required_by:
        return f"Required by {listed(safe(one, 80) for one in wish.required_by[:3])}."
    place = wish.location
    if place.path.startswith("<") or "<" in place.path:
        return ""
    return f"Asked for in {safe(place.path)}:{place.line}."


def _badness(refusal: Refusal) -> tuple[int, str]:
    findings = refusal.decision.findings if refusal.decision is not None else ()
    return -max((int(finding.severity) for finding in findings), default=0), refusal.name


def _named(decision: Decision) -> str:
    package = decision.package
    return safe(f"{package.name} {package.version}" if package.version else str(package.name), 200)


def _note(text: str, style: Style, color: str = CYAN) -> list[str]:
    lines = wrap(text, style.width, first="note: ")
    lines[0] = f"{style.paint('note', BOLD, color)}{lines[0][len('note') :]}"
    return lines
