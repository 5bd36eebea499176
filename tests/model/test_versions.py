"""Which releases a requirement admits, and which one a client would take."""

from __future__ import annotations

import pytest

from depaudit.model.evidence import OFFLINE, Evidence
from depaudit.model.names import Ecosystem
from depaudit.model.project import Release
from depaudit.model.requirement import Requirement
from depaudit.model.versions import (
    admits_any,
    admitted,
    ascending,
    matching,
    nearest,
    newest,
    satisfies,
    selected_release,
)
from tests.evidence import ABSENT, NPM, PYPI, evidence, found, project, release, wish


@pytest.mark.parametrize(
    ("ecosystem", "version", "specifier", "answer"),
    [
        (PYPI, "1.0", "", True),
        (PYPI, "1.0", "==1.0", True),
        (PYPI, "1.0", "==1.0.0", True),
        (PYPI, "1.0", " == 1.0 ", True),
        (PYPI, "1.0", "1.0", True),
        (PYPI, "1.0", "1.1", False),
        (PYPI, "1.0.0", "===1.0", False),
        (PYPI, "1.0.0RC1", "===1.0.0rc1", True),
        (PYPI, "2004d", "===2004d", True),
        (PYPI, "2004d", "==2004d", True),
        (PYPI, "2004d", ">=1", False),
        (PYPI, "1.5", ">=1,<2", True),
        (PYPI, "2.0", ">=1,<2", False),
        (PYPI, "1.5.1", "==1.5.*", True),
        (PYPI, "1.5.1", "~=1.5", True),
        (PYPI, "2.0", "~=1.5", False),
        (PYPI, "2.0a1", ">=1", True),
        (PYPI, "2.1.0+cu118", "==2.1.0", True),
        (PYPI, "2.1.0", "==2.1.0+cu118", False),
        (PYPI, "1.5", "!=1.5", False),
        (PYPI, "1.0", "^1.0", None),
        (PYPI, "1.0", "latest", None),
        (PYPI, "1.0", "=1.0", None),
        (PYPI, "1.0", ">=1," * 400, None),
        (PYPI, "1." * 200, ">=1", False),
        (NPM, "1.2.3", "1.2.3", True),
        (NPM, "1.2.3", "^1", True),
        (NPM, "2.0.0-a", "*", False),
        (NPM, "1.2.3", "latest", None),
        (NPM, "1.2.3", "catalog:", None),
        (NPM, "odd", "^1", False),
    ],
)
def test_satisfies(ecosystem: Ecosystem, version: str, specifier: str, answer: bool | None) -> None:
    assert satisfies(ecosystem, version, specifier) is answer


def test_matching_keeps_the_order_given() -> None:
    assert matching(PYPI, ["1.2", "odd", "0.9", "1.1"], ">=1") == ["1.2", "1.1"]
    assert matching(NPM, ["1.2.0", "odd", "0.9.0", "1.1.0"], "^1") == ["1.2.0", "1.1.0"]


@pytest.mark.parametrize(
    ("ecosystem", "versions", "specifier", "answer"),
    [
        (PYPI, "1.0 1.10 1.9", "", "1.10"),
        (PYPI, "1.0 1.0.0.1 1", "", "1.0.0.1"),
        (PYPI, "1.0 1.1 2.0a1", "", "1.1"),
        (PYPI, "1.0 1.1 2.0a1", ">=1.0a1", "2.0a1"),
        (PYPI, "2.0a1 2.0b1", "", "2.0b1"),
        (PYPI, "2.0a1 1.0", ">=1.5", "2.0a1"),
        (PYPI, "1.0 1.0.post1 2.0.dev1", "", "1.0.post1"),
        (PYPI, "1.0 1!0.1", "", "1!0.1"),
        (PYPI, "1.0 2.0", "==1.0", "1.0"),
        (PYPI, "1.0 2.0", "1.0", "1.0"),
        (PYPI, "1.0", ">=2", None),
        (PYPI, "1.0", "^1", None),
        (PYPI, "odd", "", None),
        (PYPI, "", "", None),
        (NPM, "1.0.0 1.10.0 1.9.0 2.0.0-rc.1", "", "1.10.0"),
        (NPM, "1.0.0 1.10.0 1.9.0 2.0.0-rc.1", "latest", "1.10.0"),
        (NPM, "2.0.0-rc.1 2.0.0-rc.2", "*", "2.0.0-rc.2"),
        (NPM, "1.0.0 2.0.0", "^1", "1.0.0"),
        (NPM, "1.0.0", "^2", None),
        (NPM, "1.0.0", "next", None),
    ],
)
def test_newest(ecosystem: Ecosystem, versions: str, specifier: str, answer: str | None) -> None:
    assert newest(ecosystem, versions.split(), specifier) == answer


