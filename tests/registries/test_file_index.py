"""Indexes that are folders."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from depaudit.model.evidence import Absent, Found, Lookup, Unknown
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.model.project import Project, Release
from depaudit.model.route import Index
from depaudit.model.settings import Limits, NetworkSettings
from depaudit.registries.client import RegistryClient
from depaudit.registries.credentials import NoCredentials
from tests.registries.servers import NOW


def look_up(url: str, ecosystem: Ecosystem = Ecosystem.PYPI, limits: Limits = Limits()) -> Lookup[Project]:  # noqa: B008
    index = Index(ecosystem=ecosystem, url=url, public=False)

    async def go() -> Lookup[Project]:
        settings = NetworkSettings(limits=limits)
        async with RegistryClient(settings, credentials=NoCredentials(), cache=None, clock=lambda: NOW) as client:
            got = await client.project(index, NormalizedName("my-lib"))
            assert client.use.requests == 0
            return got

    return asyncio.run(go())


def found(url: str, *releases: Release) -> Found[Project]:
    project = Project(
        ecosystem=Ecosystem.PYPI, name=NormalizedName("my-lib"), index=url, releases=releases, dates_known=False
    )
    return Found(project, "file")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return tmp_path.as_uri() + "/"


WHEEL = Release(version="1.0", runs_code=False, files=1)


def test_a_page(tmp_path: Path, url: str) -> None:
    (tmp_path / "my-lib").mkdir()
    (tmp_path / "my-lib" / "index.html").write_text('<a href="my_lib-1.0-py3-none-any.whl">x</a>')
    assert look_up(url) == found(url, WHEEL)


def test_a_folder_of_archives(tmp_path: Path, url: str) -> None:
    (tmp_path / "my-lib").mkdir()
    (tmp_path / "my-lib" / "my_lib-1.0-py3-none-any.whl").touch()
    (tmp_path / "my-lib" / "notes.txt").touch()
    assert look_up(url) == found(url, WHEEL)


def test_archives_side_by_side(tmp_path: Path, url: str) -> None:
    (tmp_path / "My.Lib-1.0.tar.gz").touch()
    (tmp_path / "other-1.0.tar.gz").touch()
    assert look_up(url) == found(url, Release(version="1.0", runs_code=True, files=1))


def test_a_folder_of_its_own_that_is_empty(tmp_path: Path, url: str) -> None:
    (tmp_path / "my-lib").mkdir()
    assert look_up(url) == found(url)


def test_absent(tmp_path: Path, url: str) -> None:
    (tmp_path / "other-1.0.tar.gz").touch()
    assert look_up(url) == Absent("file")


def test_no_such_folder(tmp_path: Path, url: str) -> None:
    assert look_up(url + "nothing/") == Unknown("no such folder")


def test_a_page_of_something_else(tmp_path: Path, url: str) -> None:
    (tmp_path / "my-lib").mkdir()
    (tmp_path / "my-lib" / "index.html").write_text("<title>Links for other</title>")
    assert look_up(url) == Unknown("answered nonsense: a page of another project")


def test_a_page_that_is_too_large(tmp_path: Path, url: str) -> None:
    (tmp_path / "my-lib").mkdir()
    (tmp_path / "my-lib" / "index.html").write_text("x" * 1000)
    reason = "the folder's index.html is no plain file, or too large"
    assert look_up(url, limits=Limits(max_body=999)) == Unknown(reason)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX's")
def test_a_pipe_is_not_waited_for(tmp_path: Path, url: str) -> None:
    (tmp_path / "my-lib").mkdir()
    os.mkfifo(tmp_path / "my-lib" / "index.html")
    assert look_up(url) == Unknown("the folder's index.html is no plain file, or too large")


def test_another_machine_and_npm() -> None:
    assert look_up("file://server/share/") == Unknown("a folder of another machine")
    assert look_up("file:///tmp/", Ecosystem.NPM) == Unknown("a folder is no npm registry")
    assert isinstance(look_up("file:///a%00b/"), Unknown)
