"""A made-up GitHub with one pull request, and an API that never really waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from depaudit.frontends.github.api import Api, Bounds
from tests.world.github import GitHub

TOKEN = "ghs_" + "t0p" * 12
"""The workflow's own token, which may write comments unless a test says otherwise."""


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with GitHub() as made_up:
        made_up.open_pull()
        made_up.token(TOKEN, pull_requests="write", contents="read")
        yield made_up


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the API would have waited."""
    return []


@pytest.fixture
def api_of(github: GitHub, waits: list[float]) -> Iterator[Callable[..., Api]]:
    """Makes an API with a token of the test's choice."""
    made: list[Api] = []

    def make(token: str = TOKEN, *, bounds: Bounds = Bounds(), url: str = "") -> Api:  # noqa: B008  a frozen record
        api = Api(
            url or github.url,
            token,
            bounds=bounds,
            sleep=waits.append,
            clock=lambda: github.now.timestamp(),  # noqa: PLW0108  its time goes on
            chance=lambda: 0.0,
        )
        made.append(api)
        return api

    yield make
    for api in made:
        api.close()


@pytest.fixture
def api(api_of: Callable[..., Api]) -> Api:
    return api_of()
