"""What a request means, told by its URL."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.gate.protocols.base import Document, Kind, Meaning, read_npm_url, read_simple_url
from depaudit.model.names import Ecosystem, NormalizedName

PYPI = "https://pypi.org/simple/"
FILES = "https://files.pythonhosted.org/packages/ab/cd/"
NPM = "https://registry.npmjs.org/"
WHEEL = "six-1.0-py2.py3-none-any.whl"


def python(kind: Kind, name: str | None = None, version: str | None = None, **more: object) -> Meaning:
    return Meaning(
        kind=kind,
        ecosystem=Ecosystem.PYPI,
        name=None if name is None else NormalizedName(name),
        version=version,
        **more,  # type: ignore[arg-type]  # filename or document
    )


def npm(kind: Kind, name: str | None = None, version: str | None = None, **more: object) -> Meaning:
    return Meaning(
        kind=kind,
        ecosystem=Ecosystem.NPM,
        name=None if name is None else NormalizedName(name),
        version=version,
        **more,  # type: ignore[arg-type]  # filename or document
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://pypi.org/simple/six/", python(Kind.METADATA, "six", document=Document.SIMPLE)),
        ("https://pypi.org/simple/six", python(Kind.METADATA, "six", document=Document.SIMPLE)),
        ("https://PyPI.org:443/simple/six/", python(Kind.METADATA, "six", document=Document.SIMPLE)),
        ("https://pypi.org/simple/six/index.html", python(Kind.METADATA, "six", document=Document.SIMPLE)),
        ("https://pypi.org/simple/Flask_X.y/", python(Kind.METADATA, "flask-x-y", document=Document.SIMPLE)),
        ("https://pypi.org/pypi/six/json", python(Kind.METADATA, "six", document=Document.PYPI_JSON)),
        ("https://pypi.org/pypi/Six/1!2.0/json", python(Kind.METADATA, "six", "1!2.0", document=Document.PYPI_JSON)),
        ("https://pypi.org/simple/", python(Kind.SEARCH_OR_OTHER)),
        ("https://pypi.org/simple", python(Kind.SEARCH_OR_OTHER)),
        ("https://pypi.org/", python(Kind.SEARCH_OR_OTHER)),
        ("https://pypi.org/project/six/", python(Kind.SEARCH_OR_OTHER)),
        ("https://pypi.org/search/?q=six", python(Kind.SEARCH_OR_OTHER)),
        ("https://pypi.org/pypi", python(Kind.SEARCH_OR_OTHER)),
        (FILES + WHEEL, python(Kind.ARCHIVE_CANDIDATE, "six", "1.0", filename=WHEEL)),
        (FILES + "six-1.0.TAR.GZ", python(Kind.ARCHIVE_CANDIDATE, "six", "1.0", filename="six-1.0.TAR.GZ")),
        (
            FILES + "t_x-2.0%2Bcu118-py3-none-any.whl",
            python(Kind.ARCHIVE_CANDIDATE, "t-x", "2.0+cu118", filename="t_x-2.0+cu118-py3-none-any.whl"),
        ),
        (FILES + "whatever.zip", python(Kind.ARCHIVE_CANDIDATE, filename="whatever.zip")),
        (
            FILES + "six-1.0.tar.gz?X-Amz-Signature=ab%2Fcd&filename=six-1.0.tar.gz",
            python(Kind.ARCHIVE_CANDIDATE, "six", "1.0", filename="six-1.0.tar.gz"),
        ),
        (
            "https://pypi.org/simple/six/six-1.0.zip",
            python(Kind.ARCHIVE_CANDIDATE, "six", "1.0", filename="six-1.0.zip"),
        ),
        ("https://pypi.org/simple/six-1.0.zip", python(Kind.ARCHIVE_CANDIDATE, "six", "1.0", filename="six-1.0.zip")),
        (FILES + WHEEL + ".metadata", python(Kind.COMPANION, "six", "1.0", filename=WHEEL)),
        (FILES + WHEEL + ".asc", python(Kind.COMPANION, "six", "1.0", filename=WHEEL)),
        (FILES + WHEEL + ".provenance", python(Kind.COMPANION, "six", "1.0", filename=WHEEL)),
        (
            f"https://pypi.org/integrity/six/1.0/{WHEEL}/provenance",
            python(Kind.COMPANION, "six", "1.0", filename=WHEEL),
        ),
        ("https://other.example/simple/six/", python(Kind.SEARCH_OR_OTHER)),
        ("https://pypi.org:8443/simple/six/", python(Kind.SEARCH_OR_OTHER)),
    ],
)
def test_python(url: str, expected: Meaning) -> None:
    assert read_simple_url(url, PYPI) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://pypi.org//simple/six/",
        "https://pypi.org/simple//six/",
        "https://pypi.org/simple/six//",
        "https://pypi.org/Simple/six/",
        "https://pypi.org/x/../simple/six/",
        "https://pypi.org/./simple/six/",
        "https://pypi.org/x/%2e%2e/simple/six/",
        "https://pypi.org/x/.%2E/simple/six/",
        "https://pypi.org/x%2f..%2fsimple/six/",
        "https://pypi.org/%73imple/six/",
        "https://pypi.org/simple/s%69x/",
        "https://pypi.org/simple/six%2F",
        "https://pypi.org/simple/six%252f",
        "https://pypi.org/simple/six%00/",
        "https://pypi.org/simple/six%/",
        "https://pypi.org/simple/six;x=1/",
        "https://pypi.org/simple/six%3bx/",
        "https://pypi.org/simple\\six/",
        "https://pypi.org/simple/six%5c/",
        "https://pypi.org/simple/s\u0456x/",
        "https://pypi.org/simple/s%d1%96x/",
        "https://pypi.org/simple/six ",
        "https://pypi.org/simple/six/?x=1",
        "https://pypi.org/simple/six/#x",
        "https://pypi.org/simple/six/other",
        "https://pypi.org/simple/six/index.html/",
        "https://pypi.org/simple/six-1.0.zip/",
        "https://pypi.org/simple/six./",
        "https://pypi.org/simple/-six/",
        "https://user@pypi.org/simple/six/",
        "https://pypi.org:99999/simple/six/",
        "ftp://pypi.org/simple/six/",
        "https://pypi.org/PyPI/six/json",
        "https://pypi.org/pypi/six/JSON",
        "https://pypi.org/pypi/six/json/",
        "https://pypi.org/pypi/six/json?x",
        FILES + "six-1.0.zip/",
        FILES + "six-1.0.zip/x",
        FILES + "six-1.0.zip/y-2.0.zip",
        FILES + "six-1.0.zip.",
        FILES + "six-1.0.zip%20",
        FILES + "six-1.0.zip::$DATA",
        FILES + "get?file=six-1.0.zip",
        FILES + "get?file=six-1%2e0%252ezip",
        FILES + "six-1.0.zip?file=six-2.0.zip",
        FILES + "six-1.0%2ewhl",
        "https://pypi.org/simple/" + "a" * 9000,
        "",
        "six",
    ],
)
def test_what_two_hosts_could_read_in_two_ways(url: str) -> None:
    assert read_simple_url(url, PYPI).kind is Kind.AMBIGUOUS


def test_an_index_below_a_path() -> None:
    index = "https://host.example/a%20b/api/pypi/repo/simple/"
    assert read_simple_url("https://host.example/a%20b/api/pypi/repo/simple/six/", index) == python(
        Kind.METADATA, "six", document=Document.SIMPLE
    )
    assert read_simple_url("https://host.example/a%20b/api/pypi/repo/packages/six-1.0.zip", index) == python(
        Kind.ARCHIVE_CANDIDATE, "six", "1.0", filename="six-1.0.zip"
    )
    assert read_simple_url("https://host.example/a%20b/API/pypi/repo/simple/six/", index).kind is Kind.AMBIGUOUS


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("express", npm(Kind.METADATA, "express", document=Document.PACKUMENT)),
        ("express/", npm(Kind.METADATA, "express", document=Document.PACKUMENT)),
        ("express?write=true", npm(Kind.METADATA, "express", document=Document.PACKUMENT)),
        ("@types/node", npm(Kind.METADATA, "@types/node", document=Document.PACKUMENT)),
        ("@types%2fnode", npm(Kind.METADATA, "@types/node", document=Document.PACKUMENT)),
        ("@types%2Fnode", npm(Kind.METADATA, "@types/node", document=Document.PACKUMENT)),
        ("%40types%2Fnode", npm(Kind.METADATA, "@types/node", document=Document.PACKUMENT)),
        ("express/4.0.0", npm(Kind.METADATA, "express", "4.0.0", document=Document.VERSION)),
        ("express/latest", npm(Kind.METADATA, "express", "latest", document=Document.VERSION)),
        ("@types%2fnode/1.0.0-b.1", npm(Kind.METADATA, "@types/node", "1.0.0-b.1", document=Document.VERSION)),
        ("download", npm(Kind.METADATA, "download", document=Document.PACKUMENT)),
        ("download/8.0.0", npm(Kind.METADATA, "download", "8.0.0", document=Document.VERSION)),
        (
            "express/-/express-4.0.0.tgz",
            npm(Kind.ARCHIVE_CANDIDATE, "express", "4.0.0", filename="express-4.0.0.tgz"),
        ),
        (
            "@types/node/-/node-1.0.0%2Bb.tgz",
            npm(Kind.ARCHIVE_CANDIDATE, "@types/node", "1.0.0+b", filename="node-1.0.0+b.tgz"),
        ),
        (
            "@types/node/-/@types/node-1.0.0.tgz",
            npm(Kind.ARCHIVE_CANDIDATE, "@types/node", "1.0.0", filename="node-1.0.0.tgz"),
        ),
        ("express/-/other-4.0.0.tgz", npm(Kind.ARCHIVE_CANDIDATE, filename="other-4.0.0.tgz")),
        (
            "download/-/download-8.0.0.tgz",
            npm(Kind.ARCHIVE_CANDIDATE, "download", "8.0.0", filename="download-8.0.0.tgz"),
        ),
        ("download/@o/x/1.0.0/0a1b", npm(Kind.ARCHIVE_CANDIDATE, "@o/x", "1.0.0", filename="0a1b")),
        ("-/binary/x/linux.tar.gz", npm(Kind.ARCHIVE_CANDIDATE, filename="linux.tar.gz")),
        ("-/v1/search?text=express", npm(Kind.SEARCH_OR_OTHER)),
        ("-/npm/v1/security/advisories/bulk", npm(Kind.SEARCH_OR_OTHER)),
        ("-/npm/v1/attestations/@o%2fx@1.0.0", npm(Kind.SEARCH_OR_OTHER)),
        ("-/package/express/dist-tags", npm(Kind.SEARCH_OR_OTHER)),
        ("", npm(Kind.SEARCH_OR_OTHER)),
    ],
)
def test_npm(path: str, expected: Meaning) -> None:
    assert read_npm_url(NPM + path, NPM) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/express",
        "express//",
        "ex%70ress",
        "express/../left-pad",
        "express%2f..",
        "express%2fx",
        "@types%252fnode",
        "@types",
        "@types%2f",
        "@types/..%2fx",
        ".express",
        "express.tgz",
        "express.tar.gz",
        "express?x=1",
        "express/^4",
        "express/4.0.0/x",
        "express/4.0.0/",
        "express/-/express",
        "express/-/express-4.0.0.tgz/",
        "express/-/express-4.0.0.tgz;x",
        "express/-/express-4.0.0.tgz?to=other-1.0.0.tgz",
        "express/-/x.tgz/express-4.0.0.tgz",
        "download/@o/x/1.0.0",
        "download/@o/x/1.0.0/0a1b/c",
        "-/v1/search?text=x.tgz",
        "a b",
    ],
)
def test_what_two_registries_could_read_in_two_ways(path: str) -> None:
    assert read_npm_url(NPM + path, NPM).kind is Kind.AMBIGUOUS


_PIECES = st.lists(
    st.sampled_from(
        ["/", "//", "six", "Six", "@o", "-", ".", "..", "%2f", "%2e", "%252f", "%40", "?", "#", ";", ":", "\\", "json",
         "simple", "pypi", "six-1.0.zip", ".whl", ".metadata", "1.0.0", " ", "\u0456", "%", "@", "index.html"]
    ),
    max_size=10,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), _PIECES.map("https://pypi.org/".__add__), _PIECES.map(NPM.__add__)))
def test_any_text_has_a_meaning_and_nothing_that_ends_as_an_archive_is_harmless(url: str) -> None:
    for meaning in (read_simple_url(url, PYPI), read_npm_url(url, NPM)):
        assert isinstance(meaning, Meaning)
        path = url.partition("//")[2].partition("/")[2].partition("?")[0]
        if path.endswith((".whl", ".tgz", ".zip", ".tar.gz")):
            assert meaning.kind in (Kind.ARCHIVE_CANDIDATE, Kind.AMBIGUOUS, Kind.METADATA)
            if meaning.kind is Kind.METADATA:
                assert meaning.ecosystem is Ecosystem.NPM  # a package may be called jszip.zip; its answer is read
