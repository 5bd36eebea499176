"""PDM's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import pdm
from depaudit.commands.base import Conflict, Install, NotAnInstall, ProjectUse, Undetermined
from depaudit.model.requirement import IndexOptions
from tests.commands.readings import Case, case_id, files, harmless, index, installs, unclear, wish

RESOLVE, FROZEN, LOCK = ProjectUse.RESOLVE, ProjectUse.FROZEN, ProjectUse.LOCK

INSTALLS = [
    installs("pdm add a 'b>=1'", wish(3, "a"), wish(4, "b>=1", "b", ">=1"), project=RESOLVE),
    installs("pdm add -dG test a", wish(5, "a", groups=("test",)), project=RESOLVE),
    installs("pdm add -d a", wish(4, "a", groups=("dev",)), project=RESOLVE),
    installs("pdm add -e ./lib --no-sync", files=files(PROJECT="./lib"), project=LOCK),
    installs("pdm add -g a", wish(4, "a"), target="global"),
    installs("pdm -c conf -n install", project=RESOLVE),
    installs("pdm install --prod --without docs,lint", project=RESOLVE, left_out=("dev", "docs", "lint")),
    installs("pdm install --no-default -G test", project=RESOLVE, left_out=("main",)),
    installs("pdm install --frozen-lockfile", project=FROZEN),
    installs("pdm install --froz", project=FROZEN),
    installs("pdm install --venv test -p D", project=RESOLVE, folder="D"),
    installs("pdm sync --clean", project=FROZEN),
    installs("pdm lock --update-reuse --exclude-newer-override a b", project=LOCK),
    installs("pdm update a", project=RESOLVE),
    installs("pdm remove a", project=RESOLVE),
    installs("pdm build -d out"),
    installs("pdm publish -r acme"),
    installs("pdm self add --pip-args '-i https://a.example/' pdm-x", wish(6, "pdm-x"), target="self",
             indexes=IndexOptions(index_url=index(1, "https://a.example/"))),
    installs("pdm plugin add pdm-x", wish(4, "pdm-x"), target="self"),
    installs("pdm self update", wish(3, "pdm"), target="self"),
    installs("pdm run s.py", files=files(SCRIPT="s.py"), temporary=True),
]  # fmt: skip

HARMLESS = [
    "pdm", "pdm --version", "pdm --help", "pdm --pep582", "pdm add --help", "pdm list", "pdm show x", "pdm info",
    "pdm config", "pdm cache clear", "pdm export -o r.txt", "pdm import requirements.txt", "pdm use 3.12",
    "pdm venv create 3.12", "pdm python install 3.12", "pdm py list", "pdm search x", "pdm outdated", "pdm fix",
    "pdm completion", "pdm self list", "pdm self remove x", "pdm publish --no-build", "pdm run pytest", "pdm run -l",
    "pdm self",
]  # fmt: skip

UNCLEAR = [
    unclear("pdm init", "'init' is no PDM command of which depaudit knows what it installs."),
    unclear("pdm test", "'test' is no PDM command of which depaudit knows what it installs."),
    unclear("pdm install --newest", "'--newest' is no option that depaudit knows."),
    unclear("pdm run pip install a", "pdm runs pip, which may install.", wish(3, "a")),
    unclear("pdm add -p D ./lib", "Where the folders and files typed lie as seen from --project can't be told.",
            folder="D"),
    unclear("pdm self add --pip-args='--proxy x -r f' a",
            "--pip-args hands pip words that ask for more: '--pip-args'.", wish(5, "a"),
            conflicts=(Conflict(option="--pip-args --proxy",
                                mend="Take --proxy out: the gate goes on by the proxy that HTTPS_PROXY names."),)),
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *map(harmless, HARMLESS)], ids=case_id)
def test_a_line_and_its_reading(case: Case) -> None:
    assert pdm.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["add", "self", "run", "install", "-e", "--pip-args", "'", "--", "-", "x@", "--venv", "x.py"]),
)


@given(st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(words: list[str]) -> None:
    assert isinstance(pdm.read(["pdm", *words]), (Install, NotAnInstall, Undetermined))
