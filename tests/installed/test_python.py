from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from depaudit.errors import ParseError
from depaudit.installed.direct_url import DirectKind, DirectUrl
from depaudit.installed.interpreter import site_folders
from depaudit.installed.python import Distribution, installed_since, read_site_packages, snapshot
from depaudit.model.names import NormalizedName
from tests.installed.environments import dist_info
from tests.world.archives import core_metadata, wheel, wheel_filename

REQUIRES = "Name: Zz.Left\nVersion: 1.0\nRequires-Dist: zz-right>=2\n"


def test_everything_that_an_installer_notes(tmp_path: Path) -> None:
    direct_url = '{"url": "https://me:pw@files.example/zz_left-1.0-py3-none-any.whl", "archive_info": {}}'
    folder = dist_info(
        tmp_path, "zz-left", "1.0", metadata=REQUIRES, INSTALLER="uv\n", REQUESTED="", direct_url=direct_url
    )
    assert read_site_packages(tmp_path) == (
        Distribution(
            name=NormalizedName("zz-left"),
            raw_name="Zz.Left",
            version="1.0",
            folder=folder,
            metadata=folder / "METADATA",
            line=2,
            installer="uv",
            requested=True,
            direct_url=DirectUrl(url="https://files.example/zz_left-1.0-py3-none-any.whl", kind=DirectKind.ARCHIVE),
            requires=("zz-right>=2",),
        ),
    )


def test_eggs_of_all_ages(tmp_path: Path) -> None:
    folder = tmp_path / "zz_egg-1.2-py3.11.egg-info"
    folder.mkdir()
    (folder / "PKG-INFO").write_text("Name: zz-egg\nVersion: 1.2\n")
    (tmp_path / "zz_file-0.1.egg-info").write_text("Name: zz_file\nVersion: 0.1\n")
    develop = tmp_path / "zz_develop.egg-info"
    develop.mkdir()
    (develop / "PKG-INFO").write_text("Name: zz-develop\nVersion: 3\n")
    found = read_site_packages(tmp_path)
    assert [(one.name, one.version, one.problems) for one in found] == [
        ("zz-develop", "3", ()),
        ("zz-egg", "1.2", ()),
        ("zz-file", "0.1", ()),
    ]
    assert {(one.name, one.version) for one in snapshot(tmp_path)} == {
        ("zz-develop", ""),
        ("zz-egg", "1.2"),
        ("zz-file", "0.1"),
    }


@pytest.mark.parametrize(
    ("name", "version", "metadata"),
    [("zz-local", "1.0+cu121", None), ("zz-odd", "1.0", "Name: ZZ_odd\nVersion: 1.0.0\n")],
)
def test_other_spellings_of_the_same_agree(tmp_path: Path, name: str, version: str, metadata: str | None) -> None:
    dist_info(tmp_path, name, version, metadata=metadata)
    assert [one.problems for one in read_site_packages(tmp_path)] == [()]


@pytest.mark.parametrize(
    ("metadata", "name", "version", "message"),
    [
        ("Name: requests\nVersion: 1.0\n", "requests", "1.0", "The folder is called 'zz_left-1.0.dist-info', but"),
        ("Name: zz-left\nVersion: 2.0\n", "zz-left", "2.0", "The folder is called 'zz_left-1.0.dist-info', but"),
        ("Version: 1.0\n", "zz-left", "1.0", "The file says no Name."),
        ("", "zz-left", "1.0", "The file says no Name."),
        ("Name: ../../etc\nVersion: 1.0\n", "zz-left", "1.0", "The folder is called"),
    ],
)
def test_what_disagrees_or_is_broken_is_told_and_kept(
    tmp_path: Path, metadata: str, name: str, version: str, message: str
) -> None:
    folder = dist_info(tmp_path, "zz-left", "1.0", metadata=metadata)
    dist_info(tmp_path, "zz-sound", "2.0")
    broken, sound = read_site_packages(tmp_path)
    assert (broken.name, broken.version) == (name, version)
    assert broken.problems[0].message.startswith(message)
    assert broken.problems[0].path == str(folder / "METADATA")
    assert broken.problems[0].mend == "Remove the distribution and install it again."
    assert (sound.name, sound.problems) == ("zz-sound", ())


def test_folders_that_hold_no_metadata_and_no_name(tmp_path: Path) -> None:
    (tmp_path / "zz_empty-1.0.dist-info").mkdir()
    (tmp_path / "é-1.0.dist-info").mkdir()
    dist_info(tmp_path, "~z-gone", "1.0")  # pip is about to remove it, and nobody reads it any more
    empty, nameless = read_site_packages(tmp_path)
    assert (empty.name, empty.version) == ("zz-empty", "1.0")
    assert empty.problems[0].message == "The file cannot be read: No such file or directory."
    assert (nameless.name, nameless.raw_name, len(nameless.problems)) == (None, "é", 1)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_the_place_of_metadata_is_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "zz_pipe-1.0.dist-info"
    folder.mkdir()
    os.mkfifo(folder / "METADATA")
    (found,) = read_site_packages(tmp_path)
    assert found.problems[0].message == "The file cannot be read: it is no regular file."


def test_a_broken_direct_url_is_told(tmp_path: Path) -> None:
    dist_info(tmp_path, "zz-left", "1.0", direct_url="{")
    (found,) = read_site_packages(tmp_path)
    assert found.direct_url is None
    assert found.problems[0].path.endswith("direct_url.json")


def test_no_folder_holds_nothing_and_a_locked_one_is_an_error(tmp_path: Path) -> None:
    assert read_site_packages(tmp_path / "none") == ()
    assert snapshot(tmp_path / "none") == frozenset()
    with pytest.raises(ParseError):
        snapshot(Path("\0"))


def test_what_is_new_since(tmp_path: Path) -> None:
    kept = dist_info(tmp_path, "zz-kept", "1.0")
    again = dist_info(tmp_path, "zz-again", "1.0")
    before = snapshot(tmp_path)
    os.utime(again, ns=(1, 1))  # installed anew, in the same version
    dist_info(tmp_path, "zz-new", "2.0")
    new = installed_since(before, snapshot(tmp_path))
    assert [(one.name, one.version) for one in new] == [("zz-again", "1.0"), ("zz-new", "2.0")]
    assert installed_since(before, before) == ()
    assert kept.is_dir()


def test_a_real_environment_with_real_wheels(tmp_path: Path) -> None:
    home = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    files = []
    for name, requires in (("zz-left", ("zz-right>=1",)), ("zz-right", ())):
        file = tmp_path / wheel_filename(name, "1.0")
        file.write_bytes(wheel(name, "1.0", core_metadata(name, "1.0", summary="s", requires=requires)))
        files.append(str(file))
    (site,) = site_folders(home, {})
    before = snapshot(site)
    pip = [str(home / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-index"]
    subprocess.run([*pip, *files], check=True)
    after = snapshot(site)
    assert [(one.name, one.version) for one in installed_since(before, after)] == [
        ("zz-left", "1.0"),
        ("zz-right", "1.0"),
    ]
    subprocess.run([*pip, "--force-reinstall", "--no-deps", files[1]], check=True)
    assert [one.name for one in installed_since(after, snapshot(site))] == ["zz-right"]
    left = next(one for one in read_site_packages(site) if one.name == "zz-left")
    assert (left.version, left.installer, left.requested, left.requires, left.problems) == (
        "1.0",
        "pip",
        True,
        ("zz-right>=1",),
        (),
    )
    assert left.direct_url == DirectUrl(url=f"file://{files[0]}", kind=DirectKind.ARCHIVE)
