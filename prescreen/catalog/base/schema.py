"""The schemas of the files in the criteria folder. Only this module knows their keys."""

from collections.abc import Mapping

from prescreen.catalog.base.schema_fields import (
    Anything,
    Color,
    Day,
    Flag,
    ListOf,
    Mapped,
    Name,
    NestedShape,
    Number,
    OneOf,
    PastDay,
    Plain,
    Shape,
    Source,
    Whole,
    Wording,
)
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.dates import Precision
from prescreen.eligibility.criteria.questions import COMPUTED_FROM, Growth, QuestionType
from prescreen.eligibility.criteria.trials import CheckedBy, Show, Treatment
from prescreen.eligibility.interview.question_selection import Urgency

STATUSES = (
    "RECRUITING",
    "NOT_YET_RECRUITING",
    "ENROLLING_BY_INVITATION",
    "ACTIVE_NOT_RECRUITING",
    "SUSPENDED",
    "TERMINATED",
    "COMPLETED",
    "WITHDRAWN",
    "UNKNOWN",
)


class OptionShape(Shape):
    """One option of a question."""

    id = Name(required=True)
    label = Wording(required=True)
    exclusive = Flag()
    never_rules_out = Flag()


class RangeShape(Shape):
    """The least and the greatest value that may be answered."""

    min = Plain()
    max = Plain()


class CodeShape(Shape):
    """A question's code in a terminology such as LOINC."""

    system = Plain(required=True)
    code = Plain(required=True)


class QuestionShape(Shape):
    """One question of the bank."""

    id = Name(required=True)
    type = OneOf(tuple(QuestionType), required=True)
    ask = Wording(required=True)
    short = Wording()
    together = Name()
    page_title = Wording()
    ask_other = Wording()
    help = Wording()
    help_other = Wording()
    why = Wording()
    read = Plain()
    options = ListOf(NestedShape(OptionShape))
    unit = Plain()
    units = ListOf(Plain())
    range = NestedShape(RangeShape)
    grows = OneOf(tuple(Growth))
    ask_if = Anything()
    computed = OneOf(tuple(COMPUTED_FROM))
    code = NestedShape(CodeShape)
    half_life = Whole()
    burden = Number()
    prevalence = Mapped(keys=Plain(), values=Number())
    sensitive = Flag()
    precision = OneOf(tuple(Precision))


class ContactShape(Shape):
    """A contact person, by phone or mail."""

    name = Wording()
    phone = Plain()
    email = Plain()
    hours = Wording()


class ShadesShape(Shape):
    """A color in light and in dark."""

    light = Color(required=True)
    dark = Color(required=True)


class ColorsShape(Shape):
    """The colors that an operator may set; those of the others mean something: fits, open, to be mended, danger."""

    act, tint, pine, on_pine, sun = (NestedShape(ShadesShape) for _ in range(5))


class MarkShape(Shape):
    """The operator's mark: path data in a square."""

    box = Whole(required=True)
    path = Plain(required=True)
    spark = Plain()


class LookShape(Shape):
    """What an operator may set of the look."""

    short_name = Wording()
    mark = NestedShape(MarkShape)
    colors = NestedShape(ColorsShape)


class CatalogShape(Shape):
    """catalog.yaml: who runs this service."""

    name = Wording(required=True)
    operator = Plain(required=True)
    contact = Anything(required=True)
    security_contact = Plain()
    covered_entity = Flag()
    languages = ListOf(Plain(), required=True)
    timezone = Plain(required=True)
    home_country = Plain()
    emergency = Mapped(keys=Plain(), values=Plain())
    sample = Flag()
    look = NestedShape(LookShape)


class RedFlagShape(Shape):
    """Answers that call for a doctor."""

    when = Anything(required=True)
    level = OneOf(tuple(Urgency), required=True)
    advice = Wording(required=True)
    say = Wording()
    sign = Wording()


class ConditionShape(Shape):
    """One medical condition."""

    name = Wording(required=True)
    summary = Wording()
    opening_questions = ListOf(Plain())
    red_flags = ListOf(NestedShape(RedFlagShape))
    articles = ListOf(Plain())
    urgent_sign = Wording()
    registry_terms = ListOf(Plain())


class ArticleHead(Shape):
    """The head of an article."""

    title = Plain(required=True)
    reviewed = PastDay()
    sources = ListOf(Plain())


class ConsentHead(Shape):
    """The head of a consent wording."""

    version = Plain(required=True)
    effective = Day(required=True)
    title = Plain()


class NoticeHead(Shape):
    """The head of an operator's parts of a notice."""

    reviewed = PastDay(required=True)


class CriterionShape(Shape):
    """One criterion."""

    id = Name(required=True)
    text = Wording(required=True)
    rule = Anything()
    checked = OneOf(tuple(CheckedBy))
    show = OneOf(tuple(Show))
    public_text = Wording()


class CohortShape(Shape):
    """One of the groups of people whom a trial takes."""

    id = Name(required=True)
    name = Wording(required=True)
    inclusion = ListOf(NestedShape(CriterionShape))
    exclusion = ListOf(NestedShape(CriterionShape))


class SiteShape(Shape):
    """One site of a trial."""

    id = Name(required=True)
    name = Plain(required=True)
    city = Plain()
    state = Plain()
    country = Plain()
    postal_code = Plain()
    latitude = Number()
    longitude = Number()
    status = OneOf(STATUSES)
    reply_within = Whole()


class PracticalShape(Shape):
    """What taking part in a trial involves."""

    visits = Whole()
    duration = Wording()
    placebo = Flag()
    pays_travel = Flag()
    notes = Wording()
    treatments = ListOf(OneOf(tuple(Treatment)))
    remote = Flag()


class EthicsShape(Shape):
    """The ethics board that approved a trial."""

    board = Plain(required=True)
    approval = Plain()
    approved_on = PastDay()


class CaseShape(Shape):
    """An example person and the determination that is expected for the answers."""

    name = Plain(required=True)
    answers = Anything(required=True)
    determination = OneOf(tuple(Determination), required=True)
    because = ListOf(Plain())
    cohorts = ListOf(Plain())


class TrialShape(Shape):
    """One trial."""

    id = Name(required=True)
    title = Wording(required=True)
    summary = Wording()
    conditions = ListOf(Plain(), required=True)
    status = OneOf(STATUSES, required=True)
    draft = Flag()
    confirmed = PastDay()
    phase = Plain()
    sponsor = Plain()
    source = Source(keys=Plain(), values=Plain())
    practical = NestedShape(PracticalShape)
    ethics = NestedShape(EthicsShape)
    sites = ListOf(NestedShape(SiteShape))
    inclusion = ListOf(NestedShape(CriterionShape))
    exclusion = ListOf(NestedShape(CriterionShape))
    cohorts = ListOf(NestedShape(CohortShape))
    cases = ListOf(NestedShape(CaseShape))


SHAPES: Mapping[str, Shape] = {
    "trials": TrialShape(),
    "articles": ArticleHead(),
    "consents": ConsentHead(),
    "notices": NoticeHead(),
}
"""The shape of the files in a folder, by its name, as far as days stand in them."""
