"""Where the report's files go, whatever links a hostile tree holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from depaudit.errors import UsageError
from depaudit.frontends.action.files import sarif_path, write_reports
from tests.report.sample import sample_report


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / ".git").mkdir(parents=True)
    (folder / "there").mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "inner").symlink_to(folder / ".git")
    (folder / "link.sarif").symlink_to(tmp_path / "elsewhere")
    (folder / "endless").symlink_to(folder / "endless")
    return folder


def test_both_reports_are_written(workspace: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    written = write_reports(sample_report(), folder, "", workspace)
    assert (written.json, written.sarif) == (folder / "report.json", folder / "report.sarif")
    assert json.loads(written.json.read_text())["schema_version"] == 1
    assert json.loads(written.sarif.read_text())["version"] == "2.1.0"
    named = write_reports(sample_report(), folder, "new/folder/x.sarif", workspace)
    assert named.sarif == workspace / "new" / "folder" / "x.sarif"
    assert named.sarif.read_text() == written.sarif.read_text()
    assert write_reports(sample_report(), folder, str(tmp_path / "x.sarif"), workspace).sarif == tmp_path / "x.sarif"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("../x.sarif", "does not lie in the workspace"),
        ("out/x.sarif", "does not lie in the workspace"),
        (".git/hooks/x", "does not lie in the workspace"),
        ("inner/x.sarif", "does not lie in the workspace"),
        ("link.sarif", "is no plain file"),
        ("there", "is a folder"),
        ("endless/x.sarif", "cannot be written"),
        (f"{'x' * 300}/x.sarif", "cannot be written"),
    ],
)
def test_a_place_that_is_none(workspace: Path, given: str, why: str) -> None:
    with pytest.raises(UsageError, match=f"The input sarif-file names .*, which {why}"):
        sarif_path(given, workspace)
