"""One JSON object per line, with the columns of the CSV. A withdrawn referral has null for every part of identity."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from prescreen.eligibility.assessment.answer_encoding import to_json
from prescreen.export.columns.column import Found
from prescreen.export.columns.table import BY_NAME, HEADER
from prescreen.workflow.export.export_runs import Chunk
from prescreen.workflow.export.referral_rows import ReferralRow

LAST_WORDS = b'{"stopped": "this file is not whole: export it again, or go on after its last line"'
"""The end of a failed export: an object that is never closed, which JSON parsers reject."""


def ndjson_lines(rows: Iterable[ReferralRow], columns: Sequence[str] = HEADER) -> Iterator[str]:
    """Yield the file line by line, for streaming."""
    read = [BY_NAME[name] for name in columns]
    for row in rows:
        found = {column.name: _json(column.value(row)) for column in read}
        yield json.dumps(found, ensure_ascii=False) + "\n"


def ndjson_chunks(pages: Iterable[list[ReferralRow]], columns: Sequence[str]) -> Iterator[Chunk]:
    """Yield the file page by page."""
    for page in pages:
        yield Chunk("".join(ndjson_lines(page, columns)).encode(), len(page), page[-1].referral.id)


def _json(found: Found) -> object:
    match found:
        case datetime():
            return found.isoformat(timespec="seconds")
        case tuple():
            return list(found)
        case Mapping():
            return {name: to_json(value) for name, value in found.items()}
        case _:
            return found
