"""The documentation of the JSON format is true."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema

from depaudit.report import render
from tests.report.sample import passing_report

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
SCHEMA = json.loads((files("depaudit.report") / "schema.json").read_text(encoding="utf-8"))


def test_the_example_is_valid_and_holds_every_key() -> None:
    example = json.loads(EXAMPLE)
    jsonschema.Draft202012Validator(SCHEMA).validate(example)
    real = json.loads(render(passing_report(1), "json"))
    assert list(example) == list(real)
    assert list(example["summary"]) == list(real["summary"])
    assert list(example["packages"][0]) == list(real["packages"][0])
    assert list(example["packages"][0]["evidence"]) == list(real["packages"][0]["evidence"])


def test_the_table_names_only_keys_that_exist() -> None:
    keys = json.loads(render(passing_report(1), "json"))["packages"][0]
    for row in re.findall(r"^\| (`[^|]*) \|", TEXT, flags=re.MULTILINE):
        for key in re.findall(r"`(\w+)`", row):
            assert key in keys, key