def test_ascending_leaves_out_what_is_no_version() -> None:
    assert ascending(PYPI, ["1.10", "1.9rc1", "odd", "1.9"]) == ["1.9rc1", "1.9", "1.10"]
    assert ascending(NPM, ["1.10.0", "1.9.0-rc.1", "odd", "1.9.0"]) == ["1.9.0-rc.1", "1.9.0", "1.10.0"]


@pytest.mark.parametrize(
    ("ecosystem", "versions", "specifier", "answer"),
    [
        (PYPI, "1.0 1.1 1.2 2.0 3.0", "==1.3", ("2.0", "1.2", "1.1")),
        (PYPI, "1.0 1.1 1.2 2.0 3.0", "==0.1", ("1.2", "1.1", "1.0")),
        (PYPI, "1.0 1.1 1.2 2.0 3.0", "==99", ("3.0", "2.0", "1.2")),
        (PYPI, "1.0 1.1 1.2 2.0 3.0", ">=99,<100", ("3.0", "2.0", "1.2")),
        (PYPI, "1.0 1.1 1.2 2.0 3.0", "==2004x", ("3.0", "2.0", "1.2")),
        (PYPI, "1.0", "==2", ("1.0",)),
        (PYPI, "odd", "==2", ()),
        (NPM, "1.0.0 1.1.0 2.0.0 3.0.0", "1.2.0", ("2.0.0", "1.1.0", "1.0.0")),
        (NPM, "1.0.0 1.1.0 2.0.0 3.0.0", "^9", ("3.0.0", "2.0.0", "1.1.0")),
        (NPM, "1.0.0 1.1.0 2.0.0 3.0.0", "beta", ("3.0.0", "2.0.0", "1.1.0")),
    ],
)
def test_nearest(ecosystem: Ecosystem, versions: str, specifier: str, answer: tuple[str, ...]) -> None:
    assert nearest(ecosystem, versions.split(), specifier) == answer


NPM_RELEASES = tuple(release(version) for version in ("1.0.0", "1.5.0", "2.0.0", "3.0.0-rc.1"))
TAGS = (("latest", "1.5.0"), ("next", "3.0.0-rc.1"))


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (wish(ecosystem=NPM), ("1.0.0", "1.5.0", "2.0.0", "3.0.0-rc.1")),
        (wish(ecosystem=NPM, specifier="next"), ("3.0.0-rc.1",)),
        (wish(ecosystem=NPM, specifier="latest"), ("1.5.0",)),
        (wish(ecosystem=NPM, specifier="beta"), ()),
        (wish(ecosystem=NPM, specifier="^1"), ("1.0.0", "1.5.0")),
        (wish(ecosystem=NPM, specifier="catalog:"), None),
        (wish(ecosystem=NPM, specifier="user/repo"), None),
        (wish(ecosystem=NPM, specifier="^1", pin="1.0.0"), ("1.0.0",)),
        (wish(ecosystem=NPM, pin="9.9.9"), ()),
    ],
)
def test_what_npm_admits(asked: Requirement, answer: tuple[str, ...] | None) -> None:
    known = project(*NPM_RELEASES, ecosystem=NPM, latest="1.5.0", tags=TAGS)
    kept = admitted(known, asked)
    assert (None if kept is None else tuple(sorted(one.version for one in kept))) == answer


