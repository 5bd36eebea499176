"""A tiny world of names, built by the real builder, and the bundled data opened once."""

from __future__ import annotations

import lzma
from datetime import date
from pathlib import Path

import pytest

from depaudit.names.build import build
from depaudit.names.data import NameData

PYPI = """\
name\tnewest_release_month\tdownload_rank
beautifulsoup4\t2026-08\t103
flask\t2026-02\t181
kafka-python\t2026-05\t864
ocean-tides\t2004-01\t
opencv-python\t2026-10\t533
python-dateutil\t2024-03\t13
python-nmap\t2021-10\t8007
requests\t2026-05\t6
scikit-learn\t2026-09\t60
six\t2024-12\t14
typing-extensions\t2026-08\t2
undated\t\t
urllib3\t2026-11\t3
"""
NPM = """\
name\tdownloads_last_month
@acme/core\t700
@types/node\t1400000000
JSONStream\t40000000
chalk\t1600000000
cross-env\t40000000
lodash\t500000000
quiet-one\t480
"""
SNAPSHOT = date(2026, 11, 1)


def write_lists(folder: Path, pypi: str = PYPI, npm: str = NPM) -> tuple[Path, Path]:
    """Both lists as files, one compressed and one not."""
    folder.mkdir(parents=True, exist_ok=True)
    pypi_path, npm_path = folder / "pypi.tsv.xz", folder / "npm.tsv"
    pypi_path.write_bytes(lzma.compress(pypi.encode()))
    npm_path.write_bytes(npm.encode())
    return pypi_path, npm_path


def build_tiny(folder: Path, pypi: str = PYPI, npm: str = NPM) -> Path:
    """The folder with the data built from both lists."""
    out = folder / "data"
    build(*write_lists(folder / "lists", pypi, npm), SNAPSHOT, out)
    return out


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def tiny(tiny_folder: Path) -> NameData:
    return NameData.open(tiny_folder)


@pytest.fixture(scope="session")
def bundled() -> NameData:
    return NameData.open()
