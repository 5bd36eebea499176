"""Where results go: to stdout, or whole into files; problems and notes to stderr."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from depaudit.errors import UsageError
from depaudit.frontends.cli.options import use_colour
from depaudit.model.names import quoted
from depaudit.model.verdict import Report
from depaudit.report import FORMATS, render, render_problems


def terminal_width() -> int:
    """Columns to fill: the terminal's, within what reads well."""
    columns = os.environ.get("COLUMNS", "")
    if not columns.isdecimal():
        try:
            columns = str(os.get_terminal_size(sys.stdout.fileno()).columns)
        except (OSError, ValueError):
            columns = "100"
    return max(60, min(int(columns[:6]), 120))


def emit(report: Report, arguments: argparse.Namespace) -> None:
    """Print and write the report in every form that the command line asked for.

    Raises ``UsageError`` when an output file cannot be written.
    """
    if report.problems:
        sys.stderr.write(render_problems(report.problems, color=use_colour(arguments.color, sys.stderr)))
        sys.stderr.flush()
    files = [_target(value, arguments.format) for value in arguments.output]
    if all("=" in value for value in arguments.output):  # what names its own format comes on top of what is printed
        write_out(
            render(
                report,
                arguments.format,
                color=use_colour(arguments.color),
                width=terminal_width(),
                verbose=arguments.verbose,
                quiet=arguments.quiet,
            )
        )
    for form, path in files:
        write_whole(
            path, render(report, form, color=False, width=100, verbose=arguments.verbose, quiet=arguments.quiet)
        )


def write_out(text: str) -> None:
    """Print ``text`` whatever the terminal's encoding can hold."""
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def write_whole(path: Path, text: str, *, mend: str = "Choose another --output.") -> None:
    """Write ``text`` to ``path`` whole or not at all. Raises ``UsageError``, with ``mend``, where that fails."""
    import tempfile

    try:
        if path.exists() and not path.is_file():  # a device or pipe that the caller chose: cannot be replaced
            path.write_text(text, encoding="utf-8")
            return
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            mask = os.umask(0)
            os.umask(mask)
            Path(temporary).chmod(0o666 & ~mask)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}.", mend=mend) from error


def _target(value: str, default: str) -> tuple[str, Path]:
    form, equals, rest = value.partition("=")
    if not equals or not form.isalpha():
        form, rest = default, value
    if form not in FORMATS or not rest:
        raise UsageError(
            f"--output {quoted(value)} names no format and file.",
            mend=f"Formats are {', '.join(FORMATS)}; write a file of that very name as ./{quoted(value)[1:-1]}.",
        )
    return form, Path(rest)
