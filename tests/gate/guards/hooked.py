"""Environments with the pip hook: of this interpreter and of those that are installed beside it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from depaudit.gate.guards import pip_hook

STUB = """\
import json, os, sys
words = [os.fsencode(word).decode("latin-1") for word in sys.argv[1:]]
names = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "DEPAUDIT_PIP_HOOK_DEPTH")
print(json.dumps({"words": words, "environment": {name: os.environ[name] for name in names if name in os.environ}}))
if "STUB_LOG" in os.environ:
    with open(os.environ["STUB_LOG"], "a") as file:
        file.write(json.dumps(words))
sys.exit(int(os.environ.get("STUB_STATUS", "7")))
"""
"""A depaudit that says what it was asked for, and writes it down for those whose output somebody keeps."""

PIP = {
    "pip/__init__.py": "def main(args=None):\n    from pip._internal.cli.main import main\n    return main(args)\n",
    "pip/__main__.py": (
        "import os, sys\n"
        "if __package__ == '':\n"
        "    sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))\n"
        "from pip._internal.cli.main import main\n"
        "sys.exit(main())\n"
    ),
    "pip/__pip-runner__.py": "import runpy\nrunpy.run_module('pip', run_name='__main__', alter_sys=True)\n",
    "pip/_internal/__init__.py": "",
    "pip/_internal/cli/__init__.py": "",
    "pip/_internal/cli/main.py": (
        "import json, sys\n\n\n"
        "def main(args=None):\n"
        "    print('pip ran ' + json.dumps(sys.argv[1:] if args is None else args))\n"
        "    return 0\n"
    ),
}
"""The shape of every pip from 21 to 26, and nothing in it."""


class Ran(NamedTuple):
    """What a command printed, and its status."""

    status: int
    out: str
    err: str

    @property
    def handed_over(self) -> list[str]:
        """The words that the stand-in for depaudit was given."""
        words: list[str] = json.loads(self.out)["words"]
        return words


def interpreters() -> list[Path]:
    """The Python under the tests, and one of each version that is installed beside it, 3.8 and newer."""
    base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    found = {sys.version_info[:2]: base}
    for place in sorted(Path(sys.base_prefix).parent.glob("3.*/bin/python3")):
        version = re.match(r"3\.([0-9]+)", place.parent.parent.name)
        if version and int(version[1]) >= 8:
            found.setdefault((3, int(version[1])), place)
    return [found[version] for version in sorted(found)]


def version_of(python: Path) -> str:
    """``3.8`` for what ``interpreters`` gives: for test ids."""
    version = re.search(r"3\.[0-9]+", python.parent.parent.name) or re.search(r"3\.[0-9]+", python.name)
    return version[0] if version else python.name


class Environment:
    """A virtual environment in ``folder``, made without the hook."""

    def __init__(self, folder: Path, base: Path, *options: str) -> None:
        done = run([str(base), "-m", "venv", "--without-pip", *options, str(folder)])
        assert done.status == 0, done.err
        self.folder = folder
        self.python = folder / "bin" / "python"
        self.site = next(folder.glob("lib/python3*/site-packages"))

    def give(self, files: Mapping[str, str]) -> Environment:
        """Put modules into it, and a ``bin/pip``."""
        for name, text in files.items():
            (self.site / name).parent.mkdir(parents=True, exist_ok=True)
            (self.site / name).write_text(text)
        return self._give_script()

    def link(self, site: Path) -> Environment:
        """Let it have the modules of another folder, and a ``bin/pip``."""
        (self.site / "aa-linked.pth").write_text(f"{site}\n")
        return self._give_script()

    def _give_script(self) -> Environment:
        for name in ("pip", "pip3"):
            script = self.folder / "bin" / name
            script.write_text(
                f"#!{self.python}\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n"
            )
            script.chmod(0o755)
        return self

    def hook(self, *depaudit: str) -> Environment:
        """Install the hook, with the stand-in for depaudit unless another is named."""
        stub = self.folder.parent / "stub.py"
        stub.write_text(STUB)
        pip_hook.install(self.python, depaudit=depaudit or (sys.executable, "-I", str(stub)))
        return self


def run(words: list[str], *, cwd: Path | None = None, **variables: str) -> Ran:
    """Run a command in the test's own environment, with these variables too."""
    done = subprocess.run(
        words,
        capture_output=True,
        env={**os.environ, **variables},
        cwd=cwd,
        timeout=120,
        check=False,
        encoding="utf-8",
        errors="surrogateescape",
    )
    return Ran(done.returncode, done.stdout, done.stderr)
