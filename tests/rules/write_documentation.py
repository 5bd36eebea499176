"""Write the rules' pages and the table of rules: ``python -m tests.rules.write_documentation docs``.

Rules have no output of their own, so that the writer stands here, beside the test that compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

from depaudit.rules import RULES
from depaudit.rules.documentation import render_markdown, render_table

BEGIN, END = "<!-- rules: begin -->\n", "<!-- rules: end -->\n"


def with_table(text: str) -> str:
    """``docs/verdicts.md`` with the table of rules as it is now."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}{render_table(RULES)}{END}{rest.split(END)[1]}"


def main(folder: Path) -> None:
    for rule in RULES:
        (folder / "rules" / f"{rule.META.id}.md").write_text(render_markdown(rule), encoding="utf-8")
    verdicts = folder / "verdicts.md"
    verdicts.write_text(with_table(verdicts.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
