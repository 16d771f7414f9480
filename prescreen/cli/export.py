"""`prescreen export`."""

import os
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.cli.base.command_options import DataError, refuse_call
from prescreen.cli.base.context import Opened, opened, todays_catalog
from prescreen.cli.base.output import NotWrittenError, telling, write_file
from prescreen.eligibility.criteria.typed_text import tidy_line
from prescreen.export.columns.table import HEADER, IDENTITY, chosen
from prescreen.export.formats import KINDS, Source, chunks
from prescreen.export.redcap_fields.criteria import NO_CRITERIA, criteria_of
from prescreen.storage.audit.events import Actor, ActorKind
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import Page, State
from prescreen.workflow.export.export_runs import Recorder, begin
from prescreen.workflow.export.referral_rows import GOES_ON, Format, Wanted

_REASON = "exported at the command line"
_FORMATS = [form.value for form in Format]
_STATES = [state.value for state in State]


@click.command()
@click.argument("trial")
@click.option("--format", "form", type=click.Choice(_FORMATS), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a file.")
@click.option("--columns", metavar="A,B,…", help="Only these columns; all if left out.")
@click.option("--without-identity", is_flag=True, help="Leave out who the people are.")
@click.option("--state", "states", type=click.Choice(_STATES), multiple=True, help="Only these; may be repeated.")
@click.option("--after", type=click.UUID, metavar="ID", help="Go on after this referral, without a header line.")
@click.option("--reason", default=_REASON, help="What it is for; it stands in the audit trail.")
def export(  # noqa: PLR0913 - each is an option
    *,
    trial: str,
    form: str,
    output: Path | None,
    columns: str | None,
    without_identity: bool,
    states: tuple[str, ...],
    after: UUID | None,
    reason: str,
) -> None:
    """Write the referrals of TRIAL to standard output, contact details included. Every export is on record.

    A withdrawn referral stays as a line without identity. FILE appears when it is whole, with its digest beside it in
    FILE.sha256; until then it is FILE.part.
    """
    names = _columns(columns, with_identity=not without_identity)
    with_identity = any(name in IDENTITY for name in names)
    wanted = Wanted(
        trial, Format(form), names, with_identity, tidy_line(reason), states=frozenset(map(State, states)), after=after
    )
    _refuse(wanted, output)
    with opened() as tools, _stopped_by_signals():
        catalog = _catalog(tools, trial, needed=wanted.format is Format.REDCAP)
        _export(tools, catalog, wanted, output)


def _columns(text: str | None, *, with_identity: bool) -> tuple[str, ...]:
    names = HEADER if text is None else tuple(name.strip() for name in text.split(","))
    for name in names:
        if name not in HEADER:
            refuse_call(f"unknown column '{name}'{did_you_mean(name, HEADER)}; there are: {', '.join(HEADER)}")
    return chosen(names, with_identity=with_identity)


def _refuse(wanted: Wanted, output: Path | None) -> None:
    if wanted.after and wanted.format not in GOES_ON:
        refuse_call(f"half of {KINDS[wanted.format].words} cannot be added to: leave --after out")
    if output is None and wanted.format not in GOES_ON and sys.stdout.isatty():
        refuse_call(f"{KINDS[wanted.format].words} is nothing to read on a terminal: name a file with --output")


def _catalog(tools: Opened, trial: str, *, needed: bool) -> Catalog | None:
    """Return the catalog where it is needed. Raise DataError for a trial that was never in it."""
    with tools.database.reading() as session:
        known = bool(referrals.of_trial(session, trial, None, page=Page(limit=1)))
    if known and not needed:
        return None
    catalog = todays_catalog()
    if not known and trial not in catalog.trials:
        raise DataError(f"unknown trial '{trial}'{did_you_mean(trial, catalog.trials)}")
    return catalog


def _export(tools: Opened, catalog: Catalog | None, wanted: Wanted, output: Path | None) -> None:
    run = begin(tools.database, wanted, Actor(ActorKind.OPERATOR), datetime.now(UTC))
    recorder = Recorder(tools.database, run, lambda: datetime.now(UTC))
    criteria = criteria_of(catalog, wanted.trial_id) if catalog else NO_CRITERIA
    source = Source(tools.database, tools.keys, criteria)
    made = chunks(source, wanted, with_header=wanted.after is None)
    with telling("referrals") as tell:
        if output is None:
            _print(recorder.passed(made, tell, last_words=KINDS[wanted.format].last_words))
        else:
            _save(output, wanted, recorder, recorder.passed(made, tell))


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Make a termination signal raise KeyboardInterrupt, so that the export's end is recorded."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _save(output: Path, wanted: Wanted, recorder: Recorder, made: Generator[bytes, None, None]) -> None:
    can_go_on = wanted.format in GOES_ON
    try:
        with closing(made):
            write_file(output, made, recorder.digest, keep_part=can_go_on, go_on=wanted.after is not None)
    except NotWrittenError as error:
        raise DataError(str(error)) from error
    except BaseException:
        if can_go_on and recorder.cursor:
            click.echo(
                f"stopped after {recorder.rows:,} referrals, which are in {output}.part; for the rest give the same "
                f"command with --after {recorder.cursor}",
                err=True,
            )
        raise


def _print(made: Generator[bytes, None, None]) -> None:
    out = sys.stdout.buffer
    try:
        with closing(made):
            for data in made:
                out.write(data)
            out.flush()
    except BrokenPipeError:
        # The reader closed the pipe early. Python would report this once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
