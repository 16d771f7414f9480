"""`prescreen keys`: keys replaced while the service runs."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from prescreen.cli.base.command_options import DataError
from prescreen.cli.base.context import Opened, opened
from prescreen.cli.base.output import telling
from prescreen.config import PREFIX
from prescreen.workflow.operations.key_rotation import Rotated, rotate
from prescreen.workflow.participants.private_links import LINK_LASTS


@click.group()
def keys() -> None:
    """Look after the keys."""


@keys.command("rotate")
def rotating() -> None:
    """Encrypt and index everything anew with the present keys, while the service runs.

    Put a new key first in PRESCREEN_ENCRYPTION_KEYS, or a new PRESCREEN_SECRET_KEY with the one before in
    PRESCREEN_SECRET_KEY_BEFORE; start the service anew, then run this. A run that was stopped is simply run again.
    """
    now = datetime.now(UTC)
    with opened() as tools:
        with telling("people") as tell:
            done = rotate(tools.database, tools.keys, now, tell)
        click.echo(f"{done.people:,} people: {done.resealed:,} values encrypted anew, {done.reindexed:,} indexed anew")
        for line in _what_follows(tools, done, now):
            click.echo(line)
    if not done.is_whole:
        raise DataError("; ".join(_what_is_left(done)))


def _what_follows(tools: Opened, done: Rotated, now: datetime) -> Iterator[str]:
    first, *others = tools.keys.ring.ids
    if others and not done.left:
        yield (
            f"only key {first} is needed: {', '.join(others)} may be taken out of the encryption keys; keep them with "
            "backups that were made before"
        )
    if tools.keys.earlier and not done.unopened:
        yield (
            f"keep {PREFIX}SECRET_KEY_BEFORE until {now + LINK_LASTS:%Y-%m-%d}: links in letters, and forms and "
            "cookies that were made with it, work until it is taken out"
        )
        yield (
            "counts of failed attempts begin anew, and rows of snapshots that are made from now on cannot be told to "
            "be those of earlier ones"
        )
    if done.codes:
        accounts = f"{done.codes} account{' has' if done.codes == 1 else 's have'}"
        yield f"{accounts} recovery codes; those made before end with the key before: have new ones made until then"


def _what_is_left(done: Rotated) -> Iterator[str]:
    for table, count in done.left.items():
        yield f"{table}: {count} value{'' if count == 1 else 's'} not encrypted anew"
    if done.unopened:
        yield f"{done.unopened} people not indexed anew, since their contact does not open"
    yield "the earlier keys must stay; run this again, and restore from a backup what is left then"
