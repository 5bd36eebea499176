"""A Python package index: the simple API in both forms, the JSON API, and the archives."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.world import archives
from tests.world.answers import Answer, as_json, not_found, redirect
from tests.world.lives import Birth, Life
from tests.world.record import Recorded

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
SIMPLE_HTML = "application/vnd.pypi.simple.v1+html"
_LATEST = {
    "application/vnd.pypi.simple.latest+json": SIMPLE_JSON,
    "application/vnd.pypi.simple.latest+html": SIMPLE_HTML,
}
_SERIAL = 31_000_000


def normalized(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True, slots=True)
class File:
    """An archive as the listing tells of it."""

    filename: str
    url: str
    sha256: str
    metadata_sha256: str | None
    size: int
    uploaded: datetime
    kind: str
    birth: Birth


class PyPI:
    """One index and its file host. ``dates=False`` and ``json=False`` make it an old, plain mirror.

    ``crowd`` answers for names that nobody added.
    """

    def __init__(self, *, base: str, files: str, now: datetime, crowd: Callable[[str], Life | None] | None = None):
        self.base = base
        self.files_base = files
        self.now = now
        self.dates = True
        self.json = True
        self.metadata = True
        self._crowd = crowd
        self._credential: str | None = None
        self._lives: dict[str, Life] = {}
        self._files: dict[str, Answer] = {}
        self._answers: dict[tuple[str, ...], Answer] = {}

    def add(self, *lives: Life) -> None:
        """Register packages, or tell the lives of known ones anew."""
        for life in lives:
            self._lives[normalized(life.name)] = life
        self._answers.clear()

    def remove(self, *names: str) -> None:
        """As if the names had never been registered."""
        for name in names:
            del self._lives[normalized(name)]
        self._answers.clear()

    def require(self, user: str, password: str) -> None:
        """From now on answer only who sends this basic credential."""
        self._credential = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def warm(self, *names: str) -> int:
        """Make the JSON listings of ``names`` now, packed too. Returns how many there are."""
        made = 0
        for name in names:
            asked = Recorded(host="", method="GET", path=f"/simple/{name}/", headers=(("Accept", SIMPLE_JSON),))
            made += self.answer(asked).packed is not None
        return made

    def file_urls(self, name: str) -> tuple[str, ...]:
        """The URLs of all archives of ``name``."""
        life = self.life(normalized(name))
        return () if life is None else tuple(file.url for file in self._listing(life))

    def answer(self, asked: Recorded) -> Answer:
        """The index's answer to one request."""
        if self._credential is not None and asked.header("Authorization") != self._credential:
            return Answer(
                status=401,
                body=b"credentials required",
                content_type="text/plain",
                headers=(("WWW-Authenticate", 'Basic realm="index"'),),
            )
        if asked.method not in ("GET", "HEAD"):
            return Answer(status=405, content_type="text/plain")
        parts = asked.route.strip("/").split("/")
        if parts[0] == "simple" and len(parts) == 2:
            return self._simple(asked, parts[1])
        if parts == ["simple"]:
            return self._root()
        if parts[0] == "pypi" and parts[-1] == "json" and len(parts) in (3, 4):
            return self._described(asked, parts[1], parts[2] if len(parts) == 4 else None)
        if parts[0] in ("packages", "files"):
            return self.file(asked)
        return not_found()

    def archive(self, path: str) -> bytes:
        """The archive (or ``.metadata``) under ``path`` of the file host, without the slash before it; raises
        KeyError."""
        if path not in self._files:
            self._keep_archives_of(path.rpartition("/")[2])
        return self._files[path].body

    def file(self, asked: Recorded) -> Answer:
        """The file host's answer: an archive or its ``.metadata``."""
        path = asked.route.lstrip("/")
        if path not in self._files:
            self._keep_archives_of(path.rpartition("/")[2])
        return self._files.get(path) or not_found()

    # --- the simple API

    def _simple(self, asked: Recorded, raw: str) -> Answer:
        name = normalized(raw)
        if raw != name or not asked.path.partition("?")[0].endswith("/"):
            return redirect(f"/simple/{name}/")
        life = self.life(name)
        if life is None or life.status == "unpublished":
            return not_found()
        form = _form(asked.header("Accept")) if self.json else "text/html"
        key = ("simple", name, form)
        if key not in self._answers:
            json = form == SIMPLE_JSON
            self._answers[key] = self._simple_json(life) if json else self._simple_html(life, content_type=form)
        return self._answers[key]

    def _simple_json(self, life: Life) -> Answer:
        files = self._listing(life)
        body: dict[str, Any] = {
            "meta": {"api-version": "1.4", "_last-serial": _SERIAL},
            "name": normalized(life.name),
            "alternate-locations": [],
            "versions": sorted({birth.version for birth in life.births()}),
            "files": [self._file_row(file) for file in files],
            "project-status": _status(life),
        }
        return as_json(body, content_type=SIMPLE_JSON, Cache_Control="max-age=600, public", Vary="Accept")

    def _file_row(self, file: File) -> dict[str, Any]:
        digest: dict[str, str] | bool = {"sha256": file.metadata_sha256} if file.metadata_sha256 else False
        row: dict[str, Any] = {
            "filename": file.filename,
            "url": file.url,
            "hashes": {"sha256": file.sha256},
            "requires-python": file.birth.requires_python,
            "yanked": False if file.birth.yanked is None else (file.birth.yanked or True),
            "core-metadata": digest,
            "data-dist-info-metadata": digest,
            "provenance": None,
        }
        if self.dates:
            row |= {"size": file.size, "upload-time": _stamp(file.uploaded)}
        return row

    def _simple_html(self, life: Life, *, content_type: str) -> Answer:
        name = normalized(life.name)
        rows = []
        for file in self._listing(life):
            marks = ""
            if file.birth.requires_python:
                marks += f' data-requires-python="{html.escape(file.birth.requires_python)}"'
            if file.birth.yanked is not None:
                marks += f' data-yanked="{html.escape(file.birth.yanked)}"'
            if file.metadata_sha256:
                marks += f' data-core-metadata="sha256={file.metadata_sha256}"'
            rows.append(f'    <a href="{file.url}#sha256={file.sha256}"{marks}>{file.filename}</a><br />')
        page = (
            "<!DOCTYPE html>\n<html>\n  <head>\n"
            '    <meta name="pypi:repository-version" content="1.4">\n'
            f'    <meta name="pypi:project-status" content="{_status(life)["status"]}">\n'
            f"    <title>Links for {name}</title>\n  </head>\n  <body>\n    <h1>Links for {name}</h1>\n"
            + "\n".join(rows)
            + "\n  </body>\n</html>\n"
        )
        return Answer(
            body=page.encode(),
            content_type=content_type,
            headers=(("Cache-Control", "max-age=600, public"), ("Vary", "Accept")),
        )

    def _root(self) -> Answer:
        return as_json(
            {
                "meta": {"api-version": "1.4", "_last-serial": _SERIAL},
                "projects": [{"name": life.name, "_last-serial": _SERIAL} for life in self._lives.values()],
            },
            content_type=SIMPLE_JSON,
        )

    # --- the JSON API

    def _described(self, asked: Recorded, raw: str, version: str | None) -> Answer:
        name = normalized(raw)
        if raw != name:
            return redirect("/".join(["", "pypi", name, *([version] if version else []), "json"]))
        life = self.life(name)
        if life is None or life.status == "unpublished":
            return as_json({"message": "Not Found"}, status=404)
        key = ("json", name, version or "")
        if key not in self._answers:
            self._answers[key] = self._description(life, version)
        return self._answers[key]

    def _description(self, life: Life, version: str | None) -> Answer:
        births = life.births()
        newest = min(births, key=lambda birth: birth.ago, default=None)
        chosen = newest if version is None else next((b for b in births if b.version == version), None)
        if chosen is None:  # a project without any release has no JSON page, though the simple API lists it
            return as_json({"message": "Not Found"}, status=404)
        releases: dict[str, list[dict[str, Any]]] = {birth.version: [] for birth in births}
        for file in self._listing(life):
            releases[file.birth.version].append(_described_file(file))
        links = {"Source": life.repository, "Homepage": life.homepage}
        body: dict[str, Any] = {
            "info": {
                "name": life.name,
                "version": chosen.version,
                "summary": life.summary or None,
                "description": life.readme,
                "description_content_type": "text/markdown" if life.readme else None,
                "author": life.owners[0] if life.owners else None,
                "author_email": None,
                "maintainer": None,
                "home_page": life.homepage or "",
                "project_urls": {key: url for key, url in links.items() if url} or None,
                "project_url": f"https://pypi.org/project/{normalized(life.name)}/",
                "package_url": f"https://pypi.org/project/{normalized(life.name)}/",
                "requires_dist": list(chosen.requires) or None,
                "requires_python": chosen.requires_python,
                "classifiers": [],
                "downloads": {"last_day": -1, "last_month": -1, "last_week": -1},
                "yanked": chosen.yanked is not None,
                "yanked_reason": chosen.yanked,
            },
            "last_serial": _SERIAL,
            "urls": releases[chosen.version],
            "vulnerabilities": [],
            "ownership": {
                "roles": [{"role": "Owner", "user": owner} for owner in life.owners],
                "organization": life.organization,
            },
        }
        if version is None:
            body["releases"] = releases
        return as_json(body, Cache_Control="max-age=900, public")

    # --- archives

    def life(self, name: str) -> Life | None:
        known = self._lives.get(name)
        if known is None and self._crowd is not None:
            return self._crowd(name)
        return known

    def _listing(self, life: Life) -> tuple[File, ...]:
        if life.status in ("quarantined", "unpublished"):
            return ()
        return tuple(
            self._file(life, birth, kind)
            for birth in life.births()
            for kind, there in (("bdist_wheel", birth.wheel), ("sdist", birth.sdist))
            if there
        )

    def _file(self, life: Life, birth: Birth, kind: str) -> File:
        is_wheel = kind == "bdist_wheel"
        naming = archives.wheel_filename if is_wheel else archives.sdist_filename
        filename = naming(life.name, birth.version)
        place = hashlib.blake2b(filename.encode(), digest_size=32).hexdigest()
        path = f"packages/{place[:2]}/{place[2:4]}/{place[4:]}/{filename}"
        if life.told_only:
            sha256, size, about = hashlib.sha256(filename.encode()).hexdigest(), 48_213, place if is_wheel else None
        else:
            metadata = archives.core_metadata(
                normalized(life.name),
                birth.version,
                summary=life.summary,
                requires=birth.requires,
                requires_python=birth.requires_python,
            )
            data = _archive(life, birth, metadata, is_wheel=is_wheel)
            keep = (("Cache-Control", "max-age=365000000, immutable, public"), ("Accept-Ranges", "bytes"))
            self._files[path] = Answer(body=data, content_type="application/octet-stream", headers=keep)
            about = None
            if is_wheel:
                self._files[path + ".metadata"] = Answer(
                    body=metadata, content_type="binary/octet-stream", headers=keep
                )
                about = hashlib.sha256(metadata).hexdigest()
            sha256, size = hashlib.sha256(data).hexdigest(), len(data)
        return File(
            filename=filename,
            url=f"{life.files_at or self.files_base}/{path}",
            sha256=sha256,
            metadata_sha256=about if self.metadata else None,
            size=size,
            uploaded=self.now - birth.ago,
            kind=kind,
            birth=birth,
        )

    def _keep_archives_of(self, filename: str) -> None:
        """A lockfile's URL may be asked for before any listing was."""
        for life in list(self._lives.values()):
            if filename.startswith(archives.module_name(life.name) + "-"):
                self._listing(life)


