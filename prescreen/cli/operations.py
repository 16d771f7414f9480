"""`prescreen db` and `prescreen purge`.

A module of its own: the tables and what is deleted from them belong to no subject of the desk.
"""

from datetime import UTC, datetime

import click

from prescreen import database as databases
from prescreen.cli.backup import backup, restore
from prescreen.cli.base.command_options import DataError, settings
from prescreen.cli.base.context import open_database, opened
from prescreen.workflow.operations.retention import TEST_LEADS_KEPT, purge_letters, purge_mailboxes, purge_test_leads


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Make the tables, or bring them up to this version.

    The service may run meanwhile, on PostgreSQL. A database that a newer version has migrated stays as it is: the exit
    status is then 1.
    """
    with open_database(settings()) as database:
        before = databases.current(database.engine)
        try:
            databases.upgrade(database.engine)
        except databases.UpgradeError as error:
            raise DataError(str(error)) from error
        after = databases.current(database.engine)
    click.echo(f"the database was up to date ({after})" if before == after else f"the database is now at {after}")


db.add_command(backup)
db.add_command(restore)


@click.command()
def purge() -> None:
    """Delete test leads older than seven days, ended letters older than 35, and what is remembered of addresses."""
    with opened() as tools:
        count = purge_test_leads(tools.database, datetime.now(UTC))
        purge_letters(tools.database, datetime.now(UTC))
        purge_mailboxes(tools.database, datetime.now(UTC))
    days = TEST_LEADS_KEPT.days
    click.echo(f"deleted {count} test lead{'' if count == 1 else 's'} older than {days} days")
