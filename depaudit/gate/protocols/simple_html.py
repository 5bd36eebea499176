"""The simple API's HTML form: read from its tags, and written anew from them when anything must change. Pure."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from depaudit.gate.base import Fetched, ListedFile, RefusedPath, Treatment
from depaudit.gate.protocols.listing import Format, Headers, Listing, Plan, answer_headers, media_type, only_files
from depaudit.gate.protocols.python_files import Files, Outside
from depaudit.model.names import NormalizedName
from depaudit.registries.errors import Failure
from depaudit.registries.html_tags import Tag, start_tags
from depaudit.registries.simple import read_tags

_WANTED = frozenset({"a", "meta", "title", "h1", "base"})
_KEPT = (
    "data-requires-python",
    "data-yanked",
    "data-core-metadata",
    "data-dist-info-metadata",
    "data-size",
    "data-upload-time",
)
_ASCII_ABOVE = re.compile(r"(?:utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d)", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?([^\s\"';]{1,64})", re.IGNORECASE)
# A page of these tokens alone, with every "<" and "&" one of them, is read alike by every client's parser.
_TOKEN = re.compile(
    r"<!doctype html>|<!--[^<>-]*-->|</[a-z1-6]+\s*>"
    r"|<(?:html|head|meta|title|body|h1|a|br|hr|p|pre|ul|li|div|span|base)"
    r"(?:\s+[a-z:-]+(?:=(?:\"[^\"<]*\"|'[^'<]*'))?)*\s*/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
# An attribute that HTML's writers would not take as it stands: left out.
_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}")


def read(fetched: Fetched, name: NormalizedName, index_url: str) -> Listing | str:
    """The listing in an HTML page; a few words on why it can't be read."""
    charset = _CHARSET.search(fetched.header("content-type"))
    text = fetched.body.decode("utf-8", "replace")
    tags = list(start_tags(text, _WANTED))
    exact = (charset is None or _ASCII_ABOVE.fullmatch(charset[1]) is not None) and _is_plain(text, tags)
    page = read_tags(name, index_url, (tag for tag in tags if tag.name != "base"))
    if isinstance(page, Failure):
        return page.reason
    base = next((tag.attributes["href"] for tag in tags if tag.name == "base" and "href" in tag.attributes), None)
    files = Files(name, _joined(fetched.url, base), {release.version for release in page.project.releases})
    kept: list[Tag] = []
    entries: list[ListedFile | None] = []
    versions = iter(page.versions)
    for tag in tags:
        entry: ListedFile | Outside | None = None
        if tag.name == "a":
            version = next(versions)
            if "href" in tag.attributes:
                entry = files.read(tag.attributes["href"], None, version)
        if isinstance(entry, Outside):
            exact = False
            continue
        kept.append(tag)
        entries.append(entry)
    return Listing(
        project=page.project,
        files=only_files(entries),
        format=Format.SIMPLE_HTML,
        entries=tuple(entries),
        page=tuple(kept),
        exact=exact,
    )


def edit(fetched: Fetched, listing: Listing, plan: Plan, refused_path: RefusedPath) -> tuple[bytes, Headers]:
    """A page with the same links, less those held, and those refused under their fresh URLs.

    It is written from what was read: no spelling of a tag can carry anything past that.
    """
    title = html.escape(f"Links for {listing.project.name}")
    tags: tuple[Tag, ...] = listing.page
    head = [line for tag in tags if (line := _head(tag)) is not None]
    base = next((tag for tag in tags if tag.name == "base" and "href" in tag.attributes), None)
    if base is not None:
        head.append(f'<base href="{html.escape(base.attributes["href"])}">')
    links = [
        line
        for tag, file in zip(tags, listing.entries, strict=True)
        if tag.name == "a" and (line := _link(tag, file, plan, refused_path)) is not None
    ]
    lines = [
        "<!DOCTYPE html>",
        "<html>",
        "<head>",
        '<meta charset="utf-8">',
        *head,
        f"<title>{title}</title>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
        *links,
        "</body>",
        "</html>",
    ]
    kind = media_type(fetched)
    body = "\n".join(lines).encode("utf-8", "replace") + b"\n"
    return body, answer_headers(fetched, f"{kind if kind.endswith('html') else 'text/html'}; charset=utf-8")


def _head(tag: Tag) -> str | None:
    """A ``meta`` tag that tells something of the project (PEP 629, 700, 792)."""
    if tag.name != "meta" or not tag.attributes.get("name"):
        return None
    name, content = tag.attributes["name"], tag.attributes.get("content", "")
    return f'<meta name="{html.escape(name)}" content="{html.escape(content)}">'


def _link(tag: Tag, file: ListedFile | None, plan: Plan, refused_path: RefusedPath) -> str | None:
    href = tag.attributes.get("href")
    what = Treatment.PASS if file is None else plan.of(file)
    if href is None or what is Treatment.HOLD:
        return None
    if file is None or what is Treatment.PASS:
        attributes, text = {"href": href, **tag.attributes}, tag.text or (file.filename if file else href)
    else:
        kept = {key: tag.attributes[key] for key in _KEPT if key in tag.attributes}
        attributes, text = {"href": refused_path(file), **kept}, file.filename
    written = " ".join(
        f'{key}="{html.escape(value)}"' for key, value in attributes.items() if _ATTRIBUTE.fullmatch(key)
    )
    return f"<a {written}>{html.escape(text)}</a><br>"


def _is_plain(text: str, tags: list[Tag]) -> bool:
    links = sum("href" in tag.attributes for tag in tags)
    return (
        len(_TOKEN.findall(text)) == text.count("<")
        and len(_ENTITY.findall(text)) == text.count("&")
        and text.lower().count("href") == links  # no link stands twice in one tag
    )


def _joined(url: str, base: str | None) -> str:
    try:
        return url if base is None else urljoin(url, base)
    except ValueError:
        return url
