"""The report's files: JSON and SARIF, in the runner's temporary folder or where the workflow wants them."""

from __future__ import annotations

from pathlib import Path

from depaudit.errors import UsageError
from depaudit.frontends.cli.output import write_whole
from depaudit.model.names import quoted
from depaudit.model.record import record
from depaudit.model.verdict import Report
from depaudit.report import render


@record
class Written:
    """Where the reports lie, absolute."""

    json: Path
    sarif: Path


def write_reports(report: Report, folder: Path, sarif_file: str, workspace: Path) -> Written:
    """Write both reports. Raises ``UsageError`` when ``sarif_file`` is no place to write to."""
    written = Written(
        json=folder / "report.json", sarif=sarif_path(sarif_file, workspace) if sarif_file else folder / "report.sarif"
    )
    write_whole(written.json, render(report, "json"))
    _write_sarif(written.sarif, render(report, "sarif"))
    return written


def _write_sarif(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except UsageError as error:
        raise UsageError(error.message, mend="Name another file by the input sarif-file.") from error


def sarif_path(given: str, workspace: Path) -> Path:
    """Where ``given``, relative to the workspace or absolute, is written. Its folder is made where need be.

    What is audited may hold links: a relative path must stay in the workspace, and out of ``.git``, whatever they say.
    Raises ``UsageError``.
    """
    wrong = f"The input sarif-file names {quoted(given)}"
    target = workspace / given
    try:
        folder = target.parent.resolve()
        top = workspace.resolve()
        if not Path(given).is_absolute() and (not folder.is_relative_to(top) or ".git" in folder.parts):
            raise UsageError(f"{wrong}, which does not lie in the workspace.", mend="Name a file below it.")
        if target.name in ("", "..") or target.is_dir():
            raise UsageError(f"{wrong}, which is a folder.", mend="Name a file in it.")
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError, RuntimeError) as error:
        cause = getattr(error, "strerror", None) or "no such path"
        raise UsageError(f"{wrong}, which cannot be written: {cause}.", mend="Name another file.") from error
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise UsageError(f"{wrong}, which is no plain file.", mend="Name another file.")
    return folder / target.name
