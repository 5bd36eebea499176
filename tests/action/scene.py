"""A repository at GitHub, a pull request or a push, and the job that it starts."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.action.machine import ROOT, put
from tests.action.runner import Action, Job, Used
from tests.changes.repos import Repo
from tests.world.github import GitHub
from tests.world.world import World

TOKEN = "ghs_0123456789abcdefghijklmnopqrstuvwxyz"
NUMBER = 7

Files = dict[str, str | bytes | None]


@dataclass
class Scene:
    """``origin`` is what stands at GitHub; every job gets a checkout of it, as actions/checkout makes it.

    ``template``  depaudit's environment, which an earlier use has left in each job; None: there is none
    """

    folder: Path
    template: Path | None
    world: World
    github: GitHub
    origin: Repo
    home: Path
    jobs: int = 0
    actions: dict[str, Action] = field(default_factory=dict)

    def base(self, files: Files) -> str:
        """Commit to the branch main."""
        if self.origin.git("branch", "--list", "main"):
            self.origin.git("checkout", "-q", "main")
        return self.origin.commit(files)

    def propose(self, files: Files, *, fork: str | None = None, author: str = "mallory") -> str:
        """Commit to the branch of the pull request, which is opened by it. Returns the head's id."""
        if self.origin.git("branch", "--list", "topic"):
            self.origin.git("checkout", "-q", "topic")
            head = self.origin.commit(files)
            self.github.push(NUMBER, head)
            return head
        base = self.origin.git("rev-parse", "main")
        self.origin.git("checkout", "-q", "-b", "topic", "main")
        head = self.origin.commit(files)
        self.github.open_pull(NUMBER, author=author, head=head, base=base, fork=fork)
        return head

    def pull_request(self, action: str = "opened", *, depth: int = 2, **more: Any) -> Job:
        """The job that the pull request starts: its merge commit is checked out."""
        payload = self.github.payload(NUMBER, action, **more)
        head = payload["pull_request"]["head"]["sha"]
        self.origin.git("checkout", "-q", "--detach", "main")
        self.origin.git("merge", "-q", "--no-ff", "-m", "Merge", head)
        merge = self.origin.git("rev-parse", "HEAD")
        self.origin.git("update-ref", f"refs/pull/{NUMBER}/merge", merge)
        return self.job("pull_request", payload, merge, ref=f"refs/pull/{NUMBER}/merge", depth=depth)

    def push(self, before: str, *, depth: int = 1) -> Job:
        """The job that a push to main starts."""
        sha = self.origin.git("rev-parse", "main")
        payload = {"before": before, "after": sha, "ref": "refs/heads/main", "repository": self._repository()}
        return self.job("push", payload, sha, depth=depth)

    def schedule(self) -> Job:
        """The job that the clock starts."""
        sha = self.origin.git("rev-parse", "main")
        return self.job("schedule", {"schedule": "0 5 * * 1", "repository": self._repository()}, sha)

    def job(self, event: str, payload: Any, sha: str, *, ref: str = "refs/heads/main", depth: int = 1) -> Job:
        """A job whose workspace holds ``sha``, with ``depth`` commits of history (0: all)."""
        self.jobs += 1
        folder = self.folder / f"job{self.jobs}"
        folder.mkdir()
        job = Job(
            folder=folder,
            action=ROOT,
            workspace=self.check_out(folder / "workspace", sha, depth),
            event=event,
            payload=payload,
            sha=sha,
            ref=ref,
            token=TOKEN,
            environment=self.environment(),
            actions={"actions/cache": _no_cache, "actions/setup-python": _this_python, **self.actions},
        )
        if self.template is not None:
            put(self.template, job.temporary)
        return job

    def check_out(self, workspace: Path, sha: str, depth: int) -> Path:
        """What actions/checkout does."""
        clone = Repo(workspace)
        clone.git("remote", "add", "origin", self.origin.folder.as_uri())
        limit = (f"--depth={depth}",) if depth else ()
        clone.git("fetch", "-q", "--no-tags", *limit, "origin", f"+{sha}:refs/remotes/pull/{NUMBER}/merge")
        clone.git("checkout", "-q", "--force", f"refs/remotes/pull/{NUMBER}/merge")
        return workspace

    def environment(self) -> dict[str, str]:
        """What a runner's steps start with."""
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        return {
            **kept,
            **self.world.environment(),
            "GITHUB_API_URL": self.github.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": str(self.home),
            "NO_PROXY": "127.0.0.1",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
            "PIP_CONFIG_FILE": os.devnull,
        }

    def _repository(self) -> dict[str, str]:
        return {"full_name": self.github.repository, "default_branch": "main"}


def _no_cache(used: Used) -> dict[str, str]:
    return {"cache-hit": "false"}


def _this_python(used: Used) -> dict[str, str]:
    return {"python-path": sys.executable, "python-version": used.given["python-version"]}
