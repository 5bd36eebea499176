"""uv's and uvx's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import uv
from depaudit.commands.base import Conflict, Install, NotAnInstall, ProjectUse, Undetermined
from depaudit.model.requirement import IndexOptions, SourceKind
from tests.commands.readings import Case, case_id, files, harmless, index, installs, unclear, wish

RESOLVE, FROZEN, LOCK = ProjectUse.RESOLVE, ProjectUse.FROZEN, ProjectUse.LOCK
CACHE_GONE = "--cache-dir was left out: the gate keeps a cache of its own, of what has passed it."
CONFIG = Conflict(
    option="--config-file",
    mend="Name the file in UV_CONFIG_FILE instead: depaudit reads it there before uv does.",
)
PROXY_GONE = "--proxy was left out: the gate goes on by the proxy that HTTPS_PROXY names."

INSTALLS = [
    installs("uv pip install flask==3.0 'b>=1'", wish(4, "flask==3.0", "flask", "==3.0"), wish(5, "b>=1", "b", ">=1")),
    installs("uv -q pip --offline install -e . -r requirements.txt -c c.txt --override o.txt -b b.txt",
             files=(*files(PROJECT="."), *files(REQUIREMENTS="requirements.txt"),
                    *files(CONSTRAINTS="c.txt o.txt b.txt"))),
    installs("uv pip install -r pyproject.toml -r x.py -r pylock.toml",
             files=(*files(PROJECT="pyproject.toml"), *files(SCRIPT="x.py"), *files(LOCKFILE="pylock.toml"))),
    installs("uv pip install --group test", files=files(PROJECT="pyproject.toml"), left_out=("main",)),
    installs("uv pip install --system --no-binary :all: x", wish(7, "x"), target="global"),
    installs("uv pip install -p .venv x", wish(6, "x"), target=".venv"),
    installs("uv pip install --no-cache -n --native-tls --allow-insecure-host h x", wish(9, "x")),
    installs("uv pip sync requirements.txt --only-binary x", files=files(REQUIREMENTS="requirements.txt")),
    installs("uv pip compile requirements.in -o requirements.txt", files=files(REQUIREMENTS="requirements.in"),
             outputs=("requirements.txt",)),
    installs(
        "uv pip install --index a=https://a.example/ --default-index=https://b.example/ -f w,v x",
        wish(9, "x"),
        indexes=IndexOptions(
            index_url=index(6, "https://b.example/"),
            extra=(index(4, "https://a.example/", "a"),),
            find_links=(index(7, "w"), index(7, "v")),
        ),
    ),
    installs("uv pip install --extra-index-url 'https://a.example/?q=1 https://b.example/' -i https://c.example/ x",
             wish(8, "x"),
             indexes=IndexOptions(index_url=index(6, "https://c.example/"),
                                  extra=(index(4, "https://a.example/?q=1"), index(4, "https://b.example/")))),
    installs("uv pip install --cache-dir c x", wish(6, "x"), argv="uv pip install x", neutralised=(CACHE_GONE,)),
    installs("uv --cache-dir=c sync", argv="uv sync", project=RESOLVE, neutralised=(CACHE_GONE,)),
    installs("uv --config-file F sync", project=RESOLVE, conflicts=(CONFIG,)),
    installs("uv --no-config sync", project=RESOLVE),
    installs("uv add 'x>=1'", wish(3, "x>=1", "x", ">=1"),
             project=RESOLVE),
    installs("uv add --dev x", wish(4, "x", groups=("dev",)), project=RESOLVE),
    installs("uv add --group docs -m \"os_name=='nt'\" x",
             wish(7, "x", groups=("docs",), marker="os_name=='nt'"), project=RESOLVE),
    installs("uv add --optional gui x ./lib -r r.txt", wish(5, "x", groups=("gui",)), project=RESOLVE,
             files=(*files(PROJECT="./lib"), *files(REQUIREMENTS="r.txt"))),
    installs("uv add --no-sync x", wish(4, "x"), project=LOCK),
    installs("uv add --script s.py x", wish(5, "x"), files=files(SCRIPT="s.py")),
    installs("uv add git+https://h.example/n.git#egg=n --tag v1",
             wish(3, "git+https://h.example/n.git#egg=n", "n", url="git+https://h.example/n.git#egg=n",
                  kind=SourceKind.GIT), project=RESOLVE),
    installs("uv remove x", project=RESOLVE),
    installs("uv upgrade x", project=RESOLVE),
    installs("uv version --bump minor", project=RESOLVE),
    installs("uv sync", project=RESOLVE),
    installs("uv sync --frozen --no-dev", project=FROZEN, left_out=("dev",)),
    installs("uv sync --locked --only-group docs", project=FROZEN, left_out=("dev", "main")),
    installs("uv sync --only-dev", project=RESOLVE, left_out=("main",)),
    installs("uv sync --no-group lint --no-default-groups --group dev", project=RESOLVE, left_out=("lint",)),
    installs("uv --directory D sync", project=RESOLVE, folder="D"),
    installs("uv --directory D --project P sync", project=RESOLVE, folder="D/P"),
    installs("uv --project P/Q add ./lib", project=RESOLVE, folder="P/Q", files=files(PROJECT="../.././lib")),
    installs("uv lock --upgrade", project=LOCK),
    installs("uv lock --script s.py", files=files(SCRIPT="s.py")),
    installs("uv export -o r.txt", project=LOCK, outputs=("r.txt",)),
    installs("uv tree", project=LOCK),
    installs("uv audit", project=LOCK),
    installs("uv check", project=RESOLVE),
    installs("uv workspace metadata", project=LOCK),
    installs("uv build --wheel ./lib"),
    installs("uv run pytest -x --proxy p", project=RESOLVE),
    installs("uv run --with 'a,b>=1,<2' --with-requirements r.txt,s.txt -- python -c 1",
             wish(3, "a"), wish(3, "b>=1,<2", "b", ">=1,<2"),
             files=files(REQUIREMENTS="r.txt s.txt"), project=RESOLVE),
    installs("uv run --frozen x", project=FROZEN),
    installs("uv run --no-project --with a x", wish(4, "a")),
    installs("uv run --no-sync s.py", files=files(SCRIPT="s.py")),
    installs("uv run -s script arg", files=files(SCRIPT="script"), project=RESOLVE),
    installs("uv run -m pip install --proxy p x", wish(5, "x"), argv="uv run -m pip install x",
             project=RESOLVE, neutralised=(PROXY_GONE,)),
    installs("uv --cache-dir c run --no-sync pip install --proxy p x", wish(5, "x"),
             argv="uv run --no-sync pip install x", neutralised=(CACHE_GONE, PROXY_GONE)),
    installs("uvx ruff", wish(2, "ruff"), temporary=True),
    installs("uvx ruff@0.4 check --cache-dir x", wish(2, "ruff@0.4", "ruff", "==0.4"), temporary=True),
    installs("uvx ruff@latest", wish(2, "ruff@latest", "ruff"), temporary=True),
    installs("uvx --from 'a[b]==1' --with c tool", wish(2, "a[b]==1", "a", "==1"), wish(4, "c"), temporary=True),
    installs("uvx python@3.12 -V", temporary=True),
    installs("uvx --with a python", wish(2, "a"), temporary=True),
    installs("uv tool run -p 3.12 ruff", wish(6, "ruff"), temporary=True),
    installs("uv tool install -e ruff@0.4 --with x", wish(5, "ruff@0.4", "ruff", "==0.4"), wish(6, "x"), target="tool"),
    installs("uv tool upgrade --all", target="tool"),
    installs("uv venv --seed", wish(3, "pip"), target=".venv"),
    installs("uv venv -c env --seed", wish(5, "pip"), target="env"),
]  # fmt: skip

HARMLESS = [
    "uv", "uvx", "uv --version", "uv -V", "uv --help", "uv help pip", "uv pip", "uv pip --help", "uv pip install -h",
    "uvx --help", "uvx --version", "uv pip list --outdated", "uv pip tree", "uv pip freeze", "uv pip show x",
    "uv pip uninstall x", "uv pip check", "uv init x", "uv python install 3.12", "uv python list", "uv cache clean",
    "uv self update", "uv publish", "uv venv", "uv venv -p 3.12 env", "uv version", "uv version --short",
    "uv tool list", "uv tool uninstall x", "uv tool dir", "uv format", "uv auth login h", "uv run --no-sync pytest",
    "uv run --no-project python x", "uv generate-shell-completion zsh", "uv --directory D python find",
]  # fmt: skip

UNCLEAR = [
    unclear("uv frobnicate", "'frobnicate' is no uv command that depaudit knows."),
    unclear("uv pip frobnicate", "'pip frobnicate' is no uv command that depaudit knows."),
    unclear("uv --newest run x", "'--newest' is no option that depaudit knows."),
    unclear("uv --directory D sync --newest=secret", "'--newest' is no option that depaudit knows.", folder="D"),
    unclear("uv run https://h.example/s.py?token=1",
            "The script 'https://h.example/s.py' can only be read by uv itself."),
    unclear("uv run -", "The script '-' can only be read by uv itself."),
    unclear("uv pip install -r - x", "'-' can only be read by the client itself.", wish(6, "x")),
    unclear("uvx git+https://h.example/n", "'git+https://h.example/n' names its package only once it is fetched."),
    unclear("uv --project ../P add ./lib", "Where './lib' lies as seen from --project can't be told.", folder="../P"),
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *map(harmless, HARMLESS)], ids=case_id)
def test_a_line_and_its_reading(case: Case) -> None:
    assert uv.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "pip",
            "tool",
            "run",
            "install",
            "add",
            "sync",
            "-r",
            "--with",
            "--",
            "-",
            "x@",
            ".",
            "x.py",
            "uvx",
            "--project",
        ]
    ),
)


@given(st.sampled_from(["uv", "uvx"]), st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(program: str, words: list[str]) -> None:
    assert isinstance(uv.read([program, *words]), (Install, NotAnInstall, Undetermined))


def test_commands_within_commands_are_followed_only_so_far() -> None:
    assert isinstance(uv.read(["uvx"] * 5000), Install)
