"""What the guard writes into the start-up files of shells: one marked block each, taken out again byte for byte.

The block reads a small script that lies beside the shims. It puts the folder of shims first on PATH, and puts it there
again at each prompt, because activating a virtual environment, ``nvm use`` and the like put others before it.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from depaudit.errors import UsageError

SCRIPT = "depaudit-guard.sh"
"""The script's name, for sh, bash and zsh; it is no program, and lies in the folder of shims."""

_POSIX = r"""# Written by `depaudit guard install`, read by the start-up files of sh, bash and zsh.
_depaudit_guard_folder={folder}

_depaudit_guard() {{
  case $PATH in
  "$_depaudit_guard_folder" | "$_depaudit_guard_folder":*) return 0 ;;
  esac
  set -- ":$PATH:"
  while :; do
    case $1 in
    *":$_depaudit_guard_folder:"*)
      set -- "${{1%%":$_depaudit_guard_folder:"*}}:${{1#*":$_depaudit_guard_folder:"}}"
      ;;
    *) break ;;
    esac
  done
  set -- "${{1#:}}"
  PATH=$_depaudit_guard_folder${{1:+":${{1%:}}"}}
  export PATH
}}

if [ -d "$_depaudit_guard_folder" ]; then
  _depaudit_guard
  if [ -n "${{BASH_VERSION-}}" ]; then
    # in a line of its own behind what is there: that sees the status of the user's command, and may end as it likes.
    # Where PROMPT_COMMAND is an array this changes its first element alone. A shell that inherits PROMPT_COMMAND but
    # not the function has no such variable either, and does nothing.
    eval 'case "${{PROMPT_COMMAND[*]-}}" in
    *_depaudit_guard*) ;;
    *) PROMPT_COMMAND="${{PROMPT_COMMAND:+$PROMPT_COMMAND
}}\${{_depaudit_guard_folder:+_depaudit_guard}}" ;;
    esac'
  elif [ -n "${{ZSH_VERSION-}}" ]; then
    eval 'typeset -ga precmd_functions
    case " ${{precmd_functions[*]}} " in
    *" _depaudit_guard "*) ;;
    *) precmd_functions+=(_depaudit_guard) ;;
    esac'
  fi
fi
"""

_FISH = r"""# Written by `depaudit guard install`, taken away by `depaudit guard remove`.
# Puts depaudit's shims first on PATH, again at each prompt.
function __depaudit_guard --on-event fish_prompt
    set -l folder {folder}
    if not test -d $folder; or test "$PATH[1]" = $folder
        return 0
    end
    set -l rest
    for entry in $PATH
        test "$entry" = $folder; or set rest $rest $entry
    end
    set -gx PATH $folder $rest
end
__depaudit_guard
"""

_BEGIN = "# >>> depaudit guard 1 ({note}) >>>"
_END = "# <<< depaudit guard <<<"
_OWN = "in a file of its own"
_NOTES = ("nothing added before", "1 line break added before", "2 line breaks added before")
_BLOCK = re.compile(
    rb"^# >>> depaudit guard 1 \((in a file of its own|nothing added before|[12] line breaks? added before)\) >>>\r?\n"
    rb"(?:(?!# <<< depaudit guard <<<)[^\n]*\n){0,50}?"
    rb"# <<< depaudit guard <<<(?:\r?\n|\Z)",
    re.MULTILINE,
)
_BEGUN = re.compile(rb"^# >>> depaudit guard ", re.MULTILINE)


def posix_script(folder: Path) -> str:
    """The script beside the shims."""
    return _POSIX.format(folder=shlex.quote(str(folder)))


def fish_script(folder: Path) -> str:
    """The whole of fish's file."""
    quoted = str(folder).replace("\\", "\\\\").replace("'", "\\'")
    return _FISH.format(folder=f"'{quoted}'")


def with_block(before: bytes | None, folder: Path, path: str) -> bytes:
    """A start-up file's text with our block at its end; ``before`` None: there is no such file yet.

    A block that is there already is renewed where it stands. ``path`` is for the message of the ``UsageError`` that
    says that a block is damaged.
    """
    if before is not None and (found := _found(before, path)):
        note = found[0].group(1).decode()
        return before[: found[0].start()] + _block(folder, note) + before[found[0].end() :]
    if before is None:
        return _block(folder, _OWN)
    # an empty line before it, so that nothing that the file's last line leaves open swallows the block's first
    breaks = 0 if not before else 1 if before.endswith(b"\n") else 2
    return before + b"\n" * breaks + _block(folder, _NOTES[breaks])


def without_block(text: bytes, path: str) -> bytes | None:
    """The file as it was before ``with_block``; None: there was none. What others wrote since is kept."""
    found = _found(text, path)
    own = False
    for match in reversed(found):
        note = match.group(1).decode()
        own = own or note == _OWN
        before, after = text[: match.start()], text[match.end() :]
        line_end = b"\r\n" if match.group().endswith(b"\r\n") else b"\n"  # an editor may have changed them all
        for _ in range(_NOTES.index(note) if note in _NOTES else 0):
            before = before.removesuffix(line_end)
        if after and before and not before.endswith(b"\n"):
            before += b"\n"  # somebody wrote behind the block since: their line must not be joined to the one before
        text = before + after
    return None if own and not text.strip() else text


def _block(folder: Path, note: str) -> bytes:
    script = shlex.quote(str(folder / SCRIPT))
    lines = (
        _BEGIN.format(note=note),
        "# Puts depaudit's shims first on PATH. To take it out: depaudit guard remove",
        f"if [ -r {script} ]; then . {script}; fi",
        _END,
    )
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


def _found(text: bytes, path: str) -> list[re.Match[bytes]]:
    found = list(_BLOCK.finditer(text))
    if len(found) != len(_BEGUN.findall(text)):
        raise UsageError(
            "the block of depaudit's guard is damaged here.",
            path=path,
            mend=f"Delete the lines from '# >>> depaudit guard' to '{_END}' by hand; then try again.",
        )
    return found
