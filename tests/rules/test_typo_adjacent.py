from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Evidence, Found, Unknown
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.requirement import SourceKind
from depaudit.model.route import Foreign, Route
from depaudit.rules.typo_adjacent import check
from tests.evidence import (
    ABSENT,
    BLANK,
    DESCRIBED,
    LISTED_LATELY,
    LISTED_LONG_AGO,
    MOST_USED,
    NPM,
    NPM_LISTED,
    bundled,
    evidence,
    found,
    from_source,
    near,
    private,
    public,
    release,
)

STRONG, WEAK = (near("requests", "swapped letters"),), (near("requests", "changed letter", strong=False),)
TWO = (release("1.0", 3), release("1.1", 2))
THREE = tuple(release(f"1.{minor}") for minor in range(3))


def test_a_free_name() -> None:
    given = evidence(
        "reqeusts", project=ABSENT, near=(*STRONG, near("npm-requests", ecosystem=NPM), near("c"), near("d"))
    )
    assert check(given) == Finding(
        rule="typo-adjacent",
        severity=Severity.HIGH,
        message=(
            "reqeusts looks like a slip for requests (swapped letters): whoever registers reqeusts reaches everyone "
            "who makes that slip."
        ),
        facts=(
            Fact(label="target", value="requests", source="bundled"),
            Fact(label="kind", value="swapped letters", source="bundled"),
            Fact(label="target_rank", value=42, source="bundled"),
            Fact(label="strong", value=True, source="bundled"),
        ),
        suggestions=("requests", "npm:npm-requests", "c"),
    )


def test_a_young_project_with_a_second_signal() -> None:
    finding = check(evidence("reqests", project=found(age=3), details=BLANK, near=WEAK))
    assert finding is not None
    assert finding.severity is Severity.HIGH
    assert finding.message == (
        "reqests looks like a slip for requests (changed letter), which is far more used; it was first published "
        "3 days ago, with no description and no repository and a single release."
    )
    assert finding.facts[-1] == Fact(
        label="second_signal", value="no description and no repository and a single release"
    )


@pytest.mark.parametrize(
    ("changes", "strong", "weak"),
    [
        # free, or nothing but the name
        ({"project": ABSENT}, Severity.HIGH, Severity.HIGH),
        ({"project": OFFLINE}, Severity.HIGH, Severity.HIGH),
        ({"names_only": True, "bundled": bundled(None)}, Severity.HIGH, Severity.HIGH),
        # young
        ({"project": found(*TWO, age=3), "details": DESCRIBED}, Severity.HIGH, Severity.MEDIUM),
        ({"project": found(*TWO, age=3), "details": BLANK}, Severity.HIGH, Severity.HIGH),
        ({"project": found(age=3), "details": DESCRIBED}, Severity.HIGH, Severity.HIGH),
        (
            {"project": found(release("1.0", 3), release("1.1", 2, runs_code=True), age=3), "details": DESCRIBED},
            Severity.HIGH,
            Severity.HIGH,
        ),
        # downloads clear nothing
        ({"project": found(age=3), "details": BLANK, "downloads": Found(30_000)}, Severity.HIGH, Severity.HIGH),
        # neither young nor old
        ({"project": found(age=30), "details": BLANK}, Severity.MEDIUM, Severity.LOW),
        ({"project": found(age=179), "details": BLANK}, Severity.MEDIUM, Severity.LOW),
        # old, not established
        ({"project": found(age=180), "details": BLANK}, Severity.LOW, Severity.LOW),
        ({"project": found(age=3000)}, Severity.LOW, Severity.LOW),
        # established
        ({"project": found(*THREE), "details": DESCRIBED}, None, None),
        ({"bundled": MOST_USED}, None, None),
        ({"bundled": MOST_USED, "project": found(age=1), "details": BLANK}, None, None),
        ({"bundled": MOST_USED, "project": ABSENT}, None, None),
        ({"bundled": LISTED_LONG_AGO, "project": OFFLINE}, None, None),
        ({"ecosystem": NPM, "bundled": NPM_LISTED, "project": OFFLINE}, None, None),
        # registered by the snapshot, age unknown: the verdict is unknown anyway
        ({"bundled": LISTED_LATELY, "project": OFFLINE}, Severity.LOW, Severity.LOW),
        ({"bundled": LISTED_LATELY, "project": Unknown("HTTP 503")}, Severity.LOW, Severity.LOW),
        # there, but no date: the strong match must be enough
        ({"bundled": bundled(True), "project": found(age=None)}, Severity.HIGH, Severity.LOW),
        ({"bundled": bundled(), "project": found(age=None)}, Severity.HIGH, Severity.LOW),
        # nobody knows whether it is there
        ({"ecosystem": NPM, "project": OFFLINE}, Severity.HIGH, Severity.MEDIUM),
        ({"ecosystem": NPM, "project": Unknown("timed out")}, Severity.HIGH, Severity.MEDIUM),
        (
            {"project": ABSENT, "route": Route(indexes=(public(),), foreign=(Foreign(url="https://x.example/"),))},
            Severity.HIGH,
            Severity.MEDIUM,
        ),
        # on a private index: what the public registry lists may be passed on; other names are the owner's
        (
            {
                "project": found(age=1),
                "index_public": False,
                "bundled": bundled(True),
                "route": Route(indexes=(private(),)),
            },
            Severity.HIGH,
            Severity.LOW,
        ),
        (
            {"project": found(age=1), "index_public": False, "route": Route(indexes=(private(),))},
            Severity.LOW,
            Severity.LOW,
        ),
    ],
)
def test_how_bad_it_is(changes: dict[str, object], strong: Severity | None, weak: Severity | None) -> None:
    def severity(given: Evidence) -> Severity | None:
        finding = check(given)
        return None if finding is None else finding.severity

    assert severity(evidence(**{**changes, "near": STRONG})) == strong
    assert severity(evidence(**{**changes, "near": WEAK})) == weak


def test_nothing_near_nothing_said() -> None:
    assert check(evidence(project=ABSENT)) is None
    assert check(from_source(SourceKind.URL, "https://files.example/sample.whl")) is None
