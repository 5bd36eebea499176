"""Real, small, installable archives, the same bytes every time."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

_DATE = (2020, 2, 2, 0, 0, 0)

# A build backend inside the archive: pip and uv can then build the sdist without asking any index for a backend.
_BACKEND = '''\
"""Builds this package's wheel with nothing but the standard library."""
import base64, hashlib, pathlib, zipfile

HERE = pathlib.Path(__file__).parent
{build_code}


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = pathlib.Path(folder) / "{stem}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text((HERE / "PKG-INFO").read_text())
    (info / "WHEEL").write_text({wheel!r})
    return info.name


def build_wheel(folder, config_settings=None, metadata_directory=None):
    files = {{
        "{module}.py": (HERE / "{module}.py").read_bytes(),
        "{stem}.dist-info/METADATA": (HERE / "PKG-INFO").read_bytes(),
        "{stem}.dist-info/WHEEL": {wheel!r}.encode(),
    }}
    record = ""
    with zipfile.ZipFile(pathlib.Path(folder) / "{filename}", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record += f"{{name}},sha256={{digest}},{{len(data)}}\\n"
        archive.writestr("{stem}.dist-info/RECORD", record + "{stem}.dist-info/RECORD,,\\n")
    return "{filename}"
'''
_WHEEL = "Wheel-Version: 1.0\nGenerator: world 1\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def module_name(name: str) -> str:
    """The one module that the archives of ``name`` hold, and the stem of their file names."""
    return name.replace("-", "_").replace(".", "_").lower()


def wheel_filename(name: str, version: str) -> str:
    return f"{module_name(name)}-{version}-py3-none-any.whl"


def sdist_filename(name: str, version: str) -> str:
    return f"{module_name(name)}-{version}.tar.gz"


def core_metadata(
    name: str, version: str, *, summary: str, requires: Sequence[str] = (), requires_python: str | None = None
) -> bytes:
    """The METADATA file, which PEP 658 also serves beside the wheel."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    if summary:
        lines.append(f"Summary: {summary}")
    if requires_python:
        lines.append(f"Requires-Python: {requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    return ("\n".join(lines) + "\n").encode()


def wheel(name: str, version: str, metadata: bytes, *, code: str = "", programs: Sequence[str] = ()) -> bytes:
    """A wheel with one module of two lines, and of those that it is given; each program prints what it is."""
    module = module_name(name)
    stem = f"{module}-{version}.dist-info"
    files = {
        f"{module}.py": _module(name, version, code, main=bool(programs)),
        f"{stem}/METADATA": metadata,
        f"{stem}/WHEEL": _WHEEL.encode(),
    }
    if programs:
        lines = ["[console_scripts]", *(f"{program} = {module}:main" for program in programs), ""]
        files[f"{stem}/entry_points.txt"] = "\n".join(lines).encode()
    rows = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in files.items()]
    files[f"{stem}/RECORD"] = ("\n".join([*rows, f"{stem}/RECORD,,"]) + "\n").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, _DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def sdist(name: str, version: str, metadata: bytes, *, code: str = "", build_code: str = "") -> bytes:
    """A source archive that builds without any further package; ``build_code`` runs then."""
    module = module_name(name)
    backend = _BACKEND.format(
        stem=f"{module}-{version}",
        module=module,
        filename=wheel_filename(name, version),
        wheel=_WHEEL,
        build_code=build_code,
    )
    pyproject = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    return _tar_gz(
        {
            f"{module}-{version}/PKG-INFO": metadata,
            f"{module}-{version}/pyproject.toml": pyproject.encode(),
            f"{module}-{version}/backend.py": backend.encode(),
            f"{module}-{version}/{module}.py": _module(name, version, code, main=False),
        }
    )


def tarball(manifest: Mapping[str, Any], *, code: str = "") -> bytes:
    """An npm package: ``manifest`` is its package.json; index.js holds ``code`` and prints what it is when run."""
    script = f"module.exports = {json.dumps(manifest['version'])};\n{code}"
    if "bin" in manifest:
        told = json.dumps(f"{manifest['name']} {manifest['version']}")
        script = f"#!/usr/bin/env node\n{script}if (require.main === module) console.log({told});\n"
    return _tar_gz(
        {"package/package.json": json.dumps(manifest, indent=2).encode(), "package/index.js": script.encode()}
    )


def _module(name: str, version: str, code: str, *, main: bool) -> bytes:
    text = f'"""Made up for tests."""\n__version__ = "{version}"\n{code}'
    return (text + (f'\n\ndef main():\n    print("{name} {version}")\n' if main else "")).encode()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _tar_gz(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=1) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            entry.mtime = 1_580_601_600
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()
