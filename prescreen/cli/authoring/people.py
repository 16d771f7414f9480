"""`prescreen people`: made-up people for a trial, each with what they come to, for its author to confirm and keep."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import wrap

import click

from prescreen.catalog.authoring.made_up_cases import (
    CasesRefusedError,
    MadeUpCase,
    as_data,
    made_up_cases,
    with_cases,
    without_known,
)
from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criteria.folder_reader import TRIALS, read_redcap_codes
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.trial_reader import TrialReading, read_trial
from prescreen.cli.base.command_options import DataError, criteria_option, json_option, refuse_call, settings
from prescreen.cli.base.output import NotWrittenError, replace_file
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.drafting.made_up_people import TooManyMeetingsError

_WIDTH = 118


@click.command()
@click.argument("trial", metavar="TRIAL|FILE")
@criteria_option
@click.option("--keep", "kept", multiple=True, metavar="ID", help="Add this person to the file's cases; repeatable.")
@click.option("--keep-all", is_flag=True, help="Add every person to the file's cases.")
@json_option
def people(trial: str, criteria: Path | None, kept: tuple[str, ...], keep_all: bool, as_json: bool) -> None:
    """Make up people at the limits of TRIAL's rules, and say what each comes to, and why.

    Read each one: does the protocol say the same? Whom you keep becomes a case that `check` holds the rules against.
    """
    root, on = criteria or settings().criteria, datetime.now(UTC).date()
    file = Path(trial) if trial.endswith(".yaml") else root / TRIALS / f"{trial}.yaml"
    bank, _ = read_redcap_codes(root)
    reading = _read(file, bank, on)
    found = _made(file, reading, bank, on)
    if as_json:
        click.echo(json.dumps([as_data(case) for case in found], indent=2, ensure_ascii=False))
    else:
        _print(found, reading.trial)
    chosen = found if keep_all else _chosen(found, kept)
    if chosen:
        _keep(file, chosen, on)


def _read(file: Path, bank: BankReading, on: date) -> TrialReading:
    if not file.is_file():
        refuse_call(f"no file {file}; name a trial of the folder, or a file that ends in .yaml")
    document = read_document(file, str(file), TRIALS)
    reading = read_trial(document, bank, on)
    faults = [str(fault) for one in (bank.document, document) for fault in one.faults if not fault.warning]
    if reading is None or not reading.is_whole or faults:
        raise DataError("\n".join(faults) or f"{file} holds no trial that can be read; run 'prescreen check'")
    return reading


def _made(file: Path, reading: TrialReading, bank: BankReading, on: date) -> list[MadeUpCase]:
    try:
        found = made_up_cases(reading.trial, bank.bank, on)
    except TooManyMeetingsError as error:
        raise DataError(f"{file}: {error}; split its longest rules, or write cases by hand") from error
    return without_known(found, [case.answers for case in reading.cases])


def _print(found: list[MadeUpCase], trial: Trial) -> None:
    for case in found:
        click.echo(f"{case.id}: {case.name}")
        because = f" because of {', '.join(case.because)}" if case.because else ""
        groups = f"; may fit {', '.join(case.cohorts)}" if case.cohorts else ""
        words = " ".join(str(trial.criterion(name).text) for name in case.because)
        click.echo(_wrapped(f"{case.determination}{because}{groups}{f': {words}' if words else ''}"))
        if case.besides:
            click.echo(_wrapped(f"{'answers' if case is found[0] else 'also'}: {'; '.join(case.besides)}"))
    told = f"{_counted(found)}, who answer as p1 where nothing else is told"
    click.echo(f"{told}; --keep ID keeps one as a case, --keep-all keeps all", err=True)


def _wrapped(line: str) -> str:
    return "\n".join(wrap(line, _WIDTH, initial_indent="    ", subsequent_indent="      "))


def _counted(found: list[MadeUpCase]) -> str:
    return f"{len(found)} {'person' if len(found) == 1 else 'people'}"


def _chosen(found: list[MadeUpCase], kept: tuple[str, ...]) -> list[MadeUpCase]:
    known = {case.id: case for case in found}
    for one in kept:
        if one not in known:
            refuse_call(f"no person '{one}'{did_you_mean(one, known)}")
    return [known[one] for one in dict.fromkeys(kept)]


def _keep(file: Path, chosen: list[MadeUpCase], on: date) -> None:
    try:
        replace_file(file, with_cases(file.read_text(encoding="utf-8"), chosen, on))
    except (CasesRefusedError, NotWrittenError) as error:
        told = f"{file}: {error}" if isinstance(error, CasesRefusedError) else str(error)
        raise DataError(told) from error
    click.echo(f"{len(chosen)} case{'' if len(chosen) == 1 else 's'} added to {file}", err=True)
