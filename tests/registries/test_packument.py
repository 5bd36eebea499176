"""npm's packuments."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Details, Project, Release, Status
from depaudit.registries.errors import Failure
from depaudit.registries.packument import read_packument

INDEX = "https://registry.npmjs.org/"
NAME = NormalizedName("left-pad")
DIST = {"tarball": "https://registry.npmjs.org/left-pad/-/left-pad-1.0.0.tgz"}
THEN = datetime(2014, 3, 14, tzinfo=timezone.utc)


def read(**over: Any) -> Project | Failure:
    return read_packument(NAME, INDEX, json.dumps({"name": "left-pad"} | over).encode())


def project(**fields: Any) -> Project:
    return Project(ecosystem=Ecosystem.NPM, name=NAME, index=INDEX, **fields)


def test_a_full_packument() -> None:
    got = read(
        **{"dist-tags": {"latest": "1.1.0", "next": "2.0.0-0"}},
        description=" String left pad ",
        repository={"type": "git", "url": "git+ssh://git@github.com/Stevemao/left-pad.git"},
        homepage="https://left-pad.example/",
        readme="# left-pad",
        maintainers=[{"name": "Stevemao", "email": "x"}, {"name": "azer"}, "old <old@example>", 7, {}],
        time={
            "created": "2014-03-14T00:00:00.000Z",
            "modified": "2020-01-01T00:00:00.000Z",
            "1.0.0": "2014-03-14T01:00:00.000Z",
            "1.1.0": "2015-03-14T00:00:00.000Z",
        },
        versions={
            "1.0.0": {"dist": DIST, "deprecated": "use padStart", "scripts": {"test": "x", "postinstall": "node x"}},
            "1.1.0": {"dist": DIST, "deprecated": "", "scripts": {"test": "x"}},
        },
    )
    assert got == project(
        releases=(
            Release(
                version="1.0.0",
                published_at=THEN.replace(hour=1),
                deprecated="use padStart",
                runs_code=True,
                files=1,
            ),
            Release(version="1.1.0", published_at=THEN.replace(year=2015), runs_code=False, files=1),
        ),
        first_published=THEN,
        latest="1.1.0",
        tags=(("latest", "1.1.0"), ("next", "2.0.0-0")),
        details=Details(
            summary="String left pad",
            description=True,
            repository="github.com/stevemao/left-pad",
            homepage="https://left-pad.example/",
            owners=("azer", "old", "stevemao"),
        ),
    )


def test_an_abbreviated_packument() -> None:
    got = read(
        **{"dist-tags": {"latest": "1.0.0"}},
        modified="2020-01-01T00:00:00.000Z",
        versions={"1.0.0": {"name": "left-pad", "dist": DIST, "hasInstallScript": True}},
    )
    assert got == project(
        releases=(Release(version="1.0.0", runs_code=True, files=1),),
        latest="1.0.0",
        tags=(("latest", "1.0.0"),),
        dates_known=False,
    )


def test_a_mirror_without_created_and_details() -> None:
    got = read(
        _id="left-pad",
        time={"1.0.0": "2014-03-14T00:00:00.000Z", "2.0.0": "2015-01-01T00:00:00.000Z"},
        versions={"1.0.0": {"dist": DIST}, "2.0.0": {"dist": DIST}},
    )
    assert isinstance(got, Project)
    assert (got.first_published, got.dates_known, got.details) == (THEN, True, None)


def test_a_mirror_that_leaves_out_a_date() -> None:
    got = read(time={"2.0.0": "2015-01-01T00:00:00.000Z"}, versions={"1.0.0": {}, "2.0.0": {}})
    assert isinstance(got, Project)
    assert (got.first_published, got.dates_known) == (None, False)


def test_details_of_the_newest_version_where_the_top_has_none() -> None:
    got = read(
        **{"dist-tags": {"latest": "1.0.0"}},
        versions={"1.0.0": {"description": "pads", "repository": "azer/left-pad", "maintainers": [{"name": "azer"}]}},
    )
    assert isinstance(got, Project)
    assert got.details == Details(summary="pads", repository="github.com/azer/left-pad", owners=("azer",))


@pytest.mark.parametrize("version", ["0.0.1-security", "0.0.2-security", "0.0.1-security.0"])
def test_a_security_holder(version: str) -> None:
    got = read(**{"dist-tags": {"latest": version}}, versions={version: {"dist": DIST}})
    assert isinstance(got, Project)
    assert got.status is Status.SECURITY_HOLDING


def test_a_version_that_only_mentions_security() -> None:
    got = read(**{"dist-tags": {"latest": "1.0.0-security"}}, versions={"1.0.0-security": {}})
    assert isinstance(got, Project)
    assert got.status is Status.ACTIVE


def test_deprecated_as_a_whole() -> None:
    got = read(**{"dist-tags": {"latest": "1.0.0"}}, versions={"1.0.0": {"deprecated": "gone" * 1000}})
    assert isinstance(got, Project)
    assert (got.status, got.status_reason) == (Status.DEPRECATED, ("gone" * 1000)[:500])


@pytest.mark.parametrize(
    "over",
    [
        {"time": {"created": "2014-03-14T00:00:00.000Z", "unpublished": {"time": "x", "versions": ["1.0.0"]}}},
        {"time": {"created": "2014-03-14T00:00:00.000Z"}, "versions": {}, "dist-tags": {}},
    ],
)
def test_unpublished(over: dict[str, Any]) -> None:
    assert read(**over) == project(status=Status.UNPUBLISHED, first_published=THEN)


def test_a_mirror_s_unpublished() -> None:
    assert read(versions={}) == project(status=Status.UNPUBLISHED, dates_known=False)


@pytest.mark.parametrize("readme", ["", " ", "ERROR: No README data found!"])
def test_no_readme(readme: str) -> None:
    got = read(readme=readme, maintainers=[{"name": "a"}])
    assert isinstance(got, Project)
    assert got.details == Details(description=False, owners=("a",))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "JSON that is no packument"),
        (b"{}", "JSON that is no packument"),
        (b'{"error": "Not found"}', "JSON that is no packument"),
        (b'{"name": 7}', "JSON that is no packument"),
        (b'{"name": "left-pad", "versions": []}', "JSON that is no packument"),
        (b'{"name": "left-pad", "versions": {"1": "x"}}', "JSON that is no packument"),
        (b'{"name": "left-pad", "time": []}', "JSON that is no packument"),
        (b'{"name": "left-pad", "dist-tags": "latest"}', "JSON that is no packument"),
        (b'{"name": "Left-pad", "versions": {}}', "a page of another project"),
    ],
)
def test_what_is_no_packument(body: bytes, reason: str) -> None:
    assert read_packument(NAME, INDEX, body) == Failure(f"answered nonsense: {reason}")


_KEYS = ["name", "versions", "time", "dist-tags", "latest", "1.0.0", "created", "dist", "scripts", "maintainers"]
_MORE = ["deprecated", "description", "repository", "url", "homepage", "readme", "tarball", "install"]


@settings(deadline=None, max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(_KEYS + _MORE),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.sampled_from(["left-pad", "1.0.0", "2014-03-14T00:00:00Z", ""]),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS + _MORE), inner, max_size=4)
            ),
            max_leaves=12,
        ),
        max_size=8,
    )
)
def test_any_json_gives_a_project_or_a_failure(value: dict[str, Any]) -> None:
    assert isinstance(read(**value), (Project, Failure))
