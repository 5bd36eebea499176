"""pipx's command lines, each with its whole reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import pipx
from depaudit.commands.base import Conflict, Install, NotAnInstall, Undetermined
from depaudit.model.requirement import IndexOptions
from tests.commands.readings import Case, case_id, files, harmless, index, installs, unclear, wish

CERT_GONE = "--cert was left out: its certificates are added to those that the gate trusts."

INSTALLS = [
    installs("pipx install black==24.1 'b[c]'", wish(3, "black==24.1", "black", "==24.1"), wish(4, "b[c]", "b")),
    installs("pipx install --python 3.12 -f --preinstall a b", wish(8, "b"), wish(6, "a")),
    installs("pipx install -e ./lib --lock pylock.toml",
             files=(*files(PROJECT="./lib"), *files(LOCKFILE="pylock.toml"))),
    installs("pipx install --global b", wish(4, "b"), target="global"),
    installs("pipx install -i https://a.example/ --pip-args '--extra-index-url https://b.example/ --pre' b",
             wish(7, "b"),
             indexes=IndexOptions(index_url=index(3, "https://a.example/"), extra=(index(1, "https://b.example/"),))),
    installs("pipx install --pip-args=--proxy= b", wish(4, "b"),
             conflicts=(Conflict(option="--pip-args --proxy",
                                 mend="Take --proxy out: the gate goes on by the proxy that HTTPS_PROXY names."),)),
    installs("pipx inject black a -r r.txt", wish(4, "a"), files=files(REQUIREMENTS="r.txt")),
    installs("pipx upgrade black"),
    installs("pipx upgrade --install black", wish(4, "black")),
    installs("pipx upgrade-all --skip a b"),
    installs("pipx upgrade-shared", wish(2, "pip")),
    installs("pipx reinstall black"),
    installs("pipx reinstall-all"),
    installs("pipx run black --version", wish(3, "black"), temporary=True),
    installs("pipx run --spec black==24 --with c tool -h", wish(3, "black==24", "black", "==24"), wish(5, "c"),
             temporary=True),
    installs("pipx run s.py", files=files(SCRIPT="s.py"), temporary=True),
    installs("pipx runpip black install --cert c.pem a", wish(5, "a"), argv="pipx runpip black install a",
             target="black", neutralised=(CERT_GONE,), roots=("c.pem",)),
]  # fmt: skip

HARMLESS = [
    "pipx", "pipx --version", "pipx --help", "pipx install --help", "pipx list --short", "pipx uninstall a",
    "pipx uninstall-all", "pipx uninject a b", "pipx expose a", "pipx pin a", "pipx reset -y", "pipx health",
    "pipx ensurepath", "pipx environment", "pipx completions", "pipx cache dir", "pipx interpreter list",
    "pipx runpip black list", "pipx exec black black --check .", "pipx help run",
]  # fmt: skip

UNCLEAR = [
    unclear("pipx install-all s.json", "What pipx install-all installs stands in files that only pipx can read."),
    unclear("pipx manifest sync m.toml", "What pipx manifest installs stands in files that only pipx can read."),
    unclear("pipx frobnicate", "'frobnicate' is no pipx command of which depaudit knows what it installs."),
    unclear("pipx install --newest a", "'--newest' is no option that depaudit knows."),
    unclear("pipx install git+https://h.example/n", "'git+https://h.example/n' names its package only once it is"
            " fetched."),
    unclear("pipx run https://h.example/s.py", "The script at that address can only be read by pipx itself."),
    unclear("pipx install --pip-args \"'\" b", "The quotes in the value of --pip-args do not match.", wish(5, "b")),
    unclear("pipx exec black pip install a", "pipx runs pip, which may install.", wish(3, "a")),
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *map(harmless, HARMLESS)], ids=case_id)
def test_a_line_and_its_reading(case: Case) -> None:
    assert pipx.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["install", "inject", "run", "runpip", "exec", "--spec", "--pip-args", "'", "--", "-", "x.py"]),
)


@given(st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(words: list[str]) -> None:
    assert isinstance(pipx.read(["pipx", *words]), (Install, NotAnInstall, Undetermined))
