"""Age, sex and healthy volunteers from the fields of a record, held against what the text says of them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from prescreen.catalog.base.date_limits import age_test
from prescreen.catalog.criterion_comments import Quote
from prescreen.catalog.drafts.age_fields import AgeEnd, Ages, ages_of, greatest_age, least_age, narrowest
from prescreen.catalog.drafts.draft import DraftingContext
from prescreen.catalog.drafts.draft_items import Item
from prescreen.catalog.sources.source_record import SourcePopulation, SourceRecord
from prescreen.eligibility.criteria.questions import AGE, COMPUTED_FROM, Question, QuestionBank
from prescreen.eligibility.criteria.rules import NumberTest, OptionTest, Rule, questions_in
from prescreen.eligibility.criteria.trials import Kind

SEX = "sex_at_birth"
_SEXES = {"MALE": "male", "FEMALE": "female"}
_BOTH = re.compile(
    r"\b(?:males?|men|man|boys?)\b.{0,12}\b(?:females?|women|woman|girls?)\b"
    r"|\b(?:females?|women|woman|girls?)\b.{0,12}\b(?:males?|men|man|boys?)\b|\b(?:both|either) (?:sex|gender)",
    re.IGNORECASE,
)

Told = tuple[tuple[Item, ...], tuple[str, ...]]
"""Criteria, and the sentences that say where a field and the text disagree."""


def with_fields(items: tuple[Item, ...], record: SourceRecord, context: DraftingContext) -> Told:
    """Return the criteria joined with what the fields say, the stricter where both say something."""
    aged, age_told = _with_age(items, record, context)
    sexed, sex_told = _with_sex(aged, record, context)
    return sexed, (*age_told, *sex_told)


def of_group(record: SourceRecord, name: str) -> SourceRecord:
    """Return a record with the fields that a group has of its own: those that the trial gives too are for all."""
    own = next((one for one in record.populations if one.name == name), SourcePopulation(name))
    return replace(
        record,
        minimum_age=own.minimum_age if own.minimum_age != record.minimum_age else None,
        maximum_age=own.maximum_age if own.maximum_age != record.maximum_age else None,
        sex=own.sex if own.sex != record.sex else None,
    )


def _with_age(items: tuple[Item, ...], record: SourceRecord, context: DraftingContext) -> Told:
    ends = least_age(record.minimum_age), greatest_age(record.maximum_age)
    stated = _stated((("minimumAge", record.minimum_age), ("maximumAge", record.maximum_age)))
    if AGE not in context.bank or not context.bank[AGE].counts_completed:
        return ((*_unasked(stated), *items), ())
    texts = [item for item in items if _ages(item, context) is not None]
    field = _in_range((ends[0].years, ends[1].years), context.bank[AGE])
    joined = narrowest(
        [field, *(_in_range(ages, context.bank[AGE]) for item in texts if (ages := _ages(item, context)))]
    )
    if joined is None or _is_empty(joined):
        told: tuple[str, ...] = (
            f"the fields say {_in_words(field)}, the text says '{_words(texts)}': no age fits both",
        )
        return _placed(items, (), _age_items(field, ends, stated, told, context)), told
    told = _disagreements(field, texts, record, context)
    return _placed(items, texts, _age_items(joined, ends, stated, told, context)), told


def _stated(fields: Sequence[tuple[str, str | None]]) -> tuple[Quote, ...]:
    return tuple(Quote(value, name) for name, value in fields if value and value.strip().upper() not in ("N/A", "NA"))


def _unasked(stated: tuple[Quote, ...]) -> tuple[Item, ...]:
    """Return the ages as a criterion for the team, in a bank that does not ask the age."""
    words = _said_of(stated)
    return (Item(Kind.INCLUSION, words, quotes=stated, remarks=("the bank does not ask the age",)),) if stated else ()


_NAMES = {"minimumAge": "at least", "maximumAge": "at most"}


def _said_of(stated: tuple[Quote, ...]) -> str:
    """Return what fields say of the age in words, "" where they say nothing."""
    told = " and ".join(f"{_NAMES[quote.field or '']} {quote.words.lower()}" for quote in stated)
    return f"Age {told}" if told else ""


def _ages(item: Item, context: DraftingContext) -> Ages | None:
    """Return the ages that a criterion lets in, None where it is about something else too or about some people."""
    names = (AGE, *COMPUTED_FROM["age"]) if context.bank[AGE].computed else (AGE,)
    if item.rule is None or item.population or any(name not in names for name in questions_in(item.rule)):
        return None
    return ages_of(item.rule, item.kind)


def _in_range(ages: Ages, question: Question) -> Ages:
    """Return ages without ends that keep out nobody who can answer the question."""
    low, high = ages
    least, most = question.range.min, question.range.max
    return (
        None if low is not None and low <= (least or 0) else low,
        None if high is not None and most is not None and high >= most else high,
    )


def _is_empty(ages: Ages) -> bool:
    return ages[0] is not None and ages[1] is not None and ages[0] > ages[1]


def _disagreements(
    field: Ages, texts: Sequence[Item], record: SourceRecord, context: DraftingContext
) -> tuple[str, ...]:
    """Return where a field and the text both give an end, and not the same."""
    found = []
    for place, value in enumerate((record.minimum_age, record.maximum_age)):
        for item in texts:
            ages = _ages(item, context)
            said = ages[place] if ages else None
            if said is not None and _differs(said, field[place], place, item):
                name = ("minimumAge", "maximumAge")[place]
                found.append(f"the field {name} says {value}, the text says '{item.text}': the stricter counts")
    return tuple(dict.fromkeys(found))


def _differs(said: int, field: int | None, place: int, item: Item) -> bool:
    """Whether an end of the text is not that of the field; of a part only a stricter one is known not to be."""
    is_stricter = field is not None and (said < field if place else said > field)
    return is_stricter or (item.is_exact and field is not None and said != field)


def _words(texts: Sequence[Item]) -> str:
    return "', '".join(item.text for item in texts)


def _in_words(ages: Ages) -> str:
    low, high = ages
    return " ".join(part for part in (f"from {low}" if low else "", f"to {high}" if high else "") if part) or "any age"


def _age_items(
    ages: Ages, ends: tuple[AgeEnd, AgeEnd], stated: tuple[Quote, ...], told: tuple[str, ...], context: DraftingContext
) -> tuple[Item, ...]:
    is_exact = all(end.is_exact for end in ends)
    rule = _age_rule(ages, context.bank)
    text = _said_of(stated)
    left = () if is_exact else tuple(quote.words for quote in stated)
    if rule is None:
        return () if is_exact else (Item(Kind.INCLUSION, text, quotes=stated, remarks=told),)
    return (Item(Kind.INCLUSION, text, rule, is_exact, stated, told, left),)


def _age_rule(ages: Ages, bank: QuestionBank) -> Rule | None:
    low, high = ages
    question = bank[AGE]
    most = question.range.max
    if (low, high) == (None, None) or (low is not None and most is not None and low > most):
        return None
    test = NumberTest(AGE, min=None if low is None else Fraction(low), max=None if high is None else Fraction(high))
    return age_test(COMPUTED_FROM["age"][0], test) if question.computed else test


def _placed(items: tuple[Item, ...], texts: Sequence[Item], own: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return the criteria with one about age where the first of the text about it stood, else before all others."""
    replaced = [*texts]
    first = next((item for item in items if item in replaced and item.kind is Kind.INCLUSION), None)
    if not own:
        return items
    head, *rests = own
    joined = (replace(head, text=_said(head, texts)).quoting(*replaced), *rests)
    kept = [one for item in items for one in (joined if item is first else () if item in replaced else (item,))]
    return tuple(kept if first else [*joined, *kept])


def _said(head: Item, texts: Sequence[Item]) -> str:
    return head.text or (texts[0].text if texts else "")


def _with_sex(items: tuple[Item, ...], record: SourceRecord, context: DraftingContext) -> Told:
    sex = _SEXES.get((record.sex or "").strip().upper())
    if sex is None:
        return items, ()
    quotes = (Quote((record.sex or "").strip(), "sex"),)
    told = tuple(
        f"the field sex says {record.sex}, the text says '{item.text}': the field counts"
        for item in items
        if not item.population and _BOTH.search(item.text) and len(item.text) < _MOST
    )
    has_rule = SEX in context.bank and sex in context.bank[SEX].option_ids
    rule = OptionTest(SEX, frozenset({sex})) if has_rule else None
    own = Item(Kind.INCLUSION, f"{sex} at birth", rule, has_rule, quotes, told)
    # The text of another sex would leave nobody; it is told with the others that exclude each other.
    after_age = 1 if items and items[0].rule and AGE in questions_in(items[0].rule) else 0
    return (*items[:after_age], own, *items[after_age:]), told


_MOST = 200
