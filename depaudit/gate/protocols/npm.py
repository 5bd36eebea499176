"""npm's documents, packuments (full or abbreviated) and single versions: read, edited, abbreviated. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

from depaudit.gate.base import Fetched, ListedFile, RefusedPath, Treatment
from depaudit.gate.protocols.dist_tags import moved_tags
from depaudit.gate.protocols.listing import (
    NOT_JSON,
    Format,
    Headers,
    Listing,
    Plan,
    answer_headers,
    dump,
    load,
    media_type,
)
from depaudit.model.names import Ecosystem, NormalizedName
from depaudit.registries.errors import Failure
from depaudit.registries.packument import packument_of, runs_code

ABBREVIATED = "application/vnd.npm.install-v1+json"
"""The media type of a packument that holds what an installer needs, and no more."""

_SHORT = frozenset(
    {
        "name", "version", "deprecated", "dependencies", "optionalDependencies", "devDependencies",
        "bundleDependencies", "peerDependencies", "peerDependenciesMeta", "acceptDependencies", "bin", "directories",
        "dist", "engines", "funding", "cpu", "os", "libc", "_hasShrinkwrap", "hasInstallScript",
    }
)  # fmt: skip
"""What the registry's abbreviated form keeps of a version
(https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md, minify-registry-metadata 4.0.0)."""


_NO_DIGEST = ""
"""yarn 1 reads ``shasum`` without looking whether there is one, and then says that it could not find the package."""


def read_listing(fetched: Fetched, name: NormalizedName, index_url: str) -> Listing | str:
    """The listing in an answer for ``name``: a packument or one version's manifest; else why it can't be read."""
    if fetched.status != 200:
        return f"HTTP {fetched.status}"
    loaded = load(fetched.body)
    if loaded is None:
        return NOT_JSON
    page, exact = loaded
    single = _is_manifest(page)
    whole = {"name": page.get("name"), "versions": {page["version"]: page}} if single else page
    project = packument_of(name, index_url, whole)
    if isinstance(project, Failure):
        return project.reason
    versions: dict[str, dict[str, Any]] = whole.get("versions", {})
    files = tuple(_listed(name, version, manifest, fetched.url, index_url) for version, manifest in versions.items())
    return Listing(
        project=project,
        files=files,
        format=Format.VERSION if single else Format.PACKUMENT,
        page=page,
        exact=exact,
    )


def edit_listing(
    fetched: Fetched,
    listing: Listing,
    treatment: Mapping[str, Treatment],
    refused_path: RefusedPath,
    *,
    abbreviated: bool = False,
    unnamed: Treatment = Treatment.REFUSE,
    refused_files: Collection[str] = (),
) -> tuple[bytes, Headers]:
    """The body and headers to answer with.

    ``treatment``      by version; one that is missing counts as ``unnamed``
    ``abbreviated``    the client asked for the abbreviated form, upstream was asked for the full one
    ``refused_files``  URLs to be refused whatever their version (a host that is not the registry's)

    Refused versions keep their place, their archives under ``refused_path`` without anything by which a client could
    find or accept the bytes elsewhere. Held versions are left out, and the dist-tags moved. Where neither occurs and
    nothing is to be shortened, the body is returned byte for byte. In a single version's document, where nothing can
    be left out, held is refused: ``version_document`` answers such a request from the packument.
    """
    plan = Plan(listing, treatment, unnamed=unnamed, refused_files=refused_files)
    if listing.format is Format.VERSION:
        return _edit_version(fetched, listing, plan, refused_path)
    shorten = abbreviated and media_type(fetched) != ABBREVIATED
    page = _edited(listing, plan, refused_path) if plan.changes else listing.page
    if shorten:
        page = _shortened(page)
    elif not plan.changes:
        return fetched.body, answer_headers(fetched)
    closed = {"name": listing.project.name, "dist-tags": {}, "versions": {}}
    return dump(page, closed), answer_headers(fetched, ABBREVIATED if shorten else None)


def version_document(
    fetched: Fetched,
    listing: Listing,
    wanted: str,
    treatment: Mapping[str, Treatment],
    refused_path: RefusedPath,
    *,
    unnamed: Treatment = Treatment.REFUSE,
    refused_files: Collection[str] = (),
) -> tuple[bytes, Headers] | None:
    """The answer to ``/{name}/{wanted}`` (a version or dist-tag) from a packument's listing; None: there is no such."""
    plan = Plan(listing, treatment, unnamed=unnamed, refused_files=refused_files)
    page = _edited(listing, plan, refused_path)
    tagged = page.get("dist-tags", {}).get(wanted)
    manifest = page["versions"].get(tagged if isinstance(tagged, str) else wanted)
    if manifest is None:
        return None
    return dump(manifest, {"name": listing.project.name}), answer_headers(fetched, "application/json")


def abbreviate(packument: bytes) -> bytes:
    """A full packument in the registry's abbreviated form; what is no packument stays as it is.

    ``edit_listing(…, abbreviated=True)`` does the same without reading the document a second time.
    """
    loaded = load(packument)
    page = None if loaded is None else loaded[0]
    versions = page.get("versions", {}) if isinstance(page, dict) else None
    if not isinstance(versions, dict) or not all(isinstance(manifest, dict) for manifest in versions.values()):
        return packument
    return dump(_shortened(page or {}), {"versions": {}})


def _is_manifest(page: Any) -> bool:
    return (
        isinstance(page, dict)
        and isinstance(page.get("version"), str)
        and "versions" not in page
        and "dist-tags" not in page
        and "time" not in page
    )


def _listed(name: NormalizedName, version: str, manifest: dict[str, Any], base: str, index_url: str) -> ListedFile:
    """A version's archive. Where the manifest names none, clients ask at the place that npm's registry uses."""
    dist = manifest.get("dist")
    tarball = dist.get("tarball") if isinstance(dist, dict) else None
    if not isinstance(tarball, str):
        tarball = f"{index_url.rstrip('/')}/{name}/-/{name.rpartition('/')[2]}-{quote(version)}.tgz"
    url = tarball
    if not url.startswith("https://") or "#" in url:
        try:
            url = urldefrag(urljoin(base, tarball)).url
        except ValueError:
            url = tarball
    return ListedFile(
        ecosystem=Ecosystem.NPM,
        name=name,
        version=version,
        url=url,
        filename=unquote(url.partition("?")[0]).rpartition("/")[2],
    )


def _edited(listing: Listing, plan: Plan, refused_path: RefusedPath) -> dict[str, Any]:
    old: dict[str, Any] = listing.page
    files = {file.version: file for file in listing.files}
    versions: dict[str, dict[str, Any]] = {}
    for version, manifest in old.get("versions", {}).items():
        what = plan.of(files[version])
        if what is Treatment.PASS:
            versions[version] = manifest
        elif what is Treatment.REFUSE:
            versions[version] = _refused(manifest, refused_path(files[version]))
    page = {key: value for key, value in old.items() if key != "_attachments"}  # CouchDB's digests of the archives
    page["versions"] = versions
    held = files.keys() - versions.keys()
    if held:
        tags = {tag: version for tag, version in old.get("dist-tags", {}).items() if isinstance(version, str)}
        page["dist-tags"] = moved_tags(tags, versions, lambda version: bool(versions[version].get("deprecated")))
    if held and "time" in old:
        page["time"] = _times(old["time"], versions, held)
    return page


def _times(old: Mapping[str, Any], left: Collection[str], held: Collection[str]) -> dict[str, Any]:
    """The times without those of ``held``: the document is as old as the newest version that is left."""
    times = {key: moment for key, moment in old.items() if key not in held}
    moments = [times[version] for version in left if isinstance(times.get(version), str)]
    if "modified" in times and moments:
        times["modified"] = max(moments)
    return times


def _refused(manifest: dict[str, Any], url: str) -> dict[str, Any]:
    """What a resolver may know of a version that is refused: all but its bytes."""
    kept = {key: value for key, value in manifest.items() if key in _SHORT and key != "dist"}
    if runs_code(manifest):
        kept["hasInstallScript"] = True
    return {**kept, "dist": {"tarball": url, "shasum": _NO_DIGEST}}


def _edit_version(fetched: Fetched, listing: Listing, plan: Plan, refused_path: RefusedPath) -> tuple[bytes, Headers]:
    file = listing.files[0]
    if plan.of(file) is not Treatment.PASS:
        return dump(_refused(listing.page, refused_path(file)), {"name": listing.project.name}), answer_headers(fetched)
    if not listing.exact:
        return dump(listing.page, {"name": listing.project.name}), answer_headers(fetched)
    return fetched.body, answer_headers(fetched)


def _shortened(page: Mapping[str, Any]) -> dict[str, Any]:
    short: dict[str, Any] = {key: page[key] for key in ("name", "dist-tags") if key in page}
    short["versions"] = {version: _short(manifest) for version, manifest in page.get("versions", {}).items()}
    modified = _modified(page.get("time"))
    return short if modified is None else {**short, "modified": modified}


def _modified(times: Any) -> str | None:
    """When the document changed last; mirrors that leave it out tell at least when the newest version came."""
    if not isinstance(times, dict):
        return None
    modified = times.get("modified")
    if isinstance(modified, str):
        return modified
    return max((moment for moment in times.values() if isinstance(moment, str)), default=None)


def _short(manifest: dict[str, Any]) -> dict[str, Any]:
    short = {key: value for key, value in manifest.items() if key in _SHORT}
    if "bundledDependencies" in manifest and not short.get("bundleDependencies"):
        short["bundleDependencies"] = manifest["bundledDependencies"]
    if "hasInstallScript" not in short and runs_code(manifest):
        short["hasInstallScript"] = True
    return short
