"""What the hook does in real processes of every Python that is installed here."""

from __future__ import annotations

import ast
import os
import sys
import zipfile
from pathlib import Path

import pytest

from depaudit.gate.guards.hook_source import LINE_FILE, MODULE, MODULE_FILE, line_source, module_source
from tests import clients
from tests.gate.guards.hooked import PIP, Environment, interpreters, run, version_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the environments have POSIX folders")


@pytest.fixture(scope="module", params=interpreters(), ids=version_of)
def every(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A hooked environment of each Python, with a pip that only says that it ran."""
    folder = tmp_path_factory.mktemp("every")
    return Environment(folder / "env", request.param).give(PIP).hook()


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("one") / "env", Path(sys.executable)).give(PIP).hook()


def _handed(environment: Environment, words: list[str]) -> list[str]:
    done = run([str(environment.python), *words])
    assert done.err == ""
    assert done.status == 7
    return done.handed_over


def test_every_way_to_start_pip_is_handed_over(every: Environment, tmp_path: Path) -> None:
    python, pip = str(every.python), str(every.site / "pip")
    script = str(every.folder / "bin" / "pip")
    with zipfile.ZipFile(tmp_path / "__env_pip__.zip", "w") as archive:
        for name, text in PIP.items():
            archive.writestr(name, text)
    packed = str(tmp_path / "__env_pip__.zip" / "pip")
    got = {
        tuple(words): _handed(every, words)
        for words in (
            ["-m", "pip", "install", "x"],
            ["-mpip", "install", "x"],
            ["-Impip", "download", "x"],
            ["-I", "-m", "pip", "wheel", "x"],
            ["-E", "-s", "-m", "pip", "install", "x"],
            ["-W", "ignore", "-X", "dev", "-m", "pip", "lock"],
            ["-m", "pip.__main__", "install", "x"],
            [script, "install", "x"],
            ["-s", script, "install", "x"],
            [pip, "install", "--prefix", "p"],
            [f"{pip}/__main__.py", "install", "x"],
            [f"{pip}/__pip-runner__.py", "install", "x"],
            [packed, "install", "x"],
        )
    }
    assert got == {
        ("-m", "pip", "install", "x"): ["run", "--", python, "-m", "pip", "install", "x"],
        ("-mpip", "install", "x"): ["run", "--", python, "-m", "pip", "install", "x"],
        ("-Impip", "download", "x"): ["run", "--", python, "-I", "-m", "pip", "download", "x"],
        ("-I", "-m", "pip", "wheel", "x"): ["run", "--", python, "-I", "-m", "pip", "wheel", "x"],
        ("-E", "-s", "-m", "pip", "install", "x"): ["run", "--", python, "-E", "-s", "-m", "pip", "install", "x"],
        ("-W", "ignore", "-X", "dev", "-m", "pip", "lock"): [
            "run", "--", python, "-W", "ignore", "-X", "dev", "-m", "pip", "lock",
        ],
        ("-m", "pip.__main__", "install", "x"): ["run", "--", python, "-m", "pip", "install", "x"],
        (script, "install", "x"): ["run", "--", python, script, "install", "x"],
        ("-s", script, "install", "x"): ["run", "--", python, "-s", script, "install", "x"],
        (pip, "install", "--prefix", "p"): ["run", "--", python, pip, "install", "--prefix", "p"],
        (f"{pip}/__main__.py", "install", "x"): ["run", "--", python, pip, "install", "x"],
        (f"{pip}/__pip-runner__.py", "install", "x"): ["run", "--", python, pip, "install", "x"],
        (packed, "install", "x"): ["run", "--", python, packed, "install", "x"],
    }  # fmt: skip
    done = run([script, "install", "x"])
    assert done.handed_over[2:] == [python, script, "install", "x"]


def test_arguments_are_handed_over_byte_for_byte(every: Environment) -> None:
    odd = ["a b", "", "ü", "'\"", "a\nb", "-", "--", "\udcff\udcfe", "*"]
    assert _handed(every, ["-m", "pip", "install", *odd])[5:] == [
        "install", *(os.fsencode(word).decode("latin-1") for word in odd),
    ]  # fmt: skip


def test_pip_called_by_a_program_becomes_a_run(every: Environment) -> None:
    by_runpy = "import runpy, sys; sys.argv = ['pip', 'install', 'x']; runpy.run_module('pip', run_name='__main__')"
    by_main = "import pip, sys; sys.exit(pip.main(['install', 'x']))"
    own = [str(every.python), str(every.site / "pip")]
    assert _handed(every, ["-c", by_runpy]) == ["run", "--", *own, "install", "x"]
    assert _handed(every, ["-c", by_main]) == ["run", "--", *own, "install", "x"]
    by_profile = [str(every.python), "-m", "cProfile", "-o", os.devnull, "-m", "pip", "install", "x"]
    assert run(by_profile).handed_over == ["run", "--", *own, "install", "x"]
    assert run([str(every.python), "-c", "import pip; pip.main(['list'])"]).out == 'pip ran ["list"]\n'


def test_what_installs_nothing_is_left_alone(every: Environment) -> None:
    for words in (["--version"], ["list"], ["-q", "freeze"], ["install", "--help"]):
        done = run([str(every.folder / "bin" / "pip"), *words])
        assert done.out.startswith("pip ran "), words
        assert (done.status, done.err) == (0, "")


def test_other_programs_notice_nothing(every: Environment, tmp_path: Path) -> None:
    (tmp_path / "pipeline.py").write_text("import sys; print(sys.argv[1:])")
    quiet = ["-X", "dev", "-W", "error"]
    for words, expected in (
        (["-c", "print('pip')"], "pip\n"),
        (["-I", "-c", "import sys; print(sys.argv)", "pip", "install"], "['-c', 'pip', 'install']\n"),
        ([str(tmp_path / "pipeline.py"), "-m", "pip"], "['-m', 'pip']\n"),
    ):
        assert run([str(every.python), *quiet, *words]) == (0, expected, "")


def test_a_program_without_pip_in_its_words_loads_nothing(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "env", Path(sys.executable))
    words = [str(environment.python), "-c", "import sys; print(sorted(sys.modules), len(sys.meta_path), sys.path)"]
    (environment.site / "aa.pth").write_text("")  # any such file makes Python load a codec
    alone = run(words)
    environment.hook()
    assert alone.status == 0
    assert run(words) == alone


def test_a_program_with_pip_in_its_words_loads_the_hook_and_nothing_else(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "env", Path(sys.executable))
    words = [str(environment.python), "-c", "import sys; print(*sorted(sys.modules))", "pip"]
    (environment.site / "aa.pth").write_text("")
    before = set(run(words).out.split())
    environment.hook()
    assert set(run(words).out.split()) - before == {MODULE, "__future__"}


def test_a_missing_module_stops_pip_and_nothing_else(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "env", Path(sys.executable)).give(PIP).hook()
    (environment.site / MODULE_FILE).unlink()
    for compiled in (environment.site / "__pycache__").glob("*"):
        compiled.unlink()
    for words in (
        ["-m", "pip", "list"],
        ["-I", "-m", "pip", "install", "x"],
        [f"{environment.folder}/bin/pip", "list"],
    ):
        assert run([str(environment.python), *words]) == (
            41,
            "",
            f"depaudit: {MODULE_FILE} is gone, so pip was not started: put it back, or delete {LINE_FILE}\n",
        )
    assert run([str(environment.python), "-c", "print(1)", "pipeline"]) == (0, "1\n", "")


def test_a_depaudit_that_is_gone_stops_pip(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "env", Path(sys.executable)).give(PIP)
    gone = tmp_path / "gone"
    gone.write_text("#!/bin/sh\n")
    gone.chmod(0o755)
    environment.hook(str(gone))
    gone.unlink()
    done = run([str(environment.python), "-m", "pip", "install", "x"])
    assert (done.status, done.out) == (41, "")
    assert done.err == (
        f"depaudit: depaudit cannot be started ({gone}: No such file or directory), so pip was not started.\n"
        f"To mend it, install depaudit again ({gone} should run it), or delete {environment.site / LINE_FILE} "
        f"and {MODULE_FILE} beside it: plain pip then works again, without the gate.\n"
    )
    assert run([str(environment.python), "-m", "pip", "list"]).status == 0


@pytest.mark.parametrize(
    ("package", "why"),
    [
        (None, "No module named depaudit"),
        ("import depaudit_needs_this", "No module named 'depaudit_needs_this'"),
        ("raise ValueError('half an upgrade')", "half an upgrade"),
    ],
)
def test_a_depaudit_that_is_broken_stops_pip(package: str | None, why: str, tmp_path: Path) -> None:
    other = Environment(tmp_path / "other", Path(sys.executable))
    if package is not None:
        (other.site / "depaudit").mkdir()
        (other.site / "depaudit" / "__init__.py").write_text("")
        (other.site / "depaudit" / "__main__.py").write_text(package)
    environment = Environment(tmp_path / "env", Path(sys.executable)).give(PIP)
    environment.hook(str(other.python), "-I", "-m", "depaudit")
    done = run([str(environment.python), "-m", "pip", "install", "x"])
    assert (done.status, done.out) == (41, "")
    assert done.err.startswith("depaudit: it is broken (")
    assert f"{why}), so pip was not started.\nTo mend it, install depaudit again (" in done.err


def test_a_depaudit_that_works_gets_its_words_and_keeps_its_status(tmp_path: Path) -> None:
    other = Environment(tmp_path / "other", Path(sys.executable))
    other.give({"depaudit/__init__.py": "", "depaudit/__main__.py": "import sys; print(sys.argv[1:]); sys.exit(40)"})
    environment = Environment(tmp_path / "env", Path(sys.executable)).give(PIP)
    environment.hook(str(other.python), "-I", "-m", "depaudit")
    done = run([str(environment.python), "-m", "pip", "install", "x"])
    assert done == (40, f"['run', '--', '{environment.python}', '-m', 'pip', 'install', 'x']\n", "")


def test_variables_for_python_reach_pip_and_not_depaudit(hooked: Environment, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    variables = {"PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": "x.py"}
    done = run([str(hooked.python), "-m", "pip", "install", "x"], cwd=tmp_path, **variables)
    assert done.err == ""
    assert done.handed_over == ["run", "--", str(hooked.python), "-m", "pip", "install", "x"]
    assert ast.literal_eval(done.out)["environment"] == {
        "PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": "x.py", "DEPAUDIT_PIP_HOOK_DEPTH": "1",
    }  # fmt: skip


@pytest.mark.parametrize("depth", ["5", "999", "1000", "-1", "x"])
def test_a_circle_ends(hooked: Environment, depth: str) -> None:
    done = run([str(hooked.python), "-m", "pip", "install", "x"], DEPAUDIT_PIP_HOOK_DEPTH=depth)
    assert (done.status, done.out) == (41, "")
    assert f"again and again (DEPAUDIT_PIP_HOOK_DEPTH={depth}), so pip was not started." in done.err


def test_a_circle_ends_by_itself(tmp_path: Path) -> None:
    """A depaudit that starts pip without its gate, whatever the reason."""
    environment = Environment(tmp_path / "env", Path(sys.executable)).give(PIP)
    stub = tmp_path / "circle.py"
    stub.write_text("import os, sys; os.execv(sys.argv[3], sys.argv[3:])")
    environment.hook(sys.executable, "-I", str(stub))
    done = run([str(environment.python), "-m", "pip", "install", "x"])
    assert (done.status, done.out) == (41, "")


def test_no_site_means_no_hook(hooked: Environment) -> None:
    """Known and documented: ``-S`` reads no start-up file; an environment's pip is then out of reach by its name."""
    done = run([str(hooked.python), "-S", "-m", "pip", "install", "x"])
    assert done.status == 1
    assert "No module named pip" in done.err


@pytest.mark.parametrize("name", ["pip-21.3", "pip-23.2", "pip-26.3"])
def test_real_pips(name: str, tmp_path: Path) -> None:
    site = clients.find(name)
    if site is None:
        pytest.skip(clients.why_not(name))
    environment = Environment(tmp_path / "env", Path(sys.executable)).link(site).hook()
    python, pip = str(environment.python), str(site / "pip")
    assert run([python, "-m", "pip", "--version"]).out.startswith(f"pip {name.partition('-')[2]}")
    assert run([python, "-Im", "pip", "install", "x"]).handed_over == [
        "run", "--", python, "-I", "-m", "pip", "install", "x",
    ]  # fmt: skip
    assert run([str(environment.folder / "bin" / "pip"), "install", "x"]).handed_over[2:] == [
        python, str(environment.folder / "bin" / "pip"), "install", "x",
    ]  # fmt: skip
    by_runpy = "import runpy, sys; sys.argv = ['pip', 'install', 'x']; runpy.run_module('pip', run_name='__main__')"
    assert run([python, "-c", by_runpy]).handed_over == ["run", "--", python, pip, "install", "x"]


def test_the_hook_is_python_3_8() -> None:
    ast.parse(module_source(("/bin/true",)), feature_version=(3, 8))
    ast.parse(line_source(), feature_version=(3, 8))
    assert line_source().count("\n") == 1
    assert line_source().startswith("import ")


def test_any_path_of_depaudit_can_be_written() -> None:
    odd = ("/opt/ü'\"\\\n\udcff/python", "-I", "-m", "depaudit")
    tree = ast.parse(module_source(odd))
    values = [ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.AnnAssign) and node.value]
    assert values == [odd]
