"""Lists in, files out: the same bytes for the same lists, and a plain word about a malformed one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from depaudit.errors import DepauditError
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.names.build import build, main
from depaudit.names.data import NameData
from tests.names.conftest import NPM, PYPI, SNAPSHOT, build_tiny, write_lists

FILES = {"npm.tables", "npm.trie", "pypi.tables", "pypi.trie", "SOURCES.toml"}


def test_same_lists_give_same_bytes(tiny_folder: Path, tmp_path: Path) -> None:
    again = build_tiny(tmp_path)
    assert {path.name for path in again.iterdir()} == FILES
    assert {p.name: p.read_bytes() for p in again.iterdir()} == {p.name: p.read_bytes() for p in tiny_folder.iterdir()}


def test_the_order_of_a_list_does_not_matter(tiny_folder: Path, tmp_path: Path) -> None:
    header, *rows = NPM.splitlines(keepends=True)
    built = build_tiny(tmp_path, npm=header + "".join(reversed(rows)))
    assert (built / "npm.tables").read_bytes() == (tiny_folder / "npm.tables").read_bytes()


@pytest.mark.parametrize(
    ("pypi", "npm", "message"),
    [
        ("nom\tmois\trang\n", NPM, "The columns must be name, newest_release_month, download_rank."),
        (PYPI + "short\t2020-01\n", NPM, "2 columns instead of 3."),
        (PYPI + "Not_Normal\t2020-01\t\n", NPM, "'Not_Normal' is not normalised (PEP 503)."),
        (PYPI + "odd\t2020-13\t\n", NPM, "'2020-13' is no month up to the snapshot's."),
        (PYPI + "ahead\t2026-12\t\n", NPM, "'2026-12' is no month up to the snapshot's."),
        (PYPI + "ranked\t2020-01\tfirst\n", NPM, "'first' is no rank."),
        (PYPI + "ranked\t2020-01\t0\n", NPM, "'0' is no rank."),
        (PYPI + "flask\t2020-01\t\n", NPM, "The list of PyPI names holds a name twice."),
        (PYPI + "no name\t2020-01\t\n", NPM, "'no name' is not a name that PyPI could hold."),
        (PYPI, NPM + "many\t4294967296\n", "'4294967296' is no number of downloads."),
        (PYPI, NPM + "many\t-1\n", "'-1' is no number of downloads."),
        (PYPI, "name\tdownloads_last_month\n", "The list of npm names is empty."),
    ],
)
def test_malformed_lists_are_refused(tmp_path: Path, pypi: str, npm: str, message: str) -> None:
    with pytest.raises(DepauditError) as caught:
        build(*write_lists(tmp_path, pypi, npm), SNAPSHOT, tmp_path / "out")
    assert caught.value.message == message


def test_equal_downloads_share_the_better_rank(tiny: NameData) -> None:
    ranks = {
        name: tiny.look_up(Ecosystem.NPM, NormalizedName(name)).rank
        for name in ("chalk", "JSONStream", "cross-env", "@acme/core")
    }
    assert ranks == {"chalk": 1, "JSONStream": 4, "cross-env": 4, "@acme/core": 6}


def test_the_command_builds(tmp_path: Path) -> None:
    pypi, npm = write_lists(tmp_path)
    out = tmp_path / "out"
    assert main(["--pypi", str(pypi), "--npm", str(npm), "--snapshot", "2026-11-01", "--out", str(out)]) == 0
    assert NameData.open(out).snapshot == date(2026, 11, 1)


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pypi, _ = write_lists(tmp_path)
    missing = tmp_path / "missing.tsv"
    arguments = ["--pypi", str(pypi), "--npm", str(missing), "--snapshot", "2026-11-01", "--out", str(tmp_path / "o")]
    assert main(arguments) == 2
    assert "missing.tsv" in capsys.readouterr().err
