"""Where people edit the content: addresses of files in the web pages of its repository.

GitHub, GitLab and Forgejo (Codeberg, Gitea) can edit a file, or begin one, in the browser; whoever may not
write to the repository is led to a pull request. MkDocs' ``repo_url`` and ``edit_uri`` say where.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlencode

from generator.model import Repository

# How edit_uri begins → what stands there instead: to begin a file, to look at it, for its history;
# and the parameter that names a new file.
_FORGES = {
    "edit/": ("new/", "blob/", "commits/", "filename"),  # GitHub
    "-/edit/": ("-/new/", "-/blob/", "-/commits/", "file_name"),  # GitLab
    "_edit/": ("_new/", "src/branch/", "commits/branch/", "filename"),  # Forgejo
}


def at(repo_url: str, edit_uri: str, docs: str, content: str) -> Repository:
    """The repository of a publication, from MkDocs' ``repo_url`` and ``edit_uri``.

    ``docs`` and ``content`` are the folders of pages and content, as in mkdocs.yml. Raises
    ValueError if ``edit_uri`` isn't made like that of a known forge.
    """
    match = re.fullmatch(rf"({'|'.join(_FORGES)})(.+/){re.escape(docs.strip('/'))}/?", edit_uri)
    if not match:
        raise ValueError(
            f'is not made like "edit/main/{docs}/"; name the branch and the folder of the pages'
        )
    edit, branch = match.groups()
    new, view, history, name = _FORGES[edit]
    base = repo_url.rstrip("/") + "/"
    return Repository(
        edit=f"{base}{edit}{branch}",
        new=f"{base}{new}{branch}",
        name=name,
        view=f"{base}{view}{branch}",
        history=f"{base}{history}{branch}",
        # Only GitHub fills in a form from its address.
        forms=f"{base}issues/new" if edit == "edit/" else None,
        content=content.strip("/"),
    )


def edit(repository: Repository, file: str) -> str:
    """The editor with a file of the content folder in it."""
    return f"{repository.edit}{_path(repository, file)}"


def begin(repository: Repository, file: str, text: str) -> str:
    """The editor with a file that is to be made, and this text in it."""
    folder, _, name = file.rpartition("/")
    query = urlencode({repository.name: name}, quote_via=quote)
    return f"{beginning(repository, folder)}?{query}&value={_quoted(text)}"


@lru_cache(8)  # every paper's file begins with the same text
def _quoted(text: str) -> str:
    return quote(text, safe="")


def beginning(repository: Repository, folder: str) -> str:
    """The editor with a file that is to be made in this folder of the content; what is asked there, as
    ``begin`` does, says its name and its text."""
    return f"{repository.new}{_path(repository, folder)}"


def view(repository: Repository, file: str, line: int) -> str:
    """A file, at a line."""
    return f"{repository.view}{_path(repository, file)}#L{line}"


def history(repository: Repository, file: str) -> str:
    """Who changed a file, when and why."""
    return f"{repository.history}{_path(repository, file)}"


def form(repository: Repository, template: str, **answers: str) -> str | None:
    """An issue form with some answers filled in; None where there are no forms."""
    if repository.forms is None:
        return None
    return f"{repository.forms}?{urlencode({'template': template, **answers}, quote_via=quote)}"


def _path(repository: Repository, file: str) -> str:
    return quote(f"{repository.content}/{file}")
