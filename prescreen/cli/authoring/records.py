"""What `prescreen check --record` finds: each trial whose record is given, held against it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from prescreen.catalog.authoring.coverage import check_against_record, check_fields
from prescreen.catalog.base.faults import Fault
from prescreen.catalog.base.yaml_documents import read_document
from prescreen.catalog.criteria.folder_reader import TRIALS, read_redcap_codes
from prescreen.catalog.criteria.question_reader import BankReading
from prescreen.catalog.criteria.trial_reader import read_trial
from prescreen.catalog.sources.source_record import SourceError, SourceRecord, criteria_of
from prescreen.cli.authoring.record_files import files_of, read_record
from prescreen.cli.base.command_options import DataError


@dataclass
class AgainstRecords:
    """The faults that were found, and a sentence for each record."""

    faults: list[Fault] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def against_records(root: Path, paths: Sequence[Path], on: date) -> AgainstRecords:
    """Hold the trials of a folder against these records, or those of a folder of them.

    Raise DataError for a record that cannot be read, or whose trial the folder lacks. Of a folder of records, those of
    other trials are passed over.
    """
    found = AgainstRecords()
    bank, _ = read_redcap_codes(root) if paths else (None, None)
    for path in paths if bank else ():
        for file in files_of(path) if path.is_dir() else [path]:
            record, trial = _record(file), root / TRIALS
            trial = trial / f"{record.id}.yaml"
            if trial.is_file() and bank:
                _hold(found, trial, record, bank, on)
            elif not path.is_dir():
                raise DataError(f"{file}: the folder has no trial '{record.id}'; expected {trial}")
    return found


def _record(file: Path) -> SourceRecord:
    try:
        return read_record(file)
    except SourceError as error:
        raise DataError(f"{file}: {error}") from error


def _hold(found: AgainstRecords, file: Path, record: SourceRecord, bank: BankReading, on: date) -> None:
    document = read_document(file, str(file), TRIALS)
    reading = read_trial(document, bank, on)
    if reading is None or not document.is_readable:
        # The folder's own faults say why.
        return
    document.faults.clear()
    text = file.read_text(encoding="utf-8-sig")
    coverage = check_against_record(reading, text, record, criteria_of(record))
    check_fields(reading, text, record, bank.bank, on)
    found.faults += document.faults
    found.told.append(f"{record.id}: {coverage}")
