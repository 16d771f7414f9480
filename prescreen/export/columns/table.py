"""The columns that an export can have: each is defined here once, for every format and both databases.

A column defines its meaning, its value for one referral, the same in SQL for the CSV that PostgreSQL makes, and its
fields in REDCap where its kind does not determine them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from uuid import UUID

from prescreen.export.columns import answers, consents, findings
from prescreen.export.columns.column import Cell, Column, Group, Kind
from prescreen.export.redcap_fields import fields as redcap_fields
from prescreen.export.redcap_fields import word_codes
from prescreen.storage.export.csv_copy import Expression, lateral
from prescreen.storage.participants.consents import CHANNELS
from prescreen.workflow.export.referral_rows import Part, ReferralRow
from prescreen.workflow.referrals.referral_view import channels


def _kept(  # noqa: PLR0913 - the attributes of a column
    name: str,
    group: Group,
    meaning: str,
    kind: Kind = Kind.TEXT,
    *,
    alias: str = "r",
    stays: bool = False,
    words: Mapping[str, str] = MappingProxyType({}),
) -> Column:
    """Return a column that the referral (`r`) or its lead (`l`) stores under the same name."""
    read = attrgetter(f"referral.{name}")
    return Column(
        name=name, group=group, kind=kind, meaning=meaning, read=read, sql=f"{alias}.{name}", stays=stays, words=words
    )


def _identity(name: str, meaning: str) -> Column:
    """Return a column of the contact, in which a detail that may not leave is empty, as one that was not given."""

    def read(row: ReferralRow) -> str | None:
        return getattr(row.contact, name) or None if row.contact else None

    return Column(name=name, group=Group.PERSON, meaning=meaning, read=read, sql=consents.SEALED)


_STATE = "Where it stands; a withdrawn one has no details"
_DETERMINATION = "potentially_eligible, undetermined or ineligible by the answers; only the investigator decides"
COLUMNS = (
    _kept("reference", Group.REFERRAL, "What people call this referral on the phone", alias="l", stays=True),
    Column(
        name="referral_id",
        group=Group.REFERRAL,
        meaning="Its id; never two alike",
        read=lambda row: str(row.referral.id),
        sql=Expression("r.id"),
        stays=True,
        redcap=lambda _: [redcap_fields.RECORD_ID],
    ),
    _kept("trial_id", Group.REFERRAL, "The trial", stays=True),
    _kept("site_id", Group.REFERRAL, "The site", stays=True),
    _kept("site_name", Group.REFERRAL, "The site's name", stays=True),
    _kept("state", Group.REFERRAL, _STATE, stays=True, words=word_codes.STATES),
    _kept("determination", Group.JUDGED, _DETERMINATION, stays=True, words=word_codes.DETERMINATIONS),
    _kept("created_at", Group.REFERRAL, "When the person sent it", Kind.MOMENT, stays=True),
    _kept("is_test", Group.REFERRAL, "Whether it is a test of a sample catalog", Kind.YES_NO, alias="l", stays=True),
    _identity("name", "Name"),
    _identity("email", "E-mail address, where e-mail was agreed to"),
    _identity("phone", "Telephone, where calls or text messages were agreed to"),
    _identity("postal_code", "Postcode"),
    _identity("best_time", "When to call, where the telephone is given"),
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
        words={channel: channel.value for channel in CHANNELS},
    ),
    Column(
        name="findings",
        group=Group.JUDGED,
        kind=Kind.PAIRS,
        meaning=findings.MEANING,
        read=lambda row: findings.in_words(row.referral.findings),
        sql="f.pairs",
        join=findings.FINDINGS,
        redcap=redcap_fields.finding_fields,
    ),
    Column(
        name="answers",
        group=Group.JUDGED,
        kind=Kind.PAIRS,
        meaning="Each question and answer; one that is missing was not asked, or does not apply",
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
        redcap=lambda _: redcap_fields.consent_fields(),
    ),
    Column(
        name="consent_given_by",
        group=Group.CONSENT,
        meaning=consents.GIVEN_BY_MEANING,
        read=lambda row: consents.given_by(row.agreed),
        sql=consents.GIVEN_BY_SQL,
        join=consents.AGREED,
        part=Part.CONSENTS,
        words=word_codes.GIVERS,
    ),
    _kept("state_changed_at", Group.TEAM, "When the state last changed", Kind.MOMENT, stays=True),
    _kept("contacted_at", Group.TEAM, "When the person was first contacted", Kind.MOMENT),
    _kept("reason", Group.TEAM, "Why not eligible or declined"),
    _kept("due_at", Group.TEAM, "By when the site promised to reply", Kind.MOMENT),
    _kept("miles", Group.REFERRAL, "Miles from the person to the site", Kind.NUMBER),
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
    Column(
        name="cohorts_that_may_fit",
        group=Group.JUDGED,
        kind=Kind.LIST,
        meaning=findings.COHORTS_MEANING,
        read=lambda row: row.referral.cohorts_that_may_fit,
        sql="g.words",
        join=findings.COHORTS,
    ),
)
BY_NAME = {column.name: column for column in COLUMNS}
HEADER = tuple(BY_NAME)
IDENTITY = tuple(column.name for column in COLUMNS if column.group is Group.PERSON)
"""The columns that identify the person: side by side, and only where identity is wanted."""


def chosen(names: Iterable[str], *, with_identity: bool) -> tuple[str, ...]:
    """Return those of these names that are columns, in the order of the table, identity only where it is wanted.

    The referral's id is always among them: it distinguishes rows, and a stopped export continues after it.
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
