"""Which one of a locked package's archive URLs to keep, since one stands for all in later checks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote

_PYPI_FILES = "https://files.pythonhosted.org/packages/"
_SEPARATORS = re.compile(r"[-_.]+")


def telling_url(urls: Iterable[str], name: str, index: str | None = None) -> str | None:
    """The one of ``urls`` that looks most out of place, else the first, else None.

    Out of place: neither at PyPI's file host nor at the host of the entry's own ``index``, or a file that is not
    called after the package ``name`` (normalised); most so the one whose host the fewest others share. One changed
    URL among twenty must not hide behind the others.
    """
    own = _origin(index) if index else ""
    homes = (_PYPI_FILES, own) if own else (_PYPI_FILES,)
    beginning = f"{name.replace('-', '_')}-"  # as PEP 491 and 625 have it
    first = None
    strange: list[str] = []
    for url in urls:
        first = url if first is None else first
        if not url.startswith(homes) or not _called(url, name, beginning):
            strange.append(url)
    if not strange:
        return first
    hosts = Counter(map(_origin, strange))
    return min(strange, key=lambda url: hosts[_origin(url)])


def _origin(url: str) -> str:
    """Scheme and host with a ``/`` behind, as far as ``url`` has them."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/" if separator else ""


def _called(url: str, name: str, beginning: str) -> bool:
    """Whether the file at ``url`` is called after ``name``, most often with ``beginning`` in front."""
    if "#" in url or "?" in url:
        url = url.partition("#")[0].partition("?")[0]
    if url.startswith(beginning, url.rfind("/") + 1):
        return True
    file_name = url.rpartition("/")[2]
    if "%" in file_name:
        file_name = unquote(file_name)
    return _SEPARATORS.sub("-", file_name).lower().startswith(f"{name}-")
