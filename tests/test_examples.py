"""The example does what its readme says: its made-up dependencies are caught, its real ones are not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.world import Birth, Life, World

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "weather-bot"

REAL = {
    # name: its newest version
    "pypi": {
        "fastapi": "0.121.0", "uvicorn": "0.38.0", "pydantic": "2.12.0", "python-dotenv": "1.2.0", "tenacity": "9.1.2",
        "pytest": "9.0.0", "ruff": "0.14.0",
    },
    "npm": {
        "axios": "1.13.0", "react": "19.2.0", "react-dom": "19.2.0", "zod": "3.25.0", "@vitejs/plugin-react": "4.7.0",
        "eslint": "9.39.0", "vite": "6.4.0",
    },
}  # fmt: skip


def made_up_names() -> set[str]:
    """The names of the readme's table."""
    rows = re.findall(r"^\| `([^`]+)` \((\w+)\)", (EXAMPLE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {f"{registry.lower()}:{name}" for name, registry in rows}


def scan(*options: str) -> tuple[int, dict[str, set[str]]]:
    """Exit status, and the names of each verdict."""
    done = subprocess.run(
        [sys.executable, "-m", "depaudit", "scan", "--format", "json", *options, str(EXAMPLE)],
        env=dict(os.environ),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    verdicts: dict[str, set[str]] = {}
    for package in json.loads(done.stdout)["packages"]:
        verdicts.setdefault(package["verdict"], set()).add(f"{package['ecosystem']}:{package['name']}")
    return done.returncode, verdicts


def real_names() -> set[str]:
    return {f"{ecosystem}:{name}" for ecosystem, names in REAL.items() for name in names}


def test_the_made_up_names_are_blocked_and_the_real_ones_pass(world: World) -> None:
    for registry, names in ((world.pypi, REAL["pypi"]), (world.npm, REAL["npm"])):
        for name, version in names.items():
            births = (
                Birth(version="0.0.1", ago=timedelta(days=2500)),
                Birth(version="0.0.2", ago=timedelta(days=2000)),
                Birth(version=version, ago=timedelta(days=40)),
            )
            registry.add(Life(name=name, releases=births, repository=f"https://github.com/made-up/{name}"))
    assert len(made_up_names()) == 7
    assert scan() == (1, {"block": made_up_names(), "pass": real_names()})
    assert world.refused == ()


def test_offline_nothing_made_up_passes(world: World) -> None:
    """What is blocked depends on the age of the bundled list; that nothing is waved through does not."""
    status, verdicts = scan("--offline")
    of_npm = {name for name in made_up_names() if name.startswith("npm:")}
    assert (status, verdicts["pass"]) == (1, real_names())
    assert verdicts["block"] | verdicts["unknown"] == made_up_names()
    assert {"pypi:reqeusts", "pypi:beautifulsoup5"} <= verdicts["block"]
    assert of_npm <= verdicts["unknown"]
    assert world.requests == ()
