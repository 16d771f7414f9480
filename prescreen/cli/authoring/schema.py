"""`prescreen schema`: JSON Schema of criteria files, from which an editor completes and checks."""

import json
from pathlib import Path

import click

from prescreen.catalog.authoring.json_schemas import FILES, schema_of
from prescreen.catalog.criteria.folder_reader import read_redcap_codes
from prescreen.cli.base.command_options import DataError, criteria_option, refuse_call, settings
from prescreen.cli.base.output import NotWrittenError, replace_file
from prescreen.eligibility.criteria.questions import QuestionBank


@click.command()
@click.argument("kind", required=False, type=click.Choice(list(FILES)))
@criteria_option
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write files.")
def schema(kind: str | None, criteria: Path | None, output: Path | None) -> None:
    """Print JSON Schema for files of one KIND, or write that of each kind to DIR as KIND.json.

    Rules in it name the questions and options of the criteria folder's bank.
    """
    if kind is None and output is None:
        refuse_call(f"name one of {', '.join(FILES)}, or a folder for all of them: -o DIR")
    bank = _bank(criteria or settings().criteria)
    for name in [kind] if kind else FILES:
        text = json.dumps(schema_of(name, bank), indent=2, ensure_ascii=False)
        if output is None:
            click.echo(text)
        else:
            _write(output, name, text)


def _write(folder: Path, name: str, text: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / f"{name}.json", f"{text}\n")
    except OSError as error:
        raise DataError(f"{folder} cannot be made: {error.strerror}") from error
    except NotWrittenError as error:
        raise DataError(str(error)) from error


def _bank(root: Path) -> QuestionBank:
    reading, _ = read_redcap_codes(root)
    faults = [str(fault) for fault in reading.document.faults if not fault.warning]
    if faults:
        raise DataError("\n".join(faults))
    return reading.bank
