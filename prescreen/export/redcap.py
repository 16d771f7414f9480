"""REDCap: an archive with the data dictionary that makes the project's form, and the data to import into it.

The first is for Designer > Data Dictionary > Upload, the second for Data Import Tool, with dates as Y-M-D.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO

from prescreen.export.columns.column import Column, Group, Kind, as_cell
from prescreen.export.columns.table import BY_NAME
from prescreen.export.csv import safe, text
from prescreen.export.redcap_fields.criteria import Criteria
from prescreen.export.redcap_fields.fields import Field, coded, ticked
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

# REDCap would keep an apostrophe as part of a telephone number, and as a formula a number is harmless.
_number = re.compile(r"[+-]?[0-9][0-9 ()./-]*").fullmatch


Fields = Mapping[str, Sequence[Field]]
"""The fields of a form, by the name of their column, the record's id first."""


def fields(columns: Iterable[str], criteria: Criteria) -> Fields:
    """Return the fields for these columns. For a trial that is no longer known, findings and answers are one text."""
    return {name: [*_fields(BY_NAME[name], criteria)] for name in dict.fromkeys(["referral_id", *columns])}


def _fields(column: Column, criteria: Criteria) -> Iterable[Field]:
    return column.redcap(criteria) if column.redcap else [_by_kind(column)]


def _by_kind(column: Column) -> Field:
    name, label, identifier = column.name, column.meaning, column.group is Group.PERSON
    match column.kind:
        case Kind.TEXT if column.words:
            return coded(name, label, column.words)
        case Kind.LIST if column.words:
            return ticked(name, label, column.words)
        case Kind.YES_NO:
            return Field(name, "yesno", label, _yes_no)
        case Kind.MOMENT:
            return Field(name, "text", label, _moment, validation="datetime_seconds_ymd", note="UTC")
        case Kind.NUMBER:
            return Field(name, "text", label, text, validation="integer")
        case _:
            return Field(name, "text", label, lambda found: text(as_cell(found)), identifier=identifier)


def _yes_no(found: bool | None) -> str:
    return "" if found is None else str(int(found))


def _moment(found: datetime | None) -> str:
    return f"{found:%Y-%m-%d %H:%M:%S}" if found else ""


def redcap_chunks(pages: Iterable[list[ReferralRow]], form: Fields) -> Iterator[Chunk]:
    """Yield the archive piece by piece."""
    listed = [field for own in form.values() for field in own]
    archive = Archive()
    archive.add(DICTIONARY_FILE, _lines([DICTIONARY_COLUMNS, *map(_described, listed)]))
    with archive.part(DATA_FILE) as part:
        part.write(_lines([[name for field in listed for name in field.variables]]).encode())
        yield Chunk(archive.take())
        for page in pages:
            part.write(_lines(_data(row, form) for row in page).encode())
            yield Chunk(archive.take(), len(page), page[-1].referral.id)
    archive.close()
    yield Chunk(archive.take())


def _described(field: Field) -> list[str]:
    section, label, note = map(_plain, (field.section, field.label, field.note))
    identifier = "y" if field.identifier else ""
    shown = [field.variable, FORM, section, field.type, label, _choices(field), note]
    return [*shown, field.validation, "", "", identifier, *[""] * (len(DICTIONARY_COLUMNS) - 11)]


# In a text, braces embed another field, and brackets insert the value of one.
_HARMLESS = str.maketrans("{}[]", "()()")


def _plain(text: str) -> str:
    """Return a text that REDCap shows as it is, in one line."""
    return " ".join(text.translate(_HARMLESS).split())


def _choices(field: Field) -> str:
    """Return the choices, no two with the same label. REDCap splits them at bars, and each at its first comma."""
    labels = [_plain(label).replace("|", "/") for _, label in field.choices]
    alike = Counter(map(str.casefold, labels))
    told = zip((code for code, _ in field.choices), labels, strict=True)
    return " | ".join(f"{code}, {one if alike[one.casefold()] == 1 else f'{one} ({code})'}" for code, one in told)


def _data(row: ReferralRow, form: Fields) -> Iterator[str]:
    for name, own in form.items():
        found = BY_NAME[name].value(row)
        for field in own:
            yield from field.values(found)


def _lines(rows: Iterable[Iterable[str]]) -> str:
    out = StringIO(newline="")
    csv.writer(out).writerows([text if _number(text) else safe(text) for text in row] for row in rows)
    return out.getvalue()
