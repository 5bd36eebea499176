"""Environments by hand: distributions and ``node_modules`` as installers leave them, and as nobody should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def dist_info(site: Path, name: str, version: str, *, metadata: str | None = None, **files: str) -> Path:
    """A ``.dist-info`` folder with a METADATA and further files (``INSTALLER="pip\\n"``). Returns the folder."""
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" if metadata is None else metadata
    (folder / "METADATA").write_text(text)
    for file, content in files.items():
        (folder / file.replace("direct_url", "direct_url.json")).write_text(content)
    return folder


def venv(folder: Path, *, system: bool = False, python: str = "python3.11") -> Path:
    """A virtual environment without an interpreter. Returns its ``site-packages``."""
    site = folder / "lib" / python / "site-packages"
    site.mkdir(parents=True)
    flag = "true" if system else "false"
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\ninclude-system-site-packages = {flag}\nversion = 3.11.7\n")
    return site


def package(folder: Path, name: str, version: str, **more: Any) -> Path:
    """A package.json in ``folder``. Returns the folder."""
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"name": name, "version": version, **more}))
    return folder
