"""The columns that an export can have: each is defined here once, for every format and both databases.

A column says what it means, what stands in it for one referral, the same in SQL for the CSV that PostgreSQL makes, and
its fields in REDCap where its kind does not settle them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from prescreen.eligibility.assessment.determination import Determination
from prescreen.export import redcap_fields
from prescreen.export.columns import answers, consents
from prescreen.export.columns.column import Cell, Column, Group, Kind
from prescreen.storage.export.csv_copy import SEALED, lateral
from prescreen.storage.participants.consents import CHANNELS, GivenBy
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.referrals.referrals import State
from prescreen.workflow.export.referral_rows import Part, ReferralRow
from prescreen.workflow.referrals.referral_view import channels


def _identity(name: str, meaning: str, read: Callable[[Contact], str | None]) -> Column:
    return Column(
        name=name,
        group=Group.PERSON,
        meaning=meaning,
        read=lambda row: read(row.contact) if row.contact else None,
        sql=SEALED,
    )


COLUMNS = (
    Column(
        name="reference",
        group=Group.REFERRAL,
        meaning="What people call this referral on the phone",
        read=lambda row: row.referral.reference,
        sql="l.reference",
        stays=True,
    ),
    Column(
        name="referral_id",
        group=Group.REFERRAL,
        meaning="Its id; never two alike",
        read=lambda row: str(row.referral.id),
        sql="r.id::text",
        stays=True,
        redcap=lambda *_: [redcap_fields.RECORD_ID],
    ),
    Column(
        name="trial_id",
        group=Group.REFERRAL,
        meaning="The trial",
        read=lambda row: row.referral.trial_id,
        sql="r.trial_id",
        stays=True,
    ),
    Column(
        name="site_id",
        group=Group.REFERRAL,
        meaning="The site",
        read=lambda row: row.referral.site_id,
        sql="r.site_id",
        stays=True,
    ),
    Column(
        name="site_name",
        group=Group.REFERRAL,
        meaning="The site's name",
        read=lambda row: row.referral.site_name,
        sql="r.site_name",
        stays=True,
    ),
    Column(
        name="state",
        group=Group.REFERRAL,
        meaning="Where it stands; a withdrawn one has no details",
        read=lambda row: row.referral.state,
        sql="r.state",
        stays=True,
        words=tuple(State),
    ),
    Column(
        name="determination",
        group=Group.JUDGED,
        meaning="potentially_eligible, undetermined or ineligible by the answers; only the investigator decides",
        read=lambda row: row.referral.determination,
        sql="r.determination",
        stays=True,
        words=tuple(Determination),
    ),
    Column(
        name="created_at",
        group=Group.REFERRAL,
        kind=Kind.MOMENT,
        meaning="When the person sent it",
        read=lambda row: row.referral.created_at,
        sql="r.created_at",
        stays=True,
    ),
    Column(
        name="is_test",
        group=Group.REFERRAL,
        kind=Kind.YES_NO,
        meaning="Whether it is a test of a sample catalog",
        read=lambda row: row.referral.is_test,
        sql="l.is_test",
        stays=True,
    ),
    _identity("name", "Name", lambda contact: contact.name),
    _identity("email", "E-mail address", lambda contact: contact.email),
    _identity("phone", "Telephone", lambda contact: contact.phone),
    _identity("postal_code", "Postcode", lambda contact: contact.postal_code),
    _identity("best_time", "When to call", lambda contact: contact.best_time),
    Column(
        name="language",
        group=Group.CONSENT,
        meaning="Language to speak",
        read=lambda row: row.language,
        sql="l.language",
    ),
    Column(
        name="channels",
        group=Group.CONSENT,
        kind=Kind.LIST,
        meaning="Ways of contact agreed to",
        read=lambda row: channels(row.agreed),
        sql=consents.CHANNELS_SQL,
        join=consents.AGREED,
        part=Part.CONSENTS,
        words=CHANNELS,
    ),
    Column(
        name="findings",
        group=Group.JUDGED,
        kind=Kind.PAIRS,
        meaning="Each criterion and whether it permits",
        read=lambda row: {finding["criterion"]: finding["permits"] for finding in row.referral.findings},
        sql="f.pairs",
        join=lateral(
            "f",
            "SELECT string_agg(f.criterion || '=' || f.permits, '; ') AS pairs "
            "FROM jsonb_to_recordset(r.findings) f(criterion text, permits text)",
        ),
        redcap=lambda trial, _: redcap_fields.finding_fields(trial),
    ),
    Column(
        name="answers",
        group=Group.JUDGED,
        kind=Kind.PAIRS,
        meaning="Each question and answer",
        read=lambda row: {question_id: answer.value for question_id, answer in row.answers.given.items()},
        sql="a.pairs",
        join=answers.ANSWERS,
        part=Part.ANSWERS,
        redcap=redcap_fields.answer_fields,
    ),
    Column(
        name="consents",
        group=Group.CONSENT,
        kind=Kind.PAIRS,
        meaning="Each purpose and version agreed to",
        read=lambda row: consents.versions(row.agreed),
        sql=consents.VERSIONS_SQL,
        join=consents.AGREED,
        part=Part.CONSENTS,
        redcap=lambda *_: redcap_fields.consent_fields(),
    ),
    Column(
        name="consent_given_by",
        group=Group.CONSENT,
        meaning=consents.GIVEN_BY_MEANING,
        read=lambda row: consents.given_by(row.agreed),
        sql=consents.GIVEN_BY_SQL,
        join=consents.AGREED,
        part=Part.CONSENTS,
        words=tuple(GivenBy),
    ),
    Column(
        name="state_changed_at",
        group=Group.TEAM,
        kind=Kind.MOMENT,
        meaning="When the state last changed",
        read=lambda row: row.referral.state_changed_at,
        sql="r.state_changed_at",
        stays=True,
    ),
    Column(
        name="contacted_at",
        group=Group.TEAM,
        kind=Kind.MOMENT,
        meaning="When the person was first contacted",
        read=lambda row: row.referral.contacted_at,
        sql="r.contacted_at",
    ),
    Column(
        name="reason",
        group=Group.TEAM,
        meaning="Why not eligible or declined",
        read=lambda row: row.referral.reason,
        sql="r.reason",
    ),
    Column(
        name="due_at",
        group=Group.TEAM,
        kind=Kind.MOMENT,
        meaning="By when the site promised to reply",
        read=lambda row: row.referral.due_at,
        sql="r.due_at",
    ),
    Column(
        name="miles",
        group=Group.REFERRAL,
        kind=Kind.NUMBER,
        meaning="Miles from the person to the site",
        read=lambda row: row.referral.miles,
        sql="r.miles",
    ),
    Column(
        name="tags",
        group=Group.TEAM,
        kind=Kind.LIST,
        meaning="The team's tags",
        read=lambda row: row.tags,
        sql="t.words",
        join=lateral(
            "t",
            "SELECT string_agg(t.tag, '; ' ORDER BY t.tag COLLATE \"C\") AS words "
            "FROM referral_tag t WHERE t.referral_id = r.id",
        ),
        part=Part.TAGS,
    ),
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


def parts(columns: Iterable[str]) -> frozenset[Part]:
    """Return what must be read beside the referrals for these columns."""
    return frozenset(part for name in columns if (part := BY_NAME[name].part))


@dataclass(frozen=True, slots=True)
class CellPage:
    """Rows of cells, and the last referral among them where more may follow."""

    rows: list[list[Cell]]
    last: UUID | None


def cell_pages(pages: Iterable[list[ReferralRow]], columns: Sequence[str]) -> Iterator[CellPage]:
    """Yield the cells of pages of rows."""
    for page in pages:
        yield CellPage([cells(row, columns) for row in page], page[-1].referral.id)


def cells(row: ReferralRow, columns: Iterable[str]) -> list[Cell]:
    """Return the cells of one row."""
    return [BY_NAME[name].cell(row) for name in columns]