def _archive(life: Life, birth: Birth, metadata: bytes, *, is_wheel: bool) -> bytes:
    if is_wheel:
        return archives.wheel(life.name, birth.version, metadata, code=birth.code, programs=birth.programs)
    return archives.sdist(life.name, birth.version, metadata, code=birth.code, build_code=birth.build_code)


def _described_file(file: File) -> dict[str, Any]:
    return {
        "filename": file.filename,
        "url": file.url,
        "packagetype": file.kind,
        "python_version": "py3" if file.kind == "bdist_wheel" else "source",
        "requires_python": file.birth.requires_python,
        "size": file.size,
        "digests": {"sha256": file.sha256},
        "upload_time": file.uploaded.strftime("%Y-%m-%dT%H:%M:%S"),
        "upload_time_iso_8601": _stamp(file.uploaded),
        "yanked": file.birth.yanked is not None,
        "yanked_reason": file.birth.yanked,
        "comment_text": None,
        "has_sig": False,
    }


def _status(life: Life) -> dict[str, str]:
    if life.status not in ("archived", "deprecated", "quarantined"):
        return {"status": "active"}
    return {"status": life.status, **({"reason": life.status_reason} if life.status_reason else {})}


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _form(accept: str) -> str:
    """The type of the highest quality among those that we have (PEP 691); like PyPI, ``text/html`` where it is a draw
    and where nothing is said, which is all that pip before 22.2 reads."""
    best = {"text/html": 0.0, SIMPLE_HTML: 0.0, SIMPLE_JSON: 0.0}
    for item in accept.split(","):
        media, *parameters = (part.strip() for part in item.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = float(value)
        form = _LATEST.get(media, media)
        if form in best:
            best[form] = max(best[form], quality)
    return max(best, key=lambda form: best[form])
