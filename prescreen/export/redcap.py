"""REDCap: an archive with the data dictionary that makes the project's form, and the data to import into it.

The first is for Designer > Data Dictionary > Upload, the second for Data Import Tool, with dates as Y-M-D.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from prescreen.export.csv import safe
from prescreen.export.redcap_fields import Field
from prescreen.export.zip_archive import Archive
from prescreen.workflow.export.export_runs import Chunk
from prescreen.workflow.export.referral_rows import ReferralRow

DICTIONARY_FILE, DATA_FILE = "redcap_data_dictionary.csv", "redcap_data.csv"
FORM = "prescreening"
DICTIONARY_COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)

# REDCap would keep an apostrophe as part of a telephone number, and a number is no formula that does anything.
_number = re.compile(r"[+-]?[0-9][0-9 ()./-]*").fullmatch


def redcap_chunks(pages: Iterable[list[ReferralRow]], fields: Sequence[Field]) -> Iterator[Chunk]:
    """Yield the archive piece by piece."""
    archive = Archive()
    archive.add(DICTIONARY_FILE, _lines([DICTIONARY_COLUMNS, *map(_described, fields)]))
    with archive.part(DATA_FILE) as part:
        part.write(_lines([[name for field in fields for name in field.variables]]).encode())
        yield Chunk(archive.take())
        for page in pages:
            part.write(_lines(_data(row, fields) for row in page).encode())
            yield Chunk(archive.take(), len(page), page[-1].referral_id)
    archive.close()
    yield Chunk(archive.take())


def _described(field: Field) -> list[str]:
    choices = " | ".join(f"{code}, {_choice(label)}" for code, label in field.choices)
    identifier = "y" if field.identifier else ""
    shown = [field.variable, FORM, field.section, field.type, _one_line(field.label), choices, field.note]
    return [*shown, field.validation, "", "", identifier, *[""] * (len(DICTIONARY_COLUMNS) - 11)]


def _choice(label: str) -> str:
    return _one_line(label).replace("|", "/")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _data(row: ReferralRow, fields: Sequence[Field]) -> list[str]:
    return [value for field in fields for value in field.values(row)]


def _lines(rows: Iterable[Iterable[str]]) -> str:
    out = StringIO(newline="")
    csv.writer(out).writerows([text if _number(text) else safe(text) for text in row] for row in rows)
    return out.getvalue()