def test_an_unknown_tag_says_nothing_where_tags_are_not_told() -> None:
    assert admitted(project(*NPM_RELEASES, ecosystem=NPM), wish(ecosystem=NPM, specifier="beta")) is None


def test_a_release_without_archives_is_not_admitted() -> None:
    known = project(release("1.0", files=0), release("0.9", files=None))
    assert admitted(known, wish()) == (release("0.9", files=None),)
    assert admitted(known, wish(pin="1.0")) == ()


@pytest.mark.parametrize(("specifier", "answer"), [("^1", True), ("^9", False), ("catalog:", None), ("", True)])
def test_whether_any_release_is_admitted(specifier: str, answer: bool | None) -> None:
    known = project(*NPM_RELEASES, ecosystem=NPM)
    assert admits_any(known, wish(ecosystem=NPM, specifier=specifier)) is answer


def selected(*wishes: Requirement, releases: tuple[Release, ...], **changes: object) -> str | None:
    ecosystem = wishes[0].ecosystem
    answer = found(*releases, ecosystem=ecosystem, **changes)
    chosen = selected_release(evidence(ecosystem=ecosystem, wishes=wishes, project=answer))
    return None if chosen is None else chosen.version


PYPI_RELEASES = (release("1.0"), release("1.1"), release("1.2", yanked="broken"), release("2.0a1"))


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (wish(), "1.1"),
        (wish(specifier="<1.1"), "1.0"),
        (wish(specifier=">=2.0a0"), "2.0a1"),
        (wish(specifier=">1.1,<1.3"), "1.2"),  # nothing but the yanked one is left
        (wish(specifier="==1.2", pin="1.2"), "1.2"),
        (wish(specifier="==1.2.0", pin="1.2.0"), "1.2"),
        (wish(specifier="==9", pin="9"), None),
        (wish(specifier="^1"), None),
    ],
)
def test_what_pip_would_take(asked: Requirement, answer: str | None) -> None:
    assert selected(asked, releases=PYPI_RELEASES) == answer


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (wish(ecosystem=NPM), "1.5.0"),
        (wish(ecosystem=NPM, specifier="*"), "1.5.0"),
        (wish(ecosystem=NPM, specifier="^1"), "1.5.0"),
        (wish(ecosystem=NPM, specifier=">=1.6"), "2.0.0"),
        (wish(ecosystem=NPM, specifier="next"), "3.0.0-rc.1"),
        (wish(ecosystem=NPM, specifier="<1.5"), "1.0.0"),
        (wish(ecosystem=NPM, pin="2.0.0"), "2.0.0"),
    ],
)
def test_what_npm_would_take(asked: Requirement, answer: str | None) -> None:
    assert selected(asked, releases=NPM_RELEASES, latest="1.5.0", tags=TAGS) == answer


def test_npm_prefers_what_is_not_deprecated() -> None:
    releases = (release("1.0.0"), release("1.1.0", deprecated="no"), release("1.2.0", deprecated="no"))
    assert selected(wish(ecosystem=NPM, specifier="^1"), releases=releases, latest="1.2.0") == "1.0.0"
    assert selected(wish(ecosystem=NPM, specifier="^1.1"), releases=releases, latest="1.2.0") == "1.2.0"


def test_of_several_requirements_the_newest_release_counts() -> None:
    assert selected(wish(specifier="<1.1"), wish(), releases=PYPI_RELEASES) == "1.1"


@pytest.mark.parametrize("given", [evidence(), evidence(project=OFFLINE), evidence(project=ABSENT)])
def test_nothing_is_selected_of_what_is_not_known(given: Evidence) -> None:
    assert selected_release(given) is None
