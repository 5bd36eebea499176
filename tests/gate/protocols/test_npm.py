"""npm's documents, read, edited and abbreviated."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.gate.base import Fetched, Treatment
from depaudit.gate.protocols.listing import Format, Listing
from depaudit.gate.protocols.npm import ABBREVIATED, abbreviate, edit_listing, read_listing, version_document
from depaudit.model.names import NormalizedName
from tests.gate.protocols.pages import HOLD, PASS, REFUSE, all_pass, answer, listed, refused_path, versions_of

REGISTRY = "https://registry.npmjs.org/"
NAME = NormalizedName("@o/x")
FULL = "application/json"
NO_STORE = (("content-type", FULL), ("cache-control", "no-store"))


def tarball(version: str) -> str:
    return f"https://registry.npmjs.org/@o/x/-/x-{version}.tgz"


def manifest(version: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "@o/x",
        "version": version,
        "description": "a thing",
        "scripts": {"test": "t"},
        "dependencies": {"b": "^1.0.0", "a": "^1.0.0"},
        "engines": {"node": ">=10"},
        "_id": f"@o/x@{version}",
        "_resolved": tarball(version),
        "_integrity": f"sha512-of-{version}",
        "_shasum": f"shasum-of-{version}",
        "dist": {
            "tarball": tarball(version),
            "integrity": f"sha512-of-{version}",
            "shasum": f"shasum-of-{version}",
            "fileCount": 3,
            "unpackedSize": 99,
            "signatures": [{"keyid": "k", "sig": f"sig-of-{version}"}],
            "attestations": {"url": f"https://registry.npmjs.org/-/npm/v1/attestations/@o%2fx@{version}"},
        },
    } | more


def packument(*manifests: dict[str, Any], tags: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    versions = [one["version"] for one in manifests]
    return {
        "_id": "@o/x",
        "_rev": "1-a",
        "name": "@o/x",
        "dist-tags": {"latest": versions[-1]} if tags is None else tags,
        "versions": {one["version"]: one for one in manifests},
        "time": {"created": "2020-01-01T00:00:00.000Z", "modified": "2020-12-01T00:00:00.000Z"}
        | {version: f"2020-01-0{place}T00:00:00.000Z" for place, version in enumerate(versions, 1)},
        "readme": "# x",
        "_attachments": {},
    } | more


ONE, TWO, THREE = (
    manifest("1.0.0"),
    manifest("1.1.0", deprecated="no"),
    manifest("2.0.0-rc.1", scripts={"install": "i"}),
)
ALL = packument(ONE, TWO, THREE, tags={"latest": "1.1.0", "next": "2.0.0-rc.1"})


def fetched(body: Any, kind: str = FULL, path: str = "@o%2fx") -> Fetched:
    return answer(body, kind, REGISTRY + path)


def read(answered: Fetched) -> Listing:
    listing = read_listing(answered, NAME, REGISTRY)
    assert isinstance(listing, Listing), listing
    return listing


def test_reading() -> None:
    listing = read(fetched(ALL))
    assert listing.format is Format.PACKUMENT
    assert [(release.version, release.runs_code) for release in listing.project.releases] == [
        ("1.0.0", False),
        ("1.1.0", False),
        ("2.0.0-rc.1", True),
    ]
    assert listed(listing) == [
        (version, tarball(version), f"x-{version}.tgz", None) for version in ("1.0.0", "1.1.0", "2.0.0-rc.1")
    ]


def test_nothing_to_do() -> None:
    answered = fetched(json.dumps(ALL, indent=3).encode())
    listing = read(answered)
    assert edit_listing(answered, listing, all_pass(listing), refused_path) == (answered.body, NO_STORE)


def test_a_refused_version_stays_listed_without_its_bytes() -> None:
    answered = fetched(ALL)
    body, headers = edit_listing(
        answered, read(answered), {"1.0.0": PASS, "1.1.0": PASS, "2.0.0-rc.1": REFUSE}, refused_path
    )
    refused = {
        "name": "@o/x",
        "version": "2.0.0-rc.1",
        "dependencies": {"b": "^1.0.0", "a": "^1.0.0"},
        "engines": {"node": ">=10"},
        "hasInstallScript": True,
        "dist": {"tarball": "https://registry.npmjs.org/-run-/x-2.0.0-rc.1.tgz", "shasum": ""},
    }
    expected = ALL | {"versions": {"1.0.0": ONE, "1.1.0": TWO, "2.0.0-rc.1": refused}}
    del expected["_attachments"]
    assert json.loads(body) == expected
    assert headers == NO_STORE


def test_a_held_version_is_left_out_and_the_tags_move() -> None:
    answered = fetched(ALL)
    body, _ = edit_listing(answered, read(answered), {"1.0.0": PASS, "1.1.0": HOLD, "2.0.0-rc.1": HOLD}, refused_path)
    expected = packument(ONE, tags={"latest": "1.0.0", "next": "1.0.0"})
    expected["time"]["modified"] = "2020-01-01T00:00:00.000Z"
    del expected["_attachments"]
    assert json.loads(body) == expected


def test_nothing_is_left() -> None:
    answered = fetched(packument(ONE))
    body, _ = edit_listing(answered, read(answered), {"1.0.0": HOLD}, refused_path)
    left = json.loads(body)
    assert (left["versions"], left["dist-tags"]) == ({}, {})
    assert left["time"] == {"created": "2020-01-01T00:00:00.000Z", "modified": "2020-12-01T00:00:00.000Z"}


def test_what_nobody_judged_is_refused() -> None:
    answered = fetched(packument(ONE, TWO))
    body, _ = edit_listing(answered, read(answered), {"1.0.0": PASS}, refused_path)
    assert [one["dist"]["shasum"] for one in json.loads(body)["versions"].values()] == ["shasum-of-1.0.0", ""]


def test_an_abbreviated_packument_is_edited_as_it_is() -> None:
    short = json.loads(abbreviate(json.dumps(ALL).encode()))
    answered = fetched(short, ABBREVIATED)
    listing = read(answered)
    same = edit_listing(answered, listing, all_pass(listing), refused_path, abbreviated=True)
    assert same == (answered.body, (("content-type", ABBREVIATED), ("cache-control", "no-store")))
    body, _ = edit_listing(answered, listing, {"1.0.0": PASS, "1.1.0": HOLD, "2.0.0-rc.1": PASS}, refused_path)
    assert json.loads(body)["dist-tags"] == {"latest": "1.0.0", "next": "2.0.0-rc.1"}
    assert list(json.loads(body)["versions"]) == ["1.0.0", "2.0.0-rc.1"]
    assert "time" not in json.loads(body)


def test_abbreviating() -> None:
    full = packument(
        manifest("1.0.0", scripts={"postinstall": "p"}, bundledDependencies=["c"], libc=["glibc"], os=["linux"]),
        manifest("1.1.0", deprecated="no", _hasShrinkwrap=False, license="MIT", bin={"x": "x.js"}, funding="f"),
    )
    kept = {"name": "@o/x", "dependencies": {"b": "^1.0.0", "a": "^1.0.0"}, "engines": {"node": ">=10"}}
    expected = {
        "name": "@o/x",
        "dist-tags": {"latest": "1.1.0"},
        "versions": {
            "1.0.0": kept
            | {
                "version": "1.0.0",
                "dist": manifest("1.0.0")["dist"],
                "libc": ["glibc"],
                "os": ["linux"],
                "bundleDependencies": ["c"],
                "hasInstallScript": True,
            },
            "1.1.0": kept
            | {
                "version": "1.1.0",
                "dist": manifest("1.1.0")["dist"],
                "deprecated": "no",
                "_hasShrinkwrap": False,
                "bin": {"x": "x.js"},
                "funding": "f",
            },
        },
        "modified": "2020-12-01T00:00:00.000Z",
    }
    answered = fetched(full)
    listing = read(answered)
    assert json.loads(abbreviate(answered.body)) == expected
    body, headers = edit_listing(answered, listing, all_pass(listing), refused_path, abbreviated=True)
    assert json.loads(body) == expected
    assert headers == (("content-type", ABBREVIATED), ("cache-control", "no-store"))
    undated = full | {"time": {"1.0.0": "2020-01-01T00:00:00.000Z", "1.1.0": "2020-01-02T00:00:00.000Z"}}
    assert json.loads(abbreviate(json.dumps(undated).encode()))["modified"] == "2020-01-02T00:00:00.000Z"
    assert abbreviate(b"no packument") == b"no packument"


@pytest.mark.parametrize(("wanted", "version"), [("latest", "1.1.0"), ("1.0.0", "1.0.0"), ("next", "2.0.0-rc.1")])
def test_one_version_of_a_packument(wanted: str, version: str) -> None:
    answered = fetched(ALL)
    listing = read(answered)
    document = version_document(answered, listing, wanted, all_pass(listing), refused_path)
    assert document is not None
    assert json.loads(document[0]) == ALL["versions"][version]
    assert document[1] == NO_STORE


def test_one_held_version_of_a_packument() -> None:
    answered = fetched(ALL)
    listing = read(answered)
    treatment = all_pass(listing) | {"1.1.0": HOLD}
    latest = version_document(answered, listing, "latest", treatment, refused_path)
    assert latest is not None
    assert json.loads(latest[0]) == ONE
    assert version_document(answered, listing, "1.1.0", treatment, refused_path) is None
    assert version_document(answered, listing, "beta", treatment, refused_path) is None


def test_a_document_of_one_version() -> None:
    answered = fetched(ONE, path="@o/x/latest")
    listing = read(answered)
    assert listing.format is Format.VERSION
    assert listed(listing) == [("1.0.0", tarball("1.0.0"), "x-1.0.0.tgz", None)]
    assert edit_listing(answered, listing, {"1.0.0": PASS}, refused_path) == (answered.body, NO_STORE)
    for what in (REFUSE, HOLD):
        body, _ = edit_listing(answered, listing, {"1.0.0": what}, refused_path)
        assert json.loads(body)["dist"] == {
            "tarball": "https://registry.npmjs.org/-run-/x-1.0.0.tgz",
            "shasum": "",
        }


def test_a_manifest_that_names_no_archive_has_the_usual_one() -> None:
    answered = fetched(packument({"name": "@o/x", "version": "1.0.0"}))
    assert listed(read(answered)) == [("1.0.0", tarball("1.0.0"), "x-1.0.0.tgz", None)]
    body, _ = edit_listing(answered, read(answered), {"1.0.0": REFUSE}, refused_path)
    assert "-run-" in json.loads(body)["versions"]["1.0.0"]["dist"]["tarball"]


def test_a_refused_place_is_refused_in_every_spelling_and_under_every_version() -> None:
    twin = manifest("1.1.0") | {"dist": {"tarball": "https://REGISTRY.npmjs.org:443/%40o/x/-/x-1.0.0.tgz"}}
    answered = fetched(packument(ONE, twin))
    listing = read(answered)
    refused, _ = edit_listing(answered, listing, {"1.0.0": REFUSE, "1.1.0": PASS}, refused_path)
    assert refused.count(b"-run-") == 2
    placed, _ = edit_listing(answered, listing, all_pass(listing), refused_path, refused_files=[tarball("1.0.0")])
    assert placed == refused


@pytest.mark.parametrize(
    ("written", "url", "filename"),
    [
        ("/@o/x/-/x-1.0.0.tgz", tarball("1.0.0"), "x-1.0.0.tgz"),
        (tarball("1.0.0%2Bb") + "?a=/b#c", tarball("1.0.0%2Bb") + "?a=/b", "x-1.0.0+b.tgz"),
        ("http://[x", "http://[x", "[x"),
    ],
)
def test_where_an_archive_is(written: str, url: str, filename: str) -> None:
    answered = fetched(packument(manifest("1.0.0", dist={"tarball": written})))
    assert listed(read(answered)) == [("1.0.0", url, filename, None)]


def test_a_key_twice_is_written_once() -> None:
    body = b'{"name":"@o/x","versions":{"9.0.0":{}},"versions":{}}'
    answered = fetched(body)
    edited, _ = edit_listing(answered, read(answered), {}, refused_path)
    assert edited == b'{"name":"@o/x","versions":{}}'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>", "the answer is not JSON, or too deep to be read"),
        ([], "answered nonsense: JSON that is no packument"),
        ({"versions": {}}, "answered nonsense: JSON that is no packument"),
        ({"name": "@o/x", "versions": {"1.0.0": 1}}, "answered nonsense: JSON that is no packument"),
        ({"name": "@o/y", "versions": {}}, "answered nonsense: a page of another project"),
    ],
)
def test_what_cannot_be_read(body: Any, why: str) -> None:
    assert read_listing(fetched(body), NAME, REGISTRY) == why


def test_another_status() -> None:
    assert (
        read_listing(Fetched(status=503, reason="", headers=(), body=b"", url=REGISTRY), NAME, REGISTRY) == "HTTP 503"
    )


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["1.0.0", "1.1.0", "1.2.0", "2.0.0-rc.1", "junk"]), st.sampled_from(Treatment)),
    st.booleans(),
)
def test_nothing_of_what_is_refused_survives(treatment: dict[str, Treatment], short: bool) -> None:
    answered = fetched(packument(*map(manifest, treatment), tags={tag: tag for tag in treatment}))
    listing = read(answered)
    assert set(versions_of(listing)) == set(treatment)
    body, _ = edit_listing(answered, listing, treatment, refused_path, abbreviated=short)
    text = body.decode()
    for version, what in treatment.items():
        assert (tarball(version) in text) == (what is PASS)
        assert (f"-of-{version}" in text) == (what is PASS)
    left = json.loads(body)
    assert set(left["versions"]) == {version for version, what in treatment.items() if what is not HOLD}
    assert set(left["dist-tags"].values()) <= set(left["versions"])


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    st.binary(max_size=40)
    | _VALUES
    | st.builds(
        lambda key, value: packument(ONE) | {key: value},
        st.sampled_from(["name", "versions", "time", "dist-tags", "_id", "version"]),
        _VALUES,
    )
    | st.builds(
        lambda key, value: packument(ONE | {key: value}),
        st.sampled_from(["dist", "scripts", "deprecated", "name", "bundledDependencies"]),
        _VALUES,
    )
    | _VALUES.map(lambda value: packument(ONE | {"dist": {"tarball": value}}))
    | _VALUES.map(lambda value: ONE | {"dist": value})
)
def test_reading_never_fails(body: Any) -> None:
    answered = fetched(body)
    abbreviate(answered.body)
    listing = read_listing(answered, NAME, REGISTRY)
    if isinstance(listing, Listing):
        for what in Treatment:
            edit_listing(
                answered, listing, dict.fromkeys(versions_of(listing), what), lambda file: "x", abbreviated=True
            )
    else:
        assert listing
