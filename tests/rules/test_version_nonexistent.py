from __future__ import annotations

from typing import Any

import pytest

from depaudit.model.evidence import Evidence
from depaudit.model.finding import Fact, Finding, Severity
from depaudit.model.project import Status
from depaudit.model.route import Choice, Foreign, Route
from depaudit.rules.version_nonexistent import check
from tests.evidence import ABSENT, NPM, evidence, found, private, public, release, wish

RELEASES = tuple(release(version) for version in ("1.0.0", "1.1.0", "2.0.0", "3.0.0rc1"))
NPM_RELEASES = tuple(release(version) for version in ("1.0.0", "1.1.0", "2.0.0", "3.0.0-rc.1"))
SEVERAL = Route(indexes=(private(), public()), choice=Choice.BEST_VERSION)


def asked(specifier: str = "", pin: str | None = None, **changes: Any) -> Evidence:
    return evidence(
        **{
            "wishes": (wish("flask", specifier=specifier, pin=pin),),
            "project": found(*RELEASES),
            **changes,
        }
    )


def asked_npm(specifier: str = "", pin: str | None = None, **changes: Any) -> Evidence:
    tags = (("latest", "2.0.0"), ("next", "3.0.0-rc.1"))
    return evidence(
        ecosystem=NPM,
        wishes=(wish("react", ecosystem=NPM, specifier=specifier, pin=pin, path="package.json"),),
        project=found(*NPM_RELEASES, ecosystem=NPM, **{"tags": tags, "latest": "2.0.0", **changes}),
    )


def test_a_pin_that_does_not_exist() -> None:
    assert check(asked("==99.0", "99.0")) == Finding(
        rule="version-nonexistent",
        severity=Severity.HIGH,
        message="There is no flask 99.0; the nearest are 3.0.0rc1, 2.0.0 and 1.1.0.",
        facts=(
            Fact(label="requested", value="99.0", source="requirements.txt"),
            Fact(label="nearest", value="3.0.0rc1, 2.0.0, 1.1.0", source="pypi"),
        ),
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (asked(">=4,<5"), "No release of flask satisfies '>=4,<5'; the nearest are 3.0.0rc1, 2.0.0 and 1.1.0."),
        (asked("==1.0.1", "1.0.1"), "There is no flask 1.0.1; the nearest are 2.0.0, 1.1.0 and 1.0.0."),
        (asked("===1.0"), "No release of flask satisfies '===1.0'; the nearest are 2.0.0, 1.1.0 and 1.0.0."),
        (asked_npm("^9"), "No release of react satisfies '^9'; the nearest are 3.0.0-rc.1, 2.0.0 and 1.1.0."),
        (asked_npm("beta"), "No release of react satisfies 'beta'; the nearest are 3.0.0-rc.1, 2.0.0 and 1.1.0."),
        (asked_npm(pin="1.2.3"), "There is no react 1.2.3; the nearest are 2.0.0, 1.1.0 and 1.0.0."),
        (
            asked_npm("\x1b[31m1.2.3", pin="1.2.3\x1b"),
            "There is no react of an odd version; the nearest are 3.0.0-rc.1, 2.0.0 and 1.1.0.",
        ),
        (asked("==99", "99", index_public=False), "There is no flask 99; the nearest are 3.0.0rc1, 2.0.0 and 1.1.0."),
    ],
)
def test_messages(given: Evidence, message: str) -> None:
    finding = check(given)
    assert finding is not None
    assert (finding.severity, finding.message) == (Severity.HIGH, message)


@pytest.mark.parametrize(
    "given",
    [
        asked(),
        asked("==1.0", "1.0"),
        asked("==1.0.0", "1.0.0"),
        asked("===1.0.0", "1.0.0"),
        asked("~=1.0"),
        asked(">=2.5"),  # only a prerelease is left
        asked("==3.0.0rc1", "3.0.0rc1"),
        asked("^9"),  # not PEP 440: nothing can be said
        asked("==99", "99", project=ABSENT),
        asked("==99", "99", project=found(releases=())),
        asked("==99", "99", project=found(*RELEASES, status=Status.QUARANTINED)),
        # another place may have it
        asked("==99", "99", route=Route(indexes=(public(),), foreign=(Foreign(url="https://x.example/"),))),
        asked("==99", "99", route=Route(indexes=(public(),), find_links=("./wheels",))),
        asked("==99", "99", route=SEVERAL, index_public=False),
        asked_npm(),
        asked_npm("*"),
        asked_npm("latest"),
        asked_npm("next"),
        asked_npm("^1.0.0"),
        asked_npm("catalog:"),
        asked_npm("beta", tags=()),
    ],
)
def test_when_it_is_silent(given: Evidence) -> None:
    assert check(given) is None


def test_once_the_private_index_answered_no_the_public_answer_is_whole() -> None:
    assert check(asked("==99", "99", route=SEVERAL)) is not None


def test_a_release_without_archives_does_not_count() -> None:
    assert check(asked("==1.0", "1.0", project=found(release("1.0", files=0), release("2.0")))) is not None
