"""`prescreen purge`: deleting what has been over for as long as an operator says."""

from datetime import UTC, datetime

import click

from prescreen.cli.base.command_options import DataError
from prescreen.cli.base.context import Opened, opened
from prescreen.storage.connections import durability
from prescreen.workflow.operations import retention


@click.command()
@click.option("--proofs", "shows_proofs", is_flag=True, help="List what was deleted so far, and delete nothing.")
def purge(shows_proofs: bool) -> None:
    """Delete what has been over for as long as PRESCREEN_RETENTION says; `prescreen work` does so every day.

    The counts stand in the audit trail, signed.
    """
    with opened() as tools:
        if shows_proofs:
            _list_proofs(tools)
            return
        counts = retention.purge(tools.database, tools.keys, tools.settings.retention, datetime.now(UTC))
        durability.empty_log(tools.database.engine)
    for kept, count in counts.items():
        days = tools.settings.retention[kept]
        click.echo(f"{kept.value}: deleted {count:,} older than {days} day{'' if days == 1 else 's'}")


def _list_proofs(tools: Opened) -> None:
    with tools.database.reading() as session:
        found = retention.proofs(session, tools.keys)
    for at, counts, is_genuine in found:
        told = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        click.echo(f"{at:%Y-%m-%d %H:%M} UTC: {told}: {'signature holds' if is_genuine else 'SIGNATURE DOES NOT HOLD'}")
    if not all(is_genuine for _, _, is_genuine in found):
        raise DataError(
            "a count was altered, or signed with a key that is not given here; see `prescreen audit verify`"
        )
