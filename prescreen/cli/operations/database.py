"""`prescreen db`: the tables of the database, its backups, and the account that serves it."""

import click

from prescreen import database as databases
from prescreen.cli.base.command_options import DataError, settings
from prescreen.cli.base.context import open_database
from prescreen.cli.operations.backup import backup, restore
from prescreen.database import Database
from prescreen.storage.connections import database_account


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
        _refuse_account_for_serving(database)
        try:
            databases.upgrade(database.engine)
        except databases.UpgradeError as error:
            raise DataError(str(error)) from error
        after = databases.current(database.engine)
    click.echo(f"the database was up to date ({after})" if before == after else f"the database is now at {after}")


def _refuse_account_for_serving(database: Database) -> None:
    """Raise DataError for an account of PostgreSQL that may not make tables, where some are to be made."""
    if databases.is_current(database.engine) or database.engine.dialect.name == "sqlite":
        return
    with database.reading() as session:
        if not database_account.may_change_tables(session):
            raise DataError(
                "this account of the database may not change tables; set PRESCREEN_DATABASE_URL to their owner's"
            )


@db.command()
@click.argument("account")
def grant(account: str) -> None:
    """Let the ACCOUNT of PostgreSQL serve, and no more: read and write rows, and change neither tables nor the trail.

    Run it as the owner of the tables, once; later upgrades need the owner too.
    """
    with open_database(settings()) as database:
        try:
            with database.writing() as session:
                database_account.let_serve(session, account)
        except database_account.AccountError as error:
            raise DataError(str(error)) from error
    click.echo(f"'{account}' may serve: it reads and writes rows, and changes no table")


db.add_command(backup)
db.add_command(restore)
