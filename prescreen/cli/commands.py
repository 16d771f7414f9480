"""The command `prescreen`. Exit status: 0 success, 1 the data is at fault, 2 the command line is at fault."""

import errno
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, TextIO

import click

from prescreen.cli.accounts.recruiters import recruiters
from prescreen.cli.audit import audit
from prescreen.cli.authoring.draft import draft
from prescreen.cli.authoring.people import people
from prescreen.cli.authoring.registry import watched
from prescreen.cli.authoring.schema import schema
from prescreen.cli.cohort import leads, rematch
from prescreen.cli.criteria import check, publish, redcap_codes
from prescreen.cli.demo import sample
from prescreen.cli.export import export
from prescreen.cli.feedback import notes
from prescreen.cli.interview.assess import ask, assess, interview
from prescreen.cli.mail import outbox, work
from prescreen.cli.operations.database import db
from prescreen.cli.operations.keys import keys
from prescreen.cli.operations.purge import purge
from prescreen.cli.serving.serve import serve
from prescreen.cli.statistics import counters

COMMANDS = (
    serve,
    check,
    publish,
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
    watched,
    work,
    outbox,
    audit,
    db,
    keys,
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
        except OSError as error:
            if not (told := _told_of(error)):
                raise
            with suppress(OSError, ValueError):
                click.echo(told, err=True)
            sys.exit(1)


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def _told_of(error: OSError) -> str:
    """Return a line about a file, or about an output that takes no more, "" for any other error of the system."""
    if error.filename:
        return f"{error.filename}: {error.strerror}"
    if error.errno not in _FULL:
        return ""
    for stream in (sys.stdout, sys.stderr):
        _give_up_full(stream)
    return f"the output cannot be written: {error.strerror}"


def _give_up_full(stream: TextIO) -> None:
    """Close a stream that does not take what is left of it, since it would fail again when the process ends."""
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):
            stream.close()


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="prescreen")
def main() -> None:
    """Find out which clinical trials may fit a person, and hand on those who agree."""


leads.add_command(sample)
for command in COMMANDS:
    main.add_command(command)
