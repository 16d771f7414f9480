"""`prescreen db backup` and `prescreen db restore`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import click

from prescreen import database as databases
from prescreen.cli.base.command_options import DataError, refuse_call, settings
from prescreen.cli.base.context import open_database, opened
from prescreen.cli.base.output import Digest, NotWrittenError, write_file
from prescreen.config import Settings, SettingsError
from prescreen.database import BusyError, Database
from prescreen.storage.base.deletion_list import Deleted, DeletionList, DeletionListError
from prescreen.storage.base.keys import Keys, load_keys
from prescreen.workflow.operations import restoring
from prescreen.workflow.operations.backing_up import Backup, BackupError, Reading, backed_up, verified
from prescreen.workflow.operations.restoring import Restored

_FILE = click.Path(dir_okay=False, path_type=Path)
_THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--verify", is_flag=True, help="Read FILE to its end instead, and say whether it is whole.")
def backup(file: Path, *, verify: bool) -> None:
    """Write the whole database to FILE, encrypted, while the service goes on.

    FILE opens only with the service's encryption keys, which are not in it: keep both apart. It appears when it is
    whole, with its digest beside it in FILE.sha256.
    """
    if verify:
        with _told():
            click.echo(_described(verified(file, _keys(settings()))))
        return
    if file.exists():
        raise DataError(f"{file} is there already; name a file that is not")
    with opened() as tools, _told():
        deletions = DeletionList(tools.settings.deletion_list, tools.keys.of_deletions)
        made, digest = backed_up(tools.database, tools.keys, deletions, datetime.now(UTC)), sha256()
        with closing(made):
            write_file(file, _passed(made, digest), digest, keep_part=False, go_on=False)
        click.echo(f"{file}: {file.stat().st_size:,} bytes; try it with `prescreen db backup --verify {file}`")


def _passed(made: Iterator[bytes], digest: Digest) -> Iterator[bytes]:
    for data in made:
        digest.update(data)
        yield data


def _described(found: Backup) -> str:
    manifest = found.manifest
    rows = "".join(f"\n{content.rows:>12,}  {name}" for name, content in manifest.tables.items())
    return (
        f"{found.path}: whole; made at {manifest.origin.made_at} on {manifest.origin.database}, schema "
        f"{manifest.origin.revision}, {manifest.rows:,} rows in {len(manifest.tables)} tables{rows}"
    )


@click.command()
@click.argument("file", type=_THERE)
@click.option("--replace", is_flag=True, help="Replace what the database holds.")
@click.option(
    "--deletions",
    type=_THERE,
    multiple=True,
    metavar="LIST",
    help="Another machine's list of deletions; may be repeated.",
)
def restore(file: Path, *, replace: bool, deletions: tuple[Path, ...]) -> None:
    """Put the backup in FILE into the database, and bring it up to this version. Stop the service first.

    People who were deleted since the backup was made are deleted again, and consents that were withdrawn are withdrawn
    again. If anything is wrong, nothing is changed.
    """
    chosen = settings()
    with open_database(chosen) as database, _told():
        keys = _keys(chosen)
        whole = verified(file, keys)
        restoring.refuse_unfit(whole, keys, databases.known_revisions())
        deleted = restoring.deleted_since(whole, DeletionList(chosen.deletion_list, keys.of_deletions), deletions)
        came = _restored(database, Reading(file, keys), deleted, replace=replace)
    made_at = whole.manifest.origin.made_at
    click.echo(f"restored {came.rows:,} rows as they were at {made_at}; people deleted again: {came.deleted:,}")
    click.echo(f"people whose consents were withdrawn again: {came.withdrawn:,}")


def _restored(database: Database, reading: Reading, deleted: Deleted, *, replace: bool) -> Restored:
    with database.rebuilding() as (session, migrate):
        if not replace:
            restoring.refuse_replacing(session)
        return restoring.restore(session, migrate, reading, deleted, datetime.now(UTC))


def _keys(chosen: Settings) -> Keys:
    try:
        return load_keys(chosen, may_make=False)
    except SettingsError as error:
        refuse_call(str(error))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (BackupError, DeletionListError, NotWrittenError) as error:
        raise DataError(str(error)) from error
    except BusyError as error:
        raise DataError("others are using the database; stop the service and try again") from error
