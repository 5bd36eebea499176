"""The Dockerfile: what it promises, and its steps as far as they can run outside of a container.

No image is built here. What needs Debian's root (apt-get, groupadd) or the network (pip) is read only; all else runs in
a folder that stands for ``/opt/depaudit``, in the order and with the copies that the file says. The packages that pip
would install are those that run the tests, not the lock's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from depaudit.report import FORMATS
from tests.changes.repos import Repo

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "/opt/depaudit"
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
OF_THE_SYSTEM = ("apt-get", "groupadd")
OF_THE_NETWORK = "python -I -m pip "


def instructions() -> list[tuple[str, str]]:
    """(instruction, its text with continuation lines joined) for each instruction."""
    plain = re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", " ", plain)
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in joined.splitlines() if line.strip()]


def of(name: str) -> list[str]:
    return [text for instruction, text in instructions() if instruction == name]


def test_the_base_is_one_version_and_small() -> None:
    (base,) = of("FROM")
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", base)
    assert f"FROM {base}@sha256:" in TEXT
    assert f"docker buildx imagetools inspect {base}" in TEXT


def test_it_runs_as_nobody_special_where_the_sources_are_mounted() -> None:
    order = [name for name, _ in instructions()]
    assert order == [
        "FROM", "RUN", "COPY", "RUN", "COPY", "COPY", "RUN", "RUN", "USER", "ENV", "WORKDIR", "ENTRYPOINT", "CMD",
    ]  # fmt: skip
    assert of("USER") == ["10001:10001"]
    assert of("WORKDIR") == ["/src"]
    assert json.loads(of("ENTRYPOINT")[0]) == ["depaudit"]
    assert json.loads(of("CMD")[0]) == ["scan"]
    assert of("ENV") == [f'PATH="{PREFIX}/bin:$PATH"']


def test_no_cache_is_left_and_nothing_is_fetched_without_a_hash() -> None:
    system, dependencies, *_ = of("RUN")
    assert "--no-install-recommends git" in system
    assert "git config --system --add safe.directory '*'" in system
    assert system.endswith("rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log")
    for option in ("--no-cache-dir", "--require-hashes", "--no-deps", "--only-binary :all:"):
        assert option in dependencies
    assert not re.search(r"\b(curl|wget|ADD)\b", TEXT)


def test_every_python_is_isolated() -> None:
    starts = [found for text in of("RUN") for found in re.findall(r"(?:^|&& |\$\()\S*python (\S+)", text)]
    assert starts == ["-I"] * 4
    assert f"#!{PREFIX}/venv/bin/python -I" in TEXT


def test_only_what_is_copied_is_sent_to_the_builder() -> None:
    sources = [text.split()[0] for text in of("COPY")]
    rules = [line for line in IGNORED if line and not line.startswith("#")]
    assert rules == ["*", *(f"!{source}" for source in sources), "**/__pycache__", "**/*.py[co]"]
    assert all((ROOT / source).exists() for source in sources)


class Image:
    """What the file's steps make, in ``folder`` instead of ``/opt/depaudit``."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        folder.mkdir()
        programs.mkdir()
        (programs / "python").symlink_to(Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}"))
        self.path = f"{programs}:{os.environ['PATH']}"

    def make(self) -> None:
        for name, text in instructions():
            here = text.replace(PREFIX, str(self.folder))
            if name == "COPY":
                self.copy(*here.split())
            elif name == "RUN" and not text.startswith(OF_THE_SYSTEM):
                parts = here.split(" && ")
                offline = [part for part in parts if not part.startswith(OF_THE_NETWORK)]
                done = subprocess.run(
                    ["/bin/sh", "-c", " && ".join(offline)],
                    cwd=self.folder.parent,
                    env={"PATH": self.path, "LC_ALL": "C.UTF-8"},
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=600,
                )
                assert done.returncode == 0, done.stdout + done.stderr
                if offline != parts:
                    self.lend_packages()

    def lend_packages(self) -> None:
        """Let the environment see the packages that run the tests; a plain line of a .pth obeys no other .pth there."""
        (site,) = self.folder.glob("venv/lib/python*/site-packages")
        (site / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")

    def copy(self, source: str, target: str) -> None:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__", "*.py[co]"))
        else:
            shutil.copy(ROOT / source, target)

    def run(self, *words: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
        """Start a container of it: the entry point on PATH."""
        (path,) = of("ENV")
        entry = json.loads(of("ENTRYPOINT")[0])
        search = path.removeprefix('PATH="').removesuffix('"').replace(PREFIX, str(self.folder))
        return subprocess.run(
            [shutil.which(entry[0], path=search) or entry[0], *words],
            cwd=cwd,
            env={"PATH": search.replace("$PATH", self.path), "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    folder = tmp_path_factory.mktemp("image")
    made = Image(folder / "opt", folder / "bin")
    made.make()
    return made


@pytest.mark.slow
def test_the_steps_make_a_depaudit_that_works(image: Image, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "src")
    repo.commit({"requirements.txt": "requests\n"})
    repo.write("requirements.txt", "requests\nzz-free-name\n")
    # none of these may have a say
    for name in ("depaudit/__init__.py", "rich.py", "sitecustomize.py", "requests.py", "yaml/__init__.py"):
        repo.write(name, "raise SystemExit('run')\n")
    home = tmp_path / "home"
    home.mkdir()
    scan = image.run(*json.loads(of("CMD")[0]), "--offline", cwd=repo.folder, home=home)
    assert (scan.returncode, "block pypi:zz-free-name" in scan.stdout) == (1, True), scan.stderr
    diff = image.run("diff", "main", "--offline", "--format", "json", cwd=repo.folder, home=home)
    assert (diff.returncode, json.loads(diff.stdout)["summary"]["packages"]) == (1, 1), diff.stderr


@pytest.mark.slow
def test_every_format_and_command_finds_what_it_needs(image: Image, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("requests\n")
    for form in FORMATS:
        assert image.run("scan", "--offline", "--format", form, cwd=tmp_path, home=tmp_path).returncode == 0
    for words in (("db", "status"), ("explain", "nonexistent"), ("list",)):
        assert image.run(*words, cwd=tmp_path, home=tmp_path).returncode == 0


@pytest.mark.slow
def test_whoever_has_no_home_can_run_it(image: Image, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("requests\n")
    done = image.run("scan", "--offline", cwd=tmp_path, home=Path("/nonexistent"))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_what_is_made_is_depaudit_and_its_data_alone(image: Image) -> None:
    """depaudit itself is the copied one, and beside the packages nothing is installed."""
    assert sorted(path.name for path in image.folder.iterdir()) == ["bin", "lib", "requirements.txt", "venv"]
    (site,) = image.folder.glob("venv/lib/python*/site-packages")
    assert sorted(path.name for path in site.iterdir()) == ["depaudit.pth", "lent.pth"]
    code = "import depaudit; print(depaudit.__file__)"
    done = subprocess.run(
        [image.folder / "venv" / "bin" / "python", "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()) == image.folder / "lib" / "depaudit" / "__init__.py"
