"""An npm registry: packuments whole and abbreviated, version documents, dist-tags and tarballs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.world import archives
from tests.world.answers import Answer, as_json
from tests.world.lives import Birth, Life
from tests.world.record import Recorded

ABBREVIATED = "application/vnd.npm.install-v1+json"
_INSTALL_SCRIPTS = ("preinstall", "install", "postinstall")


class Npm:
    """One registry; ``crowd`` answers for names that nobody added."""

    def __init__(self, *, base: str, now: datetime, crowd: Callable[[str], Life | None] | None = None) -> None:
        self.base = base
        self.now = now
        self.full_times = True
        self._crowd = crowd
        self._credential: str | None = None
        self._lives: dict[str, Life] = {}
        self._answers: dict[tuple[str, ...], Answer] = {}
        self._tarballs: dict[tuple[str, str], bytes] = {}

    def add(self, *lives: Life) -> None:
        """Publish packages, or tell the lives of known ones anew."""
        for life in lives:
            self._lives[life.name] = life
        self._answers.clear()
        self._tarballs.clear()

    def remove(self, *names: str) -> None:
        """As if the names had never been published."""
        for name in names:
            del self._lives[name]
        self._answers.clear()

    def require(self, token: str) -> None:
        """From now on answer only who sends this bearer token."""
        self._credential = f"Bearer {token}"

    def warm(self, *names: str) -> int:
        """Make the packuments of ``names`` now, both forms, packed too. Returns how many names there are."""
        made = 0
        for name in names:
            life = self.life(name)
            if life is not None:
                forms = [self._packument(life, abbreviated=short).packed for short in (False, True)]
                made += None not in forms
        return made

    def life(self, name: str) -> Life | None:
        """The life behind ``name``, from the crowd where nobody added it."""
        known = self._lives.get(name)
        if known is None and self._crowd is not None:
            return self._crowd(name)
        return known

    def archive(self, path: str) -> bytes:
        """The tarball under ``path``, without the slash before it; raises KeyError."""
        name, _, filename = path.partition("/-/")
        found = self._tarball_file(self._lives[name], filename)
        if found.status != 200:
            raise KeyError(path)
        return found.body

    def answer(self, asked: Recorded) -> Answer:
        """The registry's answer to one request."""
        if self._credential is not None and asked.header("Authorization") != self._credential:
            return as_json({"error": "unauthorized"}, status=401, WWW_Authenticate="Bearer")
        route = asked.route.strip("/")
        if asked.method == "POST" and route.startswith("-/npm/v1/security/"):
            return as_json({})
        if asked.method not in ("GET", "HEAD"):
            return as_json({"error": "method not allowed"}, status=405)
        if route == "-/ping":
            return as_json({})
        if route.startswith("-/package/") and route.endswith("/dist-tags"):
            life = self.life(route.removeprefix("-/package/").removesuffix("/dist-tags"))
            return _unknown() if life is None else as_json(_dist_tags(life))
        parts = route.split("/")
        width = 2 if route.startswith("@") else 1
        name, rest = "/".join(parts[:width]), parts[width:]
        life = self.life(name)
        if life is None:
            return _unknown()
        if not rest:
            return self._packument(life, abbreviated=ABBREVIATED in asked.header("Accept"))
        if rest[0] == "-" and len(rest) == 2:
            return self._tarball_file(life, rest[1])
        return self._version(life, rest[0]) if len(rest) == 1 else _unknown()

    # --- documents

    def _packument(self, life: Life, *, abbreviated: bool) -> Answer:
        key = (life.name, "short" if abbreviated else "full")
        if key not in self._answers:
            form = self._abbreviated if abbreviated else self._full
            self._answers[key] = as_json(
                form(life),
                content_type=ABBREVIATED if abbreviated else "application/json",
                Cache_Control="public, max-age=300",
                Vary="Accept",
            )
        return self._answers[key]

    def _full(self, life: Life) -> dict[str, Any]:
        births = life.births()
        created = life.born(self.now)
        time: dict[str, Any] = {}
        if self.full_times:
            newest = min((birth.ago for birth in births), default=None)
            time = {"created": _stamp(created), "modified": _stamp(created if newest is None else self.now - newest)}
        time |= {birth.version: _stamp(self.now - birth.ago) for birth in births}
        head: dict[str, Any] = {"_id": life.name, "_rev": "3-" + hashlib.sha1(life.name.encode()).hexdigest()[:32]}
        if life.status == "unpublished":
            gone = {"name": life.owners[0] if life.owners else "npm", "time": _stamp(self.now)}
            gone_versions = [birth.version for birth in births]
            return head | {
                "name": life.name,
                "time": time | {"unpublished": gone | {"versions": gone_versions, "tags": _dist_tags(life)}},
            }
        document = head | {
            "name": life.name,
            "dist-tags": _dist_tags(life),
            "versions": {birth.version: self._manifest(life, birth) for birth in births},
            "time": time,
            "maintainers": _people(life.owners),
            "description": life.summary,
            "readme": life.readme or "ERROR: No README data found!",
            "readmeFilename": "README.md" if life.readme else "",
            "license": "MIT",
        }
        if life.repository:
            document["repository"] = {"type": "git", "url": f"git+{life.repository}.git"}
        if life.homepage:
            document["homepage"] = life.homepage
        return document

    def _abbreviated(self, life: Life) -> dict[str, Any]:
        if life.status == "unpublished":
            return {"name": life.name, "dist-tags": {}, "versions": {}, "modified": _stamp(self.now)}
        births = life.births()
        newest = min((birth.ago for birth in births), default=life.first)
        kept = ("name", "version", "dependencies", "optionalDependencies", "bin", "dist", "engines", "deprecated")
        versions: dict[str, Any] = {}
        for birth in births:
            manifest = self._manifest(life, birth)
            versions[birth.version] = {key: manifest[key] for key in kept if key in manifest}
            if any(script in birth.scripts for script in _INSTALL_SCRIPTS):
                versions[birth.version]["hasInstallScript"] = True
        return {
            "name": life.name,
            "dist-tags": _dist_tags(life),
            "versions": versions,
            "modified": _stamp(self.now - newest),
        }

    def _version(self, life: Life, wanted: str) -> Answer:
        version = _dist_tags(life).get(wanted, wanted)
        birth = next((birth for birth in life.births() if birth.version == version), None)
        if birth is None:
            return as_json(f"version not found: {wanted}", status=404)
        return as_json(self._manifest(life, birth))

    def _manifest(self, life: Life, birth: Birth) -> dict[str, Any]:
        publisher = birth.publisher or (life.owners[0] if life.owners else "maker")
        manifest = _package_json(life, birth) | {
            "_id": f"{life.name}@{birth.version}",
            "_npmUser": _people((publisher,))[0],
            "maintainers": _people(life.owners),
            "dist": self._dist(life, birth),
        }
        deprecated = birth.deprecated
        if deprecated is None and life.status == "deprecated":
            deprecated = life.status_reason or "no longer maintained"
        if deprecated is not None:
            manifest["deprecated"] = deprecated
        return manifest

    # --- tarballs

    def _dist(self, life: Life, birth: Birth) -> dict[str, Any]:
        plain = life.name.rpartition("/")[2]
        data = f"{life.name}@{birth.version}".encode() if life.told_only else self._tarball(life, birth)
        return {
            "integrity": "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode(),
            "shasum": hashlib.sha1(data, usedforsecurity=False).hexdigest(),
            "tarball": f"{life.files_at or self.base}/{life.name}/-/{plain}-{birth.version}.tgz",
            "fileCount": 2,
            "unpackedSize": 512,
            "signatures": [{"keyid": "SHA256:made-up", "sig": "bWFkZSB1cA=="}],
        }

    def _tarball(self, life: Life, birth: Birth) -> bytes:
        key = (life.name, birth.version)
        if key not in self._tarballs:
            self._tarballs[key] = archives.tarball(_package_json(life, birth), code=birth.code)
        return self._tarballs[key]

    def _tarball_file(self, life: Life, filename: str) -> Answer:
        plain = life.name.rpartition("/")[2]
        for birth in life.births():
            if filename == f"{plain}-{birth.version}.tgz" and life.status != "unpublished" and not life.told_only:
                return Answer(
                    body=self._tarball(life, birth),
                    content_type="application/octet-stream",
                    headers=(("Cache-Control", "public, immutable, max-age=31557600"), ("Accept-Ranges", "bytes")),
                )
        return _unknown()


def _package_json(life: Life, birth: Birth) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "name": life.name,
        "version": birth.version,
        "description": life.summary,
        "main": "index.js",
        "license": "MIT",
    }
    if birth.scripts:
        manifest["scripts"] = dict(birth.scripts)
    for key, requirements in (("dependencies", birth.requires), ("optionalDependencies", birth.optional)):
        if requirements:
            pairs = (requirement.rpartition("@") for requirement in requirements)
            manifest[key] = {name: wanted for name, _, wanted in pairs}
    if birth.programs:
        manifest["bin"] = dict.fromkeys(birth.programs, "index.js")
    if life.repository:
        manifest["repository"] = {"type": "git", "url": f"git+{life.repository}.git"}
    return manifest


def _dist_tags(life: Life) -> dict[str, str]:
    newest = min(life.births(), key=lambda birth: birth.ago, default=None)
    return ({"latest": newest.version} if newest else {}) | dict(life.dist_tags)


def _people(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"name": name, "email": f"{name}@mail.example"} for name in names]


def _unknown() -> Answer:
    return as_json({"error": "Not found"}, status=404)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
