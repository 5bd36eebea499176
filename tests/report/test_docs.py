"""The documentation of the formats is true."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from depaudit.model.record import replace
from depaudit.model.verdict import Change, NetworkUse
from depaudit.report import FORMATS, render
from tests.report.sample import empty_report, package, passing_report, sample_report, wish

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
REPORTS = (Path(__file__).resolve().parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
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


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_its_section_and_row(form: str) -> None:
    assert f"\n## {form}\n" in REPORTS
    assert f"\n| [`{form}`](#{form}) | " in REPORTS


def test_the_examples_of_the_reports_are_true() -> None:
    clean = replace(
        passing_report(14),
        change=Change(base="0123456789abcdef0123456789abcdef01234567", head="index"),
        network=NetworkUse(requests=3, from_cache=11),
    )
    blocked = sample_report().decisions[-1]
    finding = replace(blocked.findings[0], suggestions=("fastapi",))
    asked = package(wish("fastapii", "requirements.txt:3"))
    report = replace(empty_report(), decisions=(replace(blocked, package=asked, findings=(finding,)),))
    assert re.findall(r"```text\n(.*?)```", REPORTS, flags=re.DOTALL)[:2] == [
        render(clean, "markdown"),
        render(report, "github").splitlines(keepends=True)[0],
    ]
