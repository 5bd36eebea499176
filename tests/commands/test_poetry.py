"""Poetry's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import poetry
from depaudit.commands.base import Conflict, Install, NotAnInstall, ProjectUse, Undetermined
from depaudit.model.requirement import IndexRef, Origin, Source, SourceKind
from tests.commands.readings import Case, case_id, files, harmless, installs, unclear, wish

RESOLVE, LOCK = ProjectUse.RESOLVE, ProjectUse.LOCK
PROXY_GONE = "--proxy was left out: the gate goes on by the proxy that HTTPS_PROXY names."
ACME = Source(kind=SourceKind.REGISTRY, index=IndexRef(url="", origin=Origin.OPERATOR, name="acme"))

INSTALLS = [
    installs(
        "poetry add a b@^1.2 c@latest d@1.0 'e>=1,<2' 'f[x]@~2' g==3 h=4 'i (>=1)' 'j ^5' 'k[y]'",
        wish(3, "a"), wish(4, "b@^1.2", "b", "^1.2"), wish(5, "c@latest", "c"), wish(6, "d@1.0", "d", "==1.0"),
        wish(7, "e>=1,<2", "e", ">=1,<2"), wish(8, "f[x]@~2", "f", "~2"), wish(9, "g==3", "g", "==3"),
        wish(10, "h=4", "h", "==4"), wish(11, "i (>=1)", "i", "(>=1)"), wish(12, "j ^5", "j", "^5"),
        wish(13, "k[y]", "k"),
        project=RESOLVE,
    ),
    installs("poetry add -G docs a", wish(5, "a", groups=("docs",)), project=RESOLVE),
    installs("poetry add -D a", wish(4, "a", groups=("dev",)), project=RESOLVE),
    installs("poetry add --optional gui a", wish(5, "a", groups=("gui",)), project=RESOLVE),
    installs("poetry add --source acme a", wish(5, "a", source=ACME), project=RESOLVE),
    installs("poetry add --markers \"os_name=='nt'\" a", wish(5, "a", marker="os_name=='nt'"), project=RESOLVE),
    installs("poetry add --lock a", wish(4, "a"), project=LOCK),
    installs("poetry add -e ../lib ./x", files=files(PROJECT="../lib ./x"), project=RESOLVE),
    installs("poetry add git+https://h.example/n.git#egg=n",
             wish(3, "git+https://h.example/n.git#egg=n", "n", url="git+https://h.example/n.git#egg=n",
                  kind=SourceKind.GIT), project=RESOLVE),
    installs("poetry add 'n @ https://h.example/n-1-py3-none-any.whl'",
             wish(3, "n @ https://h.example/n-1-py3-none-any.whl", "n",
                  url="https://h.example/n-1-py3-none-any.whl"), project=RESOLVE),
    installs("poetry install", project=RESOLVE),
    installs("poetry -n install --no-root --without docs,lint", project=RESOLVE, left_out=("docs", "lint")),
    installs("poetry install --only main", project=RESOLVE, left_out=("dev",)),
    installs("poetry install --only-root", project=RESOLVE, left_out=("dev", "main")),
    installs("poetry install --no-dev", project=RESOLVE, left_out=("dev",)),
    installs("poetry --no-cache sync -vv --with docs", project=RESOLVE),
    installs("poetry update a b", project=RESOLVE),
    installs("poetry update --lock", project=LOCK),
    installs("poetry lock --regenerate", project=LOCK),
    installs("poetry remove a", project=RESOLVE),
    installs("poetry export -f requirements.txt -o r.txt --without-hashes", project=LOCK, outputs=("r.txt",)),
    installs("poetry build -f wheel"),
    installs("poetry publish --build -r acme"),
    installs("poetry -C D -P P install", project=RESOLVE, folder="D/P"),
    installs("poetry add a --directory=D", wish(3, "a"), project=RESOLVE, folder="D"),
    installs("poetry self add poetry-plugin-export@^1.8", wish(4, "poetry-plugin-export@^1.8", "poetry-plugin-export",
                                                               "^1.8"), target="self"),
    installs("poetry self update 2.1", wish(4, "poetry@2.1", "poetry", "==2.1"), target="self"),
    installs("poetry self update", wish(3, "poetry"), target="self"),
    installs("poetry self sync", target="self"),
    installs("poetry debug resolve a@^1", wish(4, "a@^1", "a", "^1")),
]  # fmt: skip

HARMLESS = [
    "poetry", "poetry --version", "poetry -V", "poetry --help", "poetry add --help", "poetry about", "poetry check",
    "poetry config --list", "poetry show --latest", "poetry search x", "poetry version minor", "poetry new x",
    "poetry env use 3.12", "poetry env list", "poetry cache clear pypi --all", "poetry source add a https://a.example/",
    "poetry python install 3.12", "poetry self show plugins", "poetry publish", "poetry shell", "poetry list",
    "poetry run pytest -x", "poetry run", "poetry -C D run python -m this", "poetry debug info", "poetry self",
]  # fmt: skip

UNCLEAR = [
    unclear("poetry init", "'init' is no Poetry command of which depaudit knows what it installs."),
    unclear("poetry bundle venv d", "'bundle' is no Poetry command of which depaudit knows what it installs."),
    unclear("poetry install --newest", "'--newest' is no option that depaudit knows."),
    unclear("poetry add git+ssh://git@h.example/n.git",
            "'git+ssh://***@h.example/n.git' names its package only once it is fetched."),
    unclear("poetry add --optional a",
            "Before Poetry 2, --optional took no value; which of the two this is can't be told."),
    unclear("poetry run pip install --proxy p a", "poetry runs pip, which may install.", wish(5, "a"),
            argv="poetry run pip install a", neutralised=(PROXY_GONE,)),
    unclear("poetry run python -m pip install --pro a", "poetry runs pip, which may install.",
            conflicts=(Conflict(option="--pro", mend="Write the option out in full; it could stand for --proxy."),)),
    unclear("poetry -P /srv add ./lib", "Where './lib' lies as seen from --project can't be told.", folder="/srv"),
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *map(harmless, HARMLESS)], ids=case_id)
def test_a_line_and_its_reading(case: Case) -> None:
    assert poetry.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["add", "self", "run", "install", "-P", "--optional", "--source", "--", "-", "x@", "a b", "x;y"]),
)


@given(st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(words: list[str]) -> None:
    assert isinstance(poetry.read(["poetry", *words]), (Install, NotAnInstall, Undetermined))
