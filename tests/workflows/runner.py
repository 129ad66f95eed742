"""Runs the workflows of ``.github/workflows/`` here, step for step: their commands as they stand.

What the host would do is done by stand-ins: each job gets a fresh clone, its environment and its files;
expressions are worked out; of the actions, those that are in use leave what they leave there. ``gh`` is
``gh.py``. A job may push only if it has the right to.
"""

from __future__ import annotations

import compileall
import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.conftest import REPOSITORY

WORKFLOWS = REPOSITORY / ".github" / "workflows"
NAME = "broadsheet/broadsheet"
OWNER = NAME.partition("/")[0]
_GIT = ["-c", "user.name=A Curator", "-c", "user.email=curator@example.org"]


def load(name: str) -> dict:
    said = yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text("utf-8"))
    said["on"] = said.pop(True)  # which it is in YAML 1.1
    return said


def git(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None, given: str = ""
) -> str:
    ran = subprocess.run(
        ["git", *_GIT, *map(str, arguments)],
        cwd=cwd,
        env=env,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


# --- a small publication -------------------------------------------------------------------

TITLES = {number: f"A Paper on the Number {number}" for number in range(1, 6)}


def listing(*numbers: int) -> str:
    return "".join(
        json.dumps({"title": TITLES[number], "abstract": f"On numbers such as {number}."}) + "\n"
        for number in numbers
    )


CONTENT = {
    "content/listings/2025/2025-10-29-daily.jsonl": listing(1, 2, 3),
    "content/topics/numbers.md": "---\ntitle: Numbers\nmatch: [numbers]\n---\nOn numbers.\n",
    "content/papers/a-paper-on-the-number-1.yml": "arxiv_id: 1706.03762\n",
}
OVERLAY = "content/papers/a-paper-on-the-number-2.yml"


# --- what a run was -----------------------------------------------------------------------


@dataclass
class Run:
    """What became of a workflow's run."""

    number: int
    jobs: dict[str, str] = field(default_factory=dict)  # name → success, failure, skipped
    steps: dict[str, str] = field(default_factory=dict)  # name → success, failure
    log: str = ""  # what all steps said
    summary: str = ""
    artifacts: dict[str, Path] = field(default_factory=dict)

    @property
    def failed(self) -> list[str]:
        """The steps that did."""
        return [name for name, result in self.steps.items() if result == "failure"]


def succeeded(run: Run) -> Run:
    assert set(run.jobs.values()) == {"success"}, run.log
    return run


# --- expressions --------------------------------------------------------------------------

_TOKEN = re.compile(r"'(?:[^']|'')*'|&&|\|\||[!=]=|[!(),]|[A-Za-z_][\w-]*(?:\.(?:[\w-]+|\*))*|\d+")
_WORDS = {"&&": " and ", "||": " or ", "!": " not ", "true": "True", "false": "False"}
_STATUS = re.compile(r"\b(?:success|failure|always|cancelled)\(")


def evaluate(expression: str, contexts: Mapping, failed: bool = False) -> object:
    """What an expression of a workflow is worth."""
    rest = _TOKEN.sub("", expression)
    assert not rest.strip(), f"the runner doesn't know {rest.strip()} in {expression}"

    def python(match: re.Match) -> str:
        token = match[0]
        if token.startswith("'"):
            return repr(token[1:-1].replace("''", "'"))
        if token in _WORDS or not token[0].isalpha() or expression[match.end() :].startswith("("):
            return _WORDS.get(token, token)
        return f"at({token!r})"

    def at(path: str) -> object:
        found: object = contexts
        head, star, tail = path.partition(".*.")
        for name in head.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return [one[tail] for one in found or ()] if star else found

    names = {
        "at": at,
        "contains": lambda where, what: what in (where or ()),
        "success": lambda: not failed,
        "failure": lambda: failed,
        "always": lambda: True,
        "cancelled": lambda: False,
    }
    return eval(_TOKEN.sub(python, expression).strip(), {"__builtins__": {}}, names)


def filled(text: object, contexts: Mapping) -> str:
    """A text with its expressions worked out, each once, as the host does before anything runs."""

    def value(match: re.Match) -> str:
        found = evaluate(match[1], contexts)
        if found is None or isinstance(found, bool):
            return {None: "", True: "true", False: "false"}[found]
        return str(found)

    return re.sub(r"\$\{\{(.*?)\}\}", value, str(text), flags=re.DOTALL)


def _holds(condition: object, contexts: Mapping, failed: bool) -> bool:
    said = re.sub(r"^\s*\$\{\{(.*)\}\}\s*$", r"\1", str(condition), flags=re.DOTALL)
    if failed and not _STATUS.search(said):
        return False
    return bool(evaluate(said, contexts, failed))


# --- the host -----------------------------------------------------------------------------


class Host:
    """A repository at its host: its branches, its issues and pull requests, and what it has published."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.origin = folder / "origin.git"
        self.site = folder / "published"
        self.deployments = 0
        self.runs = 0
        self.variables: dict[str, str] = {}
        self.secrets: dict[str, str] = {}

    # What people do.

    @classmethod
    def made(cls, folder: Path, files: Mapping[str, str], url: str) -> Host:
        """A host with this repository, with other content, to be published at an address."""
        host = cls(folder)
        seed = folder / "seed"
        host.site.mkdir(parents=True)
        compileall.compile_dir(REPOSITORY / "generator", quiet=1)
        _copy_of_this_repository(seed)
        configuration = (seed / "mkdocs.yml").read_text("utf-8")
        assert "\nsite_url: " in configuration
        (seed / "mkdocs.yml").write_text(
            re.sub(r"(?m)^site_url: .*", f"site_url: {url}", configuration), "utf-8"
        )
        bare = ["--bare", "--initial-branch=main", "--template="]
        git("init", "--quiet", *bare, host.origin, cwd=folder)
        git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=host.origin)
        git("init", "--quiet", "--initial-branch=main", cwd=seed)
        git("add", "--all", cwd=seed)
        git("commit", "--quiet", "--message", "The program", cwd=seed)
        git("push", "--quiet", host.origin.as_uri(), "main", cwd=seed)
        shutil.rmtree(seed)
        host.push(files)
        git(
            "repack", "--quiet", "-a", "-d", cwd=host.origin
        )  # one file to copy instead of hundreds
        # From here on, workflows push only what they may.
        hook = host.origin / "hooks" / "pre-receive"
        hook.parent.mkdir()
        hook.write_text(
            '#!/bin/sh\n[ -z "$HUB_RIGHTS" ] && exit 0\n'
            'case "$HUB_RIGHTS" in *\'"contents": "write"\'*) [ -n "$GH_TOKEN" ] && exit 0 ;; esac\n'
            'echo "Permission to push denied" >&2\nexit 1\n'
        )
        hook.chmod(0o755)
        host.state = {
            "pages": "workflow",
            "may_open": True,
            "pulls": [],
            "issues": [],
            "comments": [],
            "artifacts": [],
            "calls": [],
        }
        return host

    def copied(self, folder: Path) -> Host:
        """Another host, in the same state; its origin is its own."""
        shutil.copytree(self.origin, folder / "origin.git", copy_function=_copied_or_linked)
        # Hard links, since a site is replaced as a whole.
        shutil.copytree(self.site, folder / "published", copy_function=os.link)
        shutil.copy(self.folder / "state.json", folder)
        copy = Host(folder)
        copy.runs, copy.deployments = self.runs, self.deployments
        return copy

    @property
    def state(self) -> dict:
        return json.loads((self.folder / "state.json").read_text("utf-8"))

    @state.setter
    def state(self, state: dict) -> None:
        (self.folder / "state.json").write_text(json.dumps(state), "utf-8")

    def change(self, **more: object) -> None:
        self.state = {**self.state, **more}

    def push(self, files: Mapping[str, str | None], branch: str = "main") -> str:
        """Somebody's commit on top of main, onto a branch; None removes a file or a folder."""
        message = f"Of {', '.join(files)}"[:60]
        stream = (
            f"commit refs/heads/{branch}\ncommitter A Curator <curator@example.org> now\n"
            f"{_data(message)}from refs/heads/main^0\n"
        )
        for name, text in files.items():
            stream += f"D {name}\n" if text is None else f"M 100644 inline {name}\n{_data(text)}"
        git(
            *("fast-import", "--quiet", "--force", "--date-format=now"),
            cwd=self.origin,
            given=stream,
        )
        return git("rev-parse", f"refs/heads/{branch}", cwd=self.origin)

    def pull_request(self, files: Mapping[str, str | None], branch: str = "mine") -> dict:
        """Somebody's pull request, from a fork of theirs; as the event tells of it."""
        head = self.push(files, branch)
        number = 1 + max([0, *(pull["number"] for pull in self.state["pulls"])])
        for name in ("head", "merge"):  # on top of main, so both are the same here
            git("update-ref", f"refs/pull/{number}/{name}", head, cwd=self.origin)
        pull = {
            "number": number,
            "state": "open",
            "title": "A title",
            "head": {"label": f"somebody:{branch}", "sha": head},
            "base": {"ref": "main"},
            "user": {"login": "somebody"},
        }
        self.change(pulls=[*self.state["pulls"], pull])
        return pull

    def main(self) -> str:
        return git("rev-parse", "refs/heads/main", cwd=self.origin)

    def files(self, ref: str = "main") -> list[str]:
        return git("ls-tree", "-r", "--name-only", ref, cwd=self.origin).split("\n")

    def text(self, path: str, ref: str = "main") -> str:
        return git("show", f"{ref}:{path}", cwd=self.origin)

    def comments(self, number: int) -> list[str]:
        return [one["body"] for one in self.state["comments"] if one["number"] == number]

    # What it does.

    def check(self, pull: dict) -> Run:
        return self.run(
            "check",
            "pull_request",
            {"number": pull["number"], "pull_request": pull},
            ref=f"refs/pull/{pull['number']}/merge",
        )

    def keep(self, run: Run, **more: object) -> None:
        """Keep a run's artifacts, zipped as the host zips them; ``more`` is what it says of them."""
        for name, folder in run.artifacts.items():
            with zipfile.ZipFile(file := self.folder / f"{run.number}-{name}.zip", "w") as archive:
                for path in sorted(folder.rglob("*")):
                    if path.is_file():
                        archive.write(path, path.relative_to(folder), zipfile.ZIP_DEFLATED)
            self.artifact(run.number, name, file, **more)

    def comment(self, pull: dict, run: Run, **more: object) -> Run:
        """What follows on a run of the check."""
        self.keep(run)
        conclusion = "failure" if "failure" in run.jobs.values() else "success"
        about = {
            "id": run.number,
            "event": "pull_request",
            "conclusion": conclusion,
            "head_sha": pull["head"]["sha"],
            "head_branch": pull["head"]["label"].partition(":")[2],
            "head_repository": {"owner": {"login": pull["head"]["label"].partition(":")[0]}},
            "html_url": f"https://github.com/{NAME}/actions/runs/{run.number}",
            **more,
        }
        return self.run("comment", "workflow_run", {"action": "completed", "workflow_run": about})

    def artifact(
        self, run: int, name: str, file: Path, size: int | None = None, **more: object
    ) -> None:
        known = self.state["artifacts"]
        size = file.stat().st_size if size is None else size
        said = {"id": 100 + len(known), "run": run, "name": name, "size_in_bytes": size, **more}
        self.change(artifacts=[*known, {**said, "file": str(file)}])

    def form(self, number: int, body: str | None, label: str = "paper", **more: object) -> Run:
        """An issue that somebody opened or edited; ``more`` is for the run, or of the issue."""
        self.change(issues=sorted({*self.state["issues"], number}))
        issue = {"number": number, "title": "A form", "body": body, "state": "open"}
        issue |= {"labels": [{"name": "help wanted"}, {"name": label}]}
        of_run = {name: more.pop(name) for name in ("done", "artifacts") if name in more}
        about = {"action": "opened", "issue": {**issue, **more}}
        return self.run("from-form", "issues", about, **of_run)

    def publish(self, event: str = "push", inputs: Mapping | None = None, **more) -> Run:
        about = {"push": {"after": self.main()}, "workflow_dispatch": {"inputs": inputs}}[event]
        return self.run("publish", event, about, inputs=inputs, **more)

    def pull(self, event: str = "schedule", **more) -> Run:
        return self.run("pull", event, {}, **more)

    def run(
        self,
        workflow: str,
        event: str,
        about: dict,
        ref: str = "refs/heads/main",
        inputs: Mapping | None = None,
        before: Mapping[str, Callable] | None = None,
        done: Mapping[str, Mapping[str, str]] | None = None,
        artifacts: Mapping[str, Path] | None = None,
    ) -> Run:
        """Run a workflow for an event.

        ``before`` says what happens before a job begins; ``done`` are jobs that need not be run any more,
        with their outputs, and ``artifacts`` what they left.
        """
        said = load(workflow)
        assert event in said["on"]
        self.runs += 1
        run = Run(1000 + self.runs, artifacts=dict(artifacts or {}))
        contexts: dict = {
            "github": {
                "event": about,
                "event_name": event,
                "ref": ref,
                "sha": git("rev-parse", ref, cwd=self.origin),
                "token": "a-token",
                "repository": NAME,
            },
            "inputs": inputs or {},
            "vars": self.variables,
            "secrets": self.secrets,
            "needs": {},
        }
        for name, job in said["jobs"].items():
            if done and name in done:
                run.jobs[name] = "success"
                contexts["needs"][name] = {"result": "success", "outputs": done[name]}
                continue
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            failed = any(run.jobs[need] != "success" for need in needs)
            if not _holds(job.get("if", "success()"), contexts, failed):
                run.jobs[name] = "skipped"
                continue
            if before and name in before:
                before[name]()
            running = _Job(self, run, {**contexts, "steps": {}}, job)
            run.jobs[name] = running.result
            contexts["needs"][name] = {"result": running.result, "outputs": running.outputs}
        return run


def _data(text: str) -> str:
    """A text as git-fast-import(1) takes it: after its length in bytes."""
    return f"data {len(text.encode())}\n{text}\n"


def _copied_or_linked(source: str, target: str) -> None:
    """A file of a repository; git never writes an object anew."""
    (os.link if "/objects/" in Path(source).as_posix() else shutil.copy2)(source, target)


def _copy_of_this_repository(target: Path) -> None:
    """What is tracked here, or is about to be; without its content and its tests."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, names.split("\0")):
        if not name.startswith(("content/", "tests/")) and (REPOSITORY / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, target / name)


class _Job:
    """A job's run, on a machine of its own."""

    def __init__(self, host: Host, run: Run, contexts: dict, job: dict):
        self.host, self.run, self.contexts, self.job = host, run, contexts, job
        self.machine = host.folder / f"machine-{len(list(host.folder.glob('machine-*')))}"
        self.workspace = self.machine / "work"
        self.temp = self.machine / "temp"
        for folder in (self.workspace, self.temp, self.machine / "home", self.machine / "bin"):
            folder.mkdir(parents=True)
        contexts["runner"] = {"temp": str(self.temp)}
        self._programs()
        (self.machine / "event.json").write_text(json.dumps(contexts["github"]["event"]))
        self.result = "success"
        for step in job["steps"]:
            failed = self.result == "failure"
            if _holds(step.get("if", "success()"), contexts, failed):
                done = self._action(step) if "uses" in step else self._command(step)
                run.steps[step["name"]] = "success" if done else "failure"
                self.result = self.result if done else "failure"
        self.outputs = {
            name: filled(value, contexts) for name, value in job.get("outputs", {}).items()
        }

    def _programs(self) -> None:
        """``gh``, and the Python that the tests run in."""
        _script(
            self.machine / "bin" / "gh",
            f'exec "{sys.executable}" "{Path(__file__).with_name("gh.py")}" "$@"',
        )
        _script(self.machine / "bin" / "python3", f'exec "{sys.executable}" "$@"')

    def _environment(self) -> dict[str, str]:
        about = self.contexts["github"]
        kept = {name: os.environ[name] for name in ("TMPDIR", "SYSTEMROOT") if name in os.environ}
        return {
            **kept,
            "PATH": f"{self.machine / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.machine / "home"),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_REPOSITORY_OWNER": OWNER,
            "GITHUB_EVENT_NAME": about["event_name"],
            "GITHUB_EVENT_PATH": str(self.machine / "event.json"),
            "GITHUB_REF": about["ref"],
            "GITHUB_SHA": about["sha"],
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
            "HUB": str(self.host.folder),
            "HUB_RIGHTS": json.dumps(self.job["permissions"]),
        }

    def _command(self, step: dict) -> bool:
        files = {name: self.machine / name for name in ("output", "env", "path", "step_summary")}
        for file in files.values():
            file.write_text("")
        script = self.machine / "step.sh"
        script.write_text(filled(step["run"], self.contexts), "utf-8")
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace,
            env={
                **self._environment(),
                **{f"GITHUB_{name.upper()}": str(file) for name, file in files.items()},
                **{
                    name: filled(value, self.contexts)
                    for name, value in step.get("env", {}).items()
                },
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
            check=False,
        )
        said = ran.stdout.decode("utf-8", "replace")
        self.run.log += f"=== {step['name']}\n{said}"
        self.run.summary += files["step_summary"].read_text("utf-8")
        assert not files["env"].read_text() + files["path"].read_text()
        outputs = dict(line.split("=", 1) for line in files["output"].read_text().splitlines())
        if "id" in step:
            self.contexts["steps"][step["id"]] = {"outputs": outputs}
        return ran.returncode == 0

    def _action(self, step: dict) -> bool:
        name = step["uses"].partition("@")[0].partition("/")[2].replace("-", "_")
        given = {key: filled(value, self.contexts) for key, value in step.get("with", {}).items()}
        outputs = getattr(self, f"_{name}")(**{k.replace("-", "_"): v for k, v in given.items()})
        if "id" in step:
            self.contexts["steps"][step["id"]] = {"outputs": outputs or {}}
        return True

    # What the actions leave.

    def _checkout(self, persist_credentials: str, ref: str = "", fetch_depth: str = "1") -> None:
        assert persist_credentials in ("False", "false")
        about = self.contexts["github"]
        ref = ref or about["ref"]
        what = about["sha"] if ref == about["ref"] and about["event_name"] != "push" else ref
        branch = ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else None
        git("init", "--quiet", cwd=self.workspace)
        git("remote", "add", "origin", self.host.origin.as_uri(), cwd=self.workspace)
        git("fetch", "--quiet", f"--depth={fetch_depth}", "origin", what, cwd=self.workspace)
        how = ["-B", branch] if branch else ["--detach"]
        git("checkout", "--quiet", *how, "FETCH_HEAD", cwd=self.workspace)
        programs(self.workspace)

    def _setup_python(self, **_: str) -> None:
        _compiled(self.workspace)

    def _upload_artifact(self, name: str, path: str, **given: str) -> None:
        source = self.workspace / path
        if not source.exists() and given.get("if_no_files_found") == "ignore":
            return
        target = self.host.folder / f"artifact-{self.run.number}-{name}"
        assert name not in self.run.artifacts
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            target.mkdir()
            shutil.copy(source, target)
        assert any(target.rglob("*"))
        self.run.artifacts[name] = target

    def _download_artifact(self, name: str, path: str) -> None:
        shutil.copytree(self.run.artifacts[name], path, dirs_exist_ok=True, symlinks=True)

    def _upload_pages_artifact(self, path: str) -> None:
        self._upload_artifact("github-pages", path)

    def _deploy_pages(self) -> dict[str, str]:
        assert self.job["permissions"] == {"pages": "write", "id-token": "write"}
        assert self.job["environment"]["name"] == "github-pages"
        shutil.rmtree(self.host.site)
        shutil.copytree(self.run.artifacts["github-pages"], self.host.site)
        self.host.deployments += 1
        return {"page_url": "https://broadsheet.example/"}


def programs(clone: Path) -> None:
    """What ``make`` would have installed in a clone; it is newer than what it was installed from."""
    folder = clone / ".venv" / "bin"
    folder.mkdir(parents=True)
    _script(folder / "python", f'exec "{sys.executable}" "$@"')
    _script(
        folder / "broadsheet", f'PYTHONPATH="{clone}" exec "{sys.executable}" -m generator "$@"'
    )
    (clone / ".venv" / "ready").touch()


def _compiled(clone: Path) -> None:
    """Put there what was compiled here of the same modules; each job would compile all of them anew.
    Python takes it only for a file of the same size and time as that of which it was made."""
    for source in (REPOSITORY / "generator").rglob("*.py"):
        there = clone / source.relative_to(REPOSITORY)
        made = Path(importlib.util.cache_from_source(str(source)))
        if made.is_file() and there.is_file() and there.read_bytes() == source.read_bytes():
            shutil.copystat(source, there)
            target = Path(importlib.util.cache_from_source(str(there)))
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(made, target)


def _script(file: Path, command: str) -> None:
    file.write_text(f"#!/bin/sh\n{command}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
