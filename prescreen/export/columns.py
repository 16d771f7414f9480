"""The columns that an export can have, what each means, and what stands in it for one referral."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from prescreen.eligibility.assessment.answer_encoding import to_text
from prescreen.storage.participants.contacts import Contact
from prescreen.workflow.export.referral_rows import ReferralRow

Cell = str | int | bool | datetime | None
"""What one cell holds. Moments are in UTC."""


class Group(StrEnum):
    """What columns are about, as the page of exports shows them."""

    REFERRAL = "Referral"
    PERSON = "Who the person is"
    CONSENT = "Language and consent"
    JUDGED = "What was answered and judged"
    TEAM = "What the team did"


class Kind(StrEnum):
    """What a column's cells are."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "date and time, UTC"
    YES_NO = "yes or no"
    LIST = "list"
    PAIRS = "name=value pairs"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in files, group, kind, meaning, and how its cell is read off a row."""

    name: str
    group: Group
    kind: Kind
    meaning: str
    cell: Callable[[ReferralRow], Cell]


def joined(words: Iterable[str]) -> str:
    """Write several words as one cell."""
    return "; ".join(words)


def pairs(named: Mapping[str, str]) -> str:
    """Write names with their values as one cell."""
    return joined(f"{name}={value}" for name, value in named.items())


def answers_as_text(row: ReferralRow) -> dict[str, str]:
    """Return each answer as one word, by question."""
    return {question_id: to_text(answer.value) for question_id, answer in row.answers.given.items()}


def _of_contact(read: Callable[[Contact], str | None]) -> Callable[[ReferralRow], Cell]:
    return lambda row: read(row.contact) if row.contact else None


COLUMNS = (
    Column(
        "reference", Group.REFERRAL, Kind.TEXT, "What people call this referral on the phone", lambda r: r.reference
    ),
    Column("referral_id", Group.REFERRAL, Kind.TEXT, "Its id; never two alike", lambda r: str(r.referral_id)),
    Column("trial_id", Group.REFERRAL, Kind.TEXT, "The trial", lambda r: r.trial_id),
    Column("site_id", Group.REFERRAL, Kind.TEXT, "The site", lambda r: r.site_id),
    Column("site_name", Group.REFERRAL, Kind.TEXT, "The site's name", lambda r: r.site_name),
    Column("state", Group.REFERRAL, Kind.TEXT, "Where it stands; a withdrawn one has no details", lambda r: r.state),
    Column(
        "determination",
        Group.JUDGED,
        Kind.TEXT,
        "potentially_eligible, undetermined or ineligible by the answers; only the investigator decides",
        lambda r: r.determination,
    ),
    Column("created_at", Group.REFERRAL, Kind.MOMENT, "When the person sent it", lambda r: r.created_at),
    Column("is_test", Group.REFERRAL, Kind.YES_NO, "Whether it is a test of a sample catalog", lambda r: r.is_test),
    Column("name", Group.PERSON, Kind.TEXT, "Name", _of_contact(lambda c: c.name)),
    Column("email", Group.PERSON, Kind.TEXT, "E-mail address", _of_contact(lambda c: c.email)),
    Column("phone", Group.PERSON, Kind.TEXT, "Telephone", _of_contact(lambda c: c.phone)),
    Column("postal_code", Group.PERSON, Kind.TEXT, "Postcode", _of_contact(lambda c: c.postal_code)),
    Column("best_time", Group.PERSON, Kind.TEXT, "When to call", _of_contact(lambda c: c.best_time)),
    Column("language", Group.CONSENT, Kind.TEXT, "Language to speak", lambda r: r.language),
    Column("channels", Group.CONSENT, Kind.LIST, "Ways of contact agreed to", lambda r: joined(r.channels)),
    Column("findings", Group.JUDGED, Kind.PAIRS, "Each criterion and whether it permits", lambda r: pairs(r.findings)),
    Column("answers", Group.JUDGED, Kind.PAIRS, "Each question and answer", lambda r: pairs(answers_as_text(r))),
    Column("consents", Group.CONSENT, Kind.PAIRS, "Each purpose and version agreed to", lambda r: pairs(r.consents)),
    Column(
        "consent_given_by",
        Group.CONSENT,
        Kind.TEXT,
        "self, assisted (somebody else gave the answers) or guardian",
        lambda r: r.given_by,
    ),
    Column("state_changed_at", Group.TEAM, Kind.MOMENT, "When the state last changed", lambda r: r.state_changed_at),
    Column("contacted_at", Group.TEAM, Kind.MOMENT, "When the person was first contacted", lambda r: r.contacted_at),
    Column("reason", Group.TEAM, Kind.TEXT, "Why not eligible or declined", lambda r: r.reason),
    Column("due_at", Group.TEAM, Kind.MOMENT, "By when the site promised to reply", lambda r: r.due_at),
    Column("miles", Group.REFERRAL, Kind.NUMBER, "Miles from the person to the site", lambda r: r.miles),
    Column("tags", Group.TEAM, Kind.LIST, "The team's tags", lambda r: joined(r.tags)),
)
BY_NAME = {column.name: column for column in COLUMNS}
HEADER = tuple(BY_NAME)
IDENTITY = tuple(column.name for column in COLUMNS if column.group is Group.PERSON)
"""The columns that say who the person is: side by side, and only where identity is wanted."""


def chosen(names: Iterable[str], *, with_identity: bool) -> tuple[str, ...]:
    """Return those of these columns that there are, in their order, identity only where it is wanted.

    The referral's id is always among them: by it rows are told apart, and a stopped export goes on.
    """
    wanted = {*names, "referral_id"}
    return tuple(name for name in HEADER if name in wanted and (with_identity or name not in IDENTITY))


@dataclass(frozen=True, slots=True)
class CellPage:
    """Rows of cells, and the last referral among them where more may follow."""

    rows: list[list[Cell]]
    last: UUID | None


def cell_pages(pages: Iterable[list[ReferralRow]], columns: Sequence[str]) -> Iterator[CellPage]:
    """Yield the cells of pages of rows."""
    for page in pages:
        yield CellPage([cells(row, columns) for row in page], page[-1].referral_id)


def cells(row: ReferralRow, columns: Iterable[str]) -> list[Cell]:
    """Return the cells of one row."""
    return [BY_NAME[name].cell(row) for name in columns]
