"""Files that nobody but their owner may read: a database file, and those that SQLite keeps beside it.

A module of its own, since it knows files and no database.
"""

import logging
import stat
from pathlib import Path

_OWNER_ALONE = 0o600


class ExposureError(RuntimeError):
    """Raised for a database file that other users of the machine can read, and whose mode cannot be changed."""


def make_private_file(path: Path) -> None:
    """Make a database file that its owner alone can read, or close one that is there to all others.

    Raise ExposureError where its mode cannot be changed.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=_OWNER_ALONE)
    # A file that was restored or copied may have any mode. SQLite gives the files beside it the mode of the first.
    for file in (path, *(path.with_name(path.name + ending) for ending in ("-wal", "-shm"))):
        _close_to_others(file)


def _close_to_others(file: Path) -> None:
    try:
        if not file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            return
        file.chmod(_OWNER_ALONE)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ExposureError(f"other users of this machine can read {file}; chmod 600 {file}") from error
    logging.getLogger(__name__).warning("other users of this machine could read %s; it is now closed to them", file)
