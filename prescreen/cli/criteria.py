"""`prescreen check`: every fault of a criteria folder; `codes`: numbers for its options; `publish`: it is served."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import click

from prescreen.catalog.authoring.reading_report import reading_grades
from prescreen.catalog.authoring.vocabulary_checks import vocabulary_faults
from prescreen.catalog.authoring.wording_checks import check_words_and_rules
from prescreen.catalog.base.faults import CatalogError, Fault
from prescreen.catalog.criteria.folder_reader import read_redcap_codes
from prescreen.catalog.criteria.loading import check_folder, load_to_serve
from prescreen.catalog.redcap import FILE, all_completed, file_text, missing
from prescreen.cli.authoring.records import against_records
from prescreen.cli.base.command_options import DataError, catalog_to_judge, json_option, settings
from prescreen.cli.base.context import opened
from prescreen.cli.base.output import NotWrittenError, replace_file
from prescreen.export.sarif import sarif_of
from prescreen.workflow import editions
from prescreen.workflow.editions import NOTICE

Faults = tuple[Fault, ...]

_folder = click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)


@click.command()
@_folder
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", help="How to print.")
@click.option(
    "--record",
    "records",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE|DIR",
    help="Also hold the trial of this record against it; repeatable.",
)
@click.option("--report", is_flag=True, help="Print the reading grade of each English text instead, the hardest first.")
@json_option
def check(folder: Path | None, form: str, records: tuple[Path, ...], report: bool, as_json: bool) -> None:
    """Report every fault of the criteria folder DIR, one a line: path:line:column: message.

    The exit status is 1 if there are faults; warnings do not change it.
    """
    root, today = folder or settings().criteria, _today()
    if report:
        _print_grades(root, as_json=as_json or form == "json")
        return
    faults, told = found_in(root, records, today)
    for line in _FORMS["json" if as_json else form](faults, root):
        click.echo(line)
    for line in (*told, _summary(faults)):
        click.echo(line, err=True)
    raise SystemExit(any(not fault.warning for fault in faults))


def found_in(root: Path, records: Sequence[Path], on: date) -> tuple[Faults, list[str]]:
    """Return what every check finds in a folder on a day, sorted by place, and a sentence for each record."""
    against = against_records(root, records, on)
    of_folder = check_folder(root, on, check_words_and_rules)
    return tuple(sorted({*of_folder, *vocabulary_faults(root, on), *against.faults})), against.told


def _print_grades(root: Path, *, as_json: bool) -> None:
    graded = reading_grades(catalog_to_judge(root, _today(), None))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in graded], indent=2))
    for one in () if as_json else graded:
        click.echo(f"{one.grade:5.1f}  {one.words:4} words  {one.language}  {one.id}")


def _as_text(faults: Faults, root: Path) -> list[str]:
    return [str(fault) for fault in faults]


def _as_json(faults: Faults, root: Path) -> list[str]:
    return [json.dumps([_parts(fault) for fault in faults], indent=2, ensure_ascii=False)]


def _parts(fault: Fault) -> dict[str, str | int | bool]:
    keys = ("path", "line", "column", "message", "warning")
    return {key: getattr(fault, key) for key in keys}


def _as_sarif(faults: Faults, root: Path) -> list[str]:
    return [json.dumps(sarif_of(faults, root, version("prescreen")), indent=2, ensure_ascii=False)]


_FORMS: Mapping[str, Callable[[Faults, Path], list[str]]] = {"text": _as_text, "json": _as_json, "sarif": _as_sarif}


def _today() -> date:
    # Only the age of a confirmation depends on the day, so the UTC day is good enough.
    return datetime.now(UTC).date()


@click.command("codes")
@_folder
def redcap_codes(folder: Path | None) -> None:
    """Add numbers for options of the criteria folder DIR that have none in REDCap to its file redcap_codes.yaml.

    Numbers that were given stay as they are. Comments in the file are not kept.
    """
    root = folder or settings().criteria
    bank, codes = read_redcap_codes(root)
    faults = [fault for one in (bank, codes) for fault in one.document.faults if not fault.warning]
    if faults:
        raise DataError("\n".join(map(str, faults)))
    lacking = missing(bank.bank, codes.codes)
    if lacking:
        _write(root / FILE, file_text(all_completed(bank.bank, codes.codes)))
    for name, given in lacking.items():
        click.echo(f"{name}: {', '.join(f'{option} {number}' for option, number in given.items())}")
    click.echo(f"{_counted(sum(map(len, lacking.values())), 'number')} given", err=True)


@click.command()
@_folder
@click.option("--now", "at_once", is_flag=True, help="In force at once, not when all processes have read it.")
def publish(folder: Path | None, at_once: bool) -> None:
    """Put the criteria folder DIR into the database, for all processes that serve what was published.

    They are those with PRESCREEN_PUBLISHED_CRITERIA=on. It comes into force half a minute later, for all at one moment;
    a folder with faults is refused.
    """
    with opened() as tools:
        root = folder or settings().criteria
        try:
            load_to_serve(root, _today())
        except CatalogError as error:
            raise DataError("\n".join(str(fault) for fault in error.faults if not fault.warning)) from error
        notice = timedelta() if at_once else NOTICE
        edition, is_new = editions.publish(tools.database, root, datetime.now(UTC), notice)
    if is_new:
        click.echo(f"edition {edition.number} is in force from {edition.in_force_at:%Y-%m-%d %H:%M:%S} UTC on")
    else:
        click.echo(f"nothing changed since edition {edition.number}")


def _write(file: Path, text: str) -> None:
    try:
        replace_file(file, text)
    except NotWrittenError as error:
        raise DataError(str(error)) from error


def _summary(faults: Faults) -> str:
    warnings = sum(fault.warning for fault in faults)
    return f"{_counted(len(faults) - warnings, 'fault')}, {_counted(warnings, 'warning')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
