"""CSV (RFC 4180, UTF-8, comma, CRLF) that no spreadsheet takes for a formula.

A cell that a spreadsheet could run gets a leading apostrophe, which spreadsheets show as text; so a telephone number
reads `'+1 555 0100` and keeps its plus sign. Programs that read the file take one leading apostrophe away.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from prescreen.export.values import text_value
from prescreen.storage.contacts import Contact
from prescreen.workflow.exporting import ReferralRow

HEADER = (
    "reference",
    "referral_id",
    "trial_id",
    "site_id",
    "site_name",
    "state",
    "determination",
    "created_at",
    "is_test",
    "name",
    "email",
    "phone",
    "postal_code",
    "best_time",
    "language",
    "channels",
    "findings",
    "answers",
    "consents",
    "consent_given_by",
)
"""The columns. The three before the last hold `name=value` pairs joined by `; `: criterion and whether it permits,
question and answer, purpose and version of the wording agreed to."""

IDENTITY = HEADER[9:15]
_STARTS_FORMULA = frozenset("=+-@\t\r\n\0")


class TextFile(Protocol):
    """Whatever text can be written to, opened with `newline=""`."""

    def write(self, text: str, /) -> object:
        """Write a text."""


def write_csv(rows: Iterable[ReferralRow], out: TextFile) -> None:
    """Write header and rows."""
    for line in csv_lines(rows):
        out.write(line)


def csv_lines(rows: Iterable[ReferralRow]) -> Iterator[str]:
    """Give the file line by line, for streaming; each line ends in CRLF."""
    writer = csv.writer(_Echo())
    yield writer.writerow(HEADER)
    for row in rows:
        yield writer.writerow([safe(cell) for cell in _cells(row)])


class _Echo:
    """A file that hands back what is written, so that the csv module gives lines."""

    def write(self, text: str) -> str:
        return text


def safe(text: str) -> str:
    """Give a text that a spreadsheet shows and does not run (CWE-1236).

    >>> safe("=1+1"), safe("+44 20 7946 0000"), safe("Ann")
    ("'=1+1", "'+44 20 7946 0000", 'Ann')
    """
    start = text.lstrip(" ")[:1]
    # Full-width and small forms of these signs fold to the plain ones; some spreadsheets run them alike.
    return f"'{text}" if unicodedata.normalize("NFKC", start)[:1] in _STARTS_FORMULA else text


def _cells(row: ReferralRow) -> tuple[str, ...]:
    return (
        row.reference,
        str(row.referral_id),
        row.trial_id,
        row.site_id,
        row.site_name,
        row.state,
        row.determination or "",
        row.created_at.isoformat(),
        "yes" if row.is_test else "no",
        *_identity(row.contact),
        "; ".join(row.channels),
        _pairs(row.findings),
        _pairs({question_id: text_value(answer.value) for question_id, answer in row.answers.given.items()}),
        _pairs(row.consents),
        row.given_by or "",
    )


def _identity(contact: Contact | None) -> tuple[str, ...]:
    return tuple((contact and getattr(contact, name)) or "" for name in IDENTITY)


def _pairs(pairs: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in pairs.items())
