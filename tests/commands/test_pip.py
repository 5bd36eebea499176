"""pip's command lines, each with its whole reading."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depaudit.commands import pip, read_command
from depaudit.commands.base import Conflict, Install, NotAnInstall, Undetermined
from depaudit.model.requirement import IndexOptions, SourceKind
from tests.commands.readings import Case, case_id, files, harmless, index, installs, unclear, wish

PROXY_GONE = "--proxy was left out: the gate goes on by the proxy that HTTPS_PROXY names."
CERT_GONE = "--cert was left out: its certificates are added to those that the gate trusts."
CACHE_GONE = "--cache-dir was left out: the gate keeps a cache of its own, of what has passed it."

INSTALLS = [
    installs("pip install flask", wish(3, "flask")),
    installs("pip install Flask_X==3.0 'b[c]>=1,<2'", wish(3, "Flask_X==3.0", "Flask_X", "==3.0"),
             wish(4, "b[c]>=1,<2", "b", ">=1,<2")),
    installs("pip install 'a; python_version<\"3.9\"'",
             wish(3, 'a; python_version<"3.9"', "a", marker='python_version<"3.9"')),
    installs("pip --log F install x", wish(5, "x")),
    installs("pip -qqv --timeout=5 install -qU x", wish(6, "x")),
    installs("pip install -rreq.txt -c c.txt --build-constraint b.txt",
             files=(*files(REQUIREMENTS="req.txt"), *files(CONSTRAINTS="c.txt b.txt"))),
    installs("pip install --constrai f --requirements-f s.py",
             files=(*files(CONSTRAINTS="f"), *files(SCRIPT="s.py"))),
    installs("pip install -r pylock.toml -r pylock.dev.toml", files=files(LOCKFILE="pylock.toml pylock.dev.toml")),
    installs("pip install . ./x ../y[z] file:///srv/p -e lib", files=files(PROJECT=". ./x ../y /srv/p lib")),
    installs("pip install x-1.0-py3-none-any.whl",
             wish(3, "x-1.0-py3-none-any.whl", "x", url="x-1.0-py3-none-any.whl", kind=SourceKind.PATH)),
    installs("pip install https://u:p@h.example/x-1.0-py3-none-any.whl",
             wish(3, "https://***@h.example/x-1.0-py3-none-any.whl", "x",
                  url="https://u:p@h.example/x-1.0-py3-none-any.whl")),
    installs("pip install 'n @ git+https://h.example/n.git@v1'",
             wish(3, "n @ git+https://h.example/n.git@v1", "n", url="git+https://h.example/n.git@v1",
                  kind=SourceKind.GIT)),
    installs("pip install -e 'git+https://h.example/n.git#egg=n'",
             wish(3, "git+https://h.example/n.git#egg=n", "n", url="git+https://h.example/n.git#egg=n",
                  kind=SourceKind.GIT)),
    installs("pip install --group test", files=files(PROJECT="pyproject.toml"), left_out=("main",)),
    installs("pip install . --group lib/pyproject.toml:dev", files=files(PROJECT=". lib/pyproject.toml")),
    installs("pip install -t out x", wish(5, "x"), target="out"),
    installs("pip --python .venv install --prefix p x", wish(7, "x"), target="p"),
    installs("pip --python .venv install x", wish(5, "x"), target=".venv"),
    installs("pip install --dry-run --report r.json x", wish(6, "x")),
    installs("pip install --isolated --trusted-host h --client-cert c.pem --no-cache-dir x", wish(9, "x")),
    installs("pip -- install x", wish(4, "x")),
    installs("pip download -d out x", wish(5, "x"), writes=True),
    installs("pip wheel -w out --no-deps x", wish(6, "x"), writes=True),
    installs("pip lock x", wish(3, "x"), outputs=("pylock.toml",)),
    installs("pip lock -o l.toml .", files=files(PROJECT="."), outputs=("l.toml",)),
    installs(
        "pip install -i https://a.example/ --extra-index-url=https://b.example/ -f w x",
        wish(8, "x"),
        indexes=IndexOptions(
            index_url=index(3, "https://a.example/"),
            extra=(index(5, "https://b.example/"),),
            find_links=(index(6, "w"),),
        ),
    ),
    installs("pip install --index https://a.example/ --pypi-url https://b.example/ x", wish(7, "x"),
             indexes=IndexOptions(index_url=index(5, "https://b.example/"))),
    installs("pip install --no-index x", wish(4, "x"), indexes=IndexOptions(no_index=True)),
    installs("pip install --proxy '' x", wish(5, "x"), argv="pip install x", neutralised=(PROXY_GONE,)),
    installs("pip --prox=http://u:p@h install x", wish(4, "x"), argv="pip install x", neutralised=(PROXY_GONE,)),
    installs("pip install --cert a.pem --cert=b.pem x", wish(6, "x"), argv="pip install x", neutralised=(CERT_GONE,),
             roots=("a.pem", "b.pem")),
    installs("pip install x --cache-dir c --no-proxy-env", wish(3, "x"), argv="pip install x",
             neutralised=("--no-proxy-env was left out: the gate goes on by the proxy that HTTPS_PROXY names.",
                          CACHE_GONE)),
]  # fmt: skip

HARMLESS = [
    "pip", "pip -V", "pip --version install x", "pip --help", "pip install --help", "pip install -h x", "pip list",
    "pip freeze -r requirements.txt", "pip show flask", "pip uninstall -y flask", "pip config list", "pip cache purge",
    "pip index versions flask", "pip check", "pip inspect", "pip hash f", "pip search x", "pip debug",
    "pip completion --bash", "pip help install", "pip --proxy p --log f list", "pip --python X list",
]  # fmt: skip

UNCLEAR = [
    unclear("pip frobnicate x", "'frobnicate' is no pip command that depaudit knows."),
    unclear("pip --newest install x", "'--newest' is no option that depaudit knows."),
    unclear("pip install --newest x", "'--newest' is no option that depaudit knows."),
    unclear("pip install --newest -h", "'--newest' is no option that depaudit knows."),
    unclear("pip install --re x", "'--re' is no option that depaudit knows."),
    unclear("pip install --pro x", "'--pro' is no option that depaudit knows.",
            conflicts=(Conflict(option="--pro", mend="Write the option out in full; it could stand for --proxy."),)),
    unclear("pip install a git+https://u:p@h.example/n.git",
            "'git+https://***@h.example/n.git' names its package only once it is fetched.", wish(3, "a")),
    unclear("pip install ./x-1.0.tar.gz", "'./x-1.0.tar.gz' names its package only once it is unpacked."),
    unclear("pip install -r https://h.example/r.txt",
            "'https://h.example/r.txt' can only be read by the client itself."),
    unclear("pip install requests@2.0",
            "'requests@2.0' is no requirement. That is npm's way of naming a version; write name==version."),
    unclear("pip install ''", "An empty word is no requirement."),
    unclear("pip install --proxy p x=1", "'x=1' is no requirement. Write == for an exact version.",
            argv="pip install x=1", neutralised=(PROXY_GONE,)),
]  # fmt: skip


@pytest.mark.parametrize("case", [*INSTALLS, *UNCLEAR, *map(harmless, HARMLESS)], ids=case_id)
def test_a_line_and_its_reading(case: Case) -> None:
    assert pip.read(case.words) == case.reading


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "install",
            "download",
            "lock",
            "-r",
            "--proxy",
            "--pr",
            "-qr",
            "--",
            "-",
            "x",
            ".",
            "x@1",
            "x @ y",
            "git+ssh://h",
        ]
    ),
)


@given(st.lists(WORDS, max_size=8))
def test_any_words_give_a_reading(words: list[str]) -> None:
    assert isinstance(pip.read(["pip", *words]), (Install, NotAnInstall, Undetermined))


def test_another_interpreters_pip_is_read_alike() -> None:
    for line in ("python -m pip", "python3.12 -I -X dev -mpip", "py -3.12 -m pip", "pypy3 -Im pip", "/usr/bin/pip3.12"):
        words = shlex.split(line)
        reading = read_command([*words, "install", "--proxy", "p", "x"])
        assert isinstance(reading, Install)
        assert (reading.client, reading.argv) == ("pip", (*words, "install", "x"))
