"""``broadsheet new``."""

from __future__ import annotations

import shlex
from pathlib import Path
from urllib.parse import urlsplit

import click

from generator import dates, output, text
from generator.errors import UsageError
from generator.fields import parse


@click.command(short_help="Begin a publication of your own in an empty folder.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="Papers", show_default=True, help="What the publication is called.")
@click.option(
    "--url",
    default="https://example.org/",
    show_default=True,
    help="Where its site will be: an address at a domain of yours, which then names its feeds.",
)
@click.option(
    "--broadsheet",
    "requirement",
    metavar="REQUIREMENT",
    help="Where it shall take Broadsheet from, as pip has it.  [default: where this one came from]",
)
def new(folder: Path, name: str, url: str, requirement: str | None) -> None:
    """Begin a publication of your own in DIR, which is made or is empty.

    It has a configuration, an example listing, a topic, workflows and a README, and builds at once. Broadsheet
    itself stays outside: it is a dependency, and can be upgraded as such.
    """
    from generator import starting

    name = text.plain(name)
    if not name:
        raise UsageError("--name is empty; give one")
    if folder.is_dir() and any(one.name != ".git" for one in folder.iterdir()):
        raise UsageError(f"{folder} isn't empty; name a folder that is, or a new one")
    requirement = requirement or starting.origin()
    year = dates.today().year
    files = starting.files(name, _address(url), year, requirement)
    try:
        output.write(folder, sorted(files.items()))
    except OSError as error:
        raise UsageError(f"{folder} can't be written: {error.strerror}; name another") from error
    click.echo(
        f"{name} is in {folder}, {text.counted(len(files), 'file')}. Its README.md says how to go on; first:\n"
        f"    cd {shlex.quote(str(folder))}\n    make site"
    )
    if "@ file:" in requirement:
        click.echo(
            "It takes Broadsheet from a folder of this machine. Before others build it, put an address into "
            "requirements/broadsheet.txt, such as: broadsheet @ git+https://…@COMMIT"
        )


def _address(url: str) -> str:
    """The site's address with a final slash, in ASCII."""
    from generator import settings

    try:
        links = parse("links", {"site": url})
    except ValueError as error:
        raise UsageError(f"--url: {error}") from error
    address = links["site"] if links else ""
    if not address or "?" in address or "#" in address:
        raise UsageError("--url: not an address of a site; write it as https://example.org/papers/")
    address = text.ascii_address(address)
    domain = urlsplit(address).hostname
    if not settings.AUTHORITY.fullmatch(domain):
        raise UsageError(
            f'--url: "{domain}" is no domain, and can\'t name feeds; write where the site will be, as '
            "https://example.org/papers/"
        )
    return address.rstrip("/") + "/"
