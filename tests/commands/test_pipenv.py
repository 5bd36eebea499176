"""Pipenv's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import pipenv
from depaudit.commands.base import Conflict, Install, NotAnInstall, ProjectUse, Undetermined
from depaudit.model.requirement import IndexOptions
from tests.commands.readings import Case, case_id, files, harmless, index, installs, unclear, wish

RESOLVE, FROZEN, LOCK = ProjectUse.RESOLVE, ProjectUse.FROZEN, ProjectUse.LOCK

INSTALLS = [
    installs("pipenv install", project=RESOLVE, left_out=("dev",)),
    installs("pipenv install a 'b~=2.2'", wish(3, "a"), wish(4, "b~=2.2", "b", "~=2.2"), project=RESOLVE,
             left_out=("dev",)),
    installs("pipenv install -d a", wish(4, "a", groups=("dev",)), project=RESOLVE),
    installs("pipenv install --categories 'docs,dev-packages' a", wish(5, "a", groups=("docs", "dev")),
             project=RESOLVE, left_out=("main",)),
    installs("pipenv install -e ./lib -r r.txt", project=RESOLVE, left_out=("dev",),
             files=(*files(PROJECT="./lib"), *files(REQUIREMENTS="r.txt"))),
    installs("pipenv install --deploy --system", project=FROZEN, left_out=("dev",), target="global"),
    installs("pipenv --python 3.12 install a", wish(5, "a"), project=RESOLVE, left_out=("dev",), target="3.12"),
    installs("pipenv sync --dev", project=FROZEN),
    installs("pipenv lock --pre", project=LOCK),
    installs("pipenv update", project=RESOLVE, left_out=("dev",)),
    installs("pipenv upgrade --lock-only a", wish(4, "a"), project=LOCK, left_out=("dev",)),
    installs("pipenv uninstall a", project=RESOLVE, left_out=("dev",)),
    installs("pipenv install --pypi-mirror https://m.example/ -i https://a.example/ a", wish(7, "a"), project=RESOLVE,
             left_out=("dev",), indexes=IndexOptions(index_url=index(3, "https://m.example/"),
                                                     extra=(index(5, "https://a.example/"),))),
    installs("pipenv install --extra-pip-args=--no-index a", wish(4, "a"), project=RESOLVE, left_out=("dev",),
             indexes=IndexOptions(no_index=True)),
    installs("pipenv install --extra-pip-args='--cache-dir c' a", wish(4, "a"), project=RESOLVE, left_out=("dev",),
             conflicts=(Conflict(option="--extra-pip-args --cache-dir", mend="Take --cache-dir out: the gate keeps a"
                                 " cache of its own, of what has passed it."),)),
]  # fmt: skip

HARMLESS = [
    "pipenv", "pipenv --version", "pipenv --venv", "pipenv --rm", "pipenv --python 3.12", "pipenv install --help",
    "pipenv graph", "pipenv shell", "pipenv run pytest -x", "pipenv run --system python x.py", "pipenv clean",
    "pipenv scripts", "pipenv verify", "pipenv requirements --hash", "pipenv pylock --generate", "pipenv activate",
    "pipenv remove", "pipenv open x",
]  # fmt: skip

UNCLEAR = [
    unclear("pipenv check", "pipenv check may install the program that it checks with."),
    unclear("pipenv audit --fix", "pipenv audit may install the program that it checks with."),
    unclear("pipenv frobnicate", "'frobnicate' is no Pipenv command of which depaudit knows what it installs."),
    unclear("pipenv install --newest", "'--newest' is no option that depaudit knows."),
    unclear("pipenv run pip install a", "pipenv runs pip, which may install.", wish(3, "a")),
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *map(harmless, HARMLESS)], ids=case_id)
def test_a_line_and_its_reading(case: Case) -> None:
    assert pipenv.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["install", "sync", "run", "lock", "-e", "--categories", "--extra-pip-args", "'", "--", "-", "x="]),
)


@given(st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(words: list[str]) -> None:
    assert isinstance(pipenv.read(["pipenv", *words]), (Install, NotAnInstall, Undetermined))
