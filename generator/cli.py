"""The program ``broadsheet``: its commands are the modules of ``commands``.

Exit codes: 0 good; 1 the content is wrong, and every error is listed; 2 the command line is wrong.
"""

from __future__ import annotations

import click

from generator import text
from generator.commands.add import add
from generator.commands.build import build, serve
from generator.commands.check import check
from generator.commands.diff import diff
from generator.commands.freeze import freeze
from generator.commands.reporting import report
from generator.errors import BroadsheetError, ContentErrors, UsageError


class _Commands(click.Group):
    """Turns what users did wrong into a line and an exit code; a traceback is only for our faults."""

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except UsageError as error:
            raise click.UsageError(str(error)) from error
        except ContentErrors as error:
            report([*error.errors, *error.omissions])
            click.echo(f"{text.counted(len(error.errors), 'error')}; nothing was done.", err=True)
            raise click.exceptions.Exit(1) from error
        except BroadsheetError as error:
            report([error])
            raise click.exceptions.Exit(1) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="broadsheet", message="%(prog)s %(version)s")
def main() -> None:
    """Turn listings of research papers into a publication."""


for command in (add, build, check, diff, freeze, serve):
    main.add_command(command)
