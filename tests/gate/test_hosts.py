"""Which hosts are opened, tunnelled and turned away."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.gate.before import Asked
from depaudit.gate.hosts import NPM, PYPI, Hosts, Prefix, hosts_of
from depaudit.indexes.router import read_router
from depaudit.model.requirement import IndexOptions, IndexRef, Requirement
from depaudit.model.settings import IndexSettings
from tests.evidence import wish

PUBLIC = {"pypi.org", "files.pythonhosted.org", "registry.npmjs.org", "registry.yarnpkg.com"}


def hosts(
    folder: Path,
    environment: dict[str, str] | None = None,
    *,
    wishes: tuple[Requirement, ...] = (),
    named: tuple[str, ...] = (),
    file_hosts: tuple[str, ...] = (),
    options: IndexOptions | None = None,
) -> Hosts:
    router = read_router(
        environment or {},
        home=folder / "home",
        cwd=folder,
        tree_roots=(folder,),
        settings=IndexSettings(),
        options=options,
        etc=folder / "etc",
    )
    asked = Asked(certain=wishes, others=(), problems=(), files=(), hosts=named, root=folder)
    return hosts_of(router, asked, folder, file_hosts)


def test_the_public_registries_are_always_opened(tmp_path: Path) -> None:
    got = hosts(tmp_path)
    assert set(got.intercepted) == PUBLIC
    assert got.certified == got.intercepted
    assert got.denied == {}
    assert got.prefixes == (
        Prefix(url="https://registry.yarnpkg.com/", index=NPM),
        Prefix(url=NPM.url, index=NPM),
        Prefix(url=PYPI.url, index=PYPI),
    )


def test_the_longest_index_url_decides(tmp_path: Path) -> None:
    base = "https://nexus.example/repository/"
    got = hosts(tmp_path, {"PIP_INDEX_URL": f"{base}pypi/simple/", "npm_config_registry": f"{base}npm/"})
    found = got.index_at(f"{base}pypi/simple/six/")
    assert found is not None
    assert found.url == f"{base}pypi/simple/"
    assert got.index_at(f"{base}other/") is None
    assert [one.url for one in got.indexes_of("nexus.example")] == [f"{base}pypi/simple/", f"{base}npm/"]
    assert got.indexes_of("other.example") == ()


def test_an_address_and_a_bare_name_get_no_certificate(tmp_path: Path) -> None:
    got = hosts(
        tmp_path, {"PIP_INDEX_URL": "http://10.0.0.1:8080/simple/", "PIP_EXTRA_INDEX_URL": "http://nexus/simple"}
    )
    assert set(got.intercepted) == PUBLIC | {"10.0.0.1", "nexus"}
    assert set(got.certified) == PUBLIC


def test_file_hosts_and_the_siblings_of_well_known_indexes_are_opened(tmp_path: Path) -> None:
    got = hosts(tmp_path, {"PIP_INDEX_URL": "https://download.pytorch.org/whl/cpu"}, file_hosts=("CDN.example",))
    assert "cdn.example" in got.intercepted
    assert {host for host in got.intercepted if host.endswith("pytorch.org")} >= {"download.pytorch.org"}


def test_a_folder_is_no_host(tmp_path: Path) -> None:
    got = hosts(tmp_path, {"PIP_EXTRA_INDEX_URL": (tmp_path / "wheels").as_uri()})
    assert set(got.intercepted) == PUBLIC


def test_an_index_that_only_the_tree_names_is_turned_away(tmp_path: Path) -> None:
    options = IndexOptions(extra=(IndexRef(url="https://evil.example/simple/"),))
    foreign = Requirement(**{
        **{key: getattr(wish("six"), key) for key in ("ecosystem", "name", "raw_name", "requested", "location")},
        "indexes": options,
    })  # fmt: skip
    got = hosts(tmp_path, wishes=(foreign,))
    assert got.denied == {"evil.example": "only the audited project names evil.example"}
    assert "evil.example" not in got.intercepted


@pytest.mark.parametrize("trusted", [True, False])
def test_a_host_that_a_lockfile_takes_archives_from_needs_somebody_to_vouch(trusted: bool, tmp_path: Path) -> None:
    got = hosts(tmp_path, named=("cdn.example", ""), file_hosts=("cdn.example",) if trusted else ())
    why = "a lockfile takes archives from cdn.example, which nobody vouches for"
    assert got.denied == ({} if trusted else {"cdn.example": why})


@pytest.mark.parametrize("url", ["https://[", "https://[::1/"])
def test_what_is_no_url_has_no_host(url: str, tmp_path: Path) -> None:
    got = hosts(tmp_path, {"PIP_EXTRA_INDEX_URL": url})
    assert set(got.intercepted) >= PUBLIC
