"""The input ``policy``: from the base, or from the runner's own disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from depaudit.changes.git import Repository
from depaudit.errors import ConfigError, UsageError
from depaudit.frontends.action.policy_file import policy_path
from tests.changes.repos import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def read(repo: Repo, given: str, into: Path) -> Path:
    into.mkdir(exist_ok=True)
    return policy_path(given, repo.git("rev-parse", "base"), Repository.open(repo.folder), into)


def test_the_commits_file_counts_whatever_the_tree_holds(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"ci/policy.toml": "of the base"})
    repo.git("tag", "base")
    repo.commit({"ci/policy.toml": "of the change"})
    path = read(repo, "./ci//policy.toml", tmp_path / "into")
    assert (path, path.read_text()) == (tmp_path / "into" / "policy.toml", "of the base")


def test_what_is_no_file_is_refused(repo: Repo, tmp_path: Path) -> None:
    (repo.folder / "link.toml").symlink_to("policy.toml")
    repo.commit({"policy.toml": "", "folder/x": ""})
    repo.git("tag", "base")
    for given in ("gone.toml", "folder", "link.toml", ".git/config", "*.toml"):
        with pytest.raises(UsageError, match="is no file of the commit"):
            read(repo, given, tmp_path / "into")
    for given in ("../policy.toml", ":(top)policy.toml", ":/policy.toml", "."):
        with pytest.raises(UsageError, match="does not lie in the repository"):
            read(repo, given, tmp_path / "into")


def test_what_is_no_text_is_refused(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"policy.toml": b"\xff\xfe", "large.toml": b"#" * (8 * 1024 * 1024 + 1)})
    repo.git("tag", "base")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read(repo, "policy.toml", tmp_path / "into")
    with pytest.raises(ConfigError, match="more than 8,388,608 bytes"):
        read(repo, "large.toml", tmp_path / "into")


def test_an_absolute_path_lies_outside_of_what_is_audited(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"policy.toml": ""})
    repo.git("tag", "base")
    own = tmp_path / "policy.toml"
    assert read(repo, str(own), tmp_path / "into") == own
    (tmp_path / "link.toml").symlink_to(repo.folder / "policy.toml")
    for given in (repo.folder / "policy.toml", tmp_path / "repo" / "x" / ".." / "y", tmp_path / "link.toml"):
        with pytest.raises(UsageError, match="lies in what is audited"):
            read(repo, str(given), tmp_path / "into")
