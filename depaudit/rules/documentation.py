"""A rule's docstring is its documentation: read here, and rendered for docs pages and for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from depaudit.model.record import record
from depaudit.rules.base import Rule

HEADINGS = ("What it does", "Why it matters", "Evidence", "Known false positives", "What to do")
"""What every rule's documentation answers, in this order."""


@record
class RuleDocumentation:
    """``sentence`` is the first line; each section (heading, paragraphs) has its lines joined."""

    sentence: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    def section(self, heading: str) -> tuple[str, ...]:
        """The paragraphs under ``heading``. Raises ``KeyError`` for another heading than the five."""
        return dict(self.sections)[heading]


def parse(docstring: str) -> RuleDocumentation:
    """Read a rule's docstring.

    Raises ``ValueError``, naming what is missing, when it lacks the first sentence or one of the headings.
    """
    lines = [line.strip() for line in docstring.strip().splitlines()]
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    sentence = lines[0] if lines else ""
    if not sentence.endswith("."):
        raise ValueError("the first line is no sentence")
    for index, line in enumerate(lines[1:], start=1):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if line and following == "-" * len(line):
            current = sections.setdefault(line, [])
        elif line != "-" * len(lines[index - 1]) or not line:
            current.append(line)
    if tuple(sections) != HEADINGS:
        raise ValueError(f"the headings are {', '.join(sections) or 'missing'}; they must be {', '.join(HEADINGS)}")
    read = tuple((heading, _paragraphs(body)) for heading, body in sections.items())
    empty = [heading for heading, paragraphs in read if not paragraphs]
    if empty:
        raise ValueError(f"nothing stands under {', '.join(empty)}")
    return RuleDocumentation(sentence=sentence, sections=read)


def documentation(rule: Rule) -> RuleDocumentation:
    """The documentation of ``rule``. Raises ``ValueError`` when its docstring is not of the agreed shape."""
    return parse(rule.__doc__ or "")


def render_markdown(rule: Rule) -> str:
    """The rule's page in ``docs/rules``."""
    told = documentation(rule)
    parts = [f"# {rule.META.id}", told.sentence, f"Severity: {rule.META.worst} at worst."]
    for heading, paragraphs in told.sections:
        parts += [f"## {heading}", *paragraphs]
    return "\n\n".join(parts) + "\n"


def render_table(rules: Iterable[Rule]) -> str:
    """The table of rules in ``docs/verdicts.md``: id, when it fires, the worst severity."""
    rows = [
        f"| [`{rule.META.id}`](rules/{rule.META.id}.md) | {rule.META.summary} | {rule.META.worst} |" for rule in rules
    ]
    return "\n".join(["| rule | fires when | at worst |", "| --- | --- | --- |", *rows]) + "\n"


def render_text(rule: Rule, *, width: int = 100) -> str:
    """What ``depaudit explain`` prints of the rule, in lines of ``width`` columns."""
    told = documentation(rule)
    blocks = [textwrap.fill(f"{rule.META.id} ({rule.META.worst} at worst): {told.sentence}", width)]
    for heading, paragraphs in told.sections:
        blocks.append(f"{heading}\n{_filled(paragraphs[0], width)}")
        blocks += [_filled(paragraph, width) for paragraph in paragraphs[1:]]
    return "\n\n".join(blocks) + "\n"


def _paragraphs(lines: Iterable[str]) -> tuple[str, ...]:
    blocks = "\n".join(lines).split("\n\n")
    return tuple(" ".join(block.split()) for block in blocks if block.strip())


def _filled(paragraph: str, width: int) -> str:
    return textwrap.fill(paragraph, width, initial_indent="  ", subsequent_indent="  ")
