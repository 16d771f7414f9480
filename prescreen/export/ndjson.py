"""One JSON object a line, with the columns of the CSV. A withdrawn referral has null for every part of identity."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from prescreen.eligibility.assessment.answer_encoding import to_json
from prescreen.export.columns import BY_NAME, HEADER, Cell
from prescreen.workflow.export.export_runs import Chunk
from prescreen.workflow.export.referral_rows import ReferralRow

LAST_WORDS = b'{"stopped": "this file is not whole: export it again, or go on after its last line"'
"""What a failed export ends in: an object that nothing closes, which readers of JSON refuse."""

# What one cell of a table only can write as text.
_STRUCTURED: dict[str, Callable[[ReferralRow], object]] = {
    "channels": lambda row: list(row.channels),
    "findings": lambda row: dict(row.findings),
    "answers": lambda row: {name: to_json(answer.value) for name, answer in row.answers.given.items()},
    "consents": lambda row: dict(row.consents),
    "tags": lambda row: list(row.tags),
}


def ndjson_lines(rows: Iterable[ReferralRow], columns: Sequence[str] = HEADER) -> Iterator[str]:
    """Yield the file line by line, for streaming."""
    read = [(name, _STRUCTURED.get(name) or _plain(BY_NAME[name].cell)) for name in columns]
    for row in rows:
        yield json.dumps({name: value(row) for name, value in read}, ensure_ascii=False) + "\n"


def ndjson_chunks(pages: Iterable[list[ReferralRow]], columns: Sequence[str]) -> Iterator[Chunk]:
    """Yield the file page by page."""
    for page in pages:
        yield Chunk("".join(ndjson_lines(page, columns)).encode(), len(page), page[-1].referral_id)


def _plain(cell: Callable[[ReferralRow], Cell]) -> Callable[[ReferralRow], object]:
    def value(row: ReferralRow) -> object:
        found = cell(row)
        return found.isoformat(timespec="seconds") if isinstance(found, datetime) else found

    return value
