"""`prescreen work` and `prescreen outbox`: what is sent to people."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from typing import Any
from uuid import UUID

import click
import structlog

from prescreen import tracing
from prescreen.cli.base import processes
from prescreen.cli.base.async_log import write_aside
from prescreen.cli.base.command_options import DataError, json_option, refuse_call
from prescreen.cli.base.context import Opened, opened
from prescreen.cli.base.newsroom import Newsroom, attempt
from prescreen.cli.base.output import print_json_list
from prescreen.cli.base.registry_watch import look_once, watching_beside
from prescreen.mail.smtp import Post
from prescreen.storage import Transactions
from prescreen.storage.connections import durability
from prescreen.storage.mail import outbox as letters
from prescreen.workflow.audit.hash_chain import seal
from prescreen.workflow.mail.delivery import Attempt, StoredLetter, send_due, show_letter
from prescreen.workflow.mail.failed_letters import CannotRetryError, retry_all, retry_these
from prescreen.workflow.operations import retention
from prescreen.workflow.operations.worker_heartbeat import REPORT_EVERY, is_recent, report

TIDY_EVERY = timedelta(minutes=1)
_log = structlog.get_logger()

LOOK_EVERY_SECONDS = 2.0
_AT_ONCE = 500


@click.command()
@click.option("--once", is_flag=True, help="Send what is due now, and end.")
def work(once: bool) -> None:
    """Send letters and news, seal the audit trail, and watch the registry, until stopped.

    `prescreen serve` does so by itself.
    """
    tracing.begin(os.environ)
    with opened() as tools:
        post = _post(tools)
        newsroom = Newsroom(tools)
        if once:
            newsroom.announce(_now())
            seal(tools.database, _now())
            Housekeeping(tools).tidy(_now())
            count = send_due(tools.database, tools.keys, post, _now, _tell_caller)
            click.echo(f"sent {count} letter{'' if count == 1 else 's'}")
            look_once(tools)
            return
        _until_stopped(tools, post, newsroom)


def _post(tools: Opened) -> Post:
    server = tools.settings.mail_url
    if server is None:
        refuse_call("PRESCREEN_MAIL_URL is not set; letters stay sealed in the outbox: see `prescreen outbox`")
    return Post(server, tools.settings.mail_from)


def _now() -> datetime:
    return datetime.now(UTC)


def _tell_caller(attempt: Attempt) -> None:
    if attempt.why:
        click.echo(f"letter {attempt.letter_id} is {attempt.state.value}: {attempt.why}", err=True)
    if attempt.handling and attempt.handling.tell_operator:
        click.echo("letters wait until the set-up of mail is mended", err=True)


@dataclass
class Pulse:
    """Reports every few seconds that this process works. Make one per process."""

    database: Transactions
    _reported_at: datetime | None = field(default=None, init=False)

    def beat(self) -> None:
        """Report, unless the last report is recent."""
        now = _now()
        if not is_recent(self._reported_at, now, REPORT_EVERY):
            self._reported_at = now
            attempt("reporting_failed", partial(report, self.database, now))

    def tell(self, attempt: Attempt) -> None:
        """Log the result for a letter, and report: a process that sends many letters is not silent."""
        log = _log.error if attempt.handling and attempt.handling.tell_operator else _log.info
        log("letter", id=str(attempt.letter_id), state=attempt.state.value, why=attempt.why, fault=attempt.fault)
        self.beat()


@dataclass
class Housekeeping:
    """Deletes every day what was kept long enough, and every minute empties the log of writes. One per process."""

    tools: Opened
    looked_at: datetime | None = None

    def tidy(self, now: datetime) -> None:
        """Do what is due, at most every minute."""
        if is_recent(self.looked_at, now, TIDY_EVERY):
            return
        self.looked_at = now
        database = self.tools.database
        with database.reading() as session:
            is_due = retention.is_due(session, now)
        if is_due:
            retention.purge(database, self.tools.keys, self.tools.settings.retention, now)
        durability.empty_log(database.engine)


def _until_stopped(tools: Opened, post: Post | None, newsroom: Newsroom) -> None:
    """Do what is due every two seconds, until a signal to stop or until the parent process is gone."""
    write_aside()
    # A minute later: when all processes start, people wait for the pages, and SQLite has one writer.
    pulse, housekeeping = Pulse(tools.database), Housekeeping(tools, looked_at=_now())
    with processes.told_to_stop() as stopping, watching_beside(tools):
        while not stopping.is_set() and not _is_orphaned():
            pulse.beat()
            if post is not None:
                newsroom.announce(_now())
                attempt("outbox_failed", partial(send_due, tools.database, tools.keys, post, _now, pulse.tell))
            attempt("sealing_failed", partial(seal, tools.database, _now()))
            attempt("purging_failed", partial(housekeeping.tidy, _now()))
            stopping.wait(LOOK_EVERY_SECONDS)


def _is_orphaned() -> bool:
    """Return whether the server that started this process is gone."""
    parent = parent_process()
    return parent is not None and not parent.is_alive()


def working_beside() -> BaseProcess:
    """Start a process that seals the trail and, with a mail server, sends what is due, until this process ends."""
    return processes.start(_work, name="prescreen-work")


def _work() -> None:
    tracing.begin(os.environ)
    with opened() as tools:
        _until_stopped(tools, _post(tools) if tools.settings.mail_url else None, Newsroom(tools))


@click.command()
@click.option("--show", metavar="ID", help="Show one letter with its address and text. This is on record.")
@click.option("--retry", is_flag=True, help="Send the failed letters with these IDs, or all, again. This is on record.")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@json_option
def outbox(show: str | None, retry: bool, ids: tuple[str, ...], as_json: bool) -> None:
    """List the letters that wait, were sent, or failed, and why; their addresses and texts are sealed."""
    if (ids and not retry) or (retry and show is not None):
        refuse_call("write `prescreen outbox --show ID`, or `prescreen outbox --retry [ID]...`")
    with opened() as tools:
        if show is not None:
            _print_letter(tools, show, as_json)
        elif retry:
            _retry(tools.database, [_letter_id(one) for one in ids], as_json)
        elif as_json:
            print_json_list(map(_data, _letters(tools.database)))
        else:
            for one in _letters(tools.database):
                click.echo(_line(one))


def _letters(database: Transactions) -> Iterator[StoredLetter]:
    """Yield all letters, oldest first, in constant memory; no transaction is open while they are printed."""
    found: Sequence[StoredLetter] = ()
    while True:
        with database.reading() as session:
            found = letters.everything(session, found[-1].id if found else None, _AT_ONCE)
        yield from found
        if len(found) < _AT_ONCE:
            return


def _letter_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        refuse_call(f"'{text}' is not the id of a letter; `prescreen outbox` lists them")


def _retry(database: Transactions, ids: Sequence[UUID], as_json: bool) -> None:
    try:
        retried = retry_these(database, ids, _now()) if ids else retry_all(database, _now())
    except CannotRetryError as error:
        raise DataError(str(error)) from error
    if as_json:
        click.echo(json.dumps({"retried": retried.count, "left_out": retried.left_out}, indent=2))
        return
    click.echo(f"{retried.count} letter{' waits' if retried.count == 1 else 's wait'} to be sent again")
    if retried.left_out:
        click.echo(f"left out, since they were erased or are too old to be true: {retried.left_out}", err=True)


def _print_letter(tools: Opened, show: str, as_json: bool) -> None:
    letter = show_letter(tools.database, tools.keys, _letter_id(show), _now())
    if letter is None:
        raise DataError(f"letter {show} is not there, or was erased")
    if as_json:
        data = {"id": show, "from": letter.sender, "to": letter.recipient}
        click.echo(json.dumps({**data, "subject": letter.subject, "text": letter.text}, indent=2, ensure_ascii=False))
    else:
        click.echo(f"From: {letter.sender}\nTo: {letter.recipient}\nSubject: {letter.subject}\n\n{letter.text}")


def _data(letter: StoredLetter) -> dict[str, Any]:
    return {
        "id": str(letter.id),
        "kind": letter.kind.value,
        "state": letter.state.value,
        "test": letter.is_test,
        "attempts": letter.attempts,
        "created_at": letter.created_at.isoformat(),
        "due_at": letter.due_at.isoformat(),
        "sent_at": letter.sent_at.isoformat() if letter.sent_at else None,
        "fault": letter.fault,
        "message_id": letter.message_id,
    }


def _line(letter: StoredLetter) -> str:
    data = _data(letter)
    when = f"sent {data['sent_at']}" if letter.sent_at else f"made {data['created_at']}"
    test = "  (of a test lead: never sent)" if letter.is_test else ""
    fault = f"  {letter.fault}" if letter.fault else ""
    return f"{data['id']}  {data['kind']}  {data['state']}  {when}  attempts {letter.attempts}{test}{fault}"
