"""Index URLs: one normal form, strict reading, and nothing secret in what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.errors import ConfigError
from depaudit.indexes import urls
from depaudit.model.names import Ecosystem

NORMAL = [
    ("https://pypi.org/simple", "https://pypi.org/simple/"),
    ("https://pypi.org/simple/", "https://pypi.org/simple/"),
    ("https://pypi.org/simple///", "https://pypi.org/simple/"),
    (" https://pypi.org/simple ", "https://pypi.org/simple/"),
    ("HTTPS://PyPI.org:443/Simple", "https://pypi.org/Simple/"),
    ("http://nexus.example:80", "http://nexus.example/"),
    ("http://nexus.example:443/", "http://nexus.example:443/"),
    ("https://nexus.example.:8443/a", "https://nexus.example:8443/a/"),
    ("https://user:secret@nexus.example/a?token=secret#secret", "https://nexus.example/a/"),
    ("https://${USER}:${TOKEN}@nexus.example/a", "https://nexus.example/a/"),
    ("https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443/a/"),
    ("https://127.0.0.1:3141/root/pypi/+simple/", "https://127.0.0.1:3141/root/pypi/+simple/"),
    ("https://bücher.example/simple", "https://xn--bcher-kva.example/simple/"),
    ("file:///srv/pypi/simple", "file:///srv/pypi/simple/"),
    ("file://localhost/srv/pypi", "file:///srv/pypi/"),
    ("file:/srv/pypi", "file:///srv/pypi/"),
    ("file:///C:/pypi", "file:///C:/pypi/"),
]

REFUSED = [
    "",
    " ",
    "pypi.org/simple",
    "./simple",
    "ftp://pypi.org/simple",
    "git+https://pypi.org/simple",
    "javascript:alert(1)",
    "https://",
    "https:///simple",
    "https://user@/simple",
    "https://pypi.org:port/simple",
    "https://pypi.org:99999/simple",
    "https://[::1/simple",
    "https://[fe80::1%eth0]/simple",
    "https://pypi org/simple",
    "https://pypi.org/sim\nple",
    "https://pypi.org\\@evil.example/",
    "https://-evil.example/",
    "https://${HOST}/simple",
    "https://pypi.org/../simple",
    "https://pypi.org/a/%2E%2e/b",
    "https://pypi.org/a/.",
    "file://evil.example/share",
    "file:////evil.example/share",
    "https://pypi.org/" + "a" * 3000,
]


@pytest.mark.parametrize(("raw", "normal"), NORMAL)
def test_a_url_has_one_normal_form(raw: str, normal: str) -> None:
    assert urls.normalize_url(raw) == normal
    assert urls.normalize_url(normal) == normal


@pytest.mark.parametrize("raw", REFUSED)
def test_what_is_no_index_address_is_refused(raw: str) -> None:
    with pytest.raises(ConfigError) as caught:
        urls.parse(raw)
    assert caught.value.mend == "Write it as https://host/path/."
    assert urls.try_parse(raw) is None


def test_a_refusal_shows_no_secret() -> None:
    with pytest.raises(ConfigError) as caught:
        urls.parse("ftp://user:hunter2@nexus.example/?token=hunter2")
    assert str(caught.value) == (
        "ftp://nexus.example/ is not an index address that can be used: it does not begin with https://, http:// or "
        "file://. Write it as https://host/path/."
    )


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("https://nexus.example/simple", "https://nexus.example/simple"),
        ("https://user:hunter2@nexus.example/simple", "https://nexus.example/simple"),
        ("https://hunter2@nexus.example:8443/simple", "https://nexus.example:8443/simple"),
        ("https://user:hun@ter2@nexus.example/simple", "https://nexus.example/simple"),
        ("https://user:hun/ter2@nexus.example/simple", "https://…"),
        ("https://user:hun?ter2@nexus.example/simple", "https://…"),
        ("https://user:hun#ter2@nexus.example/simple", "https://…"),
        ("https://user:12#hunter2@nexus.example/simple", "https://…"),
        ("https://${USER}:${TOKEN}@nexus.example/simple", "https://nexus.example/simple"),
        ("https://${HOST}:${PORT}/simple", "https://${HOST}:${PORT}/simple"),
        ("https://nexus.example/simple?token=hunter2", "https://nexus.example/simple"),
        ("https://nexus.example?token=hunter2", "https://nexus.example"),
        ("https://nexus.example/simple#hunter2", "https://nexus.example/simple"),
        ("https://nexus.example/@acme/npm/", "https://nexus.example/@acme/npm/"),
        ("https://[::1]:8080/simple", "https://[::1]:8080/simple"),
        ("https://dl.cloudsmith.io/hunter2hunter2/acme/py/simple/", "https://dl.cloudsmith.io/…/acme/py/simple/"),
        ("https://dl.cloudsmith.io/public/acme/py/simple/", "https://dl.cloudsmith.io/public/acme/py/simple/"),
        ("https://pypi.fury.io/hunter2hunter2/me/", "https://pypi.fury.io/…/me/"),
        ("user:hunter2@nexus.example/simple", "nexus.example/simple"),
        ("git@github.com:acme/x", "github.com:acme/x"),
        ("${PIP_INDEX_URL}", "${PIP_INDEX_URL}"),
        ("./wheels", "./wheels"),
        ("https://nexus.example/\x1b[31m\nred", "https://nexus.example/\\x1b[31m\\nred"),
        ("https://nexüs.example/", "https://nex\\xfcs.example/"),
        ("https://nexus.example/" + "a" * 300, "https://nexus.example/" + "a" * 177 + "…"),
        ("", ""),
    ],
)
def test_what_is_shown_holds_no_secret(raw: str, shown: str) -> None:
    assert urls.redact(raw) == shown


@settings(max_examples=300, deadline=None)
@given(
    user=st.text(min_size=0, max_size=8),
    tail=st.text(max_size=8),
    form=st.sampled_from(["https://{u}:{p}@h.example/x", "https://{p}@h.example", "https://{u}:{p}@h.example:1/x?{t}"]),
)
def test_no_password_survives_redaction_whatever_stands_around_it(user: str, tail: str, form: str) -> None:
    secret = "hunter2hunter2"
    shown = urls.redact(form.format(u=user, p=secret, t=tail))
    assert secret not in shown
    assert all(" " <= letter <= "~" or letter == "…" for letter in shown)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(max_size=40).map("https://".__add__))
def test_any_text_is_read_or_refused_and_the_normal_form_is_stable(text: str) -> None:
    assert isinstance(urls.redact(text), str)
    assert isinstance(urls.host_of(text), str)
    found = urls.try_parse(text)
    if found is not None:
        assert urls.try_parse(str(found)) == found


@pytest.mark.parametrize(
    ("ecosystem", "one", "other", "same"),
    [
        (Ecosystem.PYPI, "https://pypi.org/simple", "https://pypi.org/simple/", True),
        (Ecosystem.PYPI, "https://pypi.org/simple", "https://pypi.python.org/simple", True),
        (Ecosystem.PYPI, "https://pypi.org/simple", "https://pypi.org/pypi/", True),
        (Ecosystem.PYPI, "https://pypi.org/simple", "http://pypi.org/simple", True),
        (Ecosystem.PYPI, "https://pypi.org/simple", "https://test.pypi.org/simple", False),
        (Ecosystem.PYPI, "https://pypi.org/simple", "https://pypi.org.evil.example/simple", False),
        (Ecosystem.PYPI, "https://pypi.org/simple", "https://pypi.org:8443/simple", False),
        (Ecosystem.PYPI, "https://pypi.org/simple", "https://evil.example/pypi.org/simple", False),
        (Ecosystem.NPM, "https://registry.npmjs.org", "https://registry.yarnpkg.com/", True),
        (Ecosystem.PYPI, "https://registry.npmjs.org", "https://registry.yarnpkg.com/", False),
        (Ecosystem.PYPI, "https://u:p@nexus.example/simple", "https://NEXUS.example:443/simple/", True),
        (Ecosystem.PYPI, "https://nexus.example/simple", "http://nexus.example/simple", False),
        (Ecosystem.PYPI, "https://nexus.example/Simple", "https://nexus.example/simple", False),
        (Ecosystem.PYPI, "nonsense", "nonsense", False),
    ],
)
def test_two_spellings_of_one_index_are_the_same(ecosystem: Ecosystem, one: str, other: str, same: bool) -> None:
    assert urls.same_index(ecosystem, one, other) is same
    assert urls.same_index(ecosystem, other, one) is same


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://${TOKEN}@nexus.example/", True),
        ("https://$TOKEN@nexus.example/", True),
        ("https://%TOKEN%@nexus.example/", True),
        ("${PIP_INDEX_URL}", True),
        ("${TOKEN-default}", True),
        ("https://nexus.example/a%20b%2Fc/", False),
        ("https://nexus.example/price$/", False),
    ],
)
def test_variables_are_seen(text: str, found: bool) -> None:
    assert urls.has_variable(text) is found


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:p%40ss@nexus.example/", ("user", "p@ss")),
        ("https://token@nexus.example/", ("token", None)),
        ("https://user:@nexus.example/", ("user", "")),
        ("https://nexus.example/@acme/", None),
        ("https://[::1/", None),
    ],
)
def test_user_and_password_of_a_url(url: str, expected: tuple[str, str | None] | None) -> None:
    found = urls.userinfo(url)
    assert (None if found is None else (found.username, found.password)) == expected
    assert repr(found) in ("None", "Userinfo(…)")


def test_public_hosts() -> None:
    assert [urls.is_public_host(h) for h in ("pypi.org", "PyPI.org.", "files.pythonhosted.org", "evil.example")] == [
        True,
        True,
        True,
        False,
    ]
    assert [urls.is_file_host(h) for h in ("files.pythonhosted.org", "registry.npmjs.org", "pypi.org")] == [
        True,
        True,
        False,
    ]
    assert urls.host_of("git+ssh://git@GitHub.com/acme/x.git") == "github.com"
    assert urls.host_of("https://[::1") == ""
