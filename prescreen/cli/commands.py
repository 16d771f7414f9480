"""The command `prescreen`. Exit status: 0 success, 1 the data is at fault, 2 the command line is at fault."""

import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any

import click

from prescreen.cli.accounts.recruiters import recruiters
from prescreen.cli.audit import audit
from prescreen.cli.authoring.draft import draft
from prescreen.cli.authoring.people import people
from prescreen.cli.authoring.schema import schema
from prescreen.cli.cohort import leads, rematch
from prescreen.cli.criteria import check, redcap_codes
from prescreen.cli.demo import sample
from prescreen.cli.export import export
from prescreen.cli.feedback import notes
from prescreen.cli.interview.assess import ask, assess, interview
from prescreen.cli.mail import outbox, work
from prescreen.cli.operations import db, purge
from prescreen.cli.serving.serve import serve
from prescreen.cli.statistics import counters

COMMANDS = (
    serve,
    check,
    redcap_codes,
    people,
    schema,
    draft,
    assess,
    interview,
    ask,
    rematch,
    leads,
    counters,
    export,
    notes,
    recruiters,
    work,
    outbox,
    audit,
    db,
    purge,
)


class _OneLineErrors(click.Group):
    """A command group whose errors are one line each on standard error."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command and end the process with its exit status."""
        run: Callable[..., Any] = super().main
        if not options.pop("standalone_mode", True):
            return run(*args, standalone_mode=False, **options)
        for stream in (sys.stdout, sys.stderr):
            # A character outside the terminal's encoding is shown as its code instead of ending the command.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        try:
            sys.exit(run(*args, standalone_mode=False, **options) or 0)
        except click.ClickException as error:
            click.echo(error.format_message(), err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("stopped", err=True)
            sys.exit(1)


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="prescreen")
def main() -> None:
    """Find out which clinical trials may fit a person, and hand on those who agree."""


leads.add_command(sample)
for command in COMMANDS:
    main.add_command(command)
