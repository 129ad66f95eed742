"""``broadsheet add``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from generator import content as content_folder
from generator import curated, output
from generator.commands import configuration
from generator.curated import Field
from generator.curation import adding, forms
from generator.curation.adding import Proposal
from generator.errors import ContentError, ContentErrors, UsageError
from generator.model import Catalog

_FIELDS = {field.name: field for field in curated.OVERLAY}
_ASKED = "title arxiv_id authors organization published summary topics".split()
# Options that are given once for each.
_REPEATED = {"authors": "author", "links": "link", "topics": "topic"}


def _option(name: str) -> str:
    return f"--{_REPEATED.get(name, name).replace('_', '-')}"


_OPTIONS = {name: _option(name) for name in _FIELDS} | {"title": "TITLE"}
_NEXT = (
    "To see whether all is well: broadsheet check. To see the page: make serve. Then commit the file, and "
    "open a pull request."
)


def _field_options(command: Callable) -> Callable:
    """An option for each field of an overlay but the title."""
    for name, field in reversed(_FIELDS.items()):
        if name == "title":
            continue
        repeated = name in _REPEATED
        option = click.option(
            _option(name),
            name,  # of the function's argument
            multiple=repeated,
            metavar="NAME=URL" if name == "links" else "TEXT",
            help=f"{field.hint} One each; repeat the option." if repeated else field.hint,
        )
        command = option(command)
    return command


@click.command(short_help="Add a paper by hand, or do what somebody asked for in an issue form.")
@click.argument("title", required=False)
@_field_options
@click.option(
    "--form",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Do what was asked for in an issue form: the file holds the issue's text. - is standard input.",
)
@click.option(
    "--message",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the pull request's title and text into this file.",
)
@configuration.option
@configuration.content_option
def add(
    title: str | None,
    form: Path | None,
    message: Path | None,
    config_file: Path | None,
    content: Path | None,
    **options: str | tuple[str, ...] | None,
) -> None:
    """Add a paper that no listing has: a file in content/papers/, which this command writes.

    Without TITLE and --form it asks. With --form it also corrects a paper or adds a topic, as the form
    says. The first line that it prints is the file.
    """
    given = {name: value for name, value in {"title": title, **options}.items() if value}
    if form and (given or title is not None):
        raise UsageError("a form says everything itself; give a title and options, or --form")
    if not form and title is None and not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("no title; give one, or --form")
    if message and not message.absolute().parent.is_dir():
        raise UsageError(f"no folder for {message}; make it, or name another file")
    publication, folder = configuration.publication(config_file, content)
    before, _ = content_folder.load(folder)
    answers = None
    try:
        if form:
            proposal, answers = forms.proposal(_read(form), _name(form), before)
        else:
            proposal = _proposal(given, before, is_asking=title is None)
        after = adding.write(folder, proposal, publication)
    except ContentErrors as errors:
        raise (forms.located(errors, answers) if answers else _at_options(errors)) from errors
    file = content_folder.shown(folder, proposal.file)
    consequences = adding.consequences(proposal, before, after)
    if message:
        text = forms.pull_request(proposal, file, consequences, answers)
        try:
            output.hand_out(message.absolute(), text.encode())
        except OSError as error:
            raise UsageError(
                f"{file} is written, but not {message}: {error.strerror}; name another file"
            ) from error
    click.echo("\n".join([file, *consequences, _NEXT]))


def _name(form: Path) -> str:
    return "form" if str(form) == "-" else str(form)


def _read(form: Path) -> bytes:
    """The form, or somewhat more of it than is taken."""
    longest = forms.LONGEST * 4 + 1
    if str(form) == "-":
        return sys.stdin.buffer.read(longest)
    try:
        with form.open("rb") as file:
            return file.read(longest)
    except OSError as error:
        raise UsageError(f"can't read {form}: {error.strerror}; name another") from error


def _proposal(given: Mapping[str, object], catalog: Catalog, *, is_asking: bool) -> Proposal:
    """The paper that options and, perhaps, answers describe; raises ContentErrors."""
    said: dict[str, object] = {}
    errors: list[ContentError] = []
    for name, value in given.items():
        try:
            said[name] = _parsed(_FIELDS[name], value, catalog)
        except ValueError as error:
            errors.append(ContentError(str(error), field=name))
    if errors:
        raise ContentErrors([*errors, *adding.listed_already(catalog, said)])
    if is_asking:
        said |= _asked(said, catalog)
    return adding.paper(catalog, said)


def _parsed(field: Field, value: str | tuple[str, ...], catalog: Catalog) -> object:
    """The value of an option; raises ValueError."""
    if field.name == "authors":
        return field.parse(list(value))  # each is a name as it is, also "Lovelace, Ada"
    return forms.value(field, value if isinstance(value, str) else "\n".join(value), catalog)


def _asked(said: Mapping[str, object], catalog: Catalog) -> dict[str, object]:
    """What somebody at a terminal says of the paper, besides what is said already."""
    click.echo("Press Enter to leave something out.", err=True)
    answers: dict[str, object] = {}
    for name in _ASKED:
        if name not in said:
            answers[name] = _answer(_FIELDS[name], catalog)
    return answers


def _answer(field: Field, catalog: Catalog) -> object:
    """An answer that is right; who gives another is told why, and asked again."""

    def checked(answer: str) -> object:
        try:
            value = forms.value(field, answer, catalog) if answer.strip() else None
            if value is None and not field.nullable:
                raise ValueError("a paper needs it; write it")
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
        for error in adding.listed_already(catalog, {field.name: value}):
            raise click.BadParameter(error.message)
        return value

    click.echo(f"\n{field.hint}", err=True)
    return click.prompt(field.label, default="", show_default=False, value_proc=checked, err=True)


def _at_options(errors: ContentErrors) -> ContentErrors:
    """The same errors, those of fields at their options."""
    return ContentErrors(
        error
        if error.file or not error.field
        else ContentError(error.message, field=_OPTIONS.get(error.field, error.field))
        for error in errors.errors
    )
