"""Single files as a commit has them."""

from __future__ import annotations

from collections.abc import Sequence

from depaudit.changes.blobs import Blobs
from depaudit.changes.git import Repository
from depaudit.errors import ConfigError

_FILE_MODES = ("100644", "100755")


def read_committed(repository: Repository, commit: str, paths: Sequence[str], *, limit: int) -> dict[str, str]:
    """The texts of those of the ``paths`` ("/"-separated, from the top) that are plain files of ``commit``.

    Raises ``ConfigError`` for one of more than ``limit`` bytes, or that is no UTF-8, and ``GitError``.
    """
    wanted = dict.fromkeys(paths)
    found: dict[str, str] = {}
    rows = list(repository.git.records("ls-tree", "-z", "--full-tree", commit, "--", *wanted))
    with Blobs.of(repository.git) as blobs:
        for row in rows:
            head, _, name = row.partition("\t")
            mode, _, rest = head.partition(" ")
            kind, _, oid = rest.partition(" ")
            if kind != "blob" or mode not in _FILE_MODES or name not in wanted:
                continue
            content = blobs.read(oid, limit)
            if content is None:
                raise ConfigError(f"this file has more than {limit:,} bytes.", path=name, mend="Make it smaller.")
            try:
                found[name] = content.decode("utf-8")
            except UnicodeDecodeError:
                raise ConfigError("not UTF-8 text.", path=name, mend="Save it as UTF-8.") from None
    return found
