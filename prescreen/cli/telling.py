"""How far a long command is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def telling(things: str) -> Iterator[Callable[[int], None]]:
    """Give what tells on a terminal how many things are done, such as "leads"; in a pipe it is quiet."""
    told = False

    def tell(count: int) -> None:
        nonlocal told
        told = True
        click.echo(f"\r{count:,} {things}", nl=False, err=True)

    try:
        yield tell if sys.stderr.isatty() else lambda _: None
    finally:
        if told:
            click.echo(err=True)
