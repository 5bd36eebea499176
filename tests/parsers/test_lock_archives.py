from __future__ import annotations

import pytest

from depaudit.parsers.lock_archives import telling_url

HOME = "https://files.pythonhosted.org/packages/aa/"
OWN = "https://own.example/simple"


@pytest.mark.parametrize(
    ("urls", "found"),
    [
        ([], None),
        ([HOME + "my_pkg-1.tar.gz", HOME + "my_pkg-1-py3-none-any.whl"], HOME + "my_pkg-1.tar.gz"),
        ([HOME + "My.Pkg-1.tar.gz"], HOME + "My.Pkg-1.tar.gz"),
        ([HOME + "my_pkg-1.tar.gz", "https://evil/my_pkg-1.whl"], "https://evil/my_pkg-1.whl"),
        ([HOME + "my_pkg-1.tar.gz", HOME + "evil-1.tar.gz"], HOME + "evil-1.tar.gz"),
        ([HOME + "my_pkg-1.tar.gz", "http://files.pythonhosted.org/packages/my_pkg-1.whl"], None),
        (["https://own.example/x/my_pkg-1.tar.gz", "https://evil/my_pkg-1.whl"], "https://evil/my_pkg-1.whl"),
        (
            ["https://cdn/my_pkg-1.whl", "https://cdn/my_pkg-2.whl", "https://evil/my_pkg-1.whl"],
            "https://evil/my_pkg-1.whl",
        ),
        ([HOME + "my%5Fpkg-1.tar.gz", HOME + "my_pkg-2.tar.gz"], HOME + "my%5Fpkg-1.tar.gz"),
    ],
)
def test_the_url_out_of_place_is_kept(urls: list[str], found: str | None) -> None:
    wanted = found if found is not None or not urls else urls[-1]
    assert telling_url(urls, "my-pkg", OWN) == wanted
