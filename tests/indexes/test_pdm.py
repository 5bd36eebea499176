"""PDM's sources."""

from __future__ import annotations

import pytest
import tomli

from depaudit.indexes.pdm import pdm_sources
from depaudit.model.route import Choice
from tests.indexes.machine import Machine

SOURCES = """\
[resolution]
respect-source-order = true
[[source]]
name = "pypi"
url = "https://mirror.example/simple"
[[source]]
name = "acme"
url = "https://acme.example/simple"
[[source]]
type = "find_links"
url = "https://acme.example/wheels"
[[source]]
name = "no url"
"""


def test_sources_by_kind(machine: Machine) -> None:
    found = pdm_sources(tomli.loads(SOURCES), SOURCES, machine.work / "pyproject.toml", machine.files())
    assert found is not None
    assert found.default is not None
    assert found.default.url == "https://mirror.example/simple"
    assert [ref.url for ref in found.extra] == ["https://acme.example/simple"]
    assert [ref.url for ref in found.find_links] == ["https://acme.example/wheels"]
    assert found.choice is Choice.FIRST_INDEX


@pytest.mark.parametrize("text", ["", "source = 3", "source = [1]", "[[source]]\nname = 'x'", "[[source]]\nurl = 1"])
def test_no_source(machine: Machine, text: str) -> None:
    assert pdm_sources(tomli.loads(text), text, machine.work / "pyproject.toml", machine.files()) is None
