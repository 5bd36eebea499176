"""Slips in what people call a package otherwise: ``opnecv`` for ``opencv``, which is ``opencv-python`` on PyPI.

The near-name index holds import names and by-names as targets of their own, each pointing at its project.
"""

from __future__ import annotations

from depaudit.names.similarity import edits
from depaudit.names.similarity.base import Change
from depaudit.names.similarity.form import Form

_SHORTEST = 6
BY_NAMES = {
    "beautiful-soup": "beautifulsoup4",
    "google-protobuf": "protobuf",
    "libmysql": "mysqlclient",
    "libxml": "lxml",
    "libyaml": "pyyaml",
    "mongodb": "pymongo",
    "mysqldb": "mysqlclient",
    "opencv": "opencv-python",
    "postgres": "psycopg2",
    "postgresql": "psycopg2",
    "protocol-buffers": "protobuf",
    "pytorch": "torch",
    "scikit": "scikit-learn",
    "tensorflow-gpu": "tensorflow",
}
"""What PyPI's projects are called in speech, as the library that they wrap, or were called once."""


def worth_filing(by_name: str) -> bool:
    """Whether a slip in ``by_name`` would tell anything: short words are near each other by chance."""
    return len(by_name) >= _SHORTEST


def compare(name: Form, by_name: Form, rank: int) -> Change | None:
    """Like a slip in a name; the by-name itself, exactly, is the affair of other rules unless it is in speech only."""
    if name.squeezed == by_name.squeezed:
        return Change("other name of the package", ("by-name",)) if by_name.plain in BY_NAMES else None
    change = edits.compare(name, by_name, rank)
    if change is None or change.causes[0] in edits.LOOSE:
        return None
    return Change(f"{change.kind} in another name of it", (*change.causes, "of a by-name"))
