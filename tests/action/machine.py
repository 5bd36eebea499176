"""The machine that jobs run on: depaudit's environment as the install step leaves it, and the action itself."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def load_install(root: Path = ROOT) -> ModuleType:
    """``action/install.py`` as a module; the one in ``root``."""
    name = f"depaudit_action_install_{abs(hash(root))}"
    spec = importlib.util.spec_from_file_location(name, root / "action" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def make_template(temporary: Path) -> Path:
    """A whole environment, whose dependencies are those that run the tests instead of the lock's."""
    install = load_install()
    os.environ["RUNNER_TEMP"] = str(temporary)
    try:
        place = install.find_place()
    finally:
        del os.environ["RUNNER_TEMP"]
    install.make_environment(place)
    install.place_package(place)
    (site,) = place.environment.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    subprocess.run([place.python, "-I", "-m", "compileall", "-q", site], check=True)
    (place.environment / install.STAMP).write_text(place.stamp, encoding="utf-8")
    return Path(place.environment)


def put(template: Path, temporary: Path) -> None:
    """The environment as an earlier use of the action in the same job has left it."""
    shutil.copytree(template, temporary / template.name, symlinks=True, copy_function=os.link)
