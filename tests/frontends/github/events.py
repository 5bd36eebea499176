"""Events as the runner would tell them, of a made-up GitHub's own payloads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from depaudit.frontends.github.event import Event, parse_event
from tests.world.github import GitHub


def environment(url: str = "https://api.github.com", **changed: str) -> dict[str, str]:
    """The runner's variables; a value "" takes one away."""
    variables = {
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": "/nowhere/event.json",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_SHA": "c" * 40,
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_API_URL": url,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": "123456",
        "GITHUB_WORKSPACE": str(Path("/home/runner/work/shop/shop")),
    }
    return {key: value for key, value in {**variables, **changed}.items() if value}


def told(payload: dict[str, Any], **changed: str) -> Event:
    return parse_event(environment(**changed), json.dumps(payload).encode())


def happened(github: GitHub, action: str, *, label: str = "", sender: str = "", pull: int = 7) -> Event:
    """The event of ``action`` on a pull request, now."""
    return told(github.payload(pull, action, label=label, sender=sender))
