"""How this service stands: what its database, its folder and its catalog say, for `/readyz` and for `/metrics`."""

import shutil
from pathlib import Path

from prescreen import database
from prescreen.database import DatabaseError
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.workflow.operations.readiness import Lags, Standing, lags


def standing_now() -> Standing:
    """Return what is known of the service's parts."""
    # A change of the criteria is looked for when somebody asks for them.
    catalog()
    known = resources()
    return Standing(_lags(), known.readings.last, known.settings.mail_url is not None, min(disks().values()))


def _lags() -> Lags | None:
    """Return what waits in the database; None where it cannot be read, or has the schema of an earlier version."""
    opened = resources().database
    try:
        if not database.is_served(opened.engine):
            return None
        with opened.reading() as session:
            return lags(session, now())
    except DatabaseError as error:
        if not database.is_unusable(error):
            raise
        return None


def disks() -> dict[str, int]:
    """Return how many bytes are free where the service writes, by what lies there."""
    places = {"instance": resources().settings.instance, "database": resources().database.folder}
    return {name: _free(folder) for name, folder in places.items() if folder is not None}


def _free(folder: Path) -> int:
    """Return how many bytes of a folder's file system are free; 0 where the folder is gone."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
