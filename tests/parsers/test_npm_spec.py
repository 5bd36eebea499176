"""What right-hand sides of dependencies mean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depaudit.parsers.npm_spec import SpecError, exact_version, read_spec, split_name


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        # name, specifier, pinned version, kind of source
        ("", ("k", "", None, "registry")),
        ("*", ("k", "*", None, "registry")),
        ("^1.2.3", ("k", "^1.2.3", None, "registry")),
        (">= 1.0.0 < 2.0.0 || 3.x", ("k", ">= 1.0.0 < 2.0.0 || 3.x", None, "registry")),
        ("1.0.0 - 2.0.0", ("k", "1.0.0 - 2.0.0", None, "registry")),
        ("latest", ("k", "latest", None, "registry")),
        (" 1.2.3 ", ("k", "1.2.3", "1.2.3", "registry")),
        ("=1.2.3", ("k", "=1.2.3", "1.2.3", "registry")),
        ("v1.2.3-rc.1", ("k", "v1.2.3-rc.1", "1.2.3-rc.1", "registry")),
        ("1.2.3+build.5", ("k", "1.2.3+build.5", "1.2.3", "registry")),
        ("1.2", ("k", "1.2", None, "registry")),
        ("npm:ms@2.1.3", ("ms", "2.1.3", "2.1.3", "registry")),
        ("npm:@types/node@^20", ("@types/node", "^20", None, "registry")),
        ("npm:@types/node", ("@types/node", "", None, "registry")),
        ("npm:ms", ("ms", "", None, "registry")),
        ("npm:v8", ("v8", "", None, "registry")),
        ("npm:^1.2.0", ("k", "^1.2.0", None, "registry")),
        ("npm:1.2.0", ("k", "1.2.0", "1.2.0", "registry")),
        ("npm:latest", ("k", "latest", None, "registry")),
        ("catalog:", ("k", "", None, "registry")),
        ("catalog:react18", ("k", "", None, "registry")),
        ("workspace:^", ("k", "^", None, "workspace")),
        ("workspace:../a", ("k", "../a", None, "workspace")),
        ("file:../a", ("k", "", None, "path")),
        ("link:../a", ("k", "", None, "path")),
        ("portal:../a", ("k", "", None, "path")),
        ("exec:./make.js", ("k", "", None, "path")),
        ("../a", ("k", "", None, "path")),
        ("~/a", ("k", "", None, "path")),
        ("/a", ("k", "", None, "path")),
        ("C:\\a", ("k", "", None, "path")),
        ("a.tgz", ("k", "", None, "path")),
        ("a/b/c", ("k", "", None, "path")),
        ("@scope/name", ("k", "", None, "path")),
        ("user/repo", ("k", "", None, "git")),
        ("user/repo#semver:^1", ("k", "", None, "git")),
        ("user/repo#feature/x", ("k", "", None, "git")),
        ("github:user/repo", ("k", "", None, "git")),
        ("gitlab:group/sub/repo", ("k", "", None, "git")),
        ("bitbucket:user/repo", ("k", "", None, "git")),
        ("gist:11081aaa281", ("k", "", None, "git")),
        ("git@github.com:user/repo.git", ("k", "", None, "git")),
        ("git://host/repo.git", ("k", "", None, "git")),
        ("git+ssh://git@host/repo.git#v1", ("k", "", None, "git")),
        ("git+https://token@host/repo.git", ("k", "", None, "git")),
        ("ssh://git@host/repo.git", ("k", "", None, "git")),
        ("https://github.com/user/repo", ("k", "", None, "git")),
        ("https://gitlab.com/a/b/c.git#main", ("k", "", None, "git")),
        ("https://github.com/user/repo/archive/v1.tar.gz", ("k", "", None, "url")),
        ("https://github.com/user/repo.tgz", ("k", "", None, "url")),
        ("http://host/a.tgz", ("k", "", None, "url")),
        ("HTTPS://host/a", ("k", "", None, "url")),
        ("patch:@material/list@npm%3A0.27.0#~/.yarn/x.patch", ("@material/list", "0.27.0", "0.27.0", "registry")),
        ("patch:react@17.0.2#./p.patch", ("react", "17.0.2", "17.0.2", "registry")),
        ("patch:k@patch%3Ak@npm%253A^1%23a#b", ("k", "^1", None, "registry")),
        ("patch:k@https%3A//host/a.tgz#b", ("k", "", None, "url")),
    ],
)  # fmt: skip
def test_reads(spec: str, expected: tuple[str, str, str | None, str]) -> None:
    found = read_spec("k", spec)
    assert (found.name, found.specifier, found.pinned_version, found.source.kind.value) == expected
    assert found.elsewhere is None
    assert (found.source.url is not None) == (expected[3] in ("path", "git", "url"))


@pytest.mark.parametrize(("spec", "kind"), [("jsr:@std/assert@1", "jsr"), ("jsr:^1", "jsr"), ("runtime:24", "runtime")])
def test_knows_what_stands_elsewhere(spec: str, kind: str) -> None:
    assert read_spec("k", spec).elsewhere == kind


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("not a version", "it is neither a version range nor a dist-tag"),
        ("npm:a@b c", "it is neither a version range nor a dist-tag"),
        ("é", "it is neither a version range nor a dist-tag"),
        ("carrier:pigeon", "no package manager is known to read carrier:"),
        ("a" * 9000, "it has 9000 letters"),
        ("patch:a@" * 5, "it refers to another package too many times over"),
    ],
)
def test_refuses(spec: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_spec("k", spec)
    assert str(caught.value) == message


def test_splits_names() -> None:
    assert [split_name(text) for text in ("a", "a@1", "@s/a", "@s/a@^1", "@", "")] == [
        ("a", ""),
        ("a", "1"),
        ("@s/a", ""),
        ("@s/a", "^1"),
        ("@", ""),
        ("", ""),
    ]


def test_exact_versions() -> None:
    assert [exact_version(text) for text in ("1.2.3", "1.2.3-", "1.2", "^1.2.3", "x")] == [
        "1.2.3",
        None,
        None,
        None,
        None,
    ]


@given(st.text(max_size=40) | st.text(alphabet="npm:@/#.^1a git+hs%", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(spec: str) -> None:
    try:
        found = read_spec("k", spec)
    except SpecError:
        return
    assert found.pinned_version is None or found.pinned_version in found.specifier
