"""The list of well-known public indexes."""

from __future__ import annotations

import pytest

from depaudit.indexes.urls import is_public_registry, is_under, parse
from depaudit.indexes.wellknown import WELL_KNOWN, well_known
from depaudit.model.names import Ecosystem


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://download.pytorch.org/whl/cu128", True),
        ("https://download.pytorch.org/whl/nightly/cpu/", True),
        ("https://download.pytorch.org/whl/torch_stable.html", True),
        ("https://download.pytorch.org/other/", False),
        ("https://download.pytorch.org.evil.example/whl/", False),
        ("http://download.pytorch.org/whl/cpu", False),
        ("https://download.pytorch.org:8443/whl/cpu", False),
        ("https://pypi.nvidia.com", True),
        ("https://storage.googleapis.com/jax-releases/jax_cuda_releases.html", True),
        ("https://storage.googleapis.com/anybodys-bucket/", False),
        ("https://storage.googleapis.com/jax-releases-evil/", False),
        ("https://pypi.anaconda.org/scientific-python-nightly-wheels/simple", True),
        ("https://pypi.anaconda.org/anybody/simple", False),
        ("https://test.pypi.org/simple", False),
        ("https://www.piwheels.org/simple", True),
    ],
)
def test_an_index_is_well_known_by_host_and_path(url: str, known: bool) -> None:
    assert (well_known(Ecosystem.PYPI, parse(url)) is not None) is known


def test_an_entry_counts_for_its_own_ecosystem_alone() -> None:
    assert well_known(Ecosystem.NPM, parse("https://npm.jsr.io")) is not None
    assert well_known(Ecosystem.PYPI, parse("https://npm.jsr.io")) is None


def test_every_entry_says_whose_it_is_and_none_covers_another_or_a_public_registry() -> None:
    for entry in WELL_KNOWN:
        assert entry.note
        assert entry.base.scheme == "https"
        assert not is_public_registry(entry.ecosystem, entry.base)
        assert [other for other in WELL_KNOWN if is_under(entry.base, other.base)] == [entry]
