"""Whom a team reaches and whom it loses: people by age, sex and language, and by the stage that they reached.

Only people whose consent to sharing with this trial is in force are counted, and only those of their answers that the
trial uses.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from prescreen.eligibility.assessment.answer_encoding import from_row
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.criteria.questions import AGE, QuestionBank
from prescreen.eligibility.criteria.rules import Value
from prescreen.storage import Session
from prescreen.storage.referrals.states import Stage
from prescreen.storage.statistics import referral_counts
from prescreen.storage.statistics.referral_counts import Alike, Scope
from prescreen.workflow.statistics.cell_suppression import FEW, TOTAL, Shown, SuppressionMark, protected_table

SEXES = ("sex_at_birth", "sex")
"""The bank's questions about sex, whichever of them it has."""

BANDS = ("18-29", "30-44", "45-59", "60-74", "75+")
NOT_TOLD = "not_told"
EVERYBODY = "everybody"
NOT_CONTACTED_COLUMN, CONTACTED_COLUMN, ENROLLED_COLUMN = "not_contacted", "contacted", "enrolled"
REACHED_COLUMN = "reached"
"""Contacted, enrolled or not: used where too few are enrolled to show them apart."""

_FIRST_YEARS = (18, 30, 45, 60, 75)
_Columns = Mapping[str, tuple[Stage, ...]]
_WAYS_TO_TELL: Sequence[_Columns] = (
    {
        NOT_CONTACTED_COLUMN: (Stage.NOT_CONTACTED,),
        CONTACTED_COLUMN: (Stage.CONTACTED,),
        ENROLLED_COLUMN: (Stage.ENROLLED,),
    },
    {NOT_CONTACTED_COLUMN: (Stage.NOT_CONTACTED,), REACHED_COLUMN: (Stage.CONTACTED, Stage.ENROLLED)},
    {EVERYBODY: tuple(Stage)},
)

ByGroup = Mapping[tuple[str, int], int]
Rows = Mapping[str, Mapping[str, Shown]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """People in groups of one kind (`age`, `sex`, `language`), by the stage that they reached.

    Rows are groups; columns are stages and the total. None: too few people to show any of it.
    """

    of: str
    columns: tuple[str, ...]
    rows: Rows | None


@dataclass(frozen=True, slots=True)
class Equity:
    """How many people there are (None: too few to show), the stages that they reached, and the same by groups."""

    people: int | None
    reached: Mapping[str, int]
    comparisons: tuple[Comparison, ...]


def equity(session: Session, scope: Scope, bank: QuestionBank) -> Equity:
    """Count the people in a scope by stage and by groups."""
    sex = next((name for name in SEXES if name in bank), None)
    asked = [name for name in (AGE, sex) if name is not None and name in bank]
    found = referral_counts.people(session, scope, asked)
    languages = _grouped(found, lambda alike: alike.language or NOT_TOLD)
    people, columns = languages.total(), _columns(languages)
    if people < FEW or columns is None:
        return Equity(None if people else 0, {}, ())
    compared = []
    if AGE in asked:
        ages = _grouped(found, lambda alike: _age(*alike.answers[asked.index(AGE)]))
        compared.append(_compared("age", ages, (*BANDS, NOT_TOLD), columns))
    if sex is not None:
        options = bank[sex].option_ids
        sexes = _grouped(found, lambda alike: _option(options, *alike.answers[asked.index(sex)]))
        compared.append(_compared("sex", sexes, (*options, NOT_TOLD), columns))
    spoken = _others_last(group for group, _stage in languages)
    compared.append(_compared("language", languages, spoken, columns))
    return Equity(people, _sums(languages, columns), tuple(compared))


def _grouped(found: Mapping[Alike, int], group_of: Callable[[Alike], str]) -> Counter[tuple[str, int]]:
    grouped = Counter[tuple[str, int]]()
    for alike, count in found.items():
        grouped[group_of(alike), alike.stage] += count
    return grouped


def _columns(found: ByGroup) -> _Columns | None:
    """Return the finest division into stages in which no total is small: totals appear in several tables."""
    return next((way for way in _WAYS_TO_TELL if not _has_small(_sums(found, way).values())), None)


def _has_small(counts: Iterable[int]) -> bool:
    return any(0 < count < FEW for count in counts)


def _sums(found: ByGroup, columns: _Columns) -> dict[str, int]:
    return {
        column: sum(count for (_group, stage), count in found.items() if stage in stages)
        for column, stages in columns.items()
    }


def _compared(of: str, found: ByGroup, groups: Sequence[str], columns: _Columns) -> Comparison:
    """Compare groups in the finest division in which at least half are readable; totals are always shown."""
    for told in _WAYS_TO_TELL[_WAYS_TO_TELL.index(columns) :]:
        rows = protected_table(_table(found, groups, told), tuple(told))
        if rows is not None and (_is_readable(rows) or len(told) == 1):
            return Comparison(of, tuple(told), rows)
    return Comparison(of, tuple(columns), None)


def _table(found: ByGroup, groups: Sequence[str], columns: _Columns) -> dict[str, dict[str, int]]:
    return {group: _sums({one: count for one, count in found.items() if one[0] == group}, columns) for group in groups}


def _is_readable(rows: Rows) -> bool:
    """Return whether at least half of the groups that are not empty are shown whole."""
    peopled = [row for row in rows.values() if row[TOTAL] != 0]
    whole = [row for row in peopled if not any(isinstance(count, SuppressionMark) for count in row.values())]
    return 2 * len(whole) >= len(peopled)


def _others_last(groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(groups), key=lambda group: (group == NOT_TOLD, group)))


def _option(options: Collection[str], kind: str | None, value: str | None) -> str:
    told = _told(kind, value)
    return told if isinstance(told, str) and told in options else NOT_TOLD


def _age(kind: str | None, value: str | None) -> str:
    told = _told(kind, value)
    return _band(told) if isinstance(told, Fraction) else NOT_TOLD


def _told(kind: str | None, value: str | None) -> Value | Declined | None:
    return None if kind is None or value is None else from_row(kind, value)


def _band(years: Fraction) -> str:
    """Return the band of an age in completed years.

    >>> _band(Fraction(59)), _band(Fraction(119, 2)), _band(Fraction(60)), _band(Fraction(17))
    ('45-59', '45-59', '60-74', 'not_told')
    """
    below = sum(years >= first for first in _FIRST_YEARS)
    return BANDS[below - 1] if below else NOT_TOLD
