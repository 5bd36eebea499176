"""The documentation of the configuration is true: its examples load and say what is written beside them."""

from __future__ import annotations

import re
from pathlib import Path

from depaudit.model.record import replace
from depaudit.model.requirement import Origin
from depaudit.model.settings import IndexSettings
from depaudit.policy.combine import Layers, combine
from depaudit.policy.config import Config
from depaudit.policy.rule_ids import WORST
from depaudit.policy.settings import KEYS, OPERATOR_ONLY, SERVICES, Settings, parse_settings

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "configuration.md").read_text(encoding="utf-8")
EVERY_KEY, PYPROJECT = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)


def read(text: str, *, pyproject: bool = False) -> Settings:
    found = parse_settings(text, path="docs", origin=Origin.OPERATOR, pyproject=pyproject)
    assert found is not None
    return found


def test_the_example_holds_every_key() -> None:
    for key in KEYS:
        assert re.search(rf"^(?:\[\[?)?{key}\b", EVERY_KEY, flags=re.MULTILINE), key
    for key in SERVICES:
        assert f"\n{key} = " in EVERY_KEY


def test_the_example_marks_what_only_the_operator_sets() -> None:
    marked = {re.split(r"[\s\]=]", line.lstrip("["))[0] for line in EVERY_KEY.splitlines() if "operator only" in line}
    assert marked == set(OPERATOR_ONLY)


def test_the_example_states_the_defaults() -> None:
    config, notes = combine(Layers(operator=(read(EVERY_KEY),)))
    assert notes == ()
    assert config == replace(
        Config(),
        exclude=("tests/fixtures/**",),
        indexes=IndexSettings(
            pypi="https://pypi.example/simple/",
            npm="https://npm.example/",
            known=(("https://mirror.example/simple/", True),),
            private=("acme-*", "@acme/*"),
        ),
        rules=(("low-downloads", None),),
        allow=config.allow,
        deny=config.deny,
        files=("docs",),
    )
    assert [entry.pattern.text for entry in (*config.allow, *config.deny)] == ["pypi:reqests-internal", "npm:left-pad"]


def test_the_example_for_pyproject_loads() -> None:
    found = read(PYPROJECT, pyproject=True)
    assert (found.min_package_age is not None, found.allow[0].pattern.text) == (True, "npm:@acme/*")


def test_the_known_rules_are_those_that_exist() -> None:
    from depaudit import rules

    worst = dict(WORST)
    for rule in getattr(rules, "RULES", ()):
        assert worst[rule.META.id] >= rule.META.worst, rule.META.id
