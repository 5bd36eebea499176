"""The shims: POSIX shell scripts that stand before the real tools on PATH.

A shim takes every spelling of its own folder out of PATH, finds the real tool in what is left, and becomes it where
the command line certainly installs nothing (``depaudit.gate.guards.direct``); else it becomes ``depaudit run``. It
starts no other process and waives nothing for anybody: no variable is asked whether it should.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from depaudit.gate.guards.direct import TOOLS, Direct, direct_of

FORMAT = 1
MARKER = "# depaudit guard shim "
STATE_FILE = "depaudit-guard.json"
"""Lies beside the shims; a folder on PATH that holds it is taken for a folder of shims, whatever it is called."""

PROBE = "--depaudit-guard-probe"
"""Alone on a shim's command line it makes the shim say what it is and whether depaudit answers it. A real tool never
sees it: the shim starts none then, and nobody may type it behind a tool that was not seen to be a shim before."""

_MAX_DEPTH = (
    40  # scripts that start scripts go less deep; a wrapper that finds the shim again and again goes on for ever
)

_TEMPLATE = r"""#!/bin/sh
{marker}{format}: {tool}
# Written by `depaudit guard install`, taken away by `depaudit guard remove`.
unset -f test echo 2>/dev/null || :
tool={tool}
folder={folder}
python={python}
start={start}

gone() {{
  echo "depaudit: error: the guard of $tool cannot work: $python is gone. $tool is not started." >&2
  echo "Install depaudit again, then type: depaudit guard install" >&2
  exit 41
}}

if test $# -eq 1 && test "$1" = {probe}; then
  echo '{marker}{format}: {tool}'
  if ! test -f "$python" || ! test -x "$python"; then gone; fi
  exec "$python" -I -c "$start" --version
fi

