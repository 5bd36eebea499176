"""What is added must be listed, documented and tested: a rule, parser, reporter or client that is not fails here."""

from __future__ import annotations

import ast
import importlib
from itertools import pairwise
from pathlib import Path

import pytest

import depaudit.report
import depaudit.rules
from depaudit.commands import COMMANDS, Reader
from depaudit.gate.clients import CLIENTS, client_named
from depaudit.parsers import PARSERS, Format

ROOT = Path(__file__).resolve().parents[1]
HEADINGS = ("What it does", "Why it matters", "Evidence", "Known false positives", "What to do")


def modules(room: str) -> dict[str, ast.Module]:
    folder = ROOT / "depaudit" / room
    return {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py"))}


def assigns(tree: ast.Module, name: str) -> bool:
    targets = [
        target
        for node in tree.body
        for target in (node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)])
    ]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def is_reporter(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef) or node.name != "render":
        return False
    return bool(node.args.args) and node.args.args[0].arg == "report"


RULE_MODULES = [name for name, tree in modules("rules").items() if name != "base" and assigns(tree, "META")]
PARSER_MODULES = [name for name, tree in modules("parsers").items() if assigns(tree, "PARSER")]
REPORT_MODULES = [
    name for name, tree in modules("report").items() if name != "__init__" and any(map(is_reporter, tree.body))
]


COMMAND_MODULES = [name for name, tree in modules("commands").items() if assigns(tree, "PROGRAMS")]
CLIENT_MODULES = [
    name for name, tree in modules("gate/clients").items() if name not in ("__init__", "base") and assigns(tree, "NAME")
]


# --- rules


def test_there_are_rules_parsers_and_reporters() -> None:
    assert RULE_MODULES
    assert PARSER_MODULES
    assert REPORT_MODULES


@pytest.mark.parametrize("name", RULE_MODULES)
def test_a_rule_is_listed_once(name: str) -> None:
    module = importlib.import_module(f"depaudit.rules.{name}")
    listed = [rule.META.id for rule in depaudit.rules.RULES]
    assert listed.count(module.META.id) == 1
    assert module.META.id == name.replace("_", "-"), "the file is named after the rule"


@pytest.mark.parametrize("name", RULE_MODULES)
def test_a_rule_is_tested(name: str) -> None:
    assert (ROOT / "tests" / "rules" / f"test_{name}.py").is_file()


@pytest.mark.parametrize("name", RULE_MODULES)
def test_a_rules_docstring_is_its_documentation(name: str) -> None:
    module = importlib.import_module(f"depaudit.rules.{name}")
    lines = (module.__doc__ or "").splitlines()
    assert lines[0].endswith(".")
    assert module.META.summary
    underlined = [text.strip() for text, line in pairwise(lines) if line.strip() == "-" * len(text.strip()) != ""]
    assert tuple(underlined) == HEADINGS


@pytest.mark.parametrize("name", RULE_MODULES)
def test_a_rule_has_its_page(name: str) -> None:
    module = importlib.import_module(f"depaudit.rules.{name}")
    page = ROOT / "docs" / "rules" / f"{module.META.id}.md"
    assert page.is_file()
    text = page.read_text(encoding="utf-8")
    assert module.META.id in text
    assert all(heading in text for heading in HEADINGS)


# --- parsers


@pytest.mark.parametrize("name", PARSER_MODULES)
def test_a_parser_is_listed_and_tested(name: str) -> None:
    assert [entry.module for entry in PARSERS].count(name) == 1
    assert (ROOT / "tests" / "parsers" / f"test_{name}.py").is_file()


@pytest.mark.parametrize("entry", PARSERS, ids=lambda entry: entry.name)
def test_the_list_says_what_the_parser_says(entry: Format) -> None:
    parser = entry.load()
    assert (entry.name, entry.what, entry.patterns, entry.lockfile) == (
        parser.name,
        parser.what,
        parser.patterns,
        parser.lockfile,
    )
    assert parser.what


@pytest.mark.parametrize("entry", PARSERS, ids=lambda entry: entry.name)
def test_a_format_has_its_page(entry: Format) -> None:
    text = (ROOT / "docs" / "formats" / f"{entry.name}.md").read_text(encoding="utf-8")
    assert [pattern for pattern in entry.patterns if pattern not in text] == []


def test_the_names_of_formats_are_distinct() -> None:
    names = [entry.name for entry in PARSERS]
    assert sorted(set(names)) == sorted(names)


# --- reporters


@pytest.mark.parametrize("name", REPORT_MODULES)
def test_a_reporter_is_listed_and_tested(name: str) -> None:
    assert name.removesuffix("_report") in depaudit.report.FORMATS
    assert (ROOT / "tests" / "report" / f"test_{name}.py").is_file()


@pytest.mark.parametrize("form", depaudit.report.FORMATS)
def test_a_listed_format_has_its_reporter(form: str) -> None:
    assert {form, f"{form}_report"} & set(REPORT_MODULES)


def test_every_format_is_in_the_manual() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [form for form in depaudit.report.FORMATS if form not in text] == []


# --- clients


def test_whoever_is_read_passes_the_gate_and_the_other_way_round() -> None:
    assert [reader.name for reader in COMMANDS] == list(CLIENTS)
    assert sorted(CLIENTS) == sorted(COMMAND_MODULES) == sorted(CLIENT_MODULES)


@pytest.mark.parametrize("reader", COMMANDS, ids=lambda reader: reader.name)
def test_the_list_says_what_the_reader_says(reader: Reader) -> None:
    module = reader.load()
    assert (module.NAME, tuple(module.PROGRAMS)) == (reader.name, reader.programs)
    assert reader.name == client_named(reader.name).NAME


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_is_tested(name: str) -> None:
    assert (ROOT / "tests" / "commands" / f"test_{name}.py").is_file()
    assert (ROOT / "tests" / "gate" / "clients" / f"test_{name}.py").is_file()


def test_every_client_and_program_is_in_the_manual() -> None:
    text = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
    assert [program for reader in COMMANDS for program in reader.programs if f"`{program}`" not in text] == []
