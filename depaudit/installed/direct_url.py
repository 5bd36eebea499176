"""direct_url.json: where a distribution came from when it was not an index.

https://packaging.python.org/specifications/direct-url-data-structure/
"""

from __future__ import annotations

import re
from enum import Enum

from depaudit.errors import ParseError
from depaudit.model.record import record
from depaudit.parsers.json_positions import encodable, read_json

MAX_BYTES = 64 * 1024
_MEND = "Remove the distribution and install it again."

_TAIL = re.compile(r"[?#].*", re.DOTALL)
_AT = re.compile(r"(?<!/)@")
_NO_TEXT = re.compile(r"[\s\x00-\x1f\x7f]")


class DirectKind(str, Enum):
    """What the URL names."""

    VCS = "vcs"
    ARCHIVE = "archive"
    DIR = "dir"
    EDITABLE = "editable"


@record
class DirectUrl:
    """``url`` has no credentials, query or fragment; ``vcs`` and ``commit`` are of repositories alone."""

    url: str
    kind: DirectKind
    vcs: str = ""
    commit: str = ""


def read_direct_url(text: str, path: str) -> DirectUrl:
    """Read the file. Raises ``ParseError`` where it is not what installers write; ``path`` is for messages."""
    value = read_json(text, path).value
    url = value.get("url")
    if not isinstance(url, str) or not url or len(url) > MAX_BYTES:
        raise ParseError("The file says no url.", mend=_MEND, path=path, line=1)
    plain = without_secrets(encodable(url))
    vcs, archive, folder = (value.get(key) for key in ("vcs_info", "archive_info", "dir_info"))
    if isinstance(vcs, dict):
        return DirectUrl(url=plain, kind=DirectKind.VCS, vcs=_text(vcs.get("vcs")), commit=_text(vcs.get("commit_id")))
    if isinstance(archive, dict):
        return DirectUrl(url=plain, kind=DirectKind.ARCHIVE)
    if isinstance(folder, dict):
        return DirectUrl(url=plain, kind=DirectKind.EDITABLE if folder.get("editable") is True else DirectKind.DIR)
    raise ParseError("The file does not say what its url names.", mend=_MEND, path=path, line=1)


def without_secrets(url: str) -> str:
    """``url`` in one line without user, password, query and fragment; ssh's ``git@`` is no secret."""
    scheme, separator, rest = _NO_TEXT.sub("", url).partition("://")
    if not separator:
        return _TAIL.sub("", scheme)
    authority, slash, path = rest.partition("/")
    if authority.startswith("git@") and authority.count("@") == 1:
        return f"{scheme}://{authority}{slash}{_TAIL.sub('', path)}"
    # A password may hold an unescaped / or #: what stands before the last @ is dropped, but for npm's /@scope.
    at = max((m.start() for m in _AT.finditer(rest)), default=-1)
    return f"{scheme}://{_TAIL.sub('', rest[at + 1 :])}"


def _text(value: object) -> str:
    return _NO_TEXT.sub("", encodable(value))[:200] if isinstance(value, str) else ""
