"""`prescreen db`: the tables of the database, and its backups.

A module of its own: the group that the commands of other modules hang on.
"""

import click

from prescreen import database as databases
from prescreen.cli.base.command_options import DataError, settings
from prescreen.cli.base.context import open_database
from prescreen.cli.operations.backup import backup, restore


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
