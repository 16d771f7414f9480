"""From what a source says of a trial to a draft of its file, which passes `check` and which nobody is shown.

A rule is written only where it cannot rule out anybody whom the words let in; all else is left to the team, with a
remark. The words of the source stand above each criterion.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from prescreen.catalog.drafts.draft import Draft, DraftCriterion, DraftingContext
from prescreen.catalog.drafts.draft_head import (
    conditions_of,
    id_of,
    practical_of,
    remarks_of,
    sites_of,
    source_of,
    status_of,
    summary_of,
    title_of,
)
from prescreen.catalog.drafts.draft_items import Item, counts_of, group_names, items_of
from prescreen.catalog.drafts.field_criteria import of_group, with_fields
from prescreen.catalog.drafts.mirrors import without_mirrors, without_refused
from prescreen.catalog.sources.source_record import SourceRecord
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.wording.criterion_names import name_of_rule, name_of_words, unique
from prescreen.eligibility.wording.plain_wording import REST, plain_sentence
from prescreen.eligibility.wording.rule_wording import sentence_of
from prescreen.eligibility.wording.vague_words import is_vague
from prescreen.eligibility.wording.ways_of_checking import checked_by

__all__ = ["Draft", "DraftCriterion", "DraftingContext", "draft_of"]

WORDING = "wording"
"""The remark above every criterion: its text was made by rules, and wants an author's eye."""


def draft_of(record: SourceRecord, context: DraftingContext, about: Collection[str] = ()) -> Draft:
    """Return the draft of a trial; `about` names conditions that it is about beside those that the record names."""
    named = conditions_of(record, context.conditions)
    conditions = tuple(dict.fromkeys([*about, *named]))
    read = items_of(record, context, frozenset(conditions))
    joined, field_told = with_fields(tuple(one for one in read if one.population is None), record, context)
    common, told = without_refused(without_mirrors(joined, context), context)
    groups = tuple(_of_groups(read, common, record, context))
    items = (*common, *(one for group in groups for one in group.items))
    practical = practical_of(record)
    return Draft(
        id=id_of(record),
        title=title_of(record),
        summary=summary_of(record),
        conditions=conditions,
        status=status_of(record),
        phase=record.phase,
        sponsor=record.sponsor,
        source=source_of(record, context.on),
        practical=practical,
        sites=sites_of(record),
        criteria=tuple(_criteria(items, context)),
        remarks=remarks_of(record, conditions, context.on),
        counts=counts_of(read),
        disagreements=(*field_told, *told, *(one for group in groups for one in group.told)),
        bank=context.bank,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """The criteria of one group of people, and what disagrees in them."""

    items: tuple[Item, ...]
    told: tuple[str, ...]


def _of_groups(
    read: tuple[Item, ...], common: tuple[Item, ...], record: SourceRecord, context: DraftingContext
) -> Iterator[_Group]:
    """Yield each group of people with criteria of its own, whose rules must be possible beside the common ones."""
    for name in group_names(read, record):
        texts = tuple(replace(one, population=None) for one in read if one.population == name)
        fielded, field_told = with_fields(texts, of_group(record, name), context)
        own = tuple(replace(one, population=name) for one in fielded)
        found, told = without_refused((*common, *without_mirrors(own, context)), context)
        kept = tuple(one for one in found if one.population == name)
        yield _Group(kept, tuple(f"in the group '{name}', {one}" for one in (*field_told, *told)))


def _criteria(items: tuple[Item, ...], context: DraftingContext) -> Iterator[DraftCriterion]:
    taken = set[str]()
    for item in items:
        made = _criterion(item, taken, context)
        yield made
        if item.rule and not item.is_exact and not all(is_vague(words) for words in item.left):
            yield from _rest(item, made, taken)


def _criterion(item: Item, taken: set[str], context: DraftingContext) -> DraftCriterion:
    if item.rule is None:
        return _checked(item, taken)
    return DraftCriterion(
        id=unique(name_of_rule(item.rule) or name_of_words(item.text), taken),
        kind=item.kind,
        text=_worded(item.rule, context),
        rule=item.rule,
        quotes=item.quotes,
        remarks=(WORDING, *_part_remarks(item), *item.remarks),
        cohort=item.population,
    )


def _worded(rule: Rule, context: DraftingContext) -> str:
    key = "worded", rule
    if key not in context.known:
        context.known[key] = sentence_of(rule, context.bank)
    return str(context.known[key])


def _part_remarks(item: Item) -> Iterator[str]:
    if not item.is_exact:
        told = f"the rule is a part: {item.why}" if item.why else "the rule is a part"
        yield f"{told}; it leaves {left}" if (left := _left(item)) else told


def _left(item: Item) -> str:
    """Return in quotes what the rule of a part leaves; "" where that is all that a quote above it says."""
    words = "; ".join(item.left)
    above = {"", _letters(item.text), *(_letters(quote.words) for quote in item.quotes)}
    return "" if _letters(words) in above else f"'{words}'"


def _letters(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def _checked(item: Item, taken: set[str]) -> DraftCriterion:
    text = plain_sentence(item.text)
    return DraftCriterion(
        id=unique(name_of_words(item.text), taken),
        kind=item.kind,
        text=text,
        checked=checked_by(item.text),
        quotes=item.quotes,
        remarks=(WORDING, *_cut_remarks(text), *item.remarks),
        cohort=item.population,
        words=item.text,
    )


def _cut_remarks(text: str) -> Iterator[str]:
    if text.endswith(f"{REST}."):
        yield "the sentence was cut: say in it what counts of the words above"


def _rest(item: Item, ruled: DraftCriterion, taken: set[str]) -> Iterator[DraftCriterion]:
    """Yield what the rule of a part leaves to the team: the whole sentence, as its pieces seldom make one.

    Nothing where that would say to visitors what the rule's own sentence says.
    """
    text, left = plain_sentence(item.text), _left(item)
    if _letters(text) == _letters(ruled.text):
        return
    name = name_of_words(" ".join(item.left) or item.text)
    yield DraftCriterion(
        id=unique(name_of_words(item.text) if name.startswith("criterion") else name, taken),
        kind=item.kind,
        text=text,
        checked=checked_by(item.text),
        quotes=item.quotes,
        remarks=(
            WORDING,
            *_cut_remarks(text),
            f"the rest of a part: say only what its rule leaves{f', {left}' if left else ''}",
        ),
        cohort=item.population,
        words="; ".join(item.left),
    )
