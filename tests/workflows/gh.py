"""A stand-in for GitHub's own program ``gh``, and behind it as much of GitHub as the workflows ask for.

What there is stands in ``$HUB/state.json``; every call is written down there. A call for which the job
has no right (``$HUB_RIGHTS``), or that brings no token, fails as it would there. ``--jq`` is done by jq.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

STATE = Path(os.environ.get("HUB", "."), "state.json")
BOT = "github-actions[bot]"
_LEVELS = ("none", "read", "write")


class Failure(Exception):
    """An answer that isn't 2xx: the status, and the words."""


def main(arguments: list[str]) -> None:
    state = json.loads(STATE.read_text("utf-8"))
    state["calls"].append(arguments)
    try:
        if not os.environ.get("GH_TOKEN"):
            raise Failure(401, "no token")
        if arguments == ["auth", "setup-git"]:
            answer, jq = None, None
        elif arguments[0] == "api":
            answer, jq = _api(state, arguments[1:])
        else:
            raise AssertionError(f"the stand-in doesn't know: gh {' '.join(arguments)}")
    except Failure as failure:
        status, message = failure.args
        print(json.dumps({"message": message, "status": str(status)}))
        sys.exit(f"gh: {message} (HTTP {status})")
    finally:
        STATE.write_text(json.dumps(state, indent=1), "utf-8")
    if isinstance(answer, bytes):
        sys.stdout.buffer.write(answer)
    elif answer is not None:
        said = json.dumps(answer)
        if jq:
            done = subprocess.run(
                ["jq", "--raw-output", jq], input=said, capture_output=True, text=True, check=True
            )
            said = done.stdout
        sys.stdout.write(said)


def _api(state: dict, arguments: list[str]) -> tuple[object, str | None]:
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--method", "-X")
    parser.add_argument("-f", dest="raw", action="append", default=[])
    parser.add_argument("-F", dest="typed", action="append", default=[])
    parser.add_argument("--jq", "-q")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--paginate", action="store_true")
    given = parser.parse_args(arguments)
    fields = dict(one.split("=", 1) for one in given.raw)
    for name, value in (one.split("=", 1) for one in given.typed):
        fields[name] = Path(value[1:]).read_text("utf-8") if value.startswith("@") else value
    method = given.method or ("POST" if fields else "GET")
    parts = urlsplit(given.path)
    fields |= dict(parse_qsl(parts.query))
    repository = os.environ["GITHUB_REPOSITORY"]
    assert parts.path.startswith(f"repos/{repository}/"), parts.path
    path = parts.path.removeprefix(f"repos/{repository}")
    for pattern, of, answer in _ROUTES:
        if (found := re.fullmatch(pattern, path)) and of == method:
            done = answer(state, fields, *found.groups())
            return (None if given.silent else done), given.jq
    raise AssertionError(f"the stand-in doesn't know: {method} {path}")


def _need(*rights: tuple[str, str]) -> None:
    """One of these must have been given to the job."""
    has = json.loads(os.environ["HUB_RIGHTS"])
    if not any(_LEVELS.index(has.get(of, "none")) >= _LEVELS.index(level) for of, level in rights):
        raise Failure(403, f"Resource not accessible by integration: {rights}")


def _pages(state, fields):
    _need(("pages", "read"))
    if not state["pages"]:
        raise Failure(404, "Not Found")
    return {"build_type": state["pages"]}


def _pulls(state, fields):
    _need(("pull-requests", "read"))
    return [
        pull
        for pull in state["pulls"]
        if pull["state"] == fields.get("state", "open")
        and fields.get("head") in (None, pull["head"]["label"])
    ]


def _open(state, fields):
    _need(("pull-requests", "write"))
    if not state["may_open"]:
        raise Failure(403, "GitHub Actions is not permitted to create or approve pull requests")
    owner = os.environ["GITHUB_REPOSITORY"].partition("/")[0]
    pull = {
        "number": 1 + max([0, *(pull["number"] for pull in state["pulls"]), *state["issues"]]),
        "state": "open",
        "title": fields["title"],
        "body": fields["body"],
        "head": {"label": f"{owner}:{fields['head']}", "sha": ""},
        "base": {"ref": fields["base"]},
        "user": {"login": BOT},
    }
    state["pulls"].append(pull)
    return pull


def _change(state, fields, number):
    _need(("pull-requests", "write"))
    (pull,) = (pull for pull in state["pulls"] if pull["number"] == int(number))
    pull.update(fields)
    return pull


def _said_under(state, number: int, level: str) -> None:
    kinds = ["issues"]
    if any(pull["number"] == number for pull in state["pulls"]):
        kinds.append("pull-requests")
    elif number not in state["issues"]:
        raise Failure(404, "Not Found")
    _need(*((kind, level) for kind in kinds))


def _comments(state, fields, number):
    _said_under(state, int(number), "read")
    return [comment for comment in state["comments"] if comment["number"] == int(number)]


def _say(state, fields, number):
    _said_under(state, int(number), "write")
    comment = {
        "id": 1 + len(state["comments"]),
        "number": int(number),
        "user": {"login": BOT},
        "body": _body(fields),
    }
    state["comments"].append(comment)
    return comment


def _say_again(state, fields, comment):
    (comment,) = (one for one in state["comments"] if one["id"] == int(comment))
    _said_under(state, comment["number"], "write")
    comment["body"] = _body(fields)
    return comment


def _body(fields) -> str:
    if not 0 < len(fields["body"]) <= 65_536:
        raise Failure(422, "Body is too long (maximum is 65536 characters)")
    return fields["body"]


def _artifacts(state, fields, run):
    _need(("actions", "read"))
    found = [one for one in state["artifacts"] if one["run"] == int(run)]
    found = [one for one in found if fields.get("name") in (None, one["name"])]
    return {"total_count": len(found), "artifacts": found}


def _all_artifacts(state, fields):
    _need(("actions", "read"))
    found = [one for one in state["artifacts"] if fields.get("name") in (None, one["name"])]
    return {"total_count": len(found), "artifacts": found}


def _zip(state, fields, artifact):
    _need(("actions", "read"))
    (found,) = (one for one in state["artifacts"] if one["id"] == int(artifact))
    return Path(found["file"]).read_bytes()


def _dispatch(state, fields, workflow):
    _need(("actions", "write"))
    state.setdefault("dispatches", []).append({"workflow": workflow, **fields})


_ROUTES = (
    (r"/actions/workflows/([\w.-]+)/dispatches", "POST", _dispatch),
    ("/pages", "GET", _pages),
    ("/pulls", "GET", _pulls),
    ("/pulls", "POST", _open),
    (r"/pulls/(\d+)", "PATCH", _change),
    (r"/issues/(\d+)/comments", "GET", _comments),
    (r"/issues/(\d+)/comments", "POST", _say),
    (r"/issues/comments/(\d+)", "PATCH", _say_again),
    ("/actions/artifacts", "GET", _all_artifacts),
    (r"/actions/runs/(\d+)/artifacts", "GET", _artifacts),
    (r"/actions/artifacts/(\d+)/zip", "GET", _zip),
)

if __name__ == "__main__":
    main(sys.argv[1:])
