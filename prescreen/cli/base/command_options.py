"""Options and arguments that several commands share, and how commands fail."""

import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from prescreen.catalog.base.faults import CatalogError, did_you_mean
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import Settings, SettingsError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Command = TypeVar("Command", bound=Callable[..., Any])


class DataError(click.ClickException):
    """The data is at fault: one line on standard error, exit status 1."""

    exit_code = 1


def refuse_call(message: str) -> NoReturn:
    """Print one line on standard error and raise SystemExit with status 2: the command line is at fault."""
    click.echo(message, err=True)
    raise SystemExit(2)


def settings() -> Settings:
    """Return the settings of the environment; end the command where they are invalid."""
    try:
        return Settings.from_environment(os.environ)
    except SettingsError as error:
        refuse_call(str(error))


def criteria_option(command: Command) -> Command:
    """Add `--criteria DIR`."""
    help_text = "The criteria folder; PRESCREEN_CRITERIA if left out."
    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.option("--criteria", type=kind, metavar="DIR", help=help_text)(command)


def json_option(command: Command) -> Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


class DayType(click.ParamType[date]):
    """A calendar day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day; any other text, for which parsing raises ValueError, is a usage error."""
        if isinstance(value, date):
            return value
        try:
            if not _DAY.fullmatch(value):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a day; write it as 2026-11-01", param, ctx)


def on_option(command: Command) -> Command:
    """Add `--on DATE`."""
    help_text = "The day of the assessment; today if left out."
    return click.option("--on", type=DayType(), metavar="DATE", help=help_text)(command)


def judging_options(command: Command) -> Command:
    """Add the options of the commands that assess answers."""
    command = click.option("--condition", metavar="SLUG", help="Only the trials for this condition.")(command)
    return criteria_option(on_option(command))


def catalog_to_judge(folder: Path | None, on: date, condition: str | None) -> Catalog:
    """Return the catalog. Raise DataError with all faults of the folder, or for a condition that it does not hold."""
    try:
        catalog = load_to_judge(folder or settings().criteria, on)
    except CatalogError as error:
        raise DataError("\n".join(str(fault) for fault in error.faults if not fault.warning)) from error
    if condition is not None and condition not in catalog.conditions:
        refuse_call(f"unknown condition '{condition}'{did_you_mean(condition, catalog.conditions)}")
    return catalog
