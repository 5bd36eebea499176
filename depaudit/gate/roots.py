"""Which roots the child would have trusted, merged with the authority of the run into one PEM file."""

from __future__ import annotations

import base64
import binascii
import os
import re
import ssl
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

_MOST_FILE = 16 * 1024 * 1024
_MOST_FILES = 4096
_MOST_CERTIFICATES = 16384

_REPLACING = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""OpenSSL's own: who sets them says what is trusted instead of the system's store."""

_ADDING = (
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "NODE_EXTRA_CA_CERTS",
    "npm_config_cafile",
    "NPM_CONFIG_CAFILE",
    "DENO_CERT",
    "YARN_HTTPS_CA_FILE_PATH",
)
"""Each is read by some clients alone. Clients that do not read it keep their own store, so they add to the system's."""

_SYSTEM_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, BSD, Alpine
)
"""Where Pythons that were built elsewhere do not look by themselves."""

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,65536})-----END CERTIFICATE-----")
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]{1,3}")


def bundle(roots: Iterable[Path | bytes], authority_pem: bytes) -> bytes:
    """The certificates of ``roots`` (PEM text, files, folders as ``SSL_CERT_DIR`` has them) and the authority's.

    Keys, comments, doubles and whatever is no certificate are left out; so are files that cannot be read: less is
    trusted then, never more.
    """
    found: dict[bytes, None] = {}
    for root in (*roots, authority_pem):
        for text in (root,) if isinstance(root, bytes) else _texts(root):
            for certificate in _certificates(text):
                if len(found) < _MOST_CERTIFICATES or root is authority_pem:
                    found[certificate] = None
    return b"".join(_pem(certificate) for certificate in found)


def trust_roots(environment: Mapping[str, str]) -> bytes:
    """What a child with ``environment`` would have trusted, as PEM: the roots that its variables name, and the
    system's, unless OpenSSL's own variables replace these."""
    named = [environment[name] for name in ("SSL_CERT_FILE", *_ADDING) if environment.get(name)]
    named += [folder for folder in environment.get("SSL_CERT_DIR", "").split(os.pathsep) if folder]
    roots: list[Path | bytes] = [Path(name) for name in dict.fromkeys(named)]
    if not any(environment.get(name) for name in _REPLACING):
        roots += _system()
    return bundle(roots, b"")


def _system() -> Iterator[Path | bytes]:
    """The system's own store: the first of its places that has any certificate; Certifi's where there is none."""
    if sys.platform == "win32":
        for certificate, encoding, _ in (*ssl.enum_certificates("CA"), *ssl.enum_certificates("ROOT")):
            if encoding == "x509_asn":
                yield _pem(certificate)
    else:
        usual = ssl.get_default_verify_paths()
        for path in (usual.openssl_cafile, *_SYSTEM_FILES, usual.openssl_capath):
            # only the first that holds something: they are the same roots again and again
            if path and (text := bundle([Path(path)], b"")):
                yield text
                return
    import certifi

    yield Path(certifi.where())


def _texts(path: Path) -> Iterator[bytes]:
    """The text of a file; of a folder, that of the files in it that OpenSSL would look at, and of ``.pem`` files."""
    if not path.is_dir():
        yield _read(path)
        return
    seen: set[tuple[int, int]] = set()  # the hashed names are links to the others
    try:
        entries = sorted(islice(path.iterdir(), _MOST_FILES))
    except OSError:
        return
    for entry in entries:
        if _HASHED.fullmatch(entry.name) or entry.suffix in (".pem", ".crt"):
            with suppress(OSError):
                known = entry.stat()
                if (known.st_dev, known.st_ino) not in seen:
                    seen.add((known.st_dev, known.st_ino))
                    yield _read(entry)


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe or a device would keep us waiting
            return b""
        with path.open("rb") as file:
            text = file.read(_MOST_FILE + 1)
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return b""
    return text if len(text) <= _MOST_FILE else b""


def _certificates(text: bytes) -> Iterator[bytes]:
    """Each certificate of a PEM text, as DER. A clean new PEM is made of it: some clients stop at the first block that
    they cannot read."""
    for match in _BLOCK.finditer(text):
        try:
            der = base64.b64decode(b"".join(match[1].split()), validate=True)
        except binascii.Error:
            continue
        if _is_sequence(der):
            yield der


def _is_sequence(der: bytes) -> bool:
    """Whether ``der`` is one ASN.1 sequence of the length that it says, as every certificate is: 256 bytes to 64 KB."""
    return len(der) > 4 and der[:2] == b"\x30\x82" and int.from_bytes(der[2:4], "big") == len(der) - 4


def _pem(der: bytes) -> bytes:
    return ssl.DER_cert_to_PEM_cert(der).encode("ascii")
