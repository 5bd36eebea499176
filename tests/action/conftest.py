"""A scene for each test: an own GitHub, an own internet, an own machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.action.machine import make_template
from tests.action.scene import TOKEN, Scene
from tests.changes.repos import Repo
from tests.world.github import GitHub
from tests.world.world import World


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """depaudit's own environment, made once."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def scene(world: World, template: Path, tmp_path: Path, own_world: Path) -> Iterator[Scene]:
    """An empty repository at GitHub. The job's token may write comments."""
    origin = Repo(tmp_path / "origin")
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    with GitHub() as github:
        github.token(TOKEN, pull_requests="write", contents="read")
        yield Scene(tmp_path, template, world, github, origin, own_world)
