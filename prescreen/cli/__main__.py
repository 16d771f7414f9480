"""Runs the command, as the script `prescreen` or with `python -m prescreen.cli` where the script is not on the path."""

import sys
from pkgutil import resolve_name

from prescreen.cli.base import processes

# By name: importing the commands takes most of a second, in which the fork server does the same on another core.
_MAIN = "prescreen.cli.commands:main"
_WITH_PROCESSES = "serve"


def run() -> None:
    """Run the command that the arguments name, and end the process with its exit status."""
    if sys.argv[1:2] == [_WITH_PROCESSES]:
        processes.prepare()
    with processes.without_collection():
        main = resolve_name(_MAIN)
    main()


if __name__ == "__main__":
    run()
