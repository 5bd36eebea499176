"""Import names lead to distributions that exist."""

from __future__ import annotations

import pytest

from depaudit.model.names import Ecosystem, normalize
from depaudit.names.data import NameData
from depaudit.names.import_names import distributions_for_import, import_names


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("cv2", "opencv-python"),
        ("sklearn", "scikit-learn"),
        ("sklearn.metrics", "scikit-learn"),
        ("yaml", "pyyaml"),
        ("bs4", "beautifulsoup4"),
        ("PIL", "pillow"),
        ("pil", "pillow"),
        ("dotenv", "python-dotenv"),
        ("attr", "attrs"),
        ("dateutil", "python-dateutil"),
        ("jwt", "pyjwt"),
        ("Crypto", "pycryptodome"),
        ("git", "gitpython"),
        ("google.cloud.storage", "google-cloud-storage"),
        ("google-cloud-secretmanager", "google-cloud-secret-manager"),
        ("rest_framework", "djangorestframework"),
        ("pkg-resources", "setuptools"),
    ],
)
def test_known(name: str, first: str) -> None:
    assert distributions_for_import(name)[0] == first


@pytest.mark.parametrize("name", ["requests", "numpy", "no_such_module", "", ".", "sklearn-metrics"])
def test_unknown(name: str) -> None:
    assert distributions_for_import(name) == ()


def test_every_distribution_exists_and_is_normalised(bundled: NameData) -> None:
    names = {name for distributions in import_names().values() for name in distributions}
    assert [n for n in sorted(names) if normalize(Ecosystem.PYPI, n) != n] == []
    assert [n for n in sorted(names) if not bundled.look_up(Ecosystem.PYPI, normalize(Ecosystem.PYPI, n)).listed] == []
    assert len(import_names()) >= 400


def test_no_module_stands_twice() -> None:
    from depaudit.names import import_names as module

    lines = [line.split() for line in module._TABLE.split("\n") if line]
    assert len(lines) == len(import_names())
    assert all(len(line) >= 2 for line in lines)
