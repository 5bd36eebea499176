"""The page on the baseline shows what is written and said."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from depaudit import __version__
from depaudit.frontends.cli.main import main
from depaudit.policy import baseline
from tests.world.lives import Birth, Life, young
from tests.world.world import World

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "baseline.md").read_text(encoding="utf-8")
BLOCKS = re.findall(
    r"<!-- tests/test_baseline_docs.py holds this true -->\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL
)
FILE = "depaudit-baseline.json"


def test_the_file_is_what_is_written(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    world.npm.add(young("zz-young-thing"))
    pulled = Birth(version="1.0.0", ago=timedelta(days=1000), yanked="broken")
    world.pypi.add(Life(name="zz-pulled", releases=(pulled,)))
    (tmp_path / "requirements.txt").write_text("zz-free-name\nzz-pulled==1.0.0\n")
    for folder in (tmp_path, tmp_path / "web"):
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text('{"dependencies": {"zz-young-thing": "*"}}')
    assert main(["scan", "--write-baseline", FILE]) == 0
    assert (tmp_path / FILE).read_text() == BLOCKS[0].replace("depaudit 0.1.0", f"depaudit {__version__}")


def test_the_error_is_what_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text('{"depaudit_baseline": 2, "written_by": "depaudit 9.0.0"}')
    assert main(["scan", "--baseline", FILE]) == 2
    assert capsys.readouterr().err == BLOCKS[1]


def test_the_page_names_the_rules_that_are_not_about_the_name() -> None:
    others = (
        baseline.ABOUT_THE_RELEASE | baseline.ABOUT_THE_REQUEST | baseline.ABOUT_THE_PLACE | baseline.ABOUT_THE_ENTRY
    )
    (paragraph,) = re.findall(r"- \*\*it is about the same thing\.\*\*(.*?)\n- ", PAGE, re.DOTALL)
    assert set(re.findall(r"`([a-z-]+)`", paragraph)) == others
