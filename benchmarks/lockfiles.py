"""Lockfiles of any size, with what the real ones hold beside names: hashes, several archives, dependencies."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

Versions = Mapping[str, str]
"""The version that each name is locked at."""


def requirements(names: Sequence[str], versions: Versions) -> str:
    """As ``uv export`` and ``pip-compile --generate-hashes`` write it: two hashes each, and who asked for it."""
    blocks = []
    for position, name in enumerate(names):
        pin = f"{name}=={versions[name]}"
        blocks.append(
            f"{pin} \\\n    --hash=sha256:{_sha256(pin, 'whl')} \\\n    --hash=sha256:{_sha256(pin, 'tar')}\n"
            f"    # via {names[position // 2]}"
        )
    return "\n".join(blocks) + "\n"


def uv_lock(names: Sequence[str], versions: Versions) -> str:
    """As uv writes it: a source archive and three wheels each, two dependencies each."""
    parts = ['version = 1\nrevision = 3\nrequires-python = ">=3.10"\n']
    parts.append('[[package]]\nname = "app"\nversion = "0.1.0"\nsource = { virtual = "." }\ndependencies = [')
    parts += [f'    {{ name = "{name}" }},' for name in names[:20]]
    parts.append("]\n")
    for position, name in enumerate(names):
        pinned = versions[name]
        stem = name.replace("-", "_")
        needs = names[position * 2 + 1 : position * 2 + 3]
        parts.append(f'[[package]]\nname = "{name}"\nversion = "{pinned}"')
        parts.append('source = { registry = "https://pypi.org/simple" }')
        if needs:
            parts.append("dependencies = [")
            parts += [f'    {{ name = "{need}" }},' for need in needs]
            parts.append("]")
        parts.append(f"sdist = {_uv_archive(f'{stem}-{pinned}.tar.gz')}")
        parts.append("wheels = [")
        parts += [
            f"    {_uv_archive(f'{stem}-{pinned}-cp3{minor}-cp3{minor}-manylinux_2_17_x86_64.whl')},"
            for minor in (10, 11, 12)
        ]
        parts.append("]\n")
    return "\n".join(parts)


def package_lock(names: Sequence[str], versions: Versions) -> str:
    """As npm 11 writes it: lockfile version 3."""
    packages: dict[str, Any] = {
        "": {"name": "app", "version": "0.1.0", "dependencies": {name: f"^{versions[name]}" for name in names[:20]}}
    }
    for position, name in enumerate(names):
        pinned = versions[name]
        plain = name.rpartition("/")[2]
        needs = names[position * 2 + 1 : position * 2 + 3]
        digest = base64.b64encode(hashlib.sha512(f"{name}@{pinned}".encode()).digest()).decode()
        packages[f"node_modules/{name}"] = {
            "version": pinned,
            "resolved": f"https://registry.npmjs.org/{name}/-/{plain}-{pinned}.tgz",
            "integrity": f"sha512-{digest}",
            "license": "MIT",
            **({"dependencies": {need: f"^{versions[need]}" for need in needs}} if needs else {}),
            "engines": {"node": ">=18"},
        }
    document = {"name": "app", "version": "0.1.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    return json.dumps(document, indent=2)


def _uv_archive(filename: str) -> str:
    place = hashlib.blake2b(filename.encode(), digest_size=32).hexdigest()
    url = f"https://files.pythonhosted.org/packages/{place[:2]}/{place[2:4]}/{place[4:]}/{filename}"
    digest = hashlib.sha256(filename.encode()).hexdigest()
    return f'{{ url = "{url}", hash = "sha256:{digest}", size = 48213, upload-time = "2025-03-02T10:11:12.345Z" }}'


def _sha256(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
