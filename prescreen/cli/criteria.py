"""`prescreen check`: every fault of a criteria folder."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import click

from prescreen.catalog.base.faults import Fault
from prescreen.catalog.criteria.loading import check_folder
from prescreen.cli.base.command_options import json_option, settings


@click.command()
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@json_option
def check(folder: Path | None, as_json: bool) -> None:
    """Report every fault of the criteria folder DIR, one a line: path:line:column: message.

    The exit status is 1 if there are faults; warnings do not change it.
    """
    # Only the age of a confirmation depends on the day, so the UTC day is good enough.
    faults = check_folder(folder or settings().criteria, datetime.now(UTC).date())
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(fault) for fault in faults], indent=2, ensure_ascii=False))
    else:
        for fault in faults:
            click.echo(str(fault))
    click.echo(_summary(faults), err=True)
    raise SystemExit(any(not fault.warning for fault in faults))


def _summary(faults: tuple[Fault, ...]) -> str:
    warnings = sum(fault.warning for fault in faults)
    return f"{_counted(len(faults) - warnings, 'fault')}, {_counted(warnings, 'warning')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
