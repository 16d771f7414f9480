"""`prescreen draft`: from the record of a registry, a protocol or a plain text of criteria to a trial's file."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from prescreen.catalog.authoring.context_reading import read_context
from prescreen.catalog.authoring.draft_yaml import yaml_of
from prescreen.catalog.authoring.drafting import Draft, DraftingContext, draft_of
from prescreen.catalog.authoring.proposals import proposals
from prescreen.catalog.base.faults import CatalogError, did_you_mean
from prescreen.catalog.sources.source_record import SourceError
from prescreen.cli.authoring.draft_summary import Drafted, tell, tell_all, tell_proposals
from prescreen.cli.authoring.record_files import files_of, named, read_record
from prescreen.cli.base.command_options import DataError, criteria_option, json_option, refuse_call, settings
from prescreen.cli.base.output import NotWrittenError, replace_file, telling

_RECORD = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("record", required=False, type=_RECORD)
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    help="Write a file; a folder (DIR/) names it after the trial; - is standard output.",
)
@click.option("--all", "folder", type=_FOLDER, metavar="DIR", help="Every record of a folder; without -o only counted.")
@click.option("--bank", is_flag=True, help="Print questions that the records ask and the bank lacks; write no draft.")
@click.option(
    "--least",
    type=click.IntRange(1),
    metavar="N",
    help="With --bank: what at least N records ask (2; of one record 1).",
)
@click.option("--condition", metavar="SLUG", help="What the trial is about, where its record does not say it.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@criteria_option
@json_option
def draft(  # noqa: PLR0913 - each is an option
    *,
    record: Path | None,
    output: str | None,
    folder: Path | None,
    bank: bool,
    least: int | None,
    condition: str | None,
    force: bool,
    criteria: Path | None,
    as_json: bool,
) -> None:
    """Draft a trial's file from RECORD: ClinicalTrials.gov (API v2) or CDISC USDM JSON, or a plain text of criteria.

    RECORD may be - for standard input. Without -o the file goes to standard output. What became of the criteria is
    told on standard error. Nobody is shown a draft before its author has read it and taken `draft: true` away.
    """
    if (record is None) == (folder is None):
        refuse_call("give one RECORD, - for standard input, or --all DIR")
    if bank and output is not None:
        refuse_call("--bank prints questions and writes no draft: leave -o out")
    if least is not None and not bank:
        refuse_call("--least is about the questions of --bank")
    context = _context(criteria or settings().criteria)
    plan = Plan(context, _about(condition, context), None if output == "-" else output, force)
    files = files_of(folder) if folder else [record] if record else []
    if bank:
        _propose(files, plan, least or (1 if record else _LEAST), as_json)
    elif record is not None:
        _draft_one(record, plan, as_json)
    else:
        _draft_all(files, plan, as_json)


@dataclass(frozen=True, slots=True)
class Plan:
    """What drafts are made with and where they go: `output` is what `-o` names, None for standard output."""

    context: DraftingContext
    about: Collection[str]
    output: str | None
    force: bool

    def drafted(self, file: Path) -> Drafted:
        """Return the draft of one record. Raise SourceError where there can be none."""
        record = read_record(file)
        made = draft_of(record, self.context, self.about)
        return Drafted(named(file), record, made, yaml_of(made))

    def place(self, made: Draft, *, in_folder: bool) -> Path | None:
        """Return the file of a draft, None where it goes to standard output."""
        if self.output is None:
            return None
        path = Path(self.output)
        is_folder = in_folder or self.output.endswith("/") or path.is_dir()
        return path / f"{made.id}.yaml" if is_folder else path


def _context(root: Path) -> DraftingContext:
    try:
        return read_context(root, datetime.now(UTC).date())
    except CatalogError as error:
        raise DataError("\n".join(map(str, error.faults))) from error


def _about(condition: str | None, context: DraftingContext) -> Collection[str]:
    if condition is not None and condition not in context.conditions:
        refuse_call(f"unknown condition '{condition}'{did_you_mean(condition, context.conditions)}")
    return () if condition is None else (condition,)


def _draft_one(file: Path, plan: Plan, as_json: bool) -> None:
    try:
        made = plan.drafted(file)
        place = plan.place(made.draft, in_folder=False)
        if place is None:
            click.echo(made.text, nl=False)
        else:
            _write(place, made.text, plan, source=file)
    except SourceError as error:
        raise DataError(f"{named(file)}: {error}") from error
    except NotWrittenError as error:
        raise DataError(str(error)) from error
    tell(made, as_json=as_json, has_standard_output=place is not None)


def _draft_all(files: list[Path], plan: Plan, as_json: bool) -> None:
    if plan.output is not None and Path(plan.output).is_file():
        refuse_call(f"{plan.output} is a file; -o names a folder where --all drafts many")
    made, failed = _all_of(files, plan)
    tell_all(made, failed, as_json=as_json)
    if failed:
        raise SystemExit(1)


_LEAST = 2
"""What a single record of a folder asks is seldom worth a question of the bank."""


def _propose(files: list[Path], plan: Plan, least: int, as_json: bool) -> None:
    """Print what at least so many records ask and the bank lacks, that of most records first."""
    made, failed = _all_of(files, plan)
    tell_proposals(proposals((one.draft for one in made), plan.context.vocabulary), least, as_json=as_json)
    if failed:
        raise SystemExit(1)


def _all_of(files: list[Path], plan: Plan) -> tuple[list[Drafted], dict[str, str]]:
    """Return the drafts of records, and why the others have none."""
    failed: dict[str, str] = {}
    with telling("records") as progress:
        return list(_each(files, plan, failed, progress)), failed


def _each(files: list[Path], plan: Plan, failed: dict[str, str], progress: Callable[[int], None]) -> Iterator[Drafted]:
    """Yield the drafts of records, written where they go; what fails is named, and the others go on."""
    taken: dict[str, Path] = {}
    for number, file in enumerate(files, 1):
        try:
            made = plan.drafted(file)
            before = taken.setdefault(made.draft.id, file)
            if before != file:
                raise SourceError(made.draft.id, f"is also the trial of {before.name}; keep one of them")
            if place := plan.place(made.draft, in_folder=True):
                _write(place, made.text, plan, source=file)
            yield made
        except (SourceError, NotWrittenError) as error:
            failed[file.name] = str(error)
            click.echo(f"{named(file)}: {error}", err=True)
        progress(number)


def _write(place: Path, text: str, plan: Plan, *, source: Path) -> None:
    if place.exists() and source.exists() and place.samefile(source):
        raise NotWrittenError(f"{place} is the record itself; name another file")
    if place.exists() and not plan.force:
        raise NotWrittenError(f"{place} is there already, and may hold an author's work; --force overwrites it")
    try:
        if place != Path(plan.output or ""):
            place.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise NotWrittenError(f"{place.parent} cannot be made: {error.strerror}") from error
    replace_file(place, text)
