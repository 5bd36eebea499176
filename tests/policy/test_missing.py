"""The contract's table "When evidence is missing", row by row and column by column."""

from __future__ import annotations

from datetime import date

import pytest

from depaudit.model.evidence import NOT_NEEDED, OFFLINE, Absent, BundledName, Evidence, Found, Lookup, Unknown
from depaudit.model.names import Ecosystem
from depaudit.model.project import Project
from depaudit.model.record import replace
from depaudit.model.requirement import Source, SourceKind
from depaudit.model.route import Foreign, Index, Route
from depaudit.policy.missing import Gap, downloads_missing, find_gap
from tests.report.sample import SNAPSHOT, bundled, evidence, package, project, public_route, wish

PYPI, NPM = Ecosystem.PYPI, Ecosystem.NPM
FAILED = Unknown("timed out")
ANSWERED = Found(project("x"), "pypi")
PRIVATE = Route(indexes=(Index(ecosystem=PYPI, url="https://inner.example/simple/", public=False),))
BOTH = replace(PRIVATE, indexes=(*PRIVATE.indexes, *public_route(PYPI).indexes))
FOREIGN = Foreign(url="https://foreign.example/simple/")
FOREIGN_BECAUSE = "only the audited repository names its index (https://foreign.example/simple/)"
RELEASES = ("version", "age")
EVERYTHING = ("existence", "version", "age")


def about(
    look_up: Lookup[Project],
    known: BundledName,
    *,
    ecosystem: Ecosystem = PYPI,
    version: str | None = None,
    route: Route | None = None,
) -> Evidence:
    return evidence(package(wish("x", ecosystem=ecosystem, version=version)), look_up, known=known, route=route)


def dated(newest: date | None) -> BundledName:
    """In PyPI's list, not ranked; the newest release came out in the month of ``newest``."""
    return replace(bundled(listed=True), newest_release=newest)


POPULAR = bundled(listed=True, rank=15_000)
LESS_POPULAR = bundled(listed=True, rank=15_001)
OLD, FRESH = dated(date(2026, 9, 1)), dated(date(2026, 10, 1))  # their months end 53 and 22 days before "now"
UNLISTED = bundled(listed=False)
NPM_LISTED, NPM_UNLISTED = bundled(NPM, listed=True), bundled(NPM, listed=False)
HIDDEN = bundled(listed=None)

TOO_FRESH = "not looked up (offline), and the bundled data do not tell that it is old enough"
NOT_IN_LIST = (
    "not looked up (offline), and the bundled list of 2026-11-01 does not know it, but names come up every day"
)
NOT_IN_NPM = "not looked up (offline), and it is not among the most used npm names that the bundled list holds"
NO_WORD = "not looked up (offline), and the bundled data say nothing of names of its index"


@pytest.mark.parametrize(
    ("known", "ecosystem", "gap"),
    [
        (POPULAR, PYPI, Gap(not_checked=RELEASES)),
        (LESS_POPULAR, PYPI, Gap(because=TOO_FRESH, not_checked=RELEASES)),
        (OLD, PYPI, Gap(not_checked=RELEASES)),
        (FRESH, PYPI, Gap(because=TOO_FRESH, not_checked=RELEASES)),
        (UNLISTED, PYPI, Gap(because=NOT_IN_LIST, not_checked=EVERYTHING)),
        (HIDDEN, PYPI, Gap(because=NO_WORD, not_checked=EVERYTHING)),
        (NPM_LISTED, NPM, Gap(not_checked=RELEASES)),
        (NPM_UNLISTED, NPM, Gap(because=NOT_IN_NPM, not_checked=EVERYTHING)),
    ],
)
@pytest.mark.parametrize("version", [None, "1.0"])
def test_by_choice_the_bundled_data_decide(
    known: BundledName, ecosystem: Ecosystem, gap: Gap, version: str | None
) -> None:
    assert find_gap(about(OFFLINE, known, ecosystem=ecosystem, version=version)) == gap


@pytest.mark.parametrize(
    ("known", "ecosystem", "version", "gap"),
    [
        (POPULAR, PYPI, None, Gap(incomplete=True)),
        (
            POPULAR,
            PYPI,
            "1.0",
            Gap(
                because="PyPI gave no answer (timed out), and a pinned version cannot be judged without it",
                incomplete=True,
            ),
        ),
        (OLD, PYPI, None, Gap(because="PyPI gave no answer (timed out)", incomplete=True)),
        (UNLISTED, PYPI, None, Gap(because="PyPI gave no answer (timed out)", incomplete=True)),
        (NPM_LISTED, NPM, None, Gap(because="npm gave no answer (timed out)", incomplete=True)),
        (NPM_UNLISTED, NPM, "1.0", Gap(because="npm gave no answer (timed out)", incomplete=True)),
    ],
)
def test_by_failure_only_unpinned_names_among_the_most_used_are_judged(
    known: BundledName, ecosystem: Ecosystem, version: str | None, gap: Gap
) -> None:
    assert find_gap(about(FAILED, known, ecosystem=ecosystem, version=version)) == gap


def test_a_name_that_the_list_rules_out_needs_no_answer() -> None:
    assert find_gap(about(OFFLINE, UNLISTED), existence_decided=True) == Gap(not_checked=RELEASES)
    assert find_gap(about(FAILED, UNLISTED), existence_decided=True) == Gap(incomplete=True)
    assert find_gap(about(Absent("pypi"), UNLISTED), existence_decided=True) == Gap()


