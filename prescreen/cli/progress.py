"""How far a long command is, told on a terminal and nowhere else."""

import sys
from collections.abc import Callable

import click


class progress:  # noqa: N801 - used like a function
    """Tells how many of something are done, in one line; in a pipe it is quiet."""

    def __init__(self, things: str) -> None:
        self._things = things

    def __enter__(self) -> Callable[[int], None]:
        self._shown = False
        return self._tell if sys.stderr.isatty() else lambda _: None

    def _tell(self, count: int) -> None:
        self._shown = True
        click.echo(f"\r{count:,} {self._things}", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo(err=True)
