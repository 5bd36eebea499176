"""Bounds of what is laid out: met, they are said once."""

from __future__ import annotations

from pathlib import Path

from depaudit.changes.blobs import Blobs
from depaudit.changes.entries import CommitLister, NothingLister, gather
from depaudit.changes.git import Repository
from depaudit.changes.layout import Budget, Layout
from depaudit.changes.state import State
from depaudit.changes.taking import Half, Taking
from depaudit.model.problem import Problem
from tests.changes.repos import Repo


def test_more_files_than_are_looked_at(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    head = repo.commit({f"p{n}/package.json": "{}" for n in range(5)} | {"uv.lock": "l"})
    opened = Repository.open(repo.folder)
    with Blobs.of(opened.git) as blobs:
        listers = (NothingLister(), CommitLister(opened, head))
        states = [State(lister, blobs, None, gather(lister)) for lister in listers]
        taken = Taking(
            base=Half(states[0], Layout.make(tmp_path / "base", Budget())),
            head=Half(states[1], Layout.make(tmp_path / "head", Budget(files=2))),
        ).run()
    assert taken.changed == ("p0/package.json", "p1/package.json")
    assert taken.problems == (
        Problem(
            path="p2/package.json",
            message="This file was not looked at, nor were 3 others: more than 20000 files would have to be looked at.",
            mend="Name the folders that count, so that others are left out.",
        ),
    )
