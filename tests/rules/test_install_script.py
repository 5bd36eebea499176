from __future__ import annotations

import pytest

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.rules.install_script import check
from tests.evidence import ABSENT, MOST_USED, NPM, evidence, found, release, wish

SCRIPT = release("1.1.0", 3, runs_code=True)


def test_a_young_npm_package_with_a_script() -> None:
    assert check(evidence(ecosystem=NPM, project=found(SCRIPT, ecosystem=NPM, age=3))) == Finding(
        rule="install-script",
        severity=Severity.MEDIUM,
        message="sample runs a script of its own while it is being installed.",
        facts=(Fact(label="runs_code_at_install", value=True, source="npm"),),
    )


def test_an_old_pypi_project_without_wheels() -> None:
    finding = check(evidence(project=found(release("1.0", runs_code=True))))
    assert finding is not None
    assert (finding.severity, finding.message) == (
        Severity.LOW,
        "sample comes without a ready-made archive (wheel): installing it runs its own build code.",
    )


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (evidence(ecosystem=NPM, project=found(SCRIPT, ecosystem=NPM), bundled=MOST_USED), Severity.LOW),
        (evidence(project=found(release("1.0", runs_code=True), release("1.1", runs_code=False))), None),
        (
            evidence(
                wishes=(wish(pin="1.0"),),
                project=found(release("1.0", runs_code=True), release("1.1", runs_code=False)),
            ),
            Severity.LOW,
        ),
        (evidence(project=found(release(runs_code=None))), None),
        (evidence(project=found(release(runs_code=True), age=3), index_public=False), None),
        (evidence(wishes=(wish(pin="9"),), project=found(release(runs_code=True))), None),
        (evidence(project=ABSENT), None),
    ],
)
def test_how_bad_it_is(given: Evidence, severity: Severity | None) -> None:
    finding = check(given)
    assert (None if finding is None else finding.severity) == severity