# Where this file lies, however it was found. A link from elsewhere says nothing about the link's folder.
case $0 in
*/*) here=${{0%/*}}/ ;;
*) here=./ ;;
esac
if test -h "$0"; then here=$folder; fi

whole=${{PATH-/usr/bin:/bin}}
rest=$whole:
kept=
real=
while test -n "$rest"; do
  entry=${{rest%%:*}}
  rest=${{rest#*:}}
  case $entry in
  /*) at=$entry ;;
  '') at=. ;;
  *) at=./$entry ;;
  esac
  if test "$at" -ef "$folder" || test "$at" -ef "$here" || test -f "$at/{state}"; then
    continue
  fi
  kept=$kept:$entry
  if test -z "$real" && test -f "$at/$tool" && test -x "$at/$tool" && ! test "$at/$tool" -ef "$0"; then
    real=$at/$tool
  fi
done
kept=${{kept#:}}
if test -z "$real"; then
  echo "$tool is not installed. (This is depaudit's guard: behind it PATH has no $tool.)" >&2
  exit 127
fi

way=gate
{decide}
case $way in
plain)
  PATH=$kept
  export PATH
  exec "$real" "$@"
  ;;
esac

depth=${{DEPAUDIT_GUARD_DEPTH-}}
case $depth in
{too_deep}*)
  echo "depaudit: error: $tool starts itself again and again ($real finds this guard); it is not started." >&2
  echo "Let $real find the real $tool by an absolute path." >&2
  exit 41
  ;;
esac
DEPAUDIT_GUARD_DEPTH=+$depth
export DEPAUDIT_GUARD_DEPTH

case $way in
scripts)
  exec "$real" "$@"
  ;;
esac

if ! test -f "$python" || ! test -x "$python"; then gone; fi
PATH=$kept
export PATH
exec "$python" -I -c "$start" run -- "$real" "$@"
"""

_START = """import sys
{path}try:
    from depaudit.frontends.cli.main import main
    status = main()
except ImportError as error:
    sys.stderr.write("depaudit: error: depaudit is broken (%s): nothing is installed past it.\\n" % (error,))
    sys.stderr.write("Install depaudit again, then type: depaudit guard install\\n")
    status = 41
sys.exit(status)
"""


def start_code(package_folder: Path | None = None) -> str:
    """The Python that a shim starts, under ``-I``: depaudit's command line, or 41 where it cannot be loaded.

    ``package_folder`` is looked in last, where an isolated interpreter would not find depaudit by itself (it was
    installed with ``pip install --user``, say).
    """
    return _START.format(path="" if package_folder is None else f"sys.path.append({str(package_folder)!r})\n")


def shim_text(tool: str, *, folder: Path, python: Path, package_folder: Path | None = None) -> str:
    """The shim of ``tool``, one of ``TOOLS``. All paths absolute; ``python`` is the interpreter that has depaudit."""
    return _TEMPLATE.format(
        marker=MARKER,
        format=FORMAT,
        tool=tool,
        folder=shlex.quote(str(folder)),
        python=shlex.quote(str(python)),
        probe=PROBE,
        state=STATE_FILE,
        decide=_decide(direct_of(tool)),
        too_deep="?" * _MAX_DEPTH,
        start=shlex.quote(start_code(package_folder)),
    )


def is_shim(path: Path) -> bool:
    """Whether ``path`` is a shim of depaudit, by its second line; a link to one is one."""
    try:
        with path.open("rb") as stream:
            head = stream.read(200)
    except OSError:
        return False
    lines = head.split(b"\n")
    return len(lines) > 1 and lines[0] == b"#!/bin/sh" and lines[1].startswith(MARKER.encode())


def without_shims(path: str, folder: Path) -> str:
    """``path`` (a value of PATH) without ``folder``, however it is spelt there, and without any other folder of shims.

    Where nothing is left, the system's own default: an empty PATH would stand for the working folder.
    """
    kept = [entry for entry in path.split(os.pathsep) if not _holds_shims(entry or os.curdir, folder)]
    return os.pathsep.join(kept) or os.defpath


def find_real(tool: str, path: str, folder: Path) -> str | None:
    """The program that ``tool`` would be without shims on ``path``; None when it is not installed."""
    from shutil import which

    return which(tool, path=without_shims(path, folder))


def shims(folder: Path, python: Path, package_folder: Path | None = None) -> tuple[tuple[Path, str], ...]:
    """Every shim: where it goes and its text."""
    return tuple(
        (folder / tool, shim_text(tool, folder=folder, python=python, package_folder=package_folder)) for tool in TOOLS
    )


def _holds_shims(entry: str, folder: Path) -> bool:
    try:
        if Path(entry).samefile(folder):
            return True
    except OSError:
        pass  # one of them is not there
    return Path(entry, STATE_FILE).is_file()


def _decide(direct: Direct) -> str:
    """The lines that set ``way`` to ``plain`` (start the tool as if there were no shims) or ``scripts``."""
    lines = ["case $#:${1-} in"]
    if direct.bare:
        lines.append("0:) way=plain ;;")
    lines += [f"{_pattern(direct.alone, '1:')}) way=plain ;;", "*)"]
    if direct.words or direct.pairs or direct.scripts:
        lines += ["  first=", "  for word do", "    case $first in", "    '')", "      case $word in"]
        if direct.flags:
            lines.append(f"      {_pattern(direct.flags)}) continue ;;")
        if direct.words:
            lines.append(f"      {_pattern(direct.words)}) way=plain ;;")
        if direct.scripts:
            lines.append(f"      {_pattern(direct.scripts)}) way=scripts ;;")
        if direct.pairs:
            lines += [
                f"      {_pattern([first for first, _ in direct.pairs])})",
                "        first=$word",
                "        continue",
            ]
            lines.append("        ;;")
        lines += ["      esac", "      ;;"]
        for first, seconds in direct.pairs:
            lines += [f"    {first})", "      case $word in", f"      {_pattern(seconds)}) way=plain ;;"]
            lines += ["      esac", "      ;;"]
        lines += ["    esac", "    break", "  done"]
    lines += ["  ;;", "esac"]
    return "\n".join(lines)


def _pattern(words: Sequence[str], before: str = "") -> str:
    return " | ".join(before + word for word in words)
