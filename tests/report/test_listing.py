"""``depaudit list`` for people."""

from __future__ import annotations

import pytest

from depaudit.errors import UsageError
from depaudit.model.names import Ecosystem
from depaudit.model.requirement import Source, SourceKind
from depaudit.report import render_list
from tests.report.golden import assert_golden
from tests.report.sample import package, sample_report, wish


def test_golden() -> None:
    report = sample_report()
    packages = [decision.package for decision in report.decisions]
    assert_golden("list.txt", render_list(packages, "table", not_audited=report.not_audited))


def test_file_by_file_in_the_files_order() -> None:
    secret = Source(kind=SourceKind.GIT, url="git+https://user:hunter2@x.example/y")
    packages = [
        package(wish("flask", "a.txt:10", specifier=">=3"), wish("flask", "b.txt:1", groups=("dev", "main"))),
        package(wish("x", "a.txt:2", source=secret, specifier="https://user:hunter2@x.example/y")),
        package(wish("@types/node", "b.txt:3", ecosystem=Ecosystem.NPM, version="20.1.0", direct=False, alias="node")),
    ]
    assert render_list(packages, "table") == (
        "a.txt\n"
        "   2  pypi:x https://x.example/y  from git\n"
        "  10  pypi:flask >=3\n"
        "\n"
        "b.txt\n"
        "  1  pypi:flask              dev\n"
        "  3  npm:@types/node 20.1.0  as node, indirect\n"
        "\n"
        "3 packages in 2 files.\n"
    )


def test_nothing() -> None:
    assert render_list([], "table", not_audited=[("conda", 1), ("conda", 2)]) == (
        "0 packages in 0 files. Not audited: 3 conda.\n"
    )
    with pytest.raises(UsageError, match="there is no format 'sarif'"):
        render_list([], "sarif")
