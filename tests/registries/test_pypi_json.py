"""PyPI's JSON API, and the links in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from depaudit.model.names import NormalizedName
from depaudit.model.project import Details
from depaudit.registries.errors import Failure
from depaudit.registries.pypi_json import read_details
from depaudit.registries.repository import repository_of

FLASK = NormalizedName("flask")


def read(ownership: object = None, **info: Any) -> Details | Failure:
    return read_details(FLASK, json.dumps({"info": {"name": "Flask"} | info, "ownership": ownership}).encode())


def test_details() -> None:
    assert read(
        {
            "roles": [{"role": "Owner", "user": "Mitsuhiko"}, {"role": "Maintainer", "user": "davidism"}],
            "organization": "pallets",
        },
        summary="A simple framework.",
        description="# Flask",
        home_page=None,
        project_urls={
            "Donate": "https://github.com/sponsors/pallets",
            "Changes": "https://flask.example/changes",
            "Funding": "https://github.com/pallets/money",
            "Source": "https://github.com/Pallets/Flask/",
        },
    ) == Details(
        summary="A simple framework.",
        description=True,
        repository="github.com/pallets/flask",
        homepage="https://flask.example/changes",
        owners=("davidism", "mitsuhiko", "pallets"),
    )


def test_a_blank_project() -> None:
    assert read(summary=None, description="UNKNOWN", home_page="UNKNOWN", project_urls=None) == Details(
        description=False
    )


def test_a_source_link_counts_before_the_home_page() -> None:
    got = read(home_page="https://github.com/a/site", project_urls={"Bugs": "https://github.com/a/bugs/issues"})
    assert isinstance(got, Details)
    assert got.repository == "github.com/a/site"
    got = read(home_page="https://github.com/a/site", project_urls={"Source Code": "https://github.com/a/code"})
    assert isinstance(got, Details)
    assert got.repository == "github.com/a/code"


@pytest.mark.parametrize("ownership", [7, [], {"roles": 7}, {"roles": [7, {}, {"user": 7}]}, {"organization": 7}])
def test_strange_ownership(ownership: object) -> None:
    assert read(ownership) == Details(description=False)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"[]", "JSON that describes no project"),
        (b'{"info": []}', "JSON that describes no project"),
        (b'{"info": {"name": 1}}', "JSON that describes no project"),
        (b'{"info": {"name": "flask-admin"}}', "a page of another project"),
        (b'{"info": {"name": "\\u0000"}}', "a page of another project"),
    ],
)
def test_what_is_no_description(body: bytes, reason: str) -> None:
    assert read_details(FLASK, body) == Failure(f"answered nonsense: {reason}")


@pytest.mark.parametrize(
    ("link", "repository"),
    [
        ("https://github.com/Pallets/Flask", "github.com/pallets/flask"),
        ("http://www.github.com/pallets/flask/tree/main/src#readme", "github.com/pallets/flask"),
        ("github.com/pallets/flask", "github.com/pallets/flask"),
        ("git+https://github.com/pallets/flask.git", "github.com/pallets/flask"),
        ("git://github.com/pallets/flask.git#main", "github.com/pallets/flask"),
        ("ssh://git@github.com:22/pallets/flask.git", "github.com/pallets/flask"),
        ("git@github.com:pallets/flask.git", "github.com/pallets/flask"),
        ("https://user:token@github.com/pallets/flask", "github.com/pallets/flask"),
        ("https://gitlab.com/Group/Sub/name/-/tree/main", "gitlab.com/group/sub/name"),
        ("https://bitbucket.org/a/b/src", "bitbucket.org/a/b"),
        ("https://codeberg.org/a/b.js", "codeberg.org/a/b.js"),
        ("https://git.sr.ht/~sircmpwn/scdoc", "git.sr.ht/~sircmpwn/scdoc"),
        ("https://github.com/pallets", None),
        ("https://github.com/sponsors/pallets", None),
        ("https://github.com/orgs/pallets/projects", None),
        ("https://github.com/", None),
        ("https://github.com/../..", None),
        ("https://github.com.evil.example/a/b", None),
        ("https://evil.example/github.com/a/b", None),
        ("https://flask.palletsprojects.com/", None),
        ("https://github.com/a/b%0a", None),
        ("https://[::1", None),
        ("azer/left-pad", None),
        ("", None),
        ("x" * 5000, None),
        (None, None),
        (7, None),
    ],
)
def test_repository_of(link: object, repository: str | None) -> None:
    assert repository_of(link) == repository


@pytest.mark.parametrize(
    ("link", "repository"),
    [
        ("azer/left-pad", "github.com/azer/left-pad"),
        ("azer/left-pad#main", "github.com/azer/left-pad"),
        ("github:azer/left-pad", "github.com/azer/left-pad"),
        ("gitlab:a/b", "gitlab.com/a/b"),
        ("bitbucket:a/b", "bitbucket.org/a/b"),
        ("gist:11081aaa281", None),
        ("example.org/page", None),
        ("https://github.com/a/b", "github.com/a/b"),
    ],
)
def test_npm_s_short_forms(link: str, repository: str | None) -> None:
    assert repository_of(link, shorthand=True) == repository
