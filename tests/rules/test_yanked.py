from __future__ import annotations

import pytest

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.rules.yanked import check
from tests.evidence import ABSENT, evidence, found, release, wish

BROKEN, WHOLE = release("1.1", yanked="breaks\x00 everything"), release("1.0")


def test_a_pinned_yanked_release() -> None:
    assert check(evidence(wishes=(wish(specifier="==1.1", pin="1.1"),), project=found(BROKEN, WHOLE))) == Finding(
        rule="yanked",
        severity=Severity.MEDIUM,
        message="sample 1.1 was withdrawn (yanked) by its maintainers.",
        facts=(
            Fact(label="version", value="1.1", source="pypi"),
            Fact(label="yanked_reason_text", value="breaks everything", source="pypi"),
        ),
    )


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (evidence(wishes=(wish(specifier=">1.0"),), project=found(BROKEN, WHOLE)), Severity.LOW),
        (evidence(wishes=(wish(pin="1.1"),), project=found(release("1.1", yanked=""))), Severity.MEDIUM),
        (evidence(wishes=(wish(pin="1.1"),), project=found(BROKEN), index_public=False), Severity.MEDIUM),
        (evidence(project=found(BROKEN, WHOLE)), None),
        (evidence(wishes=(wish(pin="1.0"),), project=found(BROKEN, WHOLE)), None),
        (evidence(wishes=(wish(pin="9"),), project=found(BROKEN, WHOLE)), None),
        (evidence(project=found(WHOLE)), None),
        (evidence(project=ABSENT), None),
    ],
)
def test_how_bad_it_is(given: Evidence, severity: Severity | None) -> None:
    finding = check(given)
    assert (None if finding is None else finding.severity) == severity
