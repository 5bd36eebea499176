from __future__ import annotations

from depaudit.model.evidence import Denial
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.rules.denied import check
from tests.evidence import MOST_USED, NPM, evidence, from_source


def test_a_denied_package_with_its_reason() -> None:
    denial = Denial(pattern="npm:left-*", reason="use padStart\x1b[2J\nnow", where="depaudit.toml:4")
    given = evidence("left-pad", ecosystem=NPM, bundled=MOST_USED, denial=denial)
    assert check(given) == Finding(
        rule="denied",
        severity=Severity.CRITICAL,
        message="The configuration denies left-pad: it must not be installed.",
        facts=(
            Fact(label="pattern", value="npm:left-*", source="configuration"),
            Fact(label="reason_text", value="use padStart [2J now", source="configuration"),
            Fact(label="where", value="depaudit.toml:4", source="configuration"),
        ),
    )


def test_without_reason_or_place() -> None:
    finding = check(evidence(denial=Denial(pattern="sample", reason="")))
    assert finding is not None
    assert finding.facts == (Fact(label="pattern", value="sample", source="configuration"),)


def test_nothing_is_denied() -> None:
    assert check(evidence()) is None
    assert check(from_source(SourceKind.GIT, "git+https://github.com/acme/sample")) is None
