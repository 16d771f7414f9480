"""One JSON object a line, with the columns of the CSV. A withdrawn referral has null for every part of identity."""

import json
from collections.abc import Iterable, Iterator

from prescreen.export.csv import IDENTITY, TextFile
from prescreen.export.values import json_value
from prescreen.storage.contacts import Contact
from prescreen.workflow.exporting import ReferralRow


def write_ndjson(rows: Iterable[ReferralRow], out: TextFile) -> None:
    """Write the rows."""
    for line in ndjson_lines(rows):
        out.write(line)


def ndjson_lines(rows: Iterable[ReferralRow]) -> Iterator[str]:
    """Give the file line by line, for streaming."""
    for row in rows:
        yield json.dumps(_object(row), ensure_ascii=False) + "\n"


def _object(row: ReferralRow) -> dict[str, object]:
    return {
        "reference": row.reference,
        "referral_id": str(row.referral_id),
        "trial_id": row.trial_id,
        "site_id": row.site_id,
        "site_name": row.site_name,
        "state": row.state,
        "determination": row.determination,
        "created_at": row.created_at.isoformat(),
        "is_test": row.is_test,
        **_identity(row.contact),
        "channels": list(row.channels),
        "findings": dict(row.findings),
        "answers": {question_id: json_value(answer.value) for question_id, answer in row.answers.given.items()},
        "consents": dict(row.consents),
        "consent_given_by": row.given_by,
    }


def _identity(contact: Contact | None) -> dict[str, str | None]:
    return {name: None if contact is None else getattr(contact, name) for name in IDENTITY}
