from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.rules.stdlib_name import check
from tests.evidence import ABSENT, LISTED_LATELY, MOST_USED, NPM, NPM_LISTED, bundled, evidence, found, from_source


def test_a_module_of_pythons_own() -> None:
    assert check(evidence("json", project=ABSENT)) == Finding(
        rule="stdlib-name",
        severity=Severity.HIGH,
        message=(
            "json comes with Python itself, so there is nothing to install; a package of that name is somebody "
            "else's code."
        ),
        facts=(Fact(label="comes_with", value="Python", source="bundled"),),
    )


def test_a_module_of_nodes_own() -> None:
    finding = check(evidence("fs", ecosystem=NPM, project=found(ecosystem=NPM, age=3)))
    assert finding is not None
    assert (finding.severity, finding.message) == (
        Severity.HIGH,
        "fs comes with Node.js itself, so there is nothing to install; a package of that name is somebody else's code.",
    )


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (evidence("subprocess", project=OFFLINE), Severity.HIGH),
        (evidence("subprocess", names_only=True, bundled=bundled(None)), Severity.HIGH),
        (evidence("subprocess", project=found(age=5)), Severity.HIGH),
        (evidence("subprocess", project=found(age=100)), Severity.LOW),
        (evidence("subprocess", project=OFFLINE, bundled=LISTED_LATELY), Severity.LOW),
        (evidence("fs", ecosystem=NPM, project=OFFLINE), Severity.MEDIUM),
        (evidence("buffer", ecosystem=NPM, project=OFFLINE, bundled=NPM_LISTED), None),
        (evidence("dataclasses", project=found(age=2000), bundled=MOST_USED), None),
        (evidence("fs", project=ABSENT), None),
        (evidence("argparse", ecosystem=NPM, project=ABSENT), None),
        (evidence("requests", project=ABSENT), None),
        (from_source(SourceKind.PATH, "./json"), None),
    ],
)
def test_how_bad_it_is(given: Evidence, severity: Severity | None) -> None:
    finding = check(given)
    assert (None if finding is None else finding.severity) == severity