def test_what_no_answer_could_change_is_no_gap() -> None:
    assert find_gap(about(NOT_NEEDED, POPULAR)) == Gap()
    # should the engine ever leave out what was needed, that is no pass
    assert find_gap(about(NOT_NEEDED, UNLISTED)).because == NOT_IN_LIST.replace("offline", "not needed")


def test_what_was_found_is_never_unknown() -> None:
    subject = about(ANSWERED, UNLISTED)
    assert find_gap(subject) == Gap()
    assert find_gap(replace(subject, downloads=FAILED, details=FAILED)) == Gap(not_checked=("details", "downloads"))
    assert find_gap(replace(subject, downloads=Found(0), details=Absent())) == Gap()
    # use and looks do not count on a private index, nor for a name among the most used
    assert find_gap(replace(subject, downloads=FAILED, details=FAILED, index_public=False)) == Gap()
    assert find_gap(replace(subject, downloads=FAILED, details=FAILED, bundled=POPULAR)) == Gap()
    assert find_gap(replace(subject, route=replace(subject.route, foreign=(FOREIGN,)))) == Gap()
    undated = replace(subject, project=Found(replace(project("x"), dates_known=False), "mirror"))
    untold = "its index tells no dates, and the bundled data do not tell that it is old enough"
    nothing = replace(undated, project=Found(replace(project("x"), releases=(), dates_known=False), "mirror"))
    assert find_gap(nothing) == Gap(not_checked=("age",))  # nothing was released: a rule says so
    assert find_gap(undated) == Gap(because=untold, not_checked=("age",), incomplete=True)
    assert find_gap(replace(undated, index_public=False)) == Gap()


def test_what_no_registry_serves_needs_none() -> None:
    for kind in (SourceKind.URL, SourceKind.GIT, SourceKind.PATH, SourceKind.WORKSPACE):
        subject = package(wish("x", source=Source(kind=kind, url="./x")))
        assert find_gap(evidence(subject, FAILED, known=UNLISTED)) == Gap()


def test_names_as_names_are_never_unknown() -> None:
    assert find_gap(evidence(package(wish("x")), OFFLINE, known=HIDDEN, names_only=True)) == Gap()


@pytest.mark.parametrize(
    ("route", "because"),
    [
        (Route(indexes=(), foreign=(FOREIGN,)), FOREIGN_BECAUSE),
        (
            Route(indexes=(), foreign=(FOREIGN, Foreign(url="https://b.example/"), FOREIGN)),
            "only the audited repository names its indexes (https://foreign.example/simple/, https://b.example/)",
        ),
        (Route(indexes=(), private=True), "its name is private, and no private index is set for it"),
        (
            Route(indexes=(), find_links=("./wheels",)),
            "it would come from a folder or page that no registry vouches for",
        ),
        (Route(indexes=()), "no index is set for it"),
    ],
)
@pytest.mark.parametrize("look_up", [NOT_NEEDED, OFFLINE, Unknown("no index to ask", asked=False)])
def test_a_name_that_may_be_asked_nowhere_is_unknown_however_popular(
    route: Route, because: str, look_up: Unknown
) -> None:
    assert find_gap(about(look_up, POPULAR, route=route)) == Gap(because=because)


def test_absence_is_no_answer_while_another_place_may_have_it() -> None:
    public = public_route(PYPI)
    assert find_gap(about(Absent("pypi"), UNLISTED)) == Gap()
    assert find_gap(about(Absent("pypi"), UNLISTED, route=replace(public, foreign=(FOREIGN,)))) == Gap(
        because=FOREIGN_BECAUSE
    )
    assert find_gap(about(Absent("pypi"), UNLISTED, route=replace(public, find_links=("./wheels",)))) == Gap(
        because="no index knows it, and it may come from a folder or page that no registry vouches for"
    )


def test_the_bundled_data_do_not_speak_of_private_names() -> None:
    assert find_gap(about(OFFLINE, POPULAR, route=PRIVATE)) == Gap(because=NO_WORD, not_checked=RELEASES)
    assert find_gap(about(OFFLINE, POPULAR, route=replace(BOTH, private=True))).because == NO_WORD
    assert find_gap(about(FAILED, POPULAR, route=PRIVATE)) == Gap(
        because="its index gave no answer (timed out)", incomplete=True
    )
    # beside a private index the public one's most used names stay what they are; others may be the private one's
    assert find_gap(about(OFFLINE, OLD, route=BOTH)) == Gap(because=NO_WORD, not_checked=RELEASES)
    assert find_gap(about(OFFLINE, POPULAR, route=BOTH)) == Gap(not_checked=RELEASES)
    assert find_gap(about(FAILED, POPULAR, route=BOTH)) == Gap(incomplete=True)


def test_downloads_that_were_wanted() -> None:
    subject = about(ANSWERED, UNLISTED)
    assert not downloads_missing(subject)
    assert downloads_missing(replace(subject, downloads=FAILED))
    assert downloads_missing(replace(subject, downloads=OFFLINE))
    assert not downloads_missing(replace(subject, downloads=Found(0)))
    assert not downloads_missing(replace(subject, downloads=FAILED, names_only=True))
    known = BundledName(listed=True, complete=False, snapshot=SNAPSHOT, downloads=10)
    assert not downloads_missing(replace(subject, downloads=FAILED, bundled=known))
