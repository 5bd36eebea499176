"""Established, old, young, blank: one table each, with the days on which they change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from depaudit.model.evidence import OFFLINE, Absent, Evidence, Found, Unknown
from depaudit.model.project import Details
from depaudit.model.settings import Thresholds
from depaudit.model.standing import (
    LONG,
    bundled_establishes,
    first_published,
    is_blank,
    is_established,
    is_old,
    is_young,
    month_is_long_past,
    monthly_downloads,
    most_used,
    package_age,
)
from tests.evidence import (
    BLANK,
    DESCRIBED,
    LISTED_LATELY,
    LISTED_LONG_AGO,
    MOST_USED,
    NOW,
    NPM,
    NPM_LISTED,
    NPM_UNLISTED,
    bundled,
    days_ago,
    evidence,
    found,
    release,
)

THREE = tuple(release(f"1.{minor}") for minor in range(3))
TWO = THREE[:2]


@pytest.mark.parametrize(
    ("rank", "answer"), [(None, False), (1, True), (15_000, True), (15_001, False)], ids=["none", "1", "last", "beyond"]
)
def test_most_used(rank: int | None, answer: bool) -> None:
    assert most_used(bundled(True, rank=rank)) is answer


@pytest.mark.parametrize(
    ("month", "days", "answer"),
    [
        (None, 0, False),
        (date(2026, 10, 1), 22, True),  # October ended when 1 November began: 22 days before the 23rd
        (date(2026, 10, 1), 23, False),
        (date(2025, 12, 1), 326, True),
        (date(2025, 12, 1), 327, False),
        (date(2026, 11, 1), 0, False),  # this month has not ended
    ],
)
def test_month_is_long_past(month: date | None, days: int, answer: bool) -> None:
    assert month_is_long_past(bundled(True, month=month), NOW, timedelta(days=days)) is answer


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (evidence(bundled=MOST_USED), True),
        (evidence(bundled=LISTED_LONG_AGO), True),
        (evidence(bundled=LISTED_LATELY), False),
        (evidence(bundled=bundled(True)), False),
        (evidence(bundled=bundled(False)), False),
        (evidence(bundled=bundled(None)), False),
        (evidence(ecosystem=NPM, bundled=NPM_LISTED), True),
        (evidence(ecosystem=NPM, bundled=NPM_UNLISTED), False),
        (evidence(ecosystem=NPM, bundled=bundled(None, complete=False)), False),
    ],
)
def test_bundled_establishes(given: Evidence, answer: bool) -> None:
    assert bundled_establishes(given) is answer


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (evidence(), None),
        (evidence(project=OFFLINE), None),
        (evidence(project=Absent()), None),
        (evidence(project=found(age=10)), timedelta(days=10)),
        (evidence(project=found(age=None)), None),
        (evidence(project=found(age=10), index_public=False), None),
        (evidence(project=found(age=10), index_public=None), None),
        (evidence(project=found(first_published=days_ago(10), dates_known=False)), None),
    ],
)
def test_package_age(given: Evidence, answer: timedelta | None) -> None:
    assert package_age(given) == answer
    assert (first_published(given) is None) is (answer is None)


@pytest.mark.parametrize(
    ("details", "answer"),
    [
        (OFFLINE, None),
        (Absent(), None),
        (BLANK, True),
        (Found(Details(description=False)), True),
        (Found(Details(homepage="https://sample.example")), True),
        (Found(Details(summary="A library.")), False),
        (Found(Details(description=True)), False),
        (Found(Details(repository="github.com/acme/sample")), False),
    ],
)
def test_is_blank(details: object, answer: bool | None) -> None:
    assert is_blank(evidence(project=found(), details=details)) is answer


def test_details_in_the_projects_own_answer_count() -> None:
    assert is_blank(evidence(ecosystem=NPM, project=found(details=Details()))) is True


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (evidence(), None),
        (evidence(downloads=Unknown("timed out")), None),
        (evidence(downloads=Found(0)), 0),
        (evidence(ecosystem=NPM, bundled=NPM_LISTED), 900),
        (evidence(ecosystem=NPM, bundled=NPM_LISTED, downloads=Found(7)), 7),
    ],
)
def test_monthly_downloads(given: Evidence, answer: int | None) -> None:
    assert monthly_downloads(given) == answer


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        # the most used are established whatever else is said
        (evidence(bundled=MOST_USED), True),
        (evidence(bundled=MOST_USED, project=found(age=1), details=BLANK), True),
        # nothing told: the snapshot decides
        (evidence(bundled=LISTED_LONG_AGO, project=OFFLINE), True),
        (evidence(bundled=LISTED_LONG_AGO, project=found(age=None)), True),
        (evidence(bundled=LISTED_LATELY, project=OFFLINE), False),
        # two of three signs, once it is old and not blank
        (evidence(project=found(*THREE), details=DESCRIBED), True),
        (evidence(project=found(*TWO), details=DESCRIBED), False),
        (evidence(project=found(*TWO), details=DESCRIBED, downloads=Found(500)), True),
        (evidence(project=found(*TWO), details=DESCRIBED, downloads=Found(499)), False),
        (evidence(project=found(*THREE), downloads=Found(500)), True),
        (evidence(project=found(*THREE), details=Unknown("timed out")), False),
        (evidence(project=found(*THREE), details=BLANK, downloads=Found(10_000)), False),
        (evidence(project=found(*THREE, age=180), details=DESCRIBED), True),
        (evidence(project=found(*THREE, age=179.9), details=DESCRIBED, downloads=Found(10_000)), False),
        # dates that contradict the snapshot win: the name may have been given up and taken again
        (evidence(bundled=LISTED_LONG_AGO, project=found(age=3), details=DESCRIBED), False),
        # a private index establishes nothing by itself
        (evidence(project=found(*THREE), details=DESCRIBED, index_public=False), False),
        # npm's list of the most used counts while the registry has not been asked
        (evidence(ecosystem=NPM, bundled=NPM_LISTED), True),
        (evidence(ecosystem=NPM, bundled=NPM_LISTED, project=found(age=40), details=DESCRIBED), False),
    ],
)
def test_is_established(given: Evidence, answer: bool) -> None:
    assert is_established(given) is answer


@pytest.mark.parametrize(
    ("given", "old", "young"),
    [
        (evidence(project=found(age=0)), False, True),
        (evidence(project=found(age=29.9)), False, True),
        (evidence(project=found(age=30)), False, False),
        (evidence(project=found(age=179.9)), False, False),
        (evidence(project=found(age=180)), True, False),
        (evidence(project=found(age=-1)), False, True),  # a clock that is wrong
        (evidence(project=OFFLINE), False, False),
        (evidence(project=Absent()), False, False),
        (evidence(project=OFFLINE, bundled=LISTED_LONG_AGO), True, False),
        (evidence(project=found(age=3), bundled=LISTED_LONG_AGO), False, True),
        (evidence(project=found(age=3), bundled=MOST_USED), False, False),
        (evidence(project=found(age=3), index_public=False), False, False),
        (evidence(project=found(age=3), thresholds=Thresholds(min_package_age=timedelta(days=2))), False, False),
    ],
)
def test_old_and_young(given: Evidence, old: bool, young: bool) -> None:
    assert (is_old(given), is_young(given)) == (old, young)


def test_long_is_180_days() -> None:
    assert timedelta(days=180) == LONG
