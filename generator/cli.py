"""The program ``broadsheet``: its commands are the modules of ``commands``.

Exit codes: 0 good; 1 the content is wrong, and every error is listed; 2 the command line is wrong.
"""

from __future__ import annotations

import keyword
from importlib import import_module

import click

from generator.commands.reporting import report
from generator.errors import BroadsheetError, ContentErrors, UsageError

# Command → its module. Only the one that is asked for is imported: all of them take half a second.
_MODULES = {
    "add": "add",
    "build": "build",
    "check": "check",
    "diff": "diff",
    "digest": "digest",
    "enrich": "enrich",
    "freeze": "freeze",
    "import": "import_",
    "new": "new",
    "pull": "pull",
    "search": "search",
    "serve": "serve",
}


class _Commands(click.Group):
    """Turns what users did wrong into a line and an exit code; a traceback is only for our faults."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _MODULES:
            return None
        module = import_module(f"generator.commands.{_MODULES[name]}")
        return getattr(module, _MODULES[name] if keyword.iskeyword(name) else name)

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except UsageError as error:
            raise click.UsageError(str(error)) from error
        except ContentErrors as error:
            report([*error.errors, *error.omissions])
            from generator import text

            click.echo(f"{text.counted(len(error.errors), 'error')}; nothing was done.", err=True)
            raise click.exceptions.Exit(1) from error
        except BroadsheetError as error:
            report([error])
            raise click.exceptions.Exit(1) from error
        except OSError as error:
            if isinstance(error, BrokenPipeError):  # of which click knows what it means
                raise
            # A full disk, a folder that nobody may read or that has gone: the system's words say it.
            report([BroadsheetError(str(error))])
            raise click.exceptions.Exit(1) from error
        except MemoryError as error:
            report([BroadsheetError("there is not enough memory; let this have more of it")])
            raise click.exceptions.Exit(1) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="broadsheet", message="%(prog)s %(version)s")
def main() -> None:
    """Turn listings of research papers into a publication."""
