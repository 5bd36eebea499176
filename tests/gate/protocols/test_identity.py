"""Which project and version an archive is, by its file name."""

from __future__ import annotations

import pytest

from depaudit.gate.protocols.identity import Identity, companion_of, identity_of, is_archive, mentions_archive
from depaudit.model.names import Ecosystem, NormalizedName


@pytest.mark.parametrize(
    ("filename", "name", "expected"),
    [
        ("Six-1.0-py2.py3-none-any.whl", None, ("six", "1.0")),
        ("a_b-1.0-1-cp311-cp311-linux_x86_64.whl", None, ("a-b", "1.0")),
        ("a_b-1.0_1-py3-none-any.whl", None, ("a-b", "1.0-1")),
        ("a_b-1.0-py3-none-any.whl", "a-c", None),
        ("a_b-junk-py3-none-any.whl", None, None),
        ("a-b-c.whl", None, None),
        ("six-1.0.tar.gz", None, ("six", "1.0")),
        ("python-dateutil-2.8.2.tar.gz", None, ("python-dateutil", "2.8.2")),
        ("foo-2-1.0.zip", None, ("foo-2", "1.0")),
        ("a-b-1.0-1.zip", None, None),
        ("a-b-1.0-1.zip", "a-b", ("a-b", "1.0-1")),
        ("a-b-1.0-1.zip", "a-b-1-0", ("a-b-1-0", "1")),
        ("x.y-1.0.tar.bz2", "x-y", ("x-y", "1.0")),
        ("x-1.0.tar.zst", "x", ("x", "1.0")),
        ("six-1.0-py2.7.egg", None, ("six", "1.0")),
        ("six-1.0-py2.7-win32.egg", None, ("six", "1.0")),
        ("six-1.0.egg", None, None),
        ("six.zip", None, None),
        ("six-1.0.exe", None, None),
        ("-".join("a" * 40) + "-1.0.zip", None, None),
        ("six-" + "1" * 600 + ".zip", None, None),
    ],
)
def test_python(filename: str, name: str | None, expected: tuple[str, str] | None) -> None:
    wanted = None if name is None else NormalizedName(name)
    told = None if expected is None else Identity(NormalizedName(expected[0]), expected[1])
    assert identity_of(filename, Ecosystem.PYPI, wanted) == told


@pytest.mark.parametrize(
    ("filename", "name", "version"),
    [
        ("node-20.0.0.tgz", "@types/node", "20.0.0"),
        ("x-1.0.0-beta.1+b.2.tgz", "x", "1.0.0-beta.1+b.2"),
        ("x-y-1.0.0.tgz", "x", None),
        ("x-1.0.0.tgz", "y", None),
        ("x- 1.0.0.tgz", "x", None),
        ("x-1.0.0.zip", "x", None),
        ("x-1.0.0.tgz", None, None),
    ],
)
def test_npm(filename: str, name: str | None, version: str | None) -> None:
    wanted = None if name is None else NormalizedName(name)
    told = None if version is None or wanted is None else Identity(wanted, version)
    assert identity_of(filename, Ecosystem.NPM, wanted) == told


def test_endings() -> None:
    assert [is_archive(one) for one in ("a.WHL", "a.tar.xz", "a.tzst", ".zip", "a.tar.gz.asc", "a.exe")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip
    assert [companion_of(one) for one in ("a.whl.metadata", "a.zip.asc", "a.metadata", "a.whl")] == [
        "a.whl", "a.zip", None, None,
    ]  # fmt: skip
    assert [mentions_archive(one) for one in ("f=a.whl&b", "a.zipper", "a.tgz", "whl")] == [True, False, True, False]
